"""Publishing several progress updates at once: read on one page, counted first, a result for each."""

import html
import re

import pytest
import zeal
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments import publishing
from commitments.models import ProgressUpdate, Status
from localdigital import looks
from localdigital.models import QueuedEmail
from tests.factories import make_user

from .submissions import make_waiting, queue, seen_by

pytestmark = pytest.mark.django_db

LIST = queue(ProgressUpdate)
ADDRESS = f"{LIST}publish-several/"


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def select(client, updates):
    return client.post(LIST, {"action": "publish_several", "_selected_action": [one.pk for one in updates]})


def given(listed, ticked, expected=None):
    seen = {f"seen-{one.pk}": one.changed_at.isoformat() for one in listed}
    numbers = {"listed": [one.pk for one in listed], "publish": [one.pk for one in ticked]}
    return numbers | seen | {"expected": str(len(ticked) if expected is None else expected)}


def three():
    return [make_waiting(ProgressUpdate, name, f"Promise of {name}") for name in ("Trumpton", "Chigley", "Pippin Fort")]


def statuses(updates):
    found = ProgressUpdate.objects.in_bulk([one.pk for one in updates])
    return [found[one.pk].status for one in updates]


def test_those_selected_are_read_in_full_with_a_count_and_the_emails(admin_client):
    updates = three()
    page = text(select(admin_client, updates[:2]))
    assert "Publish 2 updates" in page
    assert "2 of 2 can be published at once" in page
    assert page.count("We talked to twelve residents.") == 2
    assert page.count("1 email, to ") == 2
    assert "Promise of Pippin Fort" not in page
    assert statuses(updates) == [Status.AWAITING_REVIEW] * 3


def test_what_needs_care_is_not_ticked(admin_client):
    plain, ends, looked = three()
    ProgressUpdate.objects.filter(pk=ends.pk).update(kind="withdrawal", stage="", done="No money.")
    looks.begin(looked, by=make_user("windy.miller"))
    page = text(select(admin_client, [plain, ends, looked]))
    assert "1 of 3 can be published at once" in page
    assert "It ends the commitment." in page
    assert "windy.miller is looking at it." in page
    ticked = re.findall(r'value="(\d+)" id="publish-\d+" checked', page)
    assert ticked == [str(plain.pk)]


def test_each_is_published_by_itself_with_a_result(admin_client):
    fine, gone, looked = three()
    too = make_waiting(ProgressUpdate, "Camberwick Green")
    everything = [fine, gone, looked, too]
    form = given(everything, everything)
    publishing.return_for_changes(gone, by=make_user("windy.miller"), note="Say more")
    looks.begin(looked, by=make_user("alex", first_name="Alex"))
    with zeal.zeal_ignore():  # each in a transaction of its own
        page = text(admin_client.post(ADDRESS, form))
    assert "2 progress updates published" in page
    assert "Progress update returned for changes by windy.miller" in page
    assert "Alex has been looking at this since" in page
    assert statuses(everything) == [Status.PUBLISHED, Status.RETURNED, Status.AWAITING_REVIEW, Status.PUBLISHED]
    assert QueuedEmail.objects.about(fine).count() == 1
    with zeal.zeal_ignore():
        assert "0 progress updates published" in text(admin_client.post(ADDRESS, form))
    assert QueuedEmail.objects.about(fine).count() == 1


def test_a_count_that_is_not_what_is_ticked_is_shown_again(admin_client):
    updates = three()
    page = text(admin_client.post(ADDRESS, given(updates, updates[:2], expected=3)))
    assert "2 are ticked" in page
    assert "Publish 2 updates" in page
    assert "Nothing is ticked" in text(admin_client.post(ADDRESS, given(updates, [])))
    assert statuses(updates) == [Status.AWAITING_REVIEW] * 3


@pytest.mark.parametrize("seen", ["", "x", "2020-01-01T00:00:00+00:00", "2020-01-01"])
def test_a_text_that_was_not_the_one_read_is_not_published(admin_client, seen):
    [update, *_] = three()
    form = given([update], [update]) | {f"seen-{update.pk}": seen}
    assert "0 progress updates published" in text(admin_client.post(ADDRESS, form))
    assert statuses([update]) == [Status.AWAITING_REVIEW]


def test_nonsense_and_who_may_not_decide_publish_nothing(client, admin_client):
    [update, *_] = three()
    assert admin_client.get(ADDRESS).status_code == 405
    for form in ({}, {"listed": ["x", "²", "9" * 30]}, {"listed": list(range(1, 60))}, {"listed": ["99999"]}):
        assert admin_client.post(ADDRESS, form | {"publish": "1", "expected": "2"}).status_code == 302
    seen_by(make_user("nobody", is_superuser=False), client)
    assert client.post(ADDRESS, given([update], [update])).status_code == 403
    assert statuses([update]) == [Status.AWAITING_REVIEW]


def test_reading_many_costs_as_many_queries_as_reading_two(admin_client):
    updates = three()
    counts = []
    for some in (updates[:2], [*updates, *(make_waiting(ProgressUpdate, f"Council {n}") for n in range(5))]):
        with CaptureQueriesContext(connection) as queries:
            assert select(admin_client, some).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
