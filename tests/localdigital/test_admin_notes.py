"""Notes between colleagues of the delivery team, about anything that one of them may look at."""

import html

import pytest

from localdigital.models import AuditEvent, TeamNote
from tests.factories import make_organisation, make_person, make_signature, role_of

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


def address(thing):
    return f"/admin/notes/{thing._meta.label_lower}/{thing.pk}/"


def test_a_note_is_read_by_colleagues_and_logged_without_its_words(admin_client, moderator):
    council = make_organisation()
    answer = admin_client.post(address(council), {"text": "Telephone first.\nThey like that."}, follow=True)
    assert answer.redirect_chain == [(f"/admin/signatories/organisation/{council.pk}/change/", 302)]
    assert "Note added." in text(answer)
    page = text(admin_client.get(address(council)))
    assert "Telephone first." in page
    assert moderator.username in page
    event = AuditEvent.objects.about(council).get()
    assert (event.kind, event.actor_id) == ("team_note.add", moderator.pk)
    assert "Telephone" not in f"{event.note}{event.details}"


def test_pressing_twice_writes_one_note(admin_client):
    signature = make_signature()
    for _ in range(2):
        admin_client.post(address(signature), {"text": "Ask for the mission again."})
    assert TeamNote.objects.about(signature).count() == 1


@pytest.mark.parametrize(("given", "words"), [("  ", "Enter a note"), ("a" * 3001, "3,000 characters or fewer")])
def test_what_cannot_be_kept_is_explained_and_not_lost(admin_client, given, words):
    answer = admin_client.post(address(make_organisation()), {"text": given})
    assert words in text(answer)
    assert given.strip() in text(answer)
    assert not TeamNote.objects.exists()


@pytest.mark.parametrize("back", ["/admin/signatories/signature/?page=2", "/admin/"])
def test_it_leads_back_to_where_it_was_written(admin_client, back):
    answer = admin_client.post(address(make_organisation()), {"text": "Hello", "next": back})
    assert answer["Location"] == back


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/admin/", "/admin/\n", "/account/"])
def test_it_leads_nowhere_else(admin_client, back):
    council = make_organisation()
    answer = admin_client.post(address(council), {"text": "Hello", "next": back})
    assert answer["Location"] == f"/admin/signatories/organisation/{council.pk}/change/"


@pytest.mark.parametrize("where", ["signatories.organisation/99999", "signatories.nothing/1", "x/1", "a.b.c/1"])
def test_there_are_no_notes_about_nothing(admin_client, where):
    assert admin_client.post(f"/admin/notes/{where}/", {"text": "Hello"}).status_code == 404


def test_there_are_no_notes_about_what_has_no_page_and_a_number_too_large_is_none(admin_client):
    assert admin_client.post(f"/admin/notes/contenttypes.contenttype/{'9' * 25}/", {"text": "Hello"}).status_code == 404
    assert admin_client.post(f"/admin/notes/signatories.person/{'9' * 25}/", {"text": "Hello"}).status_code == 404
    assert admin_client.get(address(make_person())).status_code == 200


def test_it_takes_the_permission_to_write_notes_and_to_see_what_they_are_about(admin_client, moderator):
    from django.contrib.auth.models import Permission

    council = make_organisation()
    moderator.is_superuser = False
    moderator.save()
    assert admin_client.get(address(council)).status_code == 403
    role_of(moderator).permissions.set(Permission.objects.filter(codename__in=["view_teamnote", "add_teamnote"]))
    assert admin_client.post(address(council), {"text": "Hello"}).status_code == 403
    role_of(moderator).permissions.add(Permission.objects.get(codename="view_organisation"))
    assert admin_client.post(address(council), {"text": "Hello"}).status_code == 302
