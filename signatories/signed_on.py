"""Had this organisation signed on a date: what the register can say, and what it cannot."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from signatories.models import Organisation, Signatory, Succession
from signatories.models.partial_date import PartialDate, Precision

# The day on which the Declaration came out: before it there was nothing to sign
LAUNCHED_ON = date(2018, 7, 4)


class Answer(models.TextChoices):
    """Whether an organisation had signed, and not withdrawn, on a date."""

    SIGNED = "signed", "Signed"
    CANNOT_SAY = "cannot-say", "Cannot say"
    NOT_SIGNED = "not-signed", "Not signed"


@dataclass(frozen=True)
class Standing:
    """What the register says of one organisation on a date.

    `part` shows it: its part in the document that counts, or may count; of one that had not signed, in the document
    that it had left by then, or else signed later. Of one that had ended, `heirs` are the Standings of those that took
    over and existed then: they answer for it. Of one that has ended since, `successors` are the Standings, as of today,
    of those that took over: they are who can sign now.
    """

    organisation: Organisation
    on: date
    own_answer: Answer
    part: Signatory | None = None
    heirs: tuple = ()
    successors: tuple = ()

    @property
    def has_ended(self):
        return _ended(self.organisation, self.on)

    @property
    def not_begun(self):
        return bool(self.organisation.starts_on and self.organisation.starts_on > self.on)

    @property
    def bodies(self):
        """Who it is on that date: itself, or those that took over from it; nobody where none is known."""
        return self.heirs if self.has_ended else (self,)

    @property
    def answer(self):
        """For one that had ended what all its heirs say alike; where they differ, one alone cannot be told."""
        answers = {body.own_answer for body in self.bodies} or {Answer.NOT_SIGNED}
        return answers.pop() if len(answers) == 1 else Answer.CANNOT_SAY

    @property
    def since(self):
        """When it signed that document, as far as it is known; None without one."""
        if self.part is None:
            return None
        if self.part.signed_on or not self.part.signed_at:
            return self.part.signed_date
        return PartialDate(timezone.localdate(self.part.signed_at), Precision.DAY)

    @property
    def left_on(self):
        """The day on which it withdrew from that document, if it did: perhaps after the date asked about."""
        return timezone.localdate(self.part.left_at) if self.part and self.part.left_at else None

    @property
    def had_left(self):
        """Whether it had withdrawn by the date asked about."""
        return self.left_on is not None and self.left_on <= self.on


def signed_on(organisations, on, today):
    """A Standing for each of these organisations on that date, by organisation.

    One query for any number of them; where some had ended by then, or have ended since, one more for each step by which
    another took over.
    """
    organisations = list(organisations)
    heirs = _heirs([body for body in organisations if _ended(body, on)], on)
    then = {*organisations, *chain.from_iterable(heirs.values())}
    successors = _heirs([body for body in then if _ended(body, today) and not _ended(body, on)], today)
    parts = _parts({*then, *chain.from_iterable(successors.values())})

    def standing(body):
        afterwards = tuple(_standing(one, today, parts) for one in successors.get(body, ()))
        return _standing(body, on, parts, successors=afterwards, heirs=tuple(map(standing, heirs.get(body, ()))))

    return {body: standing(body) for body in organisations}


def _ended(body, on):
    return bool(body.ends_on and body.ends_on < on)


def _heirs(ended, on):
    """For each that had ended, those that took over, through any number of steps, and existed then; by name."""
    took_over, step = defaultdict(list), {body.pk for body in ended}
    while step:
        took_over |= {pk: [] for pk in step}
        for one in Succession.objects.filter(predecessor__in=step).select_related("successor"):
            took_over[one.predecessor_id].append(one.successor)
        step = {body.pk for pk in step for body in took_over[pk] if not body.existed(on) and body.pk not in took_over}
    return {body: _reached(body, took_over, on) for body in ended}


def _reached(body, took_over, on):
    found, seen, step = {}, {body.pk}, [body.pk]
    while step:
        successors = [one for pk in step for one in took_over[pk] if one.pk not in seen]
        found |= {one.pk: one for one in successors if one.existed(on)}
        seen |= {one.pk for one in successors}
        step = list({one.pk for one in successors if not one.existed(on)})
    return sorted(found.values(), key=lambda one: (one.sort_name, one.pk))


def _parts(organisations):
    """The parts of each organisation in public documents, with `left_at`, when it withdrew from one."""
    public = Signatory.objects.public().filter(organisation__in=organisations)
    public = public.annotate(left_at=Coalesce("withdrawn_at", "signature__withdrawn_at"))
    parts = defaultdict(list)
    for part in public.select_related("signature", "declaration").defer("declaration__body", "signature__last_read"):
        parts[part.organisation_id].append(part)
    return parts


def _standing(body, on, parts, **others):
    """Its Standing by the document that says most; of two that say as much, by the one signed last."""
    candidates = [Standing(body, on, _answer(part, on), part, **others) for part in parts[body.pk]]
    nothing = Standing(body, on, Answer.NOT_SIGNED, **others)
    return max(candidates, key=_says, default=nothing)


def _says(standing):
    return -list(Answer).index(standing.own_answer), standing.had_left, _days_of(standing.part)[1]


def _answer(part, on):
    if part.left_at and timezone.localdate(part.left_at) <= on:
        return Answer.NOT_SIGNED
    first, last = _days_of(part)
    if last <= on:
        return Answer.SIGNED
    return Answer.CANNOT_SAY if first <= on else Answer.NOT_SIGNED


def _days_of(part):
    """The first and the last day on which it can have been signed.

    A document without a whole date was signed after its version came out and before it was published here.
    """
    day, precision = part.signed_on, part.signed_on_precision
    if day is None and part.signed_at:
        day, precision = timezone.localdate(part.signed_at), Precision.DAY
    if precision == Precision.DAY:
        return day, day
    came_out, published = part.declaration.dated_on, timezone.localdate(part.signature.published_at)
    if day is None:
        return min(came_out, published), published
    first = day.replace(day=1) if precision == Precision.MONTH else day.replace(month=1, day=1)
    month = day.month if precision == Precision.MONTH else 12
    last = day.replace(month=month, day=calendar.monthrange(day.year, month)[1])
    return (came_out if first <= came_out <= last else first), (published if first <= published <= last else last)
