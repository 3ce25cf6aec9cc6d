"""An organisation that was proposed, or is twice in the register, is really another one: everything of it moves there.

All or nothing. Afterwards the duplicate is gone, and the log says so about both.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commitments import search
from commitments.models import Adoption, Approach, Commitment, ImportName, Partner, Reminder, Revision
from localdigital.models import AuditEvent, EmailedLink, Look, QueuedEmail, RegisterVersion, TeamNote
from programme.models import CaseStudy, Event, Follow, Output, ProjectPart, SupportOffer, Use
from signatories.models import (
    Access,
    AskedToSign,
    CoPublisher,
    EmailDomain,
    FormerSlug,
    Organisation,
    OrganisationName,
    Signatory,
    Succession,
)
from signatories.reorganising import Refused, check_seen, hold, leads_to, save_as

# Rows that only move, and what tells whether the real one has such a row already: then the duplicate's goes.
MOVED = [
    (OrganisationName, ["folded"]),
    (EmailDomain, ["domain"]),
    (AskedToSign, ["declaration"]),
    (CoPublisher, ["declaration"]),
    (Adoption, ["commitment"]),
    (Reminder, ["commitment", "occasion"]),
    (Approach, ["person", "made_at"]),
    (ImportName, ["source", "folded"]),
    (ProjectPart, ["project"]),
    (CaseStudy.organisations.through, ["casestudy"]),
    (Output.organisations.through, ["output"]),
    (Event.organisations.through, ["event"]),
    (Use, ["output"]),
    (SupportOffer, ["topic"]),
    (Follow, ["follower"]),
]
# Of these, what only the duplicate's row says is said of the real one's then.
KEPT = [(ProjectPart, "project_id", "leads"), (Follow, "follower_id", "confirmed_at")]


def obstacles(duplicate, real):
    """Why they cannot be put together, in sentences; none where they can."""
    if duplicate.pk == real.pk:
        return ["They are the same organisation."]
    found = []
    if real.checked_at is None:
        found.append(f"{real} was proposed too and is not in the register: accept it first.")
    parts = Signatory.objects.select_related("signature", "declaration")
    theirs = {one.signature_id: one for one in parts.filter(organisation=real)}
    for part in parts.filter(organisation=duplicate):
        if part.signature_id in theirs:
            found.append(f"Both are named in the declaration {part.signature}: take one of them out of it first.")
        clash = next((one for one in theirs.values() if one.live and one.declaration_id == part.declaration_id), None)
        if part.live and clash and clash.signature_id != part.signature_id:
            found.append(
                f"Both have a live signature of {part.declaration}, {part.signature} and {clash.signature}: an "
                "organisation has one. Withdraw, reject or remove one of them first."
            )
    if leads_to(duplicate, real) or leads_to(real, duplicate):
        found.append("One took over from the other: they are two organisations.")
    return found


@transaction.atomic
def put_together(duplicate, real, *, by, seen=None, now=None):
    """The duplicate is really that other organisation: move everything, and delete it. Raises Refused."""
    now = now or timezone.now()
    duplicate, real = hold([duplicate, real], deleting=True)
    check_seen(seen, [duplicate], [real])
    if found := obstacles(duplicate, real):
        raise Refused(" ".join(found))
    affected = _commitments_of(duplicate)
    _move_what_is_public(duplicate, real, now)
    _move_people(duplicate, real, now)
    _move_addresses(duplicate, real)
    _move_what_is_about(duplicate, real)
    _keep_contact(duplicate, real, by)
    code, pk = duplicate.code, duplicate.pk
    AuditEvent.record("organisation.same_as", duplicate, by=by, at=now, organisation=real.pk, code=code)
    AuditEvent.record("organisation.take_in", real, by=by, at=now, duplicate=pk, code=code)
    duplicate._history_user = by
    duplicate.delete()
    search.index(Commitment.objects.filter(pk__in=affected))
    search.index_those_of([real.pk])
    RegisterVersion.bump(now)
    return real


def _commitments_of(organisation):
    theirs = Q(signature__signatories__organisation=organisation) | Q(partners__organisation=organisation)
    found = Commitment.objects.filter(theirs | Q(adoptions__organisation=organisation)).exclude(published_at=None)
    return set(found.values_list("pk", flat=True))


def _move_what_is_public(duplicate, real, now):
    Signatory.objects.filter(organisation=duplicate).update(organisation=real)
    _move_partners(duplicate, real)
    for model, same, name in KEPT:
        _keep_what_is_said(model, same, name, duplicate, real)
    for model, same in MOVED:
        _move(model.objects.filter(organisation=duplicate), model.objects.filter(organisation=real), same, real)
    # Nobody uses what they made themselves, as what the other one made is now.
    Use.objects.filter(organisation=real, output__organisations=real).delete()
    for mine, other in (("predecessor", "successor"), ("successor", "predecessor")):
        moving, there = Succession.objects.filter(**{mine: duplicate}), Succession.objects.filter(**{mine: real})
        _move(moving.exclude(**{other: real}), there, [other], real, field=mine)
    Organisation.objects.filter(county=duplicate).update(county=real)
    Organisation.objects.filter(combined_authority=duplicate).update(combined_authority=real)
    _move_in_texts(duplicate, real)


def _move(moving, there, same, real, field="organisation"):
    """Give these rows to the real one, but for those that it has already, which go."""
    known = set(there.values_list(*same))
    extra = [row[0] for row in moving.values_list("pk", *same) if row[1:] in known]
    moving.filter(pk__in=extra).delete()
    moving.update(**{field: real})


def _keep_what_is_said(model, same, name, duplicate, real):
    """Where both have the same row, the real one's says what the duplicate's does, if it says nothing itself; and
    emails are about it that were about the duplicate's."""
    there = {getattr(one, same): one for one in model.objects.filter(organisation=real)}
    for goes in model.objects.filter(organisation=duplicate, **{f"{same}__in": there}):
        stays = there[getattr(goes, same)]
        if getattr(goes, name) and not getattr(stays, name):
            model.objects.filter(pk=stays.pk).update(**{name: getattr(goes, name)})
        emails = QueuedEmail.objects.filter(about_type=model._meta.label_lower, about_id=goes.pk)
        emails.update(about_id=stays.pk)


def _move_partners(duplicate, real):
    """Where a commitment names both, the real one stays, with what the other's people answered if its own did not."""
    there = {one.commitment_id: one for one in Partner.objects.filter(organisation=real)}
    for partner in Partner.objects.filter(organisation=duplicate, commitment__in=there):
        if partner.answer and not there[partner.commitment_id].answer:
            stays = Partner.objects.filter(pk=there[partner.commitment_id].pk)
            stays.update(answer=partner.answer, answered_at=partner.answered_at)
        partner.delete()
    Partner.objects.filter(organisation=duplicate).update(organisation=real)


def _move_in_texts(duplicate, real):
    """The versions of a text name partners by id too."""
    for revision in Revision.objects.only("pk", "partners").iterator():
        if any(one["organisation"] == duplicate.pk for one in revision.partners):
            for one in revision.partners:
                one["organisation"] = real.pk if one["organisation"] == duplicate.pk else one["organisation"]
            revision.save(update_fields=["partners"])


def _move_people(duplicate, real, now):
    """Those with access have it to the real one, each once. From now on somebody may be asked about its commitments."""
    there = Access.objects.live().filter(organisation=real).values("person")
    Access.objects.live().filter(
        organisation=duplicate, person__in=list(there.values_list("person", flat=True))
    ).update(ended_at=now)
    Access.objects.filter(organisation=duplicate).update(organisation=real)
    if Access.objects.live().filter(organisation=real).exists():
        theirs = Commitment.objects.of_organisations([real.pk]).published()
        theirs.filter(asked_on=None).update(asked_on=timezone.localdate(now))


def _move_addresses(duplicate, real):
    FormerSlug.objects.filter(organisation=duplicate).update(organisation=real)
    if duplicate.checked_at:  # a proposed one had no public page
        FormerSlug.objects.get_or_create(slug=duplicate.slug, defaults={"organisation": real})


def _move_what_is_about(duplicate, real):
    """Notes, emails and the links in them point by type and id."""
    about = {"about_type": duplicate._meta.label_lower, "about_id": duplicate.pk}
    TeamNote.objects.filter(**about).update(about_id=real.pk)
    QueuedEmail.objects.filter(**about).update(about_id=real.pk)
    Look.objects.filter(**about).delete()
    EmailedLink.objects.filter(purpose="invitation", object_id=duplicate.pk).update(object_id=real.pk)


def _keep_contact(duplicate, real, by):
    """How the team reaches it, where it is known of the duplicate alone."""
    names = ("contact_email", "contact_details")
    known = {name: getattr(duplicate, name) for name in names if getattr(duplicate, name) and not getattr(real, name)}
    if known:
        save_as(real, by, **known)
