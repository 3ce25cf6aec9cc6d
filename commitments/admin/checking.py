"""What is checked of what councils send in: who sent it in, and each check in a sentence that says what was found."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from commitments.models import Adoption, Commitment, ProgressUpdate, Revision, Status
from commitments.publishing import commitment_of
from commitments.rewording import disowned
from commitments.shown import TEXTS
from localdigital.govuk.writing import listed
from signatories.cautions import Check, personal_data
from signatories.models import Access


@dataclass
class Sender:
    """Whom the one who sent something in reports for today, and whether one of those answers for the commitment."""

    reports_for: list = field(default_factory=list)
    answers: bool = False


def who_sent_in(things):
    """The Sender of each of these, by their ids: two queries at most, however many there are. Their documents'
    signatories are read already."""
    accesses, today = defaultdict(dict), timezone.localdate()
    people = {thing.proposer_id for thing in things} - {None}
    if people:
        for one in Access.objects.in_force(today).filter(person__in=people).select_related("organisation"):
            accesses[one.person_id][one.organisation_id] = one.organisation
    senders = {thing.pk: Sender(list(accesses[thing.proposer_id].values())) for thing in things}
    for thing in things:
        signed = commitment_of(thing).signature.signatories.all()
        mine = accesses[thing.proposer_id]
        senders[thing.pk].answers = any(one.organisation_id in mine for one in signed if one.withdrawn_at is None)
    _who_took_it_on([thing for thing in things if not senders[thing.pk].answers], accesses, senders)
    return senders


def _who_took_it_on(things, accesses, senders):
    asked = [thing for thing in things if accesses[thing.proposer_id]]
    if not asked:
        return
    adopted = Adoption.objects.filter(commitment__in={commitment_of(thing).pk for thing in asked})
    pairs = set(adopted.values_list("commitment", "organisation"))
    for thing in asked:
        pk = commitment_of(thing).pk
        senders[thing.pk].answers = any((pk, organisation) in pairs for organisation in accesses[thing.proposer_id])


def checks(thing, sender):
    """All that was checked."""
    commitment = commitment_of(thing)
    yield _sender(thing, sender)
    stands = commitment.signature.is_standing and (thing == commitment or commitment.status == Status.PUBLISHED)
    if stands:
        yield Check("The commitment and its declaration stand.")
    else:
        yield Check(
            "The commitment or its declaration has ended: this can no longer be published, only returned.", True
        )
    if not isinstance(thing, ProgressUpdate):
        yield _partners(thing, commitment)
    yield personal_data([("it", _texts(thing))])


def _sender(thing, sender):
    if thing.proposer is None or not thing.proposer.email:
        return Check("Who sent this in is no longer known here: nobody will be emailed.", True)
    if sender.answers or getattr(thing, "kind", "") == ProgressUpdate.Kind.LAPSE:
        return Check(f"{thing.proposer} reports for an organisation that may send this in.")
    return Check(f"{thing.proposer} reports for no organisation that answers for this commitment today.", True)


def _partners(thing, commitment):
    if isinstance(thing, Revision):
        none = disowned(commitment)
        named = [one["name"] for one in thing.partners if one["organisation"] in none]
        if named:
            return Check(f"{listed(named)} said of being named: not a partner. The public page will not name it.", True)
        return Check("No organisation that it names has said that it is not a partner.")
    unknown = [one.name for one in thing.partners.all() if one.organisation is None]
    if unknown:
        return Check(f"Partners that the register does not know: {listed(unknown)}.", True)
    return Check("The register knows every partner.")


def _texts(thing):
    if isinstance(thing, ProgressUpdate):
        return [getattr(thing, name) for name in TEXTS]
    texts = [thing.title, thing.mission, thing.impact]
    if isinstance(thing, Commitment):
        return [*texts, *(one.text for one in thing.deliverables.all())]
    return [*texts, thing.reason]
