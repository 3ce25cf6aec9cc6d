"""The delivery team's decisions about what becomes of organisations: renamed, ended, merged, split.

Each holds the organisations in one order, checks, writes, logs and queues the emails, all or nothing. `seen` is the
seal of what the moderator was shown (signatories/touched.py): when anything of it changed since, nothing is decided.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from commitments import offering, search
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import FormerSlug, Organisation, Succession
from signatories.models.names import fold
from signatories.touched import touched_by

END, MERGE, SPLIT = "end", "merge", "split"
A_DAY = timedelta(days=1)


class Refused(Exception):
    """It cannot be done; the message is a sentence that says why."""


class ChangedMeanwhile(Exception):
    """What it touches is not as it was shown: `what` names the lists of Touched that changed."""

    def __init__(self, what):
        self.what = what
        super().__init__(", ".join(what))


@dataclass(frozen=True)
class Newcomer:
    """An organisation that the register does not know yet, which takes over from others."""

    code: str
    name: str
    official_name: str
    type: str
    nation: str
    region: str
    starts_on: date | None = None


def hold(organisations, *, deleting=False):
    """The same organisations as the database has them, kept from everyone else until the transaction ends."""
    ids = {one.pk for one in organisations}
    rows = Organisation.objects.select_for_update(no_key=not deleting).filter(pk__in=ids).order_by("pk")
    held = {one.pk: one for one in rows}
    if held.keys() != ids:
        raise Refused("One of the organisations is no longer in the register.")
    return [held[one.pk] for one in organisations]


def check_seen(seen, organisations, successors=()):
    """Refuse what was decided by looking at something else than what is there now."""
    if seen is not None and (what := touched_by(organisations, successors).changes_since(seen)):
        raise ChangedMeanwhile(what)


def in_full(on):
    """A date as the register writes it: 9 November 2018."""
    return date_format(on, "j F Y")


# ---- A new name


@transaction.atomic
def rename(organisation, *, name, official_name, slug, renamed_on, by, seen=None, now=None):
    """Call it otherwise from that day. The names it had stay names that people call it by, and where its page was
    leads to where it is now."""
    now = now or timezone.now()
    [held] = hold([organisation])
    check_seen(seen, [held])
    before = _called(held)
    after = {"name": name, "official_name": official_name, "slug": slug}
    if before == after:
        raise Refused("It is called that already.")
    if renamed_on > timezone.localdate(now):
        raise Refused("The new name must begin today or earlier: come back on the day.")
    if held.starts_on and renamed_on <= held.starts_on:
        raise Refused(f"It began on {in_full(held.starts_on)}: the new name must begin later.")
    keep_address(held, before["slug"], slug)
    held.know_names(*_names(before), *_names(after))
    held.names.filter(folded__in=[fold(one) for one in _names(after)]).update(used_until=None)
    if fold(before["official_name"]) not in [fold(one) for one in _names(after)]:
        former = held.names.filter(folded=fold(before["official_name"]))
        former.update(used_until=renamed_on - A_DAY)
    save_as(held, by, **after)
    changed = {field: [before[field], after[field]] for field in after if before[field] != after[field]}
    AuditEvent.record("organisation.rename", held, by=by, at=now, renamed_on=str(renamed_on), changed=changed)
    search.index_those_of([held.pk])
    RegisterVersion.bump(now)


def _called(organisation):
    return {field: getattr(organisation, field) for field in ("name", "official_name", "slug")}


def _names(called):
    return called["name"], called["official_name"]


def keep_address(organisation, before, after):
    """Let the address at which an organisation's page was lead to where it is now. Refused where that is another's."""
    others = Organisation.objects.exclude(pk=organisation.pk)
    former = FormerSlug.objects.exclude(organisation=organisation)
    if others.filter(slug=after).exists() or former.filter(slug=after).exists():
        raise Refused(f"The public address “{after}” is or was another organisation’s.")
    FormerSlug.objects.filter(slug=after).delete()
    if before != after and organisation.checked_at:
        FormerSlug.objects.update_or_create(slug=before, defaults={"organisation": organisation})


def save_as(organisation, by, **changes):
    """Write these fields of an organisation that is held, with who did it in its history."""
    for field, value in changes.items():
        setattr(organisation, field, value)
    organisation._history_user = by
    organisation.save(update_fields=[*changes, "sort_name"])


# ---- Its end, and who takes over


@transaction.atomic
def reorganise(kind, ending, *, last_day, existing=(), new=(), by, seen=None, now=None):
    """End these organisations after that day; others take over, which the register knows or which are new to it.

    `kind` is END, MERGE or SPLIT. Once they have ended, the successors' people are told which commitments they may
    take on: at once, or on the day after the last. Returns the successors and the emails that were queued.
    """
    now = now or timezone.now()
    held = hold([*ending, *existing])
    ending, existing = held[: len(ending)], held[len(ending) :]
    check_seen(seen, ending, existing)
    _check_numbers(kind, ending, [*existing, *new])
    for one in ending:
        _check_end(one, last_day, adds=existing or new)
    successors = [*existing, *(_begin(one, ending, last_day, by, now) for one in new)]
    for one in successors:
        _check_successor(one, ending, last_day)
    Succession.objects.bulk_create(
        [Succession(predecessor=old, successor=one) for old in ending for one in successors], ignore_conflicts=True
    )
    for one in ending:
        save_as(one, by, ends_on=last_day)
        took_over = [successor.pk for successor in successors]
        AuditEvent.record(f"organisation.{kind}", one, by=by, at=now, last_day=str(last_day), successors=took_over)
    search.index_those_of([one.pk for one in [*ending, *successors]])
    emails = offering.tell_people_of(successors, by=by, now=now)
    RegisterVersion.bump(now)
    return successors, emails


def _check_numbers(kind, ending, successors):
    if kind == MERGE and (len(ending) < 2 or len(successors) != 1):
        raise Refused("To merge, several organisations end and one takes over.")
    if kind == SPLIT and (len(ending) != 1 or len(successors) < 2):
        raise Refused("To split, one organisation ends and several take over.")


def _check_end(organisation, last_day, adds):
    """Whether it can end on that day: one that has ended may only be given successors, for the same day."""
    if organisation.checked_at is None:
        raise Refused(f"{organisation} was proposed and is not in the register: accept it first.")
    if organisation.starts_on and last_day < organisation.starts_on:
        raise Refused(f"{organisation} began on {in_full(organisation.starts_on)}: it cannot have ended before.")
    ended = organisation.ends_on
    if ended and ended == last_day and not adds:
        raise Refused(f"{organisation} ends on {in_full(ended)} already.")
    if ended and ended != last_day and ended < timezone.localdate():
        raise Refused(f"{organisation} ended on {in_full(ended)} already.")


def _check_successor(successor, ending, last_day):
    following = last_day + A_DAY
    if successor in ending:
        raise Refused(f"{successor} ends itself: it cannot take over.")
    if successor.checked_at is None:
        raise Refused(f"{successor} was proposed and is not in the register: accept it first.")
    if not successor.existed(following):
        raise Refused(f"{successor} does not exist on {in_full(following)}, the day after the last.")
    if found := next((one for one in ending if leads_to(successor, one)), None):
        raise Refused(f"{found} took over from {successor} itself: each would have taken over from the other.")


def leads_to(organisation, other):
    """Whether following those that took over from an organisation, through any number of steps, leads to that one."""
    seen, step = set(), {organisation.pk}
    while step:
        seen |= step
        step = set(Succession.objects.filter(predecessor__in=step).values_list("successor", flat=True)) - seen
    return other.pk in seen - {organisation.pk}


def _begin(newcomer, ending, last_day, by, now):
    """Add an organisation to the register that takes over from these."""
    if Organisation.objects.filter(code__iexact=newcomer.code).exists():
        raise Refused(f"{newcomer.code} is the code of another organisation: choose that one.")
    body = Organisation(
        code=newcomer.code,
        scheme=scheme_of(newcomer.code),
        name=newcomer.name,
        official_name=newcomer.official_name,
        slug=free_slug(newcomer.name),
        type=newcomer.type,
        nation=newcomer.nation,
        region=newcomer.region,
        starts_on=newcomer.starts_on or last_day + A_DAY,
        checked_at=now,
    )
    body._history_user = by
    body.save(force_insert=True)
    body.know_names(body.name, body.official_name)
    AuditEvent.record("organisation.begin", body, by=by, at=now, took_over_from=[one.pk for one in ending])
    return body


def scheme_of(code):
    """Whether a code is the statisticians' or one of this register's own."""
    statisticians = len(code) == 9 and code[0].isalpha() and code[1:].isdecimal()
    return Organisation.Scheme.GSS if statisticians else Organisation.Scheme.OWN


def free_slug(name):
    """The end of an address for an organisation of that name, which no other has or had."""
    wished = slugify(name)[:180] or "organisation"
    number, slug = 1, wished
    while Organisation.objects.filter(slug=slug).exists() or FormerSlug.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wished}-{number}"
    return slug
