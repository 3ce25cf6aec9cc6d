"""A reader follows a council by email, gets news of it and stops, and the team announces something, in a browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from localdigital import mail
from localdigital.models import QueuedEmail
from programme.follow.digests import WEEK, send_digests
from programme.models import Announcement
from tests.factories import make_signature, make_update
from tests.journeys.inspection import Inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READER = "reader@example.com"
LONG = (
    "Announcements of the delivery team may have a very long title, with addresses such as https://www.example.gov.uk/a"
)


def link_for(address):
    email = QueuedEmail.objects.filter(to_address=address).latest("pk")
    return re.search(r"http\S+/follow/\S+", mail.body_with_links(email))[0]


def test_a_reader_follows_a_council_until_they_stop(visitor, councils):
    now = timezone.now()
    promise = make_signature("Trumpton", published_at=now - timedelta(days=30)).commitments.get()
    about = {"slug": "long", "summary": "In short.", "body": "## Who\n\nCouncils.\n\n- One\n- Two"}
    Announcement.objects.create(title=LONG, published_at=now, **about)
    reader = visitor()
    pages = Inspection(reader)
    reader.open("/").sees("Announcements", "In short.")
    pages.look("home")
    reader.follow(LONG).sees("Councils.")
    pages.look("announcement")
    reader.open("/announcements/")
    pages.look("announcements")
    reader.open("/organisations/trumpton/")
    reader.follow("Get news of this organisation by email").sees("One email a week at the most")
    reader.press("Email me a link").sees("Enter your email address")
    pages.look("follow, no address")
    reader.type("Email address", READER).press("Email me a link").sees("Check your email")
    pages.look("sent")
    reader.open(link_for(READER)).sees("Confirm that you want to follow Trumpton Borough Council")
    pages.look("confirm")
    reader.press("Follow").sees("You follow Trumpton Borough Council")
    pages.look("confirmed")
    make_update(promise, published_at=timezone.now() + timedelta(days=1))
    assert send_digests(timezone.now() + WEEK) == 1
    reader.open(link_for(READER)).sees("What you follow", READER)
    pages.look("following")
    reader.press("Unsubscribe from everything").sees("You follow nothing")
    pages.look("stopped")
    reader.open("/follow/confirm/1-x/").sees("This link does not work")
    pages.look("unknown")
    assert pages.all_problems() == ""
