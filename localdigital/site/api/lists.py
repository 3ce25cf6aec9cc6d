"""The lists of records, one record of each, and what changed in them: the same for every dataset."""

from datetime import UTC, datetime
from typing import Annotated

from django.conf import settings
from django.db.models import Q
from django.http import JsonResponse
from ninja import Path, Query
from pydantic import BaseModel, Field, create_model

from localdigital.models import RecordNote
from localdigital.open_data import Type
from localdigital.site.api.cursors import LARGEST, cursor_after, cursor_after_note, read_cursor, read_note_cursor
from localdigital.site.api.dates import AskedMoment
from localdigital.site.api.filters import narrowed, organisation_called, parameters_of
from localdigital.site.api.problems import Problem
from signatories.models.reference import read_reference

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 200
WITH_CHANGES = ("limit", "cursor", "modified_since")
BEFORE_ALL, AFTER_ALL = datetime(2018, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
SOON = "10"
HOW_TO_SAY_WHEN = "A moment, like 2026-11-01T00:00:00Z: what changed since then, and what is gone."


def question_of(dataset, name):
    """What may be asked of the list of that dataset: its parameters as a pydantic model."""
    fields = {
        "limit": (int, _parameter("How many records at the most.", 50, default=DEFAULT_LIMIT, ge=1, le=LARGEST_LIMIT)),
        "cursor": (str, _parameter("Where the page begins: use the address in “next”.", None, max_length=200)),
        "modified_since": (AskedMoment, _parameter(HOW_TO_SAY_WHEN, "2026-11-01T00:00:00Z")),
    }
    for one in parameters_of(dataset):
        limits = {"max_length": 200} if one.held_as is str else {}
        if one.largest:
            limits = {"ge": 1, "le": one.largest}
        fields[one.name] = (one.held_as, _parameter(one.description, one.example, **limits))
    return create_model(f"{name}Question", __base__=BaseModel, **fields)


def _parameter(description, example, *, default=None, **limits):
    extra = {} if example is None else {"example": example}
    return Field(default, description=description, json_schema_extra=extra, **limits)


def refuse_what_is_not_asked_here(request, question=None):
    """A Problem where a parameter is unknown, or one that has one value comes twice."""
    known = question.model_fields if question else {}
    faults = [(name[:100], "There is no such parameter here") for name in request.GET if name not in known]
    for name, values in request.GET.lists():
        if name in known and len(values) > 1 and not str(known[name].annotation).startswith("list"):
            faults.append((name, "Say this once"))
    if faults:
        raise Problem("invalid", errors=faults[:20])


def list_view(dataset, question):
    """The operation that answers with a page of the list, or of what changed in it."""

    def view(request, asked: Query[question]):
        refuse_what_is_not_asked_here(request, question)
        changes = asked.modified_since is not None
        return changes_page(request, dataset, asked) if changes else plain_page(request, dataset, asked)

    return view


def plain_page(request, dataset, asked):
    """A page of the records that fit, in the order in which they came into the register."""
    rows = narrowed(dataset, dataset.rows(None), request.GET, asked.model_dump())
    if asked.cursor is not None:
        rows = rows.filter(pk__gt=read_cursor(dataset, asked.cursor))
    rows = list(rows.order_by("pk")[: asked.limit + 1])
    rows, more = rows[: asked.limit], len(rows) > asked.limit
    cursor = cursor_after(dataset, rows[-1].pk) if more else None
    return _page(request, cursor, items=dataset.records_of(rows), gone=[], as_of=None)


def changes_page(request, dataset, asked):
    """A page of what changed since a moment, oldest change first: each as it is now, and what is gone."""
    if others := [name for name in request.GET if name not in WITH_CHANGES]:
        fault = "Leave this out together with modified_since: what no longer fits would never be told"
        raise Problem("invalid", errors=[(name, fault) for name in others])
    # Before and after these there is nothing, and moments at the ends of time cannot be told in another time zone.
    since = min(max(asked.modified_since, BEFORE_ALL), AFTER_ALL)
    told_to = request.noting.noted_at
    if told_to is None:  # the very first comparison runs elsewhere
        raise Problem("not-yet", headers={"Retry-After": SOON})
    notes = RecordNote.objects.filter(dataset=dataset.name, changed_at__gte=since)
    notes = notes.filter(changed_at__lte=told_to)
    if asked.cursor is not None:
        moment, number = read_note_cursor(dataset, asked.cursor)
        notes = notes.filter(Q(changed_at=moment, pk__gt=number) | Q(changed_at__gt=moment))
    notes = list(notes.order_by("changed_at", "pk")[: asked.limit + 1])
    notes, more = notes[: asked.limit], len(notes) > asked.limit
    cursor = cursor_after_note(dataset, notes[-1]) if more else None
    items = _in_order(dataset, [note.key for note in notes if not note.is_gone])
    gone = [_gone(dataset, note) for note in notes if note.is_gone]
    return _page(request, cursor, items=items, gone=gone, as_of=in_utc(told_to))


def _in_order(dataset, keys):
    """The records with these keys as they are now, in that order; one that went since is told of next time."""
    if not keys:
        return []
    records = {str(one[dataset.key]): one for one in dataset.records_of(list(dataset.with_keys(keys)))}
    return [records[key] for key in keys if key in records]


def _gone(dataset, note):
    is_number = {column.name: column.type for column in dataset.columns}[dataset.key] == Type.INTEGER
    key = int(note.key) if is_number else note.key
    return {dataset.key: key, "gone": True, "changed_at": in_utc(note.changed_at)}


def in_utc(moment):
    """A moment with its microseconds, as `modified_since` takes it back: nothing between two answers is lost."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _page(request, cursor, **body):
    following = None
    if cursor:
        parameters = request.GET.copy()
        parameters["cursor"] = cursor
        following = f"{settings.SITE_URL}{request.path}?{parameters.urlencode()}"
    response = JsonResponse(body | {"next": following})
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


# ---- One record


def record_view(dataset):
    """The operation that answers with the record of one key."""
    read = READ.get(dataset.name, lambda rows, key: rows.filter(**{dataset.lookup: key}))

    def by_number(request, key: Annotated[int, Path(ge=1, le=LARGEST, description=f"Its {dataset.key}.")]):
        return one_record(request, dataset, key, read)

    def by_text(request, key: Annotated[str, Path(max_length=200, description=KEYS.get(dataset.name, "Its slug."))]):
        return one_record(request, dataset, key, read)

    return by_number if dataset.key == "id" else by_text


def one_record(request, dataset, key, read):
    """That record; a Problem where there is none, which says so when there was one."""
    refuse_what_is_not_asked_here(request)
    rows = list(read(dataset.rows(None), key)[:3])
    if not rows:
        was_there = RecordNote.objects.filter(dataset=dataset.name, key=str(key), is_gone=True).exists()
        raise Problem("gone" if was_there else "not-found")
    return JsonResponse(dataset.records_of(rows[:1])[0])


def _organisation(rows, key):
    found = organisation_called(key)
    return rows.filter(pk=found.pk) if found else rows.none()


def _signature(rows, key):
    reference = read_reference(key)
    return rows.filter(reference=reference) if reference else rows.none()


READ = {"organisations": _organisation, "signatures": _signature}
KEYS = {
    "organisations": "Its GSS code, or ours; or its slug, also one that it had before.",
    "signatures": "Its reference, however it is typed.",
}
