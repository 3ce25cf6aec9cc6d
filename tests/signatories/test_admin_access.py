"""Access in the admin: the team gives it by an address and ends it, finds it, and says who publishes at once."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import daily
from commitments.models import MOVES, Commitment, ProgressUpdate, Revision
from localdigital.models import AuditEvent
from signatories import people
from signatories.admin.kinds import KINDS
from signatories.models import Access, Organisation
from tests.factories import make_access, make_organisation, make_person
from tests.signatories.test_admin_organisations import address, form_of

pytestmark = pytest.mark.django_db

LIST = "/admin/signatories/access/"


def text(response):
    return html.unescape(response.content.decode())


def give(client, organisation, email):
    return client.post(f"{LIST}add/", {"organisation": organisation.pk, "email": email}, follow=True)


def test_access_is_given_by_an_address_emailed_and_logged(admin_client, moderator, outbox_text):
    body = make_organisation("Trumpton")
    page = give(admin_client, body, "Pugh.Barney@trumpton.example.gov.uk")
    assert "We have invited pugh.barney@trumpton.example.gov.uk to report for Trumpton Borough Council" in text(page)
    access = Access.objects.get()
    assert access.organisation == body
    event = AuditEvent.objects.get(kind="access.begin")
    assert (event.actor_id, event.details) == (moderator.pk, {"organisation": body.pk, "person": access.person_id})
    [(to, _, letter)] = outbox_text()
    assert to == "pugh.barney@trumpton.example.gov.uk"
    assert "The delivery team has given you access" in letter


def test_giving_it_twice_gives_it_once(admin_client):
    body = make_organisation("Trumpton")
    for _ in range(2):
        assert give(admin_client, body, "pugh@trumpton.example.gov.uk").status_code == 200
    assert Access.objects.count() == 1
    assert AuditEvent.objects.filter(kind="access.begin").count() == 1


@pytest.mark.parametrize(
    ("fields", "email", "said"),
    [
        ({}, "nobody", "Enter a valid email address"),
        ({}, "", "Enter their work email address"),
        ({"ends_on": timezone.datetime(2023, 3, 31)}, "a@example.gov.uk", "does not exist today"),
        ({"checked_at": None}, "a@example.gov.uk", "Accept this organisation into the register first"),
    ],
)
def test_what_does_not_fit_is_told_and_not_given(admin_client, fields, email, said):
    page = give(admin_client, make_organisation("Trumpton", **fields), email)
    assert said in text(page)
    assert not Access.objects.exists()


def test_a_link_to_the_form_brings_its_organisation_and_any_other_text_does_no_harm(admin_client):
    body = make_organisation("Trumpton")
    assert "Trumpton Borough Council" in text(admin_client.get(f"{LIST}add/?organisation={body.pk}"))
    for wrong in ("x", "9" * 30, "²", "-1"):
        assert admin_client.get(f"{LIST}add/", {"organisation": wrong}).status_code == 200


def test_access_is_ended_after_asking_and_the_person_told(admin_client, moderator, outbox_text):
    access = make_access(make_person(), "Trumpton")
    page = text(admin_client.get(f"{LIST}{access.pk}/end/"))
    assert "End the access of pugh.barney@trumpton.example.gov.uk?" in page
    assert "Nobody will be left to report for Trumpton Borough Council" in page
    assert Access.objects.live().exists()
    for _ in range(2):
        admin_client.post(f"{LIST}{access.pk}/end/")
    assert not Access.objects.live().exists()
    event = AuditEvent.objects.get(kind="access.end")
    assert event.actor_id == moderator.pk
    assert [subject for _, subject, _ in outbox_text()] == ["You no longer report for Trumpton Borough Council"]
    assert "It ended on" in text(admin_client.get(f"{LIST}{access.pk}/end/"))


def test_it_is_found_by_any_name_of_the_organisation_and_by_a_part_of_the_address(admin_client):
    make_access(make_person("Pugh Barney"), "Trumpton")
    make_access(make_person("Windy Miller", at="chigley.example.gov.uk"), "Chigley")
    for typed in ("trumpton bc", "pugh.barney", "Trumpton Borough"):
        page = text(admin_client.get(LIST, {"q": typed}))
        assert "pugh.barney@" in page, typed
        assert "windy.miller@" not in page, typed


def test_those_that_ended_are_listed_apart(admin_client):
    people.end_access(make_access(make_person("Pugh Barney"), "Trumpton"), by=None)
    make_access(make_person("Windy Miller"), "Trumpton")
    assert "pugh.barney@" not in text(admin_client.get(LIST))
    assert "windy.miller@" not in text(admin_client.get(LIST, {"ended": "yes"}))
    assert "pugh.barney@" in text(admin_client.get(LIST, {"ended": "all"}))


def test_the_organisation_says_who_reports_for_it(admin_client):
    body = make_organisation("Trumpton")
    assert "Nobody reports for it." in text(admin_client.get(address(body)))
    access = make_access(make_person(), body)
    page = text(admin_client.get(address(body)))
    assert "pugh.barney@trumpton.example.gov.uk, since" in page
    assert f"{LIST}{access.pk}/end/" in page
    assert f"{LIST}add/?organisation={body.pk}" in page


def test_pages_cost_the_same_for_many(admin_client):
    body, counts = make_organisation("Trumpton"), []
    make_access(make_person(), body)
    pages = [LIST, address(body), f"{LIST}add/?organisation={body.pk}", f"{LIST}{Access.objects.get().pk}/end/"]
    admin_client.get(pages[1])
    for number in (2, 30):
        for index in range(number):
            make_access(make_person(f"Clerk {number} {index}"), body)
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 12


def test_nobody_gives_or_ends_it_without_the_permission(admin_client, moderator):
    access = make_access(make_person(), "Trumpton")
    moderator.is_superuser = False
    moderator.save()
    for page in (LIST, f"{LIST}add/", f"{LIST}{access.pk}/end/", f"{LIST}{access.pk}/change/"):
        assert admin_client.get(page).status_code == 403, page
    assert admin_client.post(f"{LIST}{access.pk}/end/").status_code == 403
    assert Access.objects.live().exists()


def test_nobody_changes_or_deletes_one(admin_client):
    access = make_access(make_person(), "Trumpton")
    assert admin_client.post(f"{LIST}{access.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"{LIST}{access.pk}/change/", {"email": "x@example.gov.uk"}).status_code == 403


def test_an_editor_changes_its_facts_and_not_whether_it_publishes_at_once(admin_client, moderator):
    moderator.is_superuser = False
    moderator.save()
    moderator.groups.add(Group.objects.get(name="Editor"))
    body = make_organisation("Trumpton")
    admin_client.post(address(body), form_of(body, website="https://trumpton.example.gov.uk", publishes_at_once="on"))
    body.refresh_from_db()
    assert body.website
    assert not body.publishes_at_once


def test_who_publishes_at_once_is_set_there_and_logged_with_before_and_after(admin_client, moderator):
    body = make_organisation("Trumpton")
    assert "public at once, without the delivery team" in text(admin_client.get(address(body)))
    admin_client.post(address(body), form_of(body, publishes_at_once="on"))
    assert Organisation.objects.get(pk=body.pk).publishes_at_once
    event = AuditEvent.objects.about(body).get()
    assert event.actor_id == moderator.pk
    assert event.details == {
        "fields": ["publishes_at_once"],
        "before": {"publishes_at_once": False},
        "after": {"publishes_at_once": True},
    }
    admin_client.post(address(body), form_of(body, official_name="Trumpton Council", publishes_at_once="on"))
    assert "before" not in AuditEvent.objects.about(body).last().details


def test_everything_that_a_submission_can_do_has_words_in_the_log():
    told = {
        f"{model._meta.verbose_name.replace(' ', '_')}.{move}"
        for model in (Commitment, ProgressUpdate, Revision)
        for move in model.MAKES
        if move in MOVES
    }
    # A document's own move tells it for its commitments.
    assert told - set(KINDS) == {"commitment.publish_with_document"}


def test_every_kind_that_the_apps_record_by_name_has_words_in_the_log():
    recorded = set()
    for app in ("commitments", "signatories"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            recorded |= set(re.findall(r'AuditEvent\.(?:record|of)\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert len(recorded) > 10
    verbs = ("announce_deletion", "delete_untouched")
    recorded |= {AuditEvent.kind_of(kind, verb) for kind in daily.KINDS for verb in verbs}
    assert recorded - set(KINDS) == set()
