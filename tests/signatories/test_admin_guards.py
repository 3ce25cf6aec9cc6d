"""What no editor changes by the way, and what no form of an organisation takes."""

import html

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from localdigital.admin import PASSWORD_TRIES
from localdigital.models import User
from signatories.models import Organisation, Succession
from signatories.shared_domains import is_shared
from tests.factories import make_organisation
from tests.signatories.test_admin_organisations import address, form_of

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def editor(moderator):
    moderator.is_superuser = False
    moderator.save()
    moderator.groups.add(Group.objects.get(name="Editor"))
    return moderator


def domain_row(domain):
    return {
        "email_domains-TOTAL_FORMS": 1, "email_domains-INITIAL_FORMS": 0, "email_domains-0-domain": domain,
    }  # fmt: skip


def test_an_editor_ends_moves_and_vouches_for_no_organisation(admin_client, editor):
    body = make_organisation("Trumpton")
    given = form_of(body, ends_on="01/01/2020", slug="elsewhere", code="E00000001") | domain_row("council.example")
    admin_client.post(address(body), given)
    stored = Organisation.objects.get(pk=body.pk)
    assert (stored.ends_on, stored.slug, stored.code) == (None, body.slug, body.code)
    assert [one.domain for one in stored.email_domains.all()] == ["trumpton.example.gov.uk"]


@pytest.mark.parametrize("domain", ["gov.uk", "gmail.com", "co.uk"])
def test_a_domain_that_anybody_may_have_is_no_organisations_own(admin_client, domain):
    body = make_organisation("Trumpton")
    body.email_domains.all().delete()
    page = text(admin_client.post(address(body), form_of(body) | domain_row(domain)))
    assert is_shared(domain)
    assert f"{domain} is not one organisation’s own" in page
    assert not body.email_domains.exists()


def test_nobody_takes_over_from_their_own_successor(admin_client):
    first, second = make_organisation("Trumpton"), make_organisation("Chigley")
    Succession.objects.create(predecessor=first, successor=second)
    row = {
        "successions-TOTAL_FORMS": 1, "successions-INITIAL_FORMS": 0, "successions-0-successor": first.pk,
    }  # fmt: skip
    page = text(admin_client.post(address(second), form_of(second) | row))
    assert "This organisation took over from that one" in page
    assert Succession.objects.count() == 1


@pytest.mark.parametrize(("action", "field"), [("end", "last_day"), ("rename", "renamed_on")])
@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01"])
def test_a_date_out_of_all_proportion_is_said_beside_the_field(admin_client, action, field, on):
    body, heir = make_organisation("Trumpton"), make_organisation("Chigley")
    given = {field: on, "successors": [heir.pk], "official_name": "X", "name": "X", "slug": "x", "preview": "1"}
    page = admin_client.post(f"/admin/signatories/organisation/{body.pk}/reorganise/{action}/", given)
    assert page.status_code == 200
    assert "Enter a date from 1974 to 10 years from now" in text(page) or "must be a real date" in text(page)


def test_ones_own_password_is_not_guessed_at_on_any_page(admin_client, moderator):
    given = {"old_password": "wrong", "new_password1": "a new long password", "new_password2": "a new long password"}
    for _ in range(PASSWORD_TRIES):
        admin_client.post("/admin/password_change/", given)
    given["old_password"] = "a long password for tests"
    page = admin_client.post("/admin/password_change/", given, follow=True)
    assert "Too many attempts" in text(page)
    assert User.objects.get(pk=moderator.pk).check_password("a long password for tests")


def test_an_administrator_made_with_capitals_is_known_by_the_name_that_signs_in(capsys):
    call_command("create_administrator", "Jo@Example.gov.uk", "jo@example.gov.uk")
    assert User.objects.get().username == "jo@example.gov.uk"
