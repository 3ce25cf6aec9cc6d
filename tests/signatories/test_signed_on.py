"""Had this organisation signed on a date: published signatures, dates known in part, and councils that had ended."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signatories.models import Signatory, Succession
from signatories.models.partial_date import Precision
from signatories.models.signature import Status
from signatories.signed_on import Answer, signed_on
from tests.factories import make_declaration, make_organisation, make_signature
from tests.pages import NOT_PUBLIC

pytestmark = pytest.mark.django_db

SIGNED, NOT_SIGNED, CANNOT_SAY = Answer.SIGNED, Answer.NOT_SIGNED, Answer.CANNOT_SAY
LONG_AFTER = date(2025, 1, 1)


def at_noon(on):
    return timezone.make_aware(datetime.combine(on, time(12)))


def signed(*names, on=date(2018, 11, 9), precision=Precision.DAY, published=LONG_AFTER, **fields):
    """Those councils signed then, as far as the document says; it was published here later."""
    signature = make_signature(*names, commitments=0, published_at=at_noon(published), **fields)
    dated = {"signed_on": on, "signed_on_precision": precision}
    signature.signatories.update(**dated, signed_at=None, signed_by=None, signed_hash="")
    return signature


def took_over(successor, *predecessors, on):
    """The successor begins on that date, and the others end on the day before."""
    after = make_organisation(successor, starts_on=on)
    for name in predecessors:
        before = make_organisation(name)
        before.ends_on = on - timedelta(days=1)
        before.save()
        Succession.objects.create(predecessor=before, successor=after)
    return after


def ask(name, on):
    organisation = make_organisation(name)
    return signed_on([organisation], on, timezone.localdate())[organisation]


def test_it_has_signed_from_the_day_on_the_document_on():
    signature = signed("Trumpton")
    assert ask("Trumpton", date(2018, 11, 8)).answer == NOT_SIGNED
    standing = ask("Trumpton", date(2018, 11, 9))
    assert standing.answer == SIGNED
    assert (standing.part.signature.reference, str(standing.since)) == (signature.reference, "9 November 2018")
    assert ask("Chigley", date(2018, 11, 9)).answer == NOT_SIGNED


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_what_is_not_public_is_no_signature(status):
    signed("Trumpton", status=status)
    assert ask("Trumpton", LONG_AFTER).answer == NOT_SIGNED


def test_a_signature_counts_until_it_is_withdrawn():
    signed("Trumpton", status=Status.WITHDRAWN, withdrawn_at=at_noon(date(2026, 5, 6)))
    before, after = ask("Trumpton", date(2026, 5, 5)), ask("Trumpton", date(2026, 5, 6))
    assert (before.answer, before.had_left) == (SIGNED, False)
    assert (after.answer, after.had_left, after.left_on) == (NOT_SIGNED, True, date(2026, 5, 6))


def test_of_two_that_signed_together_one_may_withdraw_alone():
    signed("Trumpton", "Chigley")
    Signatory.objects.filter(organisation__name="Chigley").update(live=False, withdrawn_at=at_noon(date(2020, 1, 1)))
    assert [ask(name, LONG_AFTER).answer for name in ("Trumpton", "Chigley")] == [SIGNED, NOT_SIGNED]


def test_who_withdrew_and_signed_a_later_version_has_signed_again():
    signed("Trumpton", status=Status.WITHDRAWN, withdrawn_at=at_noon(date(2020, 1, 1)))
    newer = signed("Trumpton", on=date(2022, 2, 2), declaration=make_declaration("2022", dated_on=date(2022, 1, 1)))
    between, after = ask("Trumpton", date(2021, 1, 1)), ask("Trumpton", date(2023, 1, 1))
    assert (between.answer, between.had_left) == (NOT_SIGNED, True)
    assert (after.answer, after.part.signature, after.part.declaration.version) == (SIGNED, newer, "2022")


@pytest.mark.parametrize(
    ("precision", "before", "within", "after"),
    [
        (Precision.MONTH, date(2018, 10, 31), date(2018, 11, 15), date(2018, 11, 30)),
        # The Declaration came out on 4 July 2018.
        (Precision.YEAR, date(2018, 7, 3), date(2018, 11, 15), date(2018, 12, 31)),
        (Precision.UNKNOWN, date(2018, 7, 3), date(2024, 12, 31), LONG_AFTER),
    ],
)
def test_a_date_known_in_part_cannot_say_of_the_days_that_it_may_mean(precision, before, within, after):
    signed("Trumpton", on=None if precision == Precision.UNKNOWN else date(2018, 11, 1), precision=precision)
    answers = [ask("Trumpton", on).answer for on in (before, within, after)]
    assert answers == [NOT_SIGNED, CANNOT_SAY, SIGNED]


def test_a_standing_signature_without_a_date_counts_today_and_from_then_on():
    today = timezone.localdate()
    signed("Trumpton", on=None, precision=Precision.UNKNOWN, published=today)
    answers = [ask("Trumpton", today + timedelta(days=days)).answer for days in (-1, 0, 400)]
    assert answers == [CANNOT_SAY, SIGNED, SIGNED]
    assert str(ask("Trumpton", today).since) == "date not known"


def test_what_was_signed_on_the_web_is_dated_by_what_the_register_saw():
    signature = make_signature("Trumpton")
    signature.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    today = timezone.localdate()
    assert ask("Trumpton", today - timedelta(days=1)).answer == NOT_SIGNED
    assert ask("Trumpton", today).since.day == today


# ---- Councils that had ended


def test_a_council_answers_for_itself_to_its_last_day_and_then_by_its_successor():
    signed("Trumpton")
    successor = took_over("Trumptonshire", "Trumpton", on=date(2020, 4, 1))
    last, first = ask("Trumpton", date(2020, 3, 31)), ask("Trumpton", date(2020, 4, 1))
    assert (last.answer, last.has_ended, last.heirs) == (SIGNED, False, ())
    assert (first.answer, first.has_ended, first.bodies[0].organisation) == (NOT_SIGNED, True, successor)
    signed("Trumptonshire", on=date(2021, 1, 1))
    assert ask("Trumpton", date(2021, 1, 1)).answer == SIGNED


def test_two_successors_that_answer_alike_are_one_answer_and_otherwise_nobody_can_say():
    for name in ("Camberwick Green", "Chigley"):
        took_over(name, "Trumpton", on=date(2023, 4, 1))
    assert ask("Trumpton", LONG_AFTER).answer == NOT_SIGNED
    signed("Chigley", on=date(2024, 1, 1))
    one = ask("Trumpton", LONG_AFTER)
    assert [(heir.organisation.name, heir.answer) for heir in one.heirs] == [
        ("Camberwick Green", NOT_SIGNED),
        ("Chigley", SIGNED),
    ]
    assert one.answer == CANNOT_SAY
    signed("Camberwick Green", on=date(2024, 1, 1))
    assert ask("Trumpton", LONG_AFTER).answer == SIGNED


def test_a_successor_that_has_ended_too_is_passed_over_and_circles_end():
    took_over("Trumpton and Chigley", "Trumpton", on=date(2019, 4, 1))
    last = took_over("Trumptonshire", "Trumpton and Chigley", on=date(2023, 4, 1))
    for on, name in ((date(2020, 1, 1), "Trumpton and Chigley"), (LONG_AFTER, "Trumptonshire")):
        assert [heir.organisation.name for heir in ask("Trumpton", on).heirs] == [name]
    assert [heir.organisation for heir in ask("Trumpton", LONG_AFTER).heirs] == make_organisation("Trumpton").heirs(
        LONG_AFTER
    )
    last.ends_on = date(2024, 1, 1)
    last.save()
    Succession.objects.create(predecessor=last, successor=make_organisation("Trumpton"))
    assert ask("Trumpton", LONG_AFTER).answer == NOT_SIGNED


def test_many_organisations_cost_no_more_queries_than_two():
    def cost(organisations):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert signed_on(organisations, LONG_AFTER, LONG_AFTER)
        return len(queries)

    took_over("Trumptonshire", *(f"Trumpton {number}" for number in range(20)), on=date(2020, 4, 1))
    ended = [make_organisation(f"Trumpton {number}") for number in range(20)]
    going_on = [make_organisation(f"Chigley {number}") for number in range(20)]
    signed(*going_on)
    assert cost([ended[0], going_on[0]]) == cost(ended + going_on) == 2
