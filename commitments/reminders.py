"""Reminders to report: 30 days before a commitment is due, when it is due, and every 90 days without an update.

Each occasion has a name, and an organisation's people are reminded of a commitment once on each: the Reminder rows
say of what. All that is wanted of an organisation goes into one email to each of its people, and the next such email
goes two weeks later at the earliest. What waits for it falls away when somebody reports meanwhile.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from commitments import emails
from commitments.answering import answered_for, reachable
from commitments.models import Commitment, ProgressUpdate, Reminder
from signatories.models import Organisation

BEFORE_DUE = timedelta(days=30)
QUIET = timedelta(days=90)
BETWEEN_EMAILS = timedelta(days=14)
ORGANISATIONS_AT_ONCE = 200


@dataclass(frozen=True)
class Reason:
    """Why a report is wanted: "due", "due-soon" or "quiet", since which day, and the name of the occasion."""

    kind: str
    since: date
    occasion: str


@dataclass(frozen=True)
class Wanted:
    """A commitment on which a report is wanted, and why: the most urgent reason first."""

    commitment: Commitment
    reasons: list

    @property
    def urgency(self):
        """What is overdue longest comes first, then what is due soonest, then what was not heard of for longest."""
        first = self.reasons[0]
        rank = ("due", "due-soon", "quiet").index(first.kind)
        return rank, self.commitment.heard_on if first.kind == "quiet" else self.commitment.due_on, self.commitment.pk


@dataclass(frozen=True)
class Letter:
    """All that is wanted of one organisation, and the people who are asked for it."""

    organisation: Organisation
    people: list
    wanted: list


def reasons_for(commitment, on):
    """Why a report on this commitment is wanted on that date, the most urgent first; none when nothing is.

    Every occasion ends with the next: whoever could not be asked for a year is asked about today, not about each one
    that was missed. A commitment comes with `said_at`, when its last update was published: that answers all before.
    """
    found, due_on, heard_on = [], commitment.due_on, commitment.heard_on
    if due_on and due_on <= on:
        found.append(Reason("due", due_on, f"due:{due_on}"))
    elif due_on and due_on - BEFORE_DUE <= on:
        found.append(Reason("due-soon", due_on - BEFORE_DUE, f"due-soon:{due_on}"))
    times = (on - heard_on) // QUIET if heard_on else 0
    if times >= 1:
        found.append(Reason("quiet", heard_on + times * QUIET, f"quiet:{heard_on}:{times}"))
    said_on = timezone.localdate(commitment.said_at) if commitment.said_at else date.min
    return [reason for reason in found if said_on < reason.since]


def send_reminders(*, now=None, dry_run=False):
    """Queue the reminders of that day; with `dry_run` only say which. Returns the letters. Again does nothing more."""
    now = now or timezone.now()
    on = timezone.localdate(now)
    due = list(_may_be_mailed(on))
    letters = []
    for start in range(0, len(due), ORGANISATIONS_AT_ONCE):
        for letter in _letters(due[start : start + ORGANISATIONS_AT_ONCE], on):
            if dry_run or _send(letter, on, now):
                letters.append(letter)
    return letters


def _reminded_lately(on):
    return Reminder.objects.filter(sent_on__gt=on - BETWEEN_EMAILS)


def _may_be_mailed(on):
    """The ids of the organisations that have people and were not reminded for two weeks."""
    lately = _reminded_lately(on).filter(organisation=OuterRef("pk"))
    organisations = Organisation.objects.filter(pk__in=reachable(on).values("organisation")).exclude(Exists(lately))
    return organisations.order_by("pk").values_list("pk", flat=True)


def _worth_a_look(organisations, on):
    """Their open commitments of which a report may be wanted; not those of which one awaits review."""
    last_said = ProgressUpdate.objects.published().filter(commitment=OuterRef("pk")).order_by("-published_at")
    awaiting = ProgressUpdate.objects.awaiting_review().filter(commitment=OuterRef("pk"))
    quiet_since = on - QUIET
    return (
        Commitment.objects.open()
        .of_organisations(organisations)
        .filter(Q(due_on__lte=on + BEFORE_DUE) | Q(updated_on__lte=quiet_since) | Q(asked_on__lte=quiet_since))
        .exclude(Exists(awaiting))
        .annotate(said_at=Subquery(last_said.values("published_at")[:1]))
        .defer("mission", "impact")
    )


def _letters(organisations, on):
    """What is to be sent to these organisations: the same five queries however many commitments they have."""
    commitments = list(_worth_a_look(organisations, on))
    if not commitments:
        return
    theirs = answered_for(organisations, commitments)
    reminders = Reminder.objects.filter(organisation__in=theirs, commitment__in=commitments)
    reminded = set(reminders.values_list("organisation", "commitment", "occasion"))
    people = {}
    for access in reachable(on).filter(organisation__in=theirs).select_related("organisation", "person"):
        people.setdefault(access.organisation, []).append(access.person)
    for organisation in sorted(people, key=lambda one: one.pk):
        wanted = [_wanted(organisation, commitment, on, reminded) for commitment in theirs[organisation.pk]]
        if any(one.reasons for one in wanted):
            by_urgency = sorted((one for one in wanted if one.reasons), key=lambda one: one.urgency)
            yield Letter(organisation, people[organisation], by_urgency)


def _wanted(organisation, commitment, on, reminded):
    reasons = reasons_for(commitment, on)
    new = [one for one in reasons if (organisation.pk, commitment.pk, one.occasion) not in reminded]
    return Wanted(commitment, new)


@transaction.atomic
def _send(letter, on, now):
    """Queue one letter and write down of what it reminds. False when another run did so at this very moment."""
    # Two runs at once take turns here; SQLite's transactions do so by themselves.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.organisation.pk)
    if _reminded_lately(on).filter(organisation=letter.organisation).exists():
        return False
    Reminder.objects.bulk_create(
        Reminder(organisation=letter.organisation, commitment=one.commitment, occasion=reason.occasion, sent_on=on)
        for one in letter.wanted
        for reason in one.reasons
    )
    emails.remind(letter, on, now=now)
    return True
