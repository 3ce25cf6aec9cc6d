"""Organisations ended, merged, split and put together without JavaScript: their names or codes are typed."""

from datetime import date

import pytest
from django.utils import timezone

from signatories.models import Organisation, Succession
from tests.factories import make_organisation

from .test_admin_reorganising import address, decide, new_rows, newcomer, text

pytestmark = pytest.mark.django_db

LAST_DAY = {"last_day": "2026-03-31"}


def heirs(organisation):
    return {one.name for one in Organisation.objects.get(pk=organisation.pk).heirs(timezone.localdate())}


def test_those_that_take_over_are_named_one_on_a_line(admin_client):
    old, code = make_organisation("Trumptonshire"), make_organisation("Chigley").code
    make_organisation("Trumpton")
    assert "Organisations that take over, by name or code" in text(admin_client.get(address(old, "end")))
    decide(admin_client, old, "end", LAST_DAY | {"successors_named": f"Trumpton Borough Council\r\n\r\n{code.lower()}"})
    assert heirs(old) == {"Trumpton", "Chigley"}


def test_one_is_split_into_one_that_is_named_and_one_that_is_new(admin_client):
    old = make_organisation("Trumptonshire")
    make_organisation("Trumpton")
    data = LAST_DAY | {"successors_named": "trumpton"} | new_rows(newcomer("Chigley"), {})
    decide(admin_client, old, "split", data)
    assert heirs(old) == {"Trumpton", "Chigley"}


def test_several_that_are_named_merge_into_another(admin_client):
    one, two = make_organisation("Trumpton"), make_organisation("Chigley")
    new = make_organisation("Camberwick Green", starts_on=date(2026, 4, 1))
    named = {"ending": [one.pk], "ending_named": "Chigley", "successor_named": "Camberwick Green Borough Council"}
    landed = decide(admin_client, one, "merge", LAST_DAY | named | new_rows())
    assert landed.redirect_chain[-1][0] == f"/admin/signatories/organisation/{one.pk}/about/"
    ended = f"{one.official_name} and {two.official_name}: 31 March 2026"
    assert f"They are merged. Last day of {ended}. {new.official_name} takes over." in text(landed)
    assert heirs(one) == heirs(two) == {new.name}


def test_it_is_really_the_one_that_is_named(admin_client):
    twice, real = make_organisation("Trumpton Town", checked_at=None), make_organisation("Trumpton")
    landed = decide(admin_client, twice, "same-as", {"real_named": real.code})
    assert f"{twice.official_name} was really {real.official_name}." in text(landed)
    assert not Organisation.objects.filter(pk=twice.pk).exists()


@pytest.mark.parametrize(
    ("action", "given", "words"),
    [
        ("end", {"successors_named": "Ambridge"}, "“Ambridge” is not in the register"),
        ("end", {"successors_named": "Trumpton council"}, "(E07000001) or Trumpton Town Council (E06000002): enter"),
        ("merge", {"ending_named": "Camberwick Green"}, "Select at least 2"),
        ("merge", {"ending_named": ""}, "Select the organisations that end"),
        ("same-as", {"real_named": "Chigley"}, "“Chigley” is not in the register"),
        ("same-as", {"real_named": "", "real": ""}, "Select the organisation that it really is"),
        ("same-as", {"real": "camberwick", "real_named": "E06000002"}, "choose one of them"),
    ],
)
def test_a_name_that_is_unknown_or_unclear_is_said_and_kept(admin_client, action, given, words):
    council, other = make_organisation("Chigley"), make_organisation("Camberwick Green")
    make_organisation("Trumpton", code="E07000001", official_name="Trumpton District Council")
    make_organisation("Trumpton Town", code="E06000002", official_name="Trumpton Town Council").know_names("Trumpton")
    if given.get("real"):
        given = given | {"real": other.pk}
    answer = admin_client.post(address(council, action), LAST_DAY | new_rows() | given | {"preview": "1"})
    page = text(answer)
    assert words in page, page
    assert all(str(typed) in page for typed in given.values())
    assert answer.status_code == 200
    assert not Succession.objects.exists()
