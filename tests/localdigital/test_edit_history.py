"""What the delivery team edits freely keeps its versions: who changed what, word by word."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from localdigital.edit_history import SIZE, changes_of
from localdigital.models import AuditEvent, Reason, RegisterVersion
from signatories.models import CoPublisher, Declaration, EmailDomain, Organisation, Principle
from tests.factories import make_declaration, make_organisation, make_principles, make_user
from tests.signatories.test_admin_declarations import form as declaration_form
from tests.signatories.test_admin_organisations import address as organisation_address
from tests.signatories.test_admin_organisations import form_of

pytestmark = pytest.mark.django_db


def text(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def history(client, thing):
    return text(client.get(f"/admin/{thing._meta.label_lower.replace('.', '/')}/{thing.pk}/history/"))


def edit_principle(client, principle, **changes):
    given = {"title": principle.title, "summary": principle.summary, "body": principle.body} | changes
    assert client.post(f"/admin/signatories/principle/{principle.pk}/change/", given).status_code == 302


def test_an_edited_principle_is_in_the_log_and_the_history_and_on_public_pages_at_once(admin_client, moderator):
    principle = make_principles()[0]
    before = RegisterVersion.current().number
    edit_principle(admin_client, principle, summary="About people, first of all", body="Do it well.")
    assert RegisterVersion.current().number > before
    event = AuditEvent.objects.about(principle).get()
    assert (event.kind, event.actor_id, event.details["fields"]) == (
        "principle.change", moderator.pk, ["summary", "body"],
    )  # fmt: skip
    newest = changes_of(principle)[0][0]
    assert (newest.by, [one.label for one in newest.differences]) == (moderator.username, ["Summary", "Body"])
    page = history(admin_client, principle)
    assert "<del>" in page
    assert "[removed: " in page
    assert "first of all" in page
    assert f"changed by {moderator.username}" in page


def test_what_a_command_changed_is_no_part_of_the_next_editors_change(admin_client):
    principle = make_principles()[0]
    Principle.objects.filter(pk=principle.pk).update(summary="By a command")
    principle.refresh_from_db()
    edit_principle(admin_client, principle, title="People first")
    versions, older = changes_of(principle)
    assert not older
    assert [(one.what, [each.label for each in one.differences]) for one in versions] == [
        ("Changed", ["Title"]), ("Changed outside these pages", ["Summary"]),
        ("Added", ["Number", "Slug", "Title", "Summary", "Body"]),
    ]  # fmt: skip


def test_the_names_domains_and_successors_of_an_organisation_are_told_with_its_fields(admin_client, moderator):
    body, successor = make_organisation("Trumpton"), make_organisation("Camberwick Green")
    county = make_organisation("Chigley", type="county")
    rows = {"names": [{"name": "Trumpton on Sea"}], "domains": [{"domain": "trumpton.gov.uk"}]}
    rows |= {"successors": [{"successor": successor.pk}]}
    data = form_of(body, **rows, region="south-west", county=county.pk)
    assert admin_client.post(organisation_address(body), data).status_code == 302
    [newest, *_] = changes_of(body)[0]
    shown = {one.label: [words for _, words in one.pieces] for one in newest.differences}
    assert newest.by == moderator.username
    assert shown["Region"] == ["West Midlands", "South West"]
    assert shown["County"] == ["Chigley Borough Council"]
    assert "Trumpton on Sea" in shown["Organisation names"]
    assert "trumpton.gov.uk" in shown["Email domains"]
    assert shown["Successions"] == ["Camberwick Green Borough Council"]
    page = history(admin_client, body)
    for words in ("South West", "Trumpton on Sea", "trumpton.gov.uk", "Camberwick Green Borough Council"):
        assert words in page


def test_a_row_that_is_changed_or_deleted_says_what_it_was(admin_client):
    body = make_organisation("Trumpton")
    domain = EmailDomain.objects.get()
    data = form_of(body) | {
        "email_domains-TOTAL_FORMS": 1, "email_domains-INITIAL_FORMS": 1, "email_domains-0-id": domain.pk,
        "email_domains-0-domain": "new.example.gov.uk", "email_domains-0-organisation": body.pk,
    }  # fmt: skip
    assert admin_client.post(organisation_address(body), data).status_code == 302
    data |= {"email_domains-0-domain": "new.example.gov.uk", "email_domains-0-DELETE": "on"}
    assert admin_client.post(organisation_address(body), data).status_code == 302
    rows = [event.details["rows"] for event in AuditEvent.objects.about(body)]
    assert rows == [
        {"email domains": {"added": ["new.example.gov.uk"], "removed": ["trumpton.example.gov.uk"]}},
        {"email domains": {"added": [], "removed": ["new.example.gov.uk"]}},
    ]


def test_the_history_holds_no_contact_of_an_organisation(admin_client):
    body = make_organisation("Trumpton")
    Organisation.objects.filter(pk=body.pk).update(contact_email="clerk@trumpton.example.gov.uk")
    body.refresh_from_db()
    body.name = "Trumpton Town"
    body.save()
    assert "clerk@" not in history(admin_client, body)


def test_a_draft_declaration_tells_its_changes_and_its_co_publishers(admin_client, moderator):
    add = "/admin/signatories/declaration/add/"
    assert admin_client.post(add, declaration_form(make_organisation("Trumpton"))).status_code == 302
    draft = Declaration.objects.get()
    row = CoPublisher.objects.get()
    changed = declaration_form(body="## Better words", dated_on="05/07/2030") | {
        "copublisher_set-TOTAL_FORMS": 1, "copublisher_set-INITIAL_FORMS": 1, "copublisher_set-0-id": row.pk,
        "copublisher_set-0-declaration": draft.pk, "copublisher_set-0-organisation": row.organisation_id,
        "copublisher_set-0-source": "Its own page", "copublisher_set-0-DELETE": "on",
    }  # fmt: skip
    assert admin_client.post(f"/admin/signatories/declaration/{draft.pk}/change/", changed).status_code == 302
    newest, first = changes_of(draft)[0]
    assert {one.label for one in newest.differences} == {"Dated on", "Body", "Co publishers"}
    assert first.what == "Added"
    assert first.by == moderator.username
    page = history(admin_client, draft)
    assert "5 July 2030" in page
    assert "Trumpton Borough Council, Its own page" in page


def test_reasons_and_the_notice_have_a_history_too(admin_client):
    reason = Reason.objects.create(decision="return", title="A test of reasons", text="Say more.")
    given = {"decision": "return", "title": "A test of reasons", "text": "Say <b>much</b> more.", "position": 1}
    assert admin_client.post(f"/admin/localdigital/reason/{reason.pk}/change/", given).status_code == 302
    answer = admin_client.get(f"/admin/localdigital/reason/{reason.pk}/history/").content.decode()
    assert "&lt;b&gt;much&lt;/b&gt;" in answer
    assert "Is active" in answer
    assert "Nobody has changed it here yet" in text(admin_client.get("/admin/localdigital/servicesettings/1/history/"))
    notice = {"notice": "We are moving", "sign_up_is_open": "on"}
    for words in ("We are moving", "We have moved"):
        admin_client.post("/admin/localdigital/servicesettings/1/change/", notice | {"notice": words})
    assert "have moved" in text(admin_client.get("/admin/localdigital/servicesettings/1/history/"))


def test_a_long_history_has_pages_and_costs_the_same(admin_client, moderator):
    principle = make_principles()[0]
    for number in range(SIZE * 2):
        principle.summary = f"Version {number}"
        principle._history_user = make_user(f"editor{number}")
        principle.save()
        rows = {"words": {"added": [f"row {number}"], "removed": []}}
        AuditEvent.record("principle.change", principle, by=principle._history_user, rows=rows)
    address = f"/admin/signatories/principle/{principle.pk}/history/"
    seen = []
    for page in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            answer = admin_client.get(address, {"page": page})
        assert len(queries) <= 10
        seen += answer.context["versions"]
    assert len(seen) == SIZE * 2 + 1
    assert all(len(one.differences) == 2 for one in seen[:-1])
    assert admin_client.get(address, {"page": 4}).status_code == 404
    assert admin_client.get(address, {"page": "x"}).status_code == 400


def test_who_may_not_see_a_thing_does_not_see_its_history(admin_client, moderator):
    declaration = make_declaration()
    type(moderator).objects.update(is_superuser=False)
    assert admin_client.get(f"/admin/signatories/declaration/{declaration.pk}/history/").status_code == 403
