"""The topics: the first ones from a table, afterwards kept by the delivery team."""

import pytest

from localdigital.models import AuditEvent, RegisterVersion
from programme import topics
from programme.models import SupportOffer, Topic
from tests.factories import make_organisation
from tests.pages import text_of
from tests.programme.factories import make_output, make_topic

pytestmark = pytest.mark.django_db


def test_loading_twice_adds_the_topics_once_and_undoes_nothing_of_the_team(admin_client):
    topics.load()
    number = Topic.objects.count()
    assert number >= 15
    gone, renamed = Topic.objects.all()[:2]
    topics.delete(gone, by=None)
    admin_client.post(f"/admin/programme/topic/{renamed.pk}/change/", {"title": "Tax", "position": "2"})
    topics.load()
    assert Topic.objects.count() == number - 1
    assert Topic.objects.get(pk=renamed.pk).title == "Tax"
    assert not Topic.objects.filter(slug=gone.slug).exists()


def test_the_team_adds_renames_and_deletes_and_the_log_says_so(admin_client, moderator):
    admin_client.post("/admin/programme/topic/add/", {"title": "Bells", "slug": "bells", "position": "1"})
    topic = Topic.objects.get()
    version = RegisterVersion.current().number
    admin_client.post(
        f"/admin/programme/topic/{topic.pk}/change/", {"title": "Bells and clocks", "slug": "other", "position": "1"}
    )
    topic.refresh_from_db()
    assert (topic.title, topic.slug) == ("Bells and clocks", "bells")
    assert RegisterVersion.current().number == version + 1
    admin_client.post(f"/admin/programme/topic/{topic.pk}/delete/", {"post": "yes"})
    assert Topic.objects.count() == 0
    kinds = AuditEvent.objects.filter(kind__startswith="topic.").order_by("pk").values_list("kind", "actor_id")
    assert list(kinds) == [(f"topic.{verb}", moderator.pk) for verb in ("add", "change", "delete")]


@pytest.mark.parametrize("use", ["output", "support"])
def test_a_topic_that_something_is_about_is_not_deleted(admin_client, use):
    topic = make_topic()
    if use == "output":
        make_output(topics=[topic])
    else:
        SupportOffer.objects.create(topic=topic, organisation=make_organisation(), way="can-help")
    page = f"/admin/programme/topic/{topic.pk}/delete/"
    for answer in (admin_client.get(page, follow=True), admin_client.post(page, {"post": "yes"}, follow=True)):
        assert "Something is about this topic, so it cannot be deleted" in text_of(answer)
    with pytest.raises(topics.InUse):
        topics.delete(topic, by=None)
    assert Topic.objects.filter(pk=topic.pk).exists()
