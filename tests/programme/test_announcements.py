"""What the delivery team announces: a draft until it is published, then on the home page, in the list and the feed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from programme.announcing import NotAsRead, publish, take_back
from programme.models import Announcement
from tests.factories import make_principles
from tests.pages import heading, sitemap_entries, text_of
from tests.programme.followers import make_follower

pytestmark = pytest.mark.django_db

ADMIN = "/admin/programme/announcement/"


def make_announcement(title="Round 9 opens", *, days_ago=None, **fields):
    slug = title.lower().replace(" ", "-")
    published_at = None if days_ago is None else timezone.now() - timedelta(days=days_ago)
    about = {"summary": "Apply by June.", "body": "## Who\n\nCouncils.", "published_at": published_at}
    return Announcement.objects.create(title=title, slug=slug, **about | fields)


def test_the_home_page_has_the_three_newest_of_the_last_90_days_for_no_query_more(client, django_assert_num_queries):
    make_principles()
    for title, days in (("One", 91), ("Two", 80), ("Three", 3), ("Four", 2), ("Five", 1)):
        make_announcement(title, days_ago=days)
    make_announcement("Six")
    RegisterVersion.current()
    with django_assert_num_queries(3):
        page = client.get("/").content.decode()
    shown = [title for title in ("Five", "Four", "Three", "Two", "One", "Six") if f">{title}</a>" in page]
    assert shown == ["Five", "Four", "Three"]
    assert page.index("Five") < page.index("Four") < page.index("Three")
    assert 'href="/principles/plumbing/"' in page


def test_the_list_has_all_that_are_published_and_each_has_its_page(client):
    make_announcement("Old", days_ago=400)
    make_announcement("Hidden")
    text = text_of(client.get("/announcements/"))
    assert "Old" in text
    assert "Hidden" not in text
    assert heading(client.get("/announcements/old/")) == "Old"
    assert client.get("/announcements/hidden/").status_code == 404
    assert client.get("/announcements/?page=0").status_code == 400
    assert "http://testserver/announcements/old/" in sitemap_entries(client)


def test_it_is_written_read_as_the_public_will_and_published_with_a_word_on_what_follows(admin_client):
    make_follower()
    typed = {"title": "Round 9 opens", "slug": "round-9", "summary": "Apply by June.", "body": "## Who"}
    admin_client.post(f"{ADMIN}add/", typed)
    draft = Announcement.objects.get()
    assert admin_client.get("/announcements/round-9/").status_code == 404
    preview = admin_client.get(f"{ADMIN}{draft.pk}/preview/")
    assert heading(preview) == "Round 9 opens"
    assert "Not published" in text_of(preview)
    page = text_of(admin_client.get(f"{ADMIN}{draft.pk}/publish/"))
    assert "1 reader follows the whole register by email" in page
    first = admin_client.get("/", headers={"if-none-match": "x"})
    admin_client.post(f"{ADMIN}{draft.pk}/publish/")
    assert admin_client.get("/announcements/round-9/").status_code == 200
    assert admin_client.get("/", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert list(AuditEvent.objects.values_list("kind", flat=True)) == ["announcement.add", "announcement.publish"]


def test_a_correction_is_on_the_site_at_once_and_keeps_its_address_and_history(admin_client):
    one = make_announcement(days_ago=1)
    changed = {"title": "Round 9 is open", "slug": "other", "summary": "Apply by July.", "body": "Anew."}
    admin_client.post(f"{ADMIN}{one.pk}/change/", changed)
    assert "Apply by July." in text_of(admin_client.get("/announcements/round-9-opens/"))
    assert "July" in text_of(admin_client.get(f"{ADMIN}{one.pk}/history/"))
    assert admin_client.get(f"{ADMIN}{one.pk}/delete/").status_code == 403


def test_a_mistake_is_taken_back_and_a_draft_deleted(admin_client):
    one = make_announcement(days_ago=1)
    assert "Whoever got it by email keeps it" in text_of(admin_client.get(f"{ADMIN}{one.pk}/take-back/"))
    admin_client.post(f"{ADMIN}{one.pk}/take-back/")
    assert admin_client.get("/announcements/round-9-opens/").status_code == 404
    admin_client.post(f"{ADMIN}{one.pk}/delete/", {"post": "yes"})
    assert not Announcement.objects.exists()
    assert AuditEvent.objects.filter(kind="announcement.delete").exists()


def test_two_of_the_team_cannot_both_publish_it(moderator):
    one = make_announcement()
    other = Announcement.objects.get()
    publish(one, by=moderator)
    with pytest.raises(NotAsRead):
        publish(other, by=moderator)
    take_back(one, by=moderator)
    with pytest.raises(NotAsRead):
        take_back(other, by=moderator)
