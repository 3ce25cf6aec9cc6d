"""What an officer offers to everybody, of whatever kind: check it, send it in, take it back, delete it."""

from contextlib import suppress
from functools import wraps

from django.contrib import messages
from django.db.models import CharField, Value
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commitments.council.access import TOO_LATE
from commitments.council.sending import SENT_AN_HOUR
from commitments.models import Status
from commitments.models.submission import OPEN
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from programme import contributions, emails
from programme.council.change_links import is_asked, where_to_change
from programme.missing import what_is_missing
from programme.models import CaseStudy, Event, Output
from programme.shown import parts_of
from signatories.access import for_person_by_id
from signatories.models import MoveRefused

# By what their addresses call them
KINDS = {"case-study": CaseStudy, "output": Output, "event": Event}
NOT_SAVED = "Not saved: it was sent in meanwhile. Take it back to change it."
TOO_LATE_TO_SAVE = "Not saved: it was sent in and decided on, or deleted, meanwhile."
PUBLISHED_AT_MOST = 20
# What their pages tell of what they come from
READ_TOGETHER = {Output: ["commitment", "deliverable"]}


def called(model):
    """What the addresses call that kind: "case-study"."""
    return next(name for name, kind in KINDS.items() if kind is model)


def page_of(thing):
    """Where its officer goes on with it, or sees where it stands."""
    page = "council_offer_check" if thing.is_editable else "council_offer_sent"
    return reverse(page, args=[called(type(thing)), thing.pk])


def offered_by(person, model, on):
    """The things of that kind that a Person began, of organisations for which they still report on that date."""
    offered = model.objects.offered_by(person, on)
    return offered.select_related(*READ_TOGETHER[model]) if model in READ_TOGETHER else offered


def under_way(person, on):
    """What a Person began and hears of no decision yet, of every kind, changed last first: one query."""
    columns = ("pk", "kind", "title", "status", "changed_at", "submitted_at", "message", "proposer_id")
    rows = _together(columns, lambda model: offered_by(person, model, on).filter(status__in=OPEN))
    return sorted(_made_of(rows, columns), key=lambda one: one.changed_at, reverse=True)


def published_of(organisations):
    """What anyone may read of these organisations, of every kind, whoever wrote it, the newest first: one query."""
    columns = ("pk", "kind", "title", "status", "published_at", "proposer_id")
    rows = _together(columns, lambda model: model.objects.published().of_organisations(organisations))
    return _made_of(rows.order_by("-published_at", "called", "-pk")[:PUBLISHED_AT_MOST], columns)


def _together(columns, found):
    """The rows of every kind, each beginning with what its kind is called."""
    first, *others = (
        found(model).order_by().annotate(called=Value(name, output_field=CharField())).values_list("called", *columns)
        for name, model in KINDS.items()
    )
    return first.union(*others, all=True)


def _made_of(rows, columns):
    return [KINDS[name](**dict(zip(columns, row, strict=True))) for name, *row in rows]


def for_offer(view):
    """Hand the view one thing that the Person signed in began, by its kind and pk; 404 for anyone else's."""

    @for_person_by_id
    @wraps(view)
    def answer(request, kind, pk, *args, **kwargs):
        if kind not in KINDS:
            raise Http404
        found = offered_by(request.person, KINDS[kind], timezone.localdate()).filter(pk=pk).first()
        if found is None:
            raise Http404
        return view(request, found, *args, **kwargs)

    return answer


def while_unfinished(view):
    """For a page that changes it: once it was sent in, show where it stands instead."""

    @for_offer
    @wraps(view)
    def answer(request, thing, *args, **kwargs):
        try:
            if thing.is_editable:
                return view(request, thing, *args, **kwargs)
        except MoveRefused as refused:  # it was sent in, or deleted, in another window while this one was open
            thing = refused.signature
        if request.method == "POST":
            waits = thing.status == Status.AWAITING_REVIEW
            messages.error(request, NOT_SAVED if waits else TOO_LATE_TO_SAVE)
        return redirect("council_offer_sent", called(type(thing)), thing.pk)

    return answer


@for_offer
def check(request, thing):
    """Check your answers; its button sends them in."""
    if not thing.is_editable:
        return redirect(page_of(thing))
    if request.method == "POST":
        if not within_limit("send in", request.person.pk, limit=SENT_AN_HOUR):
            return too_many_requests(request)
        return _send_in(request, thing)
    page = _page(request, thing, list(what_is_missing(thing))) | {
        "at_once": contributions.publishes_at_once(thing, request.person, timezone.localdate()),
    }
    return render(request, "account/offer_check.html", page)


def _send_in(request, thing):
    try:
        with suppress(MoveRefused):  # a double click: the first one sent it in
            contributions.send_in(thing, by=request.person)
    except contributions.Unfinished as unfinished:
        page = _page(request, thing, unfinished.missing) | {"refused": True}
        return render(request, "account/offer_check.html", page)
    return redirect("council_offer_sent", called(type(thing)), thing.pk)


def _page(request, thing, missing):
    asked = is_asked(thing, request.person, timezone.localdate())
    parts = list(_shown(thing))
    for part in parts:
        if asked(part["key"]):
            part["change"] = where_to_change(thing, part["key"])
    return {"parts": parts, "missing": missing, **_about(thing)}


def _shown(thing):
    """Its parts, with the images themselves, and nowhere to change them."""
    for part in parts_of(thing):
        pictures = list(thing.pictures.without_content()) if part["key"] == "pictures" else []
        yield part | {"pictures": pictures, "change": ""}


def _about(thing):
    about = {"thing": thing, "what": emails.in_words(thing), "kind": called(type(thing))}
    return about | {"at_once": False, "refused": False}


@for_offer
def sent(request, thing):
    """The confirmation: it is public, or the delivery team reads it first. Later, where it stands."""
    if thing.is_editable:
        return redirect(page_of(thing))
    waits = thing.status == Status.AWAITING_REVIEW
    parts = list(_shown(thing)) if waits or thing.is_public else []
    return render(request, "account/offer_sent.html", {"waits": waits, "parts": parts, **_about(thing)})


@require_POST
@for_offer
def recall(request, thing):
    """Take it back from the delivery team to change it."""
    try:
        contributions.recall(thing, by=request.person)
        messages.success(request, "You can change it now. Send it again when you are done.")
    except MoveRefused:
        messages.error(request, TOO_LATE)
    return redirect("council_offer_sent", called(type(thing)), thing.pk)


@for_offer
def delete(request, thing):
    """Delete what was begun, after asking once."""
    if not thing.is_editable:
        return redirect(page_of(thing))
    if request.method == "POST":
        try:
            contributions.delete(thing, by=request.person)
        except MoveRefused as refused:  # it was sent in meanwhile
            return redirect(page_of(refused.signature))
        messages.success(request, "It has been deleted")
        return redirect("account")
    return render(request, "account/offer_delete.html", _about(thing))
