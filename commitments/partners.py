"""Being named as a partner: an organisation's people are asked once, and confirm or disown it."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from commitments import emails, search
from commitments.models import Commitment, Partner, PartnerQuestion
from localdigital import mail
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Access

COMMITMENTS_AT_A_TIME = 200


def named_for(person, commitment_id, on):
    """The partners in a standing commitment that are organisations of this Person's: what they may answer for."""
    mine = Access.objects.organisations_of(person, on)
    standing = Commitment.objects.standing().filter(pk=commitment_id)
    named = Partner.objects.filter(organisation__in=mine, commitment__in=standing)
    return list(named.select_related("organisation", "commitment"))


def naming(person, on):
    """The partners in standing commitments that are organisations of this Person's, answered for or not."""
    mine = Access.objects.organisations_of(person, on)
    standing = Commitment.objects.standing()
    named = Partner.objects.filter(organisation__in=mine, commitment__in=standing)
    return named.select_related("organisation", "commitment__signature").order_by("commitment", "position")


def ask_partners(commitments, *, now=None):
    """Mail the people of partners that have not answered, each Person once about one commitment. Returns how many."""
    now = now or timezone.now()
    return _ask([one.pk for one in commitments], now)


def ask_everyone(now):
    """Ask whoever could not be asked before: people who had no access yet when they were named. Returns how many."""
    asked, last = 0, 0
    while True:
        waiting = _to_be_asked(timezone.localdate(now)).filter(commitment__gt=last).order_by("commitment")
        chunk = list(waiting.values_list("commitment", flat=True).distinct()[:COMMITMENTS_AT_A_TIME])
        if not chunk:
            return asked
        with transaction.atomic():
            asked += _ask(chunk, now)
        last = chunk[-1]


def _to_be_asked(today):
    """The partners in standing commitments that have not answered, and have people who were not asked."""
    asked = PartnerQuestion.objects.filter(commitment=OuterRef(OuterRef("commitment")), person=OuterRef("person"))
    people = Access.objects.in_force(today).filter(organisation=OuterRef("organisation"), person__email__isnull=False)
    standing = Commitment.objects.standing()
    return Partner.objects.filter(Exists(people.filter(~Exists(asked))), answer="", commitment__in=standing)


def _ask(commitments, now):
    today = timezone.localdate(now)
    unanswered = _to_be_asked(today).filter(commitment__in=commitments)
    questions = _questions(list(unanswered.select_related("organisation", "commitment")), now)
    owners = {one: one.owners(today) for one in dict.fromkeys(commitment for commitment, _ in questions)}
    for commitment, its_owners in owners.items():
        its = {person: partners for (one, person), partners in questions.items() if one == commitment}
        emails.ask_partners(commitment, its, its_owners, now=now)
    return len(questions)


def _questions(unanswered, now):
    """Whom to ask about which commitment, and of which partners in it: {(commitment, person): [partner]}."""
    if not unanswered:
        return {}
    organisations = {partner.organisation_id for partner in unanswered}
    accesses = Access.objects.in_force(timezone.localdate(now)).filter(
        organisation__in=organisations, person__email__isnull=False
    )
    people = defaultdict(list)
    for access in accesses.select_related("person"):
        people[access.organisation_id].append(access.person)
    questions = defaultdict(list)
    for partner in unanswered:
        for person in people[partner.organisation_id]:
            questions[partner.commitment, person].append(partner)
    written = PartnerQuestion.objects.filter(commitment__in={one for one, _ in questions})
    before = set(written.values_list("commitment", "person"))
    new = {key: named for key, named in questions.items() if (key[0].pk, key[1].pk) not in before}
    PartnerQuestion.objects.bulk_create(
        [PartnerQuestion(commitment=one, person=person, asked_at=now) for one, person in new],
        ignore_conflicts=True,  # somebody else asks the same at this moment, and mails them
    )
    ours = set(written.filter(asked_at=now).values_list("commitment", "person"))
    return {key: named for key, named in new.items() if (key[0].pk, key[1].pk) in ours}


def answer(partner, *, confirmed, by, now=None):
    """Say for a partner that it is one, or is not. Returns whether that is new."""
    return bool(answer_each([(partner, confirmed)], by=by, now=now))


@transaction.atomic
def answer_each(answers, *, by, now=None):
    """Say for partners in one commitment, given with yes or no each, whether they are. Returns those that changed.

    The page names those no longer that are none, and the commitment's people are told. Saying the same again changes
    nothing.
    """
    now = now or timezone.now()
    changed = [partner for partner, confirmed in answers if _say(partner, confirmed, now)]
    if not changed:
        return []
    AuditEvent.objects.bulk_create(
        AuditEvent.of(
            f"partner.{'confirm' if one.answer == Partner.Answer.CONFIRMED else 'disown'}", one, by=by, at=now
        )
        for one in changed
    )
    disowned = [one for one in changed if one.answer == Partner.Answer.DISOWNED]
    mail.queue_all(emails.partners_disowned(disowned, now=now), about=changed[0].commitment, now=now)
    search.index([changed[0].commitment], may_be_new=False)
    RegisterVersion.bump(now)
    return changed


def _say(partner, confirmed, now):
    said = Partner.Answer.CONFIRMED if confirmed else Partner.Answer.DISOWNED
    differs = Partner.objects.filter(pk=partner.pk).exclude(answer=said)
    if not differs.update(answer=said, answered_at=now):
        return False
    partner.answer, partner.answered_at = said, now
    return True


def set_partners(commitment, wanted):
    """Write down the partners of a changed text: [{"name": as written, "organisation": id or None}].

    Those that stay keep their answer, under whatever name the text has for the same organisation. One that said it
    is no partner does not come back by a changed text: only its own people can say otherwise.
    """
    wanted = list({one["organisation"] or one["name"]: one for one in wanted}.values())
    there = list(commitment.partners.all())
    meant = _meant(wanted, there)
    gone = [one.pk for one in there if one not in meant.values() and one.answer != Partner.Answer.DISOWNED]
    Partner.objects.filter(pk__in=gone).delete()
    for one in there:
        one.position += len(wanted)  # those that said they are none stand after those of the text
    named = [meant.get(position) or Partner(commitment=commitment) for position in range(1, len(wanted) + 1)]
    for position, (partner, one) in enumerate(zip(named, wanted, strict=True), start=1):
        partner.position, partner.name = position, one["name"]
        # A name without its organisation is still the organisation that it was.
        partner.organisation_id = one["organisation"] or partner.organisation_id
    stay = [one for one in there if one.pk not in gone]
    Partner.objects.bulk_update(stay, ["position", "name", "organisation"])
    Partner.objects.bulk_create(one for one in named if one.pk is None)


def _meant(wanted, there):
    """The partners that the lines of a text mean, by position: the same organisations first, then the same names."""
    rest, meant = list(there), {}
    for same in (_is_the_same, _has_its_name):
        for position, one in enumerate(wanted, start=1):
            found = next((partner for partner in rest if same(partner, one)), None)
            if found and position not in meant:
                meant[position] = found
                rest.remove(found)
    return meant


def _is_the_same(partner, one):
    known = one["organisation"] or partner.organisation_id
    return partner.organisation_id == one["organisation"] if known else partner.name == one["name"]


def _has_its_name(partner, one):
    return partner.name == one["name"] and None in (one["organisation"], partner.organisation_id)
