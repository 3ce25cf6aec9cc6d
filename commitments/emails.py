"""Every email about a commitment: one function and one template each."""

from django.utils import timezone

from commitments.models import Commitment, ProgressUpdate, Revision
from localdigital import links, mail
from signatories.models import Access

KINDS = {
    ProgressUpdate.Kind.REPORT: "progress update",
    ProgressUpdate.Kind.NO_CHANGE: "progress update",
    ProgressUpdate.Kind.WITHDRAWAL: "withdrawal",
    ProgressUpdate.Kind.LAPSE: "decision not to take it on",
}


def in_words(thing):
    """What was sent in, as an email calls it: "progress update"."""
    if isinstance(thing, Commitment):
        return "new commitment"
    return "changed text" if isinstance(thing, Revision) else KINDS[thing.kind]


def people_of(commitment, on):
    """The people who may report on a commitment on that date, each once."""
    accesses = Access.objects.in_force(on).filter(organisation__in=commitment.owners(on), person__email__isnull=False)
    return list({access.person: None for access in accesses.select_related("person")})


def published(thing, note=""):
    """To who sent it in: it is public."""
    return _to_proposer("sent-in-published", thing, note)


def returned(thing, note=""):
    """To who sent it in: what must change."""
    return _to_proposer("sent-in-returned", thing, note)


def _to_proposer(template, thing, note):
    if thing.proposer is None or not thing.proposer.email:
        return []
    commitment = thing if isinstance(thing, Commitment) else thing.commitment
    context = {"what": in_words(thing), "commitment": commitment, "note": note}
    return [mail.Draft(template, to=thing.proposer.email, **context)]


def ask_partner(commitment, person, partners, *, now=None):
    """Queue the question whether their organisations are partners in a commitment."""
    link = links.make("partner", person_id=person.pk, object_id=commitment.pk, now=now)
    owners = commitment.owners(timezone.localdate(now))
    draft = mail.Draft(
        "partner-question",
        to=person.email,
        link=link.placeholder,
        commitment=commitment,
        owners=[one.official_name for one in owners],
        organisations=[partner.organisation.official_name for partner in partners],
    )
    return mail.queue(draft, about=commitment, links=[link], now=now)


def partner_disowned(partner):
    """To the people of the commitment: an organisation says that it is no partner."""
    people = people_of(partner.commitment, timezone.localdate())
    context = {"commitment": partner.commitment, "partner": partner}
    return [mail.Draft("partner-disowned", to=person.email, **context) for person in people]
