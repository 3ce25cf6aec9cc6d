"""Names in a spreadsheet: confirmed once, remembered for the next file, changed, found by what is like them."""

import re

import pytest

from commitments.admin import importing
from commitments.models import ImportName, ImportRow, Phase
from localdigital.models import AuditEvent
from signatories.models import Signature
from tests.commitments.test_admin_import import as_csv, decide, paper, reloaded, seen, text, upload
from tests.factories import make_declaration, make_organisation, make_principles

pytestmark = pytest.mark.django_db

LOOSE = as_csv([paper("", organisations="Rotherham MBC", title="Listen")])
BEFORE = "“Rotherham MBC” means Rotherham Metropolitan Borough Council, confirmed before"


@pytest.fixture(autouse=True)
def rotherham():
    make_declaration()
    make_principles()
    make_organisation("Chigley")
    return make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")


def confirm(client, source, page, **answers):
    """Send the form of names as it is on the page, with these answers."""
    [name] = source.names.filter(organisation=None)
    given = {f"{kind}-{name.pk}": value for kind, value in answers.items()} | seen(page)
    return reloaded(client, client.post(f"/admin/import/{source.pk}/names/", given, follow=True))


@pytest.mark.parametrize("end", ["confirm", "give-up"])
def test_what_was_confirmed_is_remembered_when_the_file_comes_again(admin_client, end):
    make_organisation("Rotherham Moor")
    source, page = upload(admin_client, LOOSE)
    confirm(admin_client, source, page, other="Chigley", name="other")
    decide(admin_client, source, do=end)
    again, page = upload(admin_client, LOOSE)
    assert "name to confirm" not in text(page)
    assert "“Rotherham MBC” means Chigley Borough Council, confirmed before" in text(page)
    if end == "give-up":
        decide(admin_client, again, do="confirm")
        assert Signature.objects.get().signatories.get().organisation.name == "Chigley"
        assert set(again.rows.values_list("outcome", flat=True)) == {"made"}


def test_what_is_remembered_can_be_changed_and_the_last_word_holds(admin_client, rotherham):
    source, page = upload(admin_client, LOOSE)
    confirm(admin_client, source, page, other="Chigley", name="other")
    again, page = upload(admin_client, LOOSE)
    page = decide(admin_client, again, **{"ask-again": str(again.names.get().pk)})
    assert "1 name to confirm" in text(page)
    page = confirm(admin_client, again, page, name=rotherham.pk)
    assert "“Rotherham MBC” is Rotherham Metropolitan Borough Council" in text(page)
    assert "confirmed before" not in text(page)
    third, page = upload(admin_client, LOOSE)
    assert BEFORE in text(page)
    decide(admin_client, third, do="confirm")
    assert Signature.objects.get().signatories.get().organisation == rotherham


def test_a_name_that_is_sure_is_not_overruled_by_what_was_confirmed_before(admin_client, rotherham):
    source, page = upload(admin_client, LOOSE)
    confirm(admin_client, source, page, other="Chigley", name="other")
    rotherham.know_names("Rotherham MBC")
    _, page = upload(admin_client, LOOSE)
    assert "confirmed before" not in text(page)
    assert "“Rotherham MBC” is Rotherham Metropolitan Borough Council" in text(page)


@pytest.mark.parametrize("typed", ["x00000777", "Chigley"])
def test_another_organisation_is_named_or_given_by_its_code(admin_client, typed):
    make_organisation("Winkstead", code="X00000777")
    source, page = upload(admin_client, LOOSE)
    confirm(admin_client, source, page, other=typed, name="other")
    assert source.names.get().organisation.name == ("Chigley" if typed == "Chigley" else "Winkstead")


def test_a_part_of_the_name_of_another_offers_those_that_are_like_it(admin_client):
    camberwick = make_organisation("Camberwick Green")
    source, page = upload(admin_client, LOOSE)
    page = confirm(admin_client, source, page, other="Camber", name="other")
    assert "“Camber” is not in the register: select one above whose name is like it, or enter" in text(page)
    assert re.search(rf'<input type="radio" name="name-\d+" value="{camberwick.pk}"', page.content.decode())
    assert 'value="Camber"' in page.content.decode()
    confirm(admin_client, source, page, other="Camber", name=camberwick.pk)
    assert source.names.get().organisation == camberwick


def test_what_was_chosen_stays_when_a_colleague_was_quicker(admin_client, rotherham):
    source, page = upload(admin_client, LOOSE)
    decide(admin_client, source, do="check-again")
    refused = confirm(admin_client, source, page, name="other", other="Chigley")
    assert "This import changed since you opened this page" in text(refused)
    assert re.search(r'value="other"[^>]* checked', refused.content.decode())
    assert 'value="Chigley"' in refused.content.decode()
    refused = confirm(admin_client, source, page, name=rotherham.pk)
    assert refused.status_code == 409
    confirm(admin_client, source, refused, name=rotherham.pk)
    assert source.names.get().organisation == rotherham


def test_many_names_are_paged_through_and_each_page_is_confirmed_by_itself(
    admin_client, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(importing, "NAMES_AT_ONCE", 2)
    towns = ["Munnings", "Philby", "Lovelace", "Platt", "Honeyman"]
    for town in towns:
        make_organisation(town, official_name=f"{town} Metropolitan Borough Council")
    rows = [paper("", organisations=f"{town} MBC", title=town) for town in towns]
    source, page = upload(admin_client, as_csv(rows))
    address = f"/admin/import/{source.pk}/"
    assert "Names 1 to 2 of 5" in text(page)
    with django_assert_max_num_queries(12):
        page = admin_client.get(f"{address}?names=3")
    assert "Names 5 to 5 of 5" in text(page)
    assert "“Honeyman MBC” in row 6" in text(page)
    last = source.names.get(written="Honeyman MBC")
    answer = {f"name-{last.pk}": last.candidates[0], f"other-{last.pk}": ""} | seen(page)
    page = reloaded(admin_client, admin_client.post(f"{address}names/", answer, follow=True))
    assert "4 names to confirm" in text(page)
    assert source.names.get(organisation__isnull=False) == last
    assert "Names 3 to 4 of 4" in text(admin_client.get(f"{address}?names=99"))
    assert admin_client.get(f"{address}?names=x").status_code == 400
    assert admin_client.get(f"{address}names/?show=make")["Location"] == f"{address}?show=make"


def test_a_refused_row_shows_what_it_holds_now_before_it_is_saved_over(admin_client):
    source, _ = upload(admin_client, as_csv([paper("Chigley")]))
    address = f"/admin/import/{source.pk}/rows/2/"
    opened = admin_client.get(address)
    admin_client.post(address, paper("Chigley", title="Theirs") | seen(opened))
    page = admin_client.post(address, paper("Chigley", title="Mine") | seen(opened))
    assert "Row 2 as it is now, where it differs from what you typed" in text(page)
    assert "<dd>Theirs</dd>" in text(page)
    assert "<dd>Chigley Borough Council</dd>" not in text(page)
    admin_client.post(address, paper("Chigley", title="Mine") | seen(page))
    assert ImportRow.objects.get().cells["title"] == "Mine"
    decide(admin_client, source, do="give-up")
    gone = admin_client.post(address, paper("Chigley", title="Mine") | seen(page))
    assert gone.status_code == 404


def test_asking_again_waits_for_its_turn_and_leaves_no_trace_of_names_in_the_log(admin_client):
    source, page = upload(admin_client, LOOSE)
    confirm(admin_client, source, page, other="Chigley", name="other")
    name = ImportName.objects.get()
    admin_client.post(f"/admin/import/{source.pk}/decide/", {"ask-again": str(name.pk)} | seen(page))
    name.refresh_from_db()
    source.refresh_from_db()
    assert (name.organisation.name, source.phase) == ("Chigley", Phase.PREVIEW)
    assert not AuditEvent.objects.filter(details__icontains="Rotherham").exists()
