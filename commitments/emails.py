"""Every email about a commitment: one function and one template each."""

from django.utils import timezone

from commitments.models import Commitment, ProgressUpdate, Revision
from localdigital import links, mail
from signatories.models import Access

KINDS = {
    ProgressUpdate.Kind.REPORT: "progress update",
    ProgressUpdate.Kind.NO_CHANGE: "progress update",
    ProgressUpdate.Kind.WITHDRAWAL: "withdrawal",
    ProgressUpdate.Kind.LAPSE: "answer",
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
    """To who sent it in: it is public. A changed title changes the end of the page's address."""
    slug = Commitment(title=thing.title).slug if isinstance(thing, Revision) else None
    return _to_proposer("sent-in-published", thing, note, slug=slug)


def returned(thing, note=""):
    """To who sent it in: what must change."""
    lapses = isinstance(thing, ProgressUpdate) and thing.kind == ProgressUpdate.Kind.LAPSE
    return _to_proposer("sent-in-returned", thing, note, page="council_adopt" if lapses else "council_commitment")


def removed(thing, note=""):
    """To who sent it in: it was taken off the register, and why."""
    return _to_proposer("sent-in-removed", thing, note)


def reinstated(update, note=""):
    """To the people of a commitment and to who ended it: it stands again, and why."""
    commitment = update.commitment
    people = people_of(commitment, timezone.localdate())
    if update.proposer and update.proposer.email and update.proposer not in people:
        people.append(update.proposer)
    context = {"commitment": commitment, "note": note}
    return [mail.Draft("commitment-reinstated", to=person.email, **context) for person in people]


def _to_proposer(template, thing, note, **context):
    if thing.proposer is None or not thing.proposer.email:
        return []
    commitment = thing if isinstance(thing, Commitment) else thing.commitment
    context |= {"what": in_words(thing), "commitment": commitment, "note": note}
    return [mail.Draft(template, to=thing.proposer.email, **context)]


def ask_partners(commitment, people, owners, *, now=None):
    """Queue the question whether their organisations are partners in a commitment of these owners, to each of these
    people, given with the partners that they are asked for."""
    made = links.make_each("partner", [(person.pk, commitment.pk) for person in people], now=now)
    pairs = [
        (_partner_question(commitment, person, partners, owners, link.placeholder), [link])
        for (person, partners), link in zip(people.items(), made, strict=True)
    ]
    mail.queue_each(pairs, about=commitment, now=now)


def _partner_question(commitment, person, partners, owners, link):
    return mail.Draft(
        "partner-question",
        to=person.email,
        link=link,
        commitment=commitment,
        owners=[one.official_name for one in owners],
        organisations=[partner.organisation.official_name for partner in partners],
    )


def partners_disowned(partners, *, now=None):
    """To the people of a commitment: organisations say that they are no partners in it."""
    if not partners:
        return []
    commitment = partners[0].commitment
    context = {"commitment": commitment, "organisations": [one.organisation.official_name for one in partners]}
    people = people_of(commitment, timezone.localdate(now))
    return [mail.Draft("partner-disowned", to=person.email, **context) for person in people]


def remind(letter, on, *, now=None):
    """Queue one email to each of an organisation's people, with a link of their own to a report on each commitment."""
    pairs = [(person.pk, one.commitment.pk) for person in letter.people for one in letter.wanted]
    made = {(link.person_id, link.object_id): link for link in links.make_each("report", pairs, now=now)}
    each = []
    for person in letter.people:
        own = [made[person.pk, one.commitment.pk] for one in letter.wanted]
        reports = [(one, link.placeholder) for one, link in zip(letter.wanted, own, strict=True)]
        each.append((mail.Draft("reminder", to=person.email, letter=letter, reports=reports, on=on), own))
    mail.queue_each(each, about=letter.organisation, now=now)


def will_be_deleted(thing, deleted_on):
    """To who began it: what was not sent in is about to be deleted."""
    return _to_proposer("sent-in-will-be-deleted", thing, note="", deleted_on=deleted_on)


def approach(approach, organisations, people, message):
    """To the people of a commitment, or of an organisation: what an officer of another organisation writes to them."""
    context = {
        "approach": approach,
        "commitment": approach.commitment,
        "organisation": approach.organisation,
        "sender": approach.person,
        "organisations": [one.official_name for one in organisations],
        "lines": message.split("\n"),
    }
    return [mail.Draft("approach", to=person.email, **context) for person in people]


def offered(person, offers, ended):
    """To someone of a successor: the commitments of organisations that ended which theirs may take on."""
    return mail.Draft("commitments-offered", to=person.email, offers=offers, ended=ended)
