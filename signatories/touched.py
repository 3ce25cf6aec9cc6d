"""What renaming, ending, merging or splitting organisations touches, and what of it changed since somebody looked."""

import hashlib
import json
from dataclasses import dataclass, fields

from django.db.models import Q

from commitments.models import Commitment, Partner, PartnerQuestion
from signatories.models import Access, CoPublisher, Organisation, Signatory, Succession
from signatories.models.organisation import Nation, Region
from signatories.models.signature import LIVE, Status

UNDER_WAY = LIVE - {Status.PUBLISHED} | {Status.DRAFT}


@dataclass(frozen=True)
class Touched:
    """Everything that hangs on some organisations; each list is a heading of the page that shows it."""

    organisations: list  # themselves, with those that take over
    successions: list
    signed: list  # their parts in documents that stand
    under_way: list  # their parts in documents that are not published yet
    commitments: list  # open ones that they answer for
    people: list  # live accesses, of those that take over too
    partners: list  # where public commitments name them
    questions: list  # asked of their people, and not answered
    co_published: list

    def seal(self):
        """What a form keeps of it, to tell later whether it is still so."""
        return json.dumps({field.name: _digest(getattr(self, field.name)) for field in fields(self)})

    def changes_since(self, seal):
        """The names of the lists that are not as they were when that seal was made; all where it is none of ours."""
        try:
            before = json.loads(seal)
        except ValueError:
            before = None
        before, now = before if isinstance(before, dict) else {}, json.loads(self.seal())
        return [name for name in now if before.get(name) != now[name]]


def touched_by(organisations, successors=()):
    """What hangs on these organisations, some of which may end, with others that take over from them: nine queries."""
    ids = [one.pk for one in organisations]
    everyone = sorted({*organisations, *successors}, key=lambda one: one.pk)
    parts = Signatory.objects.filter(
        organisation__in=ids, withdrawn_at=None, signature__status__in=[*UNDER_WAY, Status.PUBLISHED]
    )
    parts = list(parts.select_related("signature", "declaration", "organisation").order_by("pk"))
    partners = Partner.objects.standing().filter(organisation__in=ids, commitment__in=Commitment.objects.public())
    partners = list(partners.select_related("commitment", "organisation").order_by("pk"))
    accesses = Access.objects.live().filter(organisation__in=[one.pk for one in everyone])
    people = list(accesses.select_related("person", "organisation").order_by("pk"))
    return Touched(
        organisations=everyone,
        successions=_successions(ids),
        signed=[one for one in parts if one.signature.is_standing],
        under_way=[one for one in parts if not one.signature.is_standing],
        commitments=list(Commitment.objects.open().of_organisations(ids).order_by("pk")),
        people=people,
        partners=partners,
        questions=_questions(ids, partners, people),
        co_published=list(
            CoPublisher.objects.filter(organisation__in=ids).select_related("declaration", "organisation")
        ),
    )


def _successions(ids):
    found = Succession.objects.filter(Q(predecessor__in=ids) | Q(successor__in=ids))
    return list(found.select_related("predecessor", "successor").order_by("pk"))


def _questions(ids, partners, people):
    """Whether they are partners: what their people were asked of it and did not answer."""
    open_ones = {one.commitment_id for one in partners if not one.answer}
    theirs = {one.person_id for one in people if one.organisation_id in ids}
    return list(PartnerQuestion.objects.filter(commitment__in=open_ones, person__in=theirs).order_by("pk"))


def _digest(things):
    return hashlib.sha256(json.dumps([_facts(one) for one in things]).encode()).hexdigest()[:16]


def _facts(thing):
    """What of one thing, if it changed, somebody should look at again before they decide."""
    if isinstance(thing, Organisation):
        names = ("name", "official_name", "slug", "starts_on", "ends_on", "checked_at")
        return [thing.pk, *(str(getattr(thing, name)) for name in names)]
    if isinstance(thing, Signatory):
        return [thing.pk, thing.signature.status]
    return [thing.pk, getattr(thing, "title", "")]


def far_apart(about, heirs):
    """A sentence for each pair of those that end and those that take over that are not of one nation and region."""
    return [
        f"{one.official_name} is in {here} and {heir.official_name} in {there}: check that this is what you mean."
        for one in about
        for heir in heirs
        for here, there in [_places(one, heir)]
        if here != there
    ]


def _places(one, other):
    """Where two organisations are, in words: in which regions, when they are of one nation. The same for both where
    that is not known of one of them."""
    for field, kind in (("nation", Nation), ("region", Region)):
        here, there = getattr(one, field), getattr(other, field)
        if here and there and here != there:
            return kind(here).label, kind(there).label
    return "", ""
