"""What the demo adds to the real rounds of the fund: an invented one that is open, so that it can be tried."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from localdigital.models import RegisterVersion
from programme.fund.rules_in_words import COUNCILS
from programme.models import FundRound, Phase, RuleKind

OPEN_FOR = timedelta(days=28)
QUESTIONS = [
    (
        "Can we apply before all partners have signed?",
        "Yes. They need to have signed the Declaration by the day on which the round closes.",
    ),
    ("Can a supplier take part?", "Yes, but it does not count as one of the councils."),
]


@transaction.atomic
def load(now=None):
    """Make the invented round, once; where it has closed since, it is open again. Returns its name."""
    now = now or timezone.now()
    closes_at = timezone.make_aware(datetime.combine(timezone.localdate(now) + OPEN_FOR, time(17)))
    dates = {"opens_at": closes_at - OPEN_FOR - timedelta(days=7, hours=8), "closes_at": closes_at}
    round_, made = FundRound.objects.get_or_create(
        slug="demo-round",
        defaults={
            "name": "Trumptonshire round",
            "position": 900,
            "is_public": True,
            "summary": "An invented round, for trying this website. Nobody can apply and nothing is paid.",
            "available_gbp": 1_000_000,
            "smallest_award_gbp": 50_000,
            "largest_award_gbp": 350_000,
            "phases": [Phase.ALPHA, Phase.BETA],
            "how_to_apply": "1. Check who can apply.\n2. Agree with your partners who leads.\n3. Send the application "
            "before the round closes.",
            **dates,
        },
    )
    if made:
        _add_rules_and_questions(round_)
    elif round_.closes_at <= now:
        FundRound.objects.filter(pk=round_.pk).update(**dates)
    RegisterVersion.bump(now)
    return round_.name


def _add_rules_and_questions(round_):
    round_.rules.create(kind=RuleKind.LEAD_IS, types=sorted(COUNCILS), nations=["england"])
    round_.rules.create(kind=RuleKind.LEAD_SIGNED)
    round_.rules.create(kind=RuleKind.SIGNED_AT_LEAST, number=3)
    round_.rules.create(kind=RuleKind.LED_AT_MOST, number=2)
    for position, (question, answer) in enumerate(QUESTIONS):
        round_.questions.create(position=position, question=question, answer=answer)
