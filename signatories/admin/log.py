"""The audit log: everything that was decided or done, searched, read and taken away; nothing of it can be changed."""

from datetime import UTC, datetime, timedelta

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from localdigital.models import AuditEvent
from localdigital.paging import link_with
from localdigital.tables import MARK, guarded, row_writer

from .kinds import GROUPS, group_of, kind_in_words
from .log_search import SearchForm
from .naming import name_all
from .people import ReadOnly

SIZE = 50
CHUNK = 1000
COLUMNS = ["Event", "When (UTC)", "What", "Kind", "Who", "About", "From status", "To status", "Note", "Details"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def place_of(event):
    """Where an event stands in the log, for the address of what is older: microseconds and number."""
    return f"{(event.at - EPOCH) // timedelta(microseconds=1)}-{event.pk}"


def older_than(events, place):
    """Those after that place; 400 when it is none."""
    if not place:
        return events
    at, _, pk = place.partition("-")
    if not (at + pk).isascii() or not at.isdecimal() or not pk.isdecimal() or len(at) > 17 or len(pk) > 17:
        raise BadRequest("that is no place in the log")
    moment = EPOCH + timedelta(microseconds=int(at))
    # The first condition is for the index, which an OR alone would not use.
    return events.filter(Q(at__lt=moment) | Q(pk__lt=int(pk)), at__lte=moment)


def in_words(events, *, details=True):
    """The same events with everything that a person reads of them."""
    for event in name_all(events, details=details):
        event.words = kind_in_words(event.kind)
        event.before, event.after = status_in_words(event.from_status), status_in_words(event.to_status)
    return events


def status_in_words(status):
    """A status as the log reads it: "Awaiting review"."""
    return status.replace("-", " ").capitalize()


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):
    """Everything that was decided or done."""

    list_name = "Audit log"

    def get_urls(self):
        export = self.admin_site.admin_view(require_POST(self.export))
        return [path("export/", export, name="localdigital_auditevent_export"), *super().get_urls()]

    # ---- The list

    def changelist_view(self, request, extra_context=None):
        """What is asked for, newest first. What was typed comes by POST: no address gets into a server's log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            form = SearchForm(request.POST)
            if form.is_valid():
                return redirect(f"{request.path}?{form.query}" if form.query else request.path)
        else:
            form = SearchForm(request.GET, from_address=True)
        events, older = self._page(request, form) if form.is_valid() else ([], "")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Audit log",
            "form": form,
            "offered": form.offered(),
            "events": events,
            "older": older,
            "later": "before" in request.GET and link_with(request, before=None),
            "asked": form.is_valid() and form.query,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/audit_log.html", context)

    def _page(self, request, form):
        events = list(older_than(form.events(), request.GET.get("before", ""))[: SIZE + 1])
        older = link_with(request, before=place_of(events[SIZE - 1])) if len(events) > SIZE else ""
        return in_words(events[:SIZE]), older

    # ---- One event

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Everything about one event, and what else happened to the same thing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            raise PermissionDenied
        if not (object_id.isascii() and object_id.isdecimal() and len(object_id) < 18):
            raise Http404("no event has such a number")
        event = get_object_or_404(AuditEvent, pk=object_id)
        others = AuditEvent.objects.filter(object_type=event.object_type, object_id=event.object_id)
        others = list(others.exclude(pk=event.pk).order_by("-at", "-pk")[:SIZE])
        in_words([event, *others])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": event.words,
            "subtitle": f"event {event.pk}",
            "event": event,
            "others": others,
            "group": GROUPS.get(group_of(event.kind), ""),
        }
        return TemplateResponse(request, "admin/audit_event.html", context)

    # ---- Taking it away

    def export(self, request):
        """What is asked for as a CSV, newest first; the log says who took it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SearchForm(request.GET, from_address=True)
        if not form.is_valid():
            raise BadRequest("the log cannot be asked so")
        events = form.events()
        AuditEvent.record("export.audit_log", request.user, by=request.user, **form.said())
        answer = StreamingHttpResponse(lines_of(events), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="audit-log-{timezone.localdate()}.csv"'
        return answer


def lines_of(events):
    """The lines of a CSV, read in chunks, so that no export needs more memory than a chunk. No cell is a formula."""
    write = row_writer()
    yield MARK + write(COLUMNS)
    place = ""
    while True:
        chunk = list(older_than(events, place)[:CHUNK])
        yield "".join(write([guarded(str(cell)) for cell in _cells(event)]) for event in in_words(chunk))
        if len(chunk) < CHUNK:
            return
        place = place_of(chunk[-1])


def _cells(event):
    told = "; ".join(f"{what}: {', '.join(map(str, things))}" for what, things in event.told)
    return [
        event.pk, event.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"), event.words, event.kind, event.actor,
        event.thing, event.before, event.after, event.note, told,
    ]  # fmt: skip
