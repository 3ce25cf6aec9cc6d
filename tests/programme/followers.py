"""Readers who follow something by email, for the tests."""

from datetime import timedelta

from django.utils import timezone

from programme.follow.subjects import EVERYTHING
from programme.models import Follow, Follower

READER = "reader@example.com"


def make_follower(*subjects, email=READER, told=8):
    """A reader who confirmed that they follow these (the whole register when none is named), and was last told of
    anything that many days ago."""
    moment = timezone.now() - timedelta(days=told)
    moments = {"asked_at": moment, "confirmed_at": moment}
    follower = Follower.objects.create(email=email, told_until=moment, **moments)
    for subject in subjects or [EVERYTHING]:
        Follow.objects.create(follower=follower, made_at=moment, confirmed_at=moment, **subject.keys)
    return follower
