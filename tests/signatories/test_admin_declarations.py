"""Versions of the Declaration and the principles in the admin: drafts are edited, published ones stay."""

import html
from datetime import date, timedelta

import pytest
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import CoPublisher, Declaration
from tests.factories import make_declaration, make_organisation, make_principles

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


def address(declaration, page="change"):
    return f"/admin/signatories/declaration/{declaration.pk}/{page}/"


def co_publishers(*organisations):
    data = {"copublisher_set-TOTAL_FORMS": len(organisations), "copublisher_set-INITIAL_FORMS": 0}
    for number, organisation in enumerate(organisations):
        data[f"copublisher_set-{number}-organisation"] = organisation.pk
        data[f"copublisher_set-{number}-source"] = "Its own page"
    return data


def form(*organisations, **changes):
    return {
        "version": "2030",
        "title": "Declaration 2030",
        "dated_on": "04/07/2020",
        "official_url": "https://example.gov.uk/2030",
        "summary_of_changes": "",
        "body": "## New words",
        **co_publishers(*organisations),
        **changes,
    }


def test_a_draft_is_written_read_and_published(admin_client, moderator):
    admin_client.post("/admin/signatories/declaration/add/", form(make_organisation("Trumpton")))
    draft = Declaration.objects.get()
    admin_client.post(address(draft), form(body="## Better words") | {"copublisher_set-TOTAL_FORMS": 0})
    assert "Better words" in text(admin_client.get(address(draft, "preview")))
    assert "never be changed" in text(admin_client.get(address(draft, "publish")))
    draft.refresh_from_db()
    assert draft.published_at is None

    before = RegisterVersion.current().number
    assert admin_client.post(address(draft, "publish")).status_code == 302

    draft.refresh_from_db()
    assert draft.published_at
    assert RegisterVersion.current().number > before
    assert {event.actor_id for event in AuditEvent.objects.about(draft)} == {moderator.pk}
    assert "Better words" in text(admin_client.get(draft.get_absolute_url()))


def test_its_date_is_written_in_words_and_a_missing_address_is_asked_for(admin_client):
    page = "/admin/signatories/declaration/add/"
    answer = text(admin_client.post(page, form(dated_on="1 December 2020", official_url="")))
    assert "Official web address" in answer
    assert "Enter the web address of the official text" in answer
    assert not Declaration.objects.exists()
    admin_client.post(page, form(dated_on="1 December 2020"))
    draft = Declaration.objects.get()
    assert draft.dated_on == date(2020, 12, 1)
    assert 'value="01/12/2020"' in text(admin_client.get(address(draft)))


def test_a_version_dated_after_today_is_not_published_before_its_day(admin_client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    draft = make_declaration("2030", published=False, dated_on=tomorrow)
    said = f"dated {tomorrow:%-d %B %Y}"
    for page in ("change", "publish"):
        shown = text(admin_client.get(address(draft, page)))
        assert said in shown
        assert "Publish this version" not in shown
    assert said in text(admin_client.post(address(draft, "publish"), follow=True))
    draft.refresh_from_db()
    assert draft.published_at is None

    Declaration.objects.update(dated_on=timezone.localdate())
    assert "Publish this version for good" in text(admin_client.get(address(draft, "publish")))
    assert "is published" in text(admin_client.post(address(draft, "publish"), follow=True))


def test_publishing_twice_is_said_in_words(admin_client):
    draft = make_declaration("2030", published=False)
    admin_client.post(address(draft, "publish"))
    answer = admin_client.post(address(draft, "publish"), follow=True)
    assert answer.status_code == 200
    assert "published already" in text(answer)


def test_a_published_version_shows_no_boxes_and_keeps_its_words(admin_client):
    declaration = make_declaration("2018")
    page = text(admin_client.get(address(declaration)))
    assert "A published version never changes" in page
    assert 'name="body"' not in page
    answer = admin_client.post(address(declaration), form(title="Mine", body="Mine"))
    assert answer.status_code == 302
    declaration.refresh_from_db()
    assert declaration.title == "Local Digital Declaration 2018"
    assert admin_client.post(address(declaration, "delete"), {"post": "yes"}).status_code == 403


def test_co_publishers_of_a_published_version_can_be_put_right(admin_client):
    declaration, organisation = make_declaration("2018"), make_organisation("Trumpton")
    before = RegisterVersion.current().number
    assert admin_client.post(address(declaration), co_publishers(organisation)).status_code == 302
    assert CoPublisher.objects.get().organisation == organisation
    assert AuditEvent.objects.about(declaration).get().details["fields"] == ["copublisher_set"]
    assert RegisterVersion.current().number > before


def test_a_version_published_while_its_form_was_open_is_no_server_error(admin_client, monkeypatch):
    from signatories.admin.declarations import DeclarationAdmin

    draft = make_declaration("2030", published=False)
    save = DeclarationAdmin.save_model

    def published_meanwhile(self, request, obj, form, change):
        Declaration.objects.filter(pk=obj.pk).update(published_at=obj.dated_on.isoformat() + "T00:00:00Z")
        save(self, request, obj, form, change)

    monkeypatch.setattr(DeclarationAdmin, "save_model", published_meanwhile)
    answer = admin_client.post(address(draft), form(title="Mine"), follow=True)
    assert "published meanwhile" in text(answer)
    draft.refresh_from_db()
    assert draft.title != "Mine"


def test_an_edited_principle_is_logged_and_seen_by_the_public(admin_client, moderator):
    principle = make_principles()[0]
    before = RegisterVersion.current().number
    page = f"/admin/signatories/principle/{principle.pk}/change/"
    given = {"title": principle.title, "summary": "Shorter", "body": principle.body, "slug": "other", "number": 9}
    assert admin_client.post(page, given).status_code == 302
    principle.refresh_from_db()
    assert (principle.summary, principle.slug, principle.number) == ("Shorter", "people", 1)
    event = AuditEvent.objects.about(principle).get()
    assert (event.actor_id, event.details["fields"]) == (moderator.pk, ["summary"])
    assert RegisterVersion.current().number > before
    assert admin_client.post(f"/admin/signatories/principle/{principle.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/admin/signatories/principle/add/").status_code == 403
