"""What is new, once a week at the most, to everyone who follows something."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from localdigital import mail
from programme import emails
from programme.follow.subjects import EVERYTHING, Subject
from programme.models import Follow, Follower
from programme.news import MOST, Entry, news

WEEK = timedelta(days=7)
# What was decided a moment ago may not be committed yet: it is told next time.
SETTLED = timedelta(minutes=10)
BATCH = 500


@dataclass(frozen=True)
class Group:
    """The news about one Subject in one digest; `has_more` where only the newest are told."""

    subject: Subject
    entries: list[Entry]
    has_more: bool


def send_digests(now):
    """Queue a digest for everyone who was told of nothing for a week and follows something new. Returns how many.

    Whoever has nothing new is told of nothing, and asked about again in a week. Two processes at once send one.
    """
    until, last, sent = now - SETTLED, 0, 0
    while followers := list(Follower.objects.due(now - WEEK).filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = followers[-1].pk
        sent += _send_to(followers, until, now)
    return sent


def _send_to(followers, until, now):
    theirs = {follower.pk: [] for follower in followers}
    for follow in Follow.objects.confirmed().with_subject().filter(follower__in=theirs):
        theirs[follow.follower_id].append(follow)
    heard = _News(min(one.told_until for one in followers), until)
    return sum(_send(follower, theirs[follower.pk], heard, now) for follower in followers)


class _News:
    """What is new about each Subject in a span of time, asked for once however many follow it."""

    def __init__(self, since, until):
        self.since, self.until, self._known = since, until, {}

    def about(self, subject, since):
        if subject not in self._known:
            self._known[subject] = news(subject, since=self.since, until=self.until)
        return [entry for entry in self._known[subject] if entry.at > since]


def groups_for(follower, follows, heard):
    """What is new in what they follow since they were told, each thing once; the whole register comes last."""
    groups, told = [], set()
    for follow in sorted(follows, key=lambda one: Subject.of(one) == EVERYTHING):
        subject = Subject.of(follow)
        about = heard.about(subject, max(follower.told_until, follow.confirmed_at))
        entries = [entry for entry in about if entry.key not in told]
        told |= {entry.key for entry in entries}
        if entries:
            groups.append(Group(subject, entries, has_more=len(about) >= MOST))
    return groups


@transaction.atomic
def _send(follower, follows, heard, now):
    groups = groups_for(follower, follows, heard)
    until = max(heard.until, follower.told_until)
    # A guarded update: of two processes, one finds the row as it was read.
    mine = Follower.objects.filter(pk=follower.pk, told_until=follower.told_until).update(told_until=until) == 1
    if not mine or not groups:
        return 0
    mail.queue(emails.digest(follower, groups), about=follower, now=now)
    return 1
