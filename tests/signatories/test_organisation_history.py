"""What the page of an organisation says of its end, of what it took on, and of where it is named."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from commitments import partners, succession
from commitments.models import Status as Sent
from signatories.models import Organisation, Succession
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_signature, make_update
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def page(client, slug):
    return text_of(client.get(f"/organisations/{slug}/"))


@pytest.fixture
def ended():
    """Trumptonshire, which ended with a commitment; Trumpton and Chigley took over from it."""
    old = make_organisation("Trumptonshire", ends_on=date(2023, 3, 31))
    for name in ("Trumpton", "Chigley"):
        Succession.objects.create(predecessor=old, successor=make_organisation(name))
    return make_commitment(make_signature(old, commitments=0), title="Share a bot")


def test_cumbrias_page_names_both_successors_and_taunton_deanes_the_whole_chain(client):
    call_command("import_organisations", verbosity=0)
    cumbria = page(client, "cumbria")
    assert "This organisation ended on 31 March 2023. What it did passed to: Cumberland Council" in cumbria
    assert "Westmorland and Furness Council" in cumbria
    taunton = page(client, "taunton-deane")
    assert (
        "What it did passed to: Somerset West and Taunton Council , which ended on 31 March 2023 and passed it to: "
        "Somerset Council" in taunton
    )
    somerset = page(client, "somerset")
    assert "Took over from" in somerset
    assert "Somerset West and Taunton Council" in somerset


def test_nobody_has_decided_yet(client, ended):
    assert "Not yet decided whether a successor takes it on" in page(client, "trumptonshire")


def test_who_took_it_on_and_when_is_on_the_pages_of_both(client, ended):
    when = timezone.make_aware(timezone.datetime(2023, 5, 1, 12))
    succession.adopt(ended, make_organisation("Trumpton"), by=None, now=when)
    assert "Taken on by Trumpton Borough Council on 1 May 2023" in page(client, "trumptonshire")
    trumpton = page(client, "trumpton")
    assert "What it took on" in trumpton
    assert "Share a bot Taken on 1 May 2023, made by: Trumptonshire Borough Council" in trumpton
    assert "What it took on" not in page(client, "chigley")


def test_what_lapsed_says_when(client, ended):
    when = timezone.make_aware(timezone.datetime(2024, 5, 1, 12))
    succession.lapse(ended, by=None, note="Switched off", now=when)
    text = page(client, "trumptonshire")
    assert "Lapsed on 1 May 2024" in text
    assert "Not yet decided" not in text


def test_what_is_delivered_needs_nobody(client, ended):
    make_update(ended, stage="delivered")
    text = page(client, "trumptonshire")
    assert "Delivered" in text
    assert "Not yet decided" not in text


def test_of_a_joint_one_the_other_goes_on(client):
    old = make_organisation("Trumptonshire", ends_on=date(2023, 3, 31))
    make_signature(old, "Camberwick Green")
    text = page(client, "trumptonshire")
    assert "Camberwick Green Borough Council goes on with it" in text
    assert "Not yet decided" not in text


def test_an_organisation_that_has_not_ended_says_nothing_of_successors(client, ended):
    text = page(client, "trumpton")
    assert "Not yet decided" not in text
    later = make_organisation("Pippin Fort", ends_on=timezone.localdate() + timedelta(days=30))
    make_signature(later)
    assert "Not yet decided" not in page(client, "pippin-fort")


def test_circles_of_successions_end(client):
    first, second = (make_organisation(name, ends_on=date(2023, 3, 31)) for name in ("Trumptonshire", "Pippin Fort"))
    Succession.objects.create(predecessor=first, successor=second)
    Succession.objects.create(predecessor=second, successor=first)
    assert "Pippin Fort Borough Council" in page(client, "trumptonshire")


def test_it_says_whether_it_confirmed_where_others_name_it_and_not_where_it_said_no(client):
    chigley = make_organisation("Chigley")
    promises = [
        make_commitment(make_signature(by, commitments=0), title=title, partners=[chigley])
        for by, title in (("Trumpton", "Share a bot"), ("Camberwick Green", "Open maps"), ("Pippin Fort", "One form"))
    ]
    for promise, confirmed in zip(promises, (True, False), strict=False):
        partners.answer(promise.partners.get(), confirmed=confirmed, by=None)
    text = page(client, "chigley")
    bot, form = text.index("Share a bot"), text.index("One form")
    assert "Confirmed by this organisation" in text[bot:]
    assert "Not yet confirmed by this organisation" in text[form:bot]
    assert "Open maps" not in text


def test_only_commitments_that_anyone_may_read_are_listed(client):
    signature = make_signature("Trumpton", commitments=0)
    chigley = make_organisation("Chigley")
    added = timezone.now()
    for status in (Sent.DRAFT, Sent.AWAITING_REVIEW, Sent.RETURNED):
        make_commitment(signature, title="Secret", partners=[chigley], status=status, published_at=None, added_at=added)
    make_commitment(signature, title="Added later", partners=[chigley], added_at=added)
    removed = make_signature("Camberwick Green", status=Status.REMOVED, commitments=0)
    make_commitment(removed, title="Secret", partners=[chigley])
    for slug in ("trumpton", "chigley"):
        text = page(client, slug)
        assert "Added later" in text
        assert "Secret" not in text


def test_a_commitment_that_a_council_withdrew_says_so(client):
    promise = make_commitment(make_signature("Trumpton", commitments=0), title="Share a bot")
    make_update(promise, kind="withdrawal", stage="", done="No money")
    promise.refresh_from_db()
    promise.move("withdraw", by=None, ended_at=timezone.make_aware(timezone.datetime(2024, 5, 1, 12)))
    assert "Withdrawn on 1 May 2024" in page(client, "trumpton")
    assert Organisation.objects.filter(slug="trumpton").exists()
