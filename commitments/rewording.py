"""Changing the text of a published commitment: one open change at a time, which everyone who answers for it may go on
with. The delivery team's part is in publishing.py."""

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from commitments import differences, publishing
from commitments.models import Commitment, Partner, Revision
from localdigital.differences import plain
from localdigital.models import AuditEvent
from signatories.models import MoveRefused

ANSWERS = ("title", "mission", "impact", "due_on", "partners", "reason")


class ChangedMeanwhile(Exception):
    """Somebody else began, changed or sent in the open change since this page was opened: `revision`, as it is now."""

    def __init__(self, revision):
        self.revision = revision
        super().__init__("the open change is not the one that was shown")


def current_text(commitment):
    """The text of a commitment as it is now, as a Revision that is not saved; without partners that said they are
    none, since nobody reads their names there any more."""
    none = disowned(commitment)
    now = Revision.of(commitment)
    now.partners = [one for one in now.partners if one["organisation"] not in none]
    return now


def disowned(commitment):
    """The ids of the organisations that said that they are no partners in it."""
    prefetch_related_objects([commitment], "partners")
    partners = commitment.partners.all()
    return {one.organisation_id for one in partners if one.answer == Partner.Answer.DISOWNED and one.organisation_id}


def what_changes(revision):
    """What an open change would change in the text as it is now: a list of Differences."""
    return differences.of_revisions(current_text(revision.commitment), revision)


def says_the_same(one, other):
    """Whether two versions read the same."""
    return _read(one) == _read(other)


def _read(version):
    texts = [plain(getattr(version, name)) for name in differences.TEXTS]
    return texts, version.due_on, sorted(partner["name"] for partner in version.partners)


def version_of(revision):
    """What a page keeps of an open change that it shows, to notice when somebody else changed it; "" for none."""
    return revision.changed_at.isoformat() if revision else ""


def published_since(revision):
    """Whether another text was published after this change was last touched."""
    return revision.commitment.revisions.history().filter(published_at__gt=revision.changed_at).exists()


@transaction.atomic
def keep(commitment, answers, *, by, seen="", now=None):
    """Keep a changed text as a draft: a new one, or the open one if it is still as `seen` (see `version_of`).

    Raises ChangedMeanwhile, and Stale when the commitment stands no longer. Keeping the same text again is no change.
    """
    now = now or timezone.now()
    _hold(commitment)
    there = commitment.revisions.open().first()
    revision = there or Revision(commitment=commitment)
    if there and all(getattr(there, name) == answers[name] for name in ANSWERS):
        return there
    if there and (version_of(there) != seen or not there.is_editable):
        raise ChangedMeanwhile(there)
    if there:
        there.hold(now)
    for name in ANSWERS:
        setattr(revision, name, answers[name])
    revision.proposer, revision.changed_at = by, now
    revision.save()
    return revision


def _hold(commitment):
    """Hold the commitment: two who change at once take turns. Raises Stale when it has ended, so that its text cannot
    change any more."""
    held = Commitment.objects.held(commitment.pk)
    if not held.is_standing:
        raise publishing.Stale
    return held


@transaction.atomic
def send_in(revision, *, by, seen, now=None):
    """Send the change in as it was `seen`; whoever does that hears what becomes of it. Returns whether it is public.

    Raises ChangedMeanwhile, and what publishing.send_in raises.
    """
    now = now or timezone.now()
    revision.commitment = _hold(revision.commitment)
    stored = Revision.objects.filter(pk=revision.pk).first()
    if stored is None:
        raise MoveRefused("submit", revision)
    if stored.is_editable and version_of(stored) != seen:
        raise ChangedMeanwhile(stored)
    revision.hold(now, proposer=by)
    return publishing.send_in(revision, by=by, now=now, held=revision.commitment)


@transaction.atomic
def recall(revision, *, by, now=None):
    """Take it back from the delivery team; whoever does that goes on with it."""
    Commitment.objects.held(revision.commitment_id)
    publishing.recall(revision, by=by, now=now, proposer=by)


@transaction.atomic
def delete_draft(revision, *, by, now=None):
    """Delete a change that was not sent in, or was returned. Raises MoveRefused when it is not with its council."""
    Commitment.objects.held(revision.commitment_id)
    revision.hold(now)
    AuditEvent.record("revision.delete_draft", revision, by=by, at=now, from_status=revision.status)
    revision.delete()
