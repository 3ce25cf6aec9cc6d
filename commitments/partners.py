"""Being named as a partner: an organisation's people are asked once, and confirm or disown it."""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from commitments import emails, search
from commitments.models import Commitment, Partner, PartnerQuestion
from localdigital import mail
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Access


def waiting_for(person, on):
    """The partners of standing commitments that wait for this Person's answer."""
    mine = Access.objects.in_force(on).filter(person=person).values("organisation")
    standing = Commitment.objects.standing()
    waiting = Partner.objects.filter(organisation__in=mine, answer="", commitment__in=standing)
    return waiting.select_related("organisation", "commitment__signature").order_by("commitment", "position")


def ask_partners(commitments, *, now=None):
    """Mail the people of partners that have not answered, each Person once about one commitment. Returns how many."""
    now = now or timezone.now()
    unanswered = Partner.objects.filter(
        commitment__in=Commitment.objects.standing().filter(pk__in=[one.pk for one in commitments]),
        answer="",
        organisation__isnull=False,
    )
    questions = _questions(list(unanswered.select_related("organisation", "commitment")), now)
    for (commitment, person), partners in questions.items():
        emails.ask_partner(commitment, person, partners, now=now)
    return len(questions)


def _questions(unanswered, now):
    """Whom to ask about which commitment, and of which partners in it: {(commitment, person): [partner]}."""
    today = timezone.localdate(now)
    organisations = {partner.organisation_id for partner in unanswered}
    if not organisations:
        return {}
    accesses = Access.objects.in_force(today).filter(organisation__in=organisations, person__email__isnull=False)
    people = defaultdict(list)
    for access in accesses.select_related("person"):
        people[access.organisation_id].append(access.person)
    questions = defaultdict(list)
    for partner in unanswered:
        for person in people[partner.organisation_id]:
            questions[partner.commitment, person].append(partner)
    asked = set(
        PartnerQuestion.objects.filter(commitment__in=[one for one, _ in questions]).values_list("commitment", "person")
    )
    new = {key: partners for key, partners in questions.items() if (key[0].pk, key[1].pk) not in asked}
    PartnerQuestion.objects.bulk_create(
        PartnerQuestion(commitment=commitment, person=person, asked_at=now) for commitment, person in new
    )
    return new


@transaction.atomic
def answer(partner, *, confirmed, by, now=None):
    """Say for a partner that it is one, or is not: then the page names it no longer and the commitment's people are
    told. Saying the same again changes nothing."""
    now = now or timezone.now()
    said = Partner.Answer.CONFIRMED if confirmed else Partner.Answer.DISOWNED
    changed = Partner.objects.filter(pk=partner.pk).exclude(answer=said).update(answer=said, answered_at=now)
    if not changed:
        return False
    partner.answer, partner.answered_at = said, now
    AuditEvent.record("partner.confirm" if confirmed else "partner.disown", partner, by=by, at=now)
    if not confirmed:
        mail.queue_all(emails.partner_disowned(partner), about=partner.commitment, now=now)
    search.index([partner.commitment])
    RegisterVersion.bump(now)
    return True
