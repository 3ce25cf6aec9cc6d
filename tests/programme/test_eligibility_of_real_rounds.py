"""The eligibility check with the real rounds' rules: invented signers, and real councils that have ended."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from programme.fund import loading
from signatories.models import Organisation
from tests.factories import make_organisation, make_signature
from tests.pages import heading, text_of
from tests.programme.test_eligibility import ask, on_a_day, tags

pytestmark = pytest.mark.django_db

BEFORE_ROUND_3 = date(2019, 1, 15)


@pytest.fixture(scope="module", autouse=True)
def real_rounds(django_db_setup, django_db_blocker):
    """The real organisations and rounds, loaded once for this file and taken away at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_organisations", verbosity=0)
        loading.load(say=lambda words: None)
        yield
        transaction.set_rollback(True)


def signed_before_round_3(*names):
    """Invented councils, beside the real ones."""
    make_signature(*names, commitments=0, on=BEFORE_ROUND_3)


def test_round_3_wants_a_lead_with_two_signed_partners(client):
    signed_before_round_3("Trumpton", "Chigley", "Camberwick Green")
    make_organisation("Pippin Fort")
    passes = ask(client, "round-3", "Trumpton", "Chigley", "Camberwick Green", led="0")
    assert heading(passes) == "Meets all 3 rules of Round 3"
    assert "The lead had to be a council " in text_of(passes)
    fails = ask(client, "round-3", "Trumpton", "Chigley", "Pippin Fort", led="0")
    assert tags(fails) == ["Met", "Not met", "Met"]
    text = text_of(fails)
    assert "2 councils that take part had signed" in text
    assert "At least 1 more was needed" in text
    assert "Pippin Fort Borough Council had not signed. It can sign the Declaration" in text
    assert "Round 3 was awarded in October 2019, and its closing date is not known" in text


def test_wycombe_answers_for_itself_in_the_days_before_it_ended_and_then_by_its_successor(client):
    wycombe = Organisation.objects.get(code="E07000007")
    make_signature(wycombe, commitments=0, on=BEFORE_ROUND_3)
    response = ask(client, "round-4", "London Borough of Lambeth", "Wycombe District Council", funded="round-3")
    text = text_of(response)
    assert "Asked as of 13 March 2020" in text
    assert "Wycombe District Council signed on 15 January 2019" in text
    assert "Buckinghamshire" not in text
    assert "Reducing invalid planning applications" in text
    assert tags(response) == ["Met"]
    later = text_of(ask(client, "round-4", "London Borough of Lambeth", "Wycombe", **on_a_day(date(2020, 4, 1))))
    assert "Wycombe District Council ended on 31 March 2020, so the organisation that took over answers for it" in later
    assert "Buckinghamshire Council had not signed" in later


def test_cumbria_answers_by_both_that_took_over_each_counted_once(client):
    make_signature(Organisation.objects.get(code="E06000063"), "Trumpton", commitments=0)
    today = on_a_day(timezone.localdate())
    lead = ask(client, "round-3", "Cumbria County Council", "Allerdale", "Trumpton", led="0", **today)
    # Allerdale became Cumberland too.
    assert "2 councils that take part have signed" in text_of(lead)
    assert tags(lead) == ["Met", "Not met", "Met"]
    assert "Westmorland and Furness Council has not signed" in text_of(lead)
