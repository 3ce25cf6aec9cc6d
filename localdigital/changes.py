"""Which public records changed since when, found by comparing them with what was noted of them before.

A record changes by many ways: a decision, an edit, an import, a merger, a bulk deletion, midnight. Comparing sees them
all, and whoever writes need not think of it. See docs/decisions/changes-are-found-by-comparing.md.
"""

import hashlib
import json
import logging
from datetime import timedelta
from itertools import islice
from time import monotonic

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from localdigital.models import Noting, RecordNote, RegisterVersion
from localdigital.throttle import hardly_waiting

logger = logging.getLogger("localdigital.changes")

AT_A_TIME = 500
LEASE = timedelta(minutes=2)
# Between two comparisons, and so many times as long as the last one took: it may not become what the register does.
PAUSE = timedelta(seconds=30)
RESTS = 10
LONGEST_PAUSE = RESTS * LEASE
# A change that did not raise the register's version is found within this time.
WHOLE_EVERY = timedelta(hours=1)
TICK = timedelta(microseconds=1)


class Overtaken(Exception):
    """Another process took the comparing over, since this one was slower than its lease."""


def note_when_due(datasets, by_the_clock=(), now=None):
    """Compare what may have changed since it was last compared; returns the Noting as it is afterwards.

    All `datasets` where the register's version or the day is another one; else those with a name in `by_the_clock`,
    whose records change within a day. Nothing while another process compares, or compared a moment ago.
    """
    now = now or timezone.now()
    noting = Noting.current()
    if noting.next_at and now < noting.next_at and not _is_too_far("next_at", noting.next_at, now + LONGEST_PAUSE):
        return noting
    version = RegisterVersion.current().number
    if not _must_compare_all(noting, version, now):
        datasets = [dataset for dataset in datasets if dataset.name in by_the_clock]
        version = None
    note_changes(datasets, now=now, version=version)
    return Noting.current()


def _must_compare_all(noting, version, now):
    if noting.noted_at is None or noting.whole_at is None or noting.register_version != version:
        return True
    is_recent = timedelta(0) <= now - noting.whole_at <= WHOLE_EVERY
    return not is_recent or timezone.localdate(noting.whole_at) != timezone.localdate(now)


def _is_too_far(name, moment, furthest):
    """Whether no clock that is right can have written that moment. Clocks may disagree by the length of a lease."""
    is_too_far = moment is not None and moment > furthest + LEASE
    if is_too_far:
        logger.warning("%s is %s, which only a clock that was ahead can have written: ignored", name, moment)
    return is_too_far


def note_changes(datasets, *, now=None, version=None):
    """Compare all public records of these datasets with their notes, and write down what is new, changed or gone.

    Returns how many differences there were; None where another process is at it, or holds the database. `version` is
    the register's version from before it began, where these are all datasets. Nothing found is told before all of it
    is written.
    """
    now, began = now or timezone.now(), monotonic()
    try:
        with hardly_waiting():
            noting = _take_over(now)
    except OperationalError:  # on SQLite another writer holds the database
        return None
    if noting is None:
        return None
    try:
        found = sum(_note(dataset, noting) for dataset in datasets)
        _finish(noting, now, found, version, timedelta(seconds=monotonic() - began))
    except Overtaken:
        return None
    return found


@transaction.atomic
def _take_over(now):
    """The one row with the next run's number and stamp; None while another run has the lease."""
    noted, free = Noting.current(), Q(leased_until=None) | Q(leased_until__lte=now)
    if _is_too_far("leased_until", noted.leased_until, now + LEASE):
        free |= Q(leased_until=noted.leased_until)
    if not Noting.objects.filter(free, pk=1).update(run=F("run") + 1, leased_until=now + LEASE):
        return None
    noting = Noting.objects.get(pk=1)
    # Later than anything that was ever told, also where two machines disagree about the time
    noting.stamp = max(now, noting.stamp + TICK) if noting.stamp else now
    Noting.objects.filter(pk=1).update(stamp=noting.stamp)
    return noting


def _still_ours(noting, **changes):
    """Make these changes to the one row, unless another run took over: then undo what this transaction wrote."""
    if not Noting.objects.filter(pk=1, run=noting.run).update(**changes):
        raise Overtaken


def _finish(noting, now, found, version, took):
    pause = min(max(PAUSE, RESTS * took), LONGEST_PAUSE)
    changes = {"noted_at": noting.stamp, "leased_until": None, "next_at": now + pause}
    if found:
        changes["changed_at"] = noting.stamp
    if version is not None:
        changes |= {"register_version": version, "whole_at": now}
    _still_ours(noting, **changes)


def _note(dataset, noting):
    """Write down the differences of one dataset, in pieces. Returns how many there were."""
    found, records = 0, dataset.records()
    while piece := list(islice(records, AT_A_TIME)):
        digests = {str(record[dataset.key]): digest_of(record) for record in piece}
        known = RecordNote.objects.filter(dataset=dataset.name, key__in=digests)
        known = {note.key: note for note in known}
        new = [RecordNote(dataset=dataset.name, key=key, digest=digests[key]) for key in digests if key not in known]
        changed = [note for note in known.values() if note.is_gone or note.digest != digests[note.key]]
        for note in changed:
            note.digest, note.is_gone = digests[note.key], False
        found += _write(noting, new, changed)
    return found + _note_what_is_gone(dataset, noting)


def _note_what_is_gone(dataset, noting):
    found, last = 0, 0
    while True:
        notes = RecordNote.objects.filter(dataset=dataset.name, is_gone=False, pk__gt=last).order_by("pk")
        piece = list(notes[:AT_A_TIME])
        if not piece:
            return found
        last = piece[-1].pk
        there = dataset.with_keys([note.key for note in piece]).values_list(dataset.lookup, flat=True)
        there = set(map(str, there))
        gone = [note for note in piece if note.key not in there]
        for note in gone:
            note.is_gone = True
        found += _write(noting, [], gone)


def _write(noting, new, changed):
    if not (new or changed):
        return 0
    for note in (*new, *changed):
        note.changed_at = noting.stamp
    with transaction.atomic():
        _still_ours(noting, leased_until=timezone.now() + LEASE)
        RecordNote.objects.bulk_create(new)
        RecordNote.objects.bulk_update(changed, ["digest", "changed_at", "is_gone"])
    return len(new) + len(changed)


def digest_of(record):
    """The SHA-256 of a record: the same for the same columns with the same values."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
