"""What the delivery team edits freely, version by version: who changed what and when, word by word.

The models keep their history themselves (HistoricalRecords); here it is read. What was changed in the rows below a form
(an organisation's names) has no history of its own: the audit event of the change tells it, and is shown with it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.http import Http404
from django.template.response import TemplateResponse

from localdigital.differences import ADDED, REMOVED, Difference, of_texts, plain
from localdigital.govuk import writing
from localdigital.models import AuditEvent, User
from localdigital.paging import PageForm

SIZE = 20
# Why a version is kept that nobody made on these pages: what came before would be told as a part of the next change
AS_IT_WAS = "changed outside these pages"
# The event of a change is written after its version, in the same request
TOGETHER = timedelta(seconds=30)


@dataclass
class Version:
    """One change: `differences` are its fields and rows that are not as they were before."""

    at: datetime
    by: str
    what: str
    differences: list = field(default_factory=list)


def changes_of(thing, page=1):
    """The versions of a page, newest first, and whether there are older ones: five queries."""
    start = (page - 1) * SIZE
    before = max(start - 1, 0)
    rows = list(_records(thing)[before : start + SIZE + 1])
    newer, rows = (rows[:1], rows[1:]) if start else ([], rows)
    if start and not rows:
        raise Http404("there are no such old versions")
    shown, older = rows[:SIZE], len(rows) > SIZE
    events = _events(thing, after=shown[-1].history_date if older else None, until=newer and newer[0].history_date)
    names = _names_in(rows)
    users = User.objects.in_bulk({event.actor_id for event in events if event.actor_type == "localdigital.user"})
    versions = [_version(row, one, names) for row, one in zip(shown, [*rows[1:], None], strict=False)]
    for event in events:
        _join(versions, event, users)
    versions.sort(key=lambda one: one.at, reverse=True)
    return [one for one in versions if one.differences or one.what != "Changed"], older


def _records(thing):
    return thing.history.select_related("history_user").order_by("-history_date", "-history_id")


def _events(thing, *, after, until):
    about = AuditEvent.objects.about(thing)
    if after:
        about = about.filter(at__gte=after)
    if until:
        about = about.filter(at__lt=until)
    # Other events count rows: of an export, say
    return [event for event in about if isinstance(event.details.get("rows"), dict)]


def _version(row, before, names):
    by = row.history_user.get_username() if row.history_user else "the register"
    if before is None and row.history_type != "+":
        return Version(row.history_date, by, "The first that is kept")
    if before is None:
        fields = [one for one in row.tracked_fields if not one.primary_key]
        return Version(row.history_date, by, "Added", list(field_differences(row.instance_type(), row, fields, names)))
    what = "Changed outside these pages" if row.history_change_reason == AS_IT_WAS else "Changed"
    return Version(row.history_date, by, what, list(field_differences(before, row, row.tracked_fields, names)))


def field_differences(before, after, fields, names=None):
    """Which of these fields differ between two versions, as Differences. `names`: {(model, key): its name}."""
    names = names or {}
    for one in fields:
        old, new = getattr(before, one.attname), getattr(after, one.attname)
        if old == new:
            continue
        label = str(one.verbose_name)
        label = f"{label[:1].upper()}{label[1:]}"
        old, new = _in_words(one, old, names), _in_words(one, new, names)
        if isinstance(one, (models.CharField, models.TextField)) and not one.choices:
            yield Difference(label, of_texts(plain(old), plain(new)))
        else:
            yield Difference(label, [piece for piece in ((REMOVED, old), (ADDED, new)) if piece[1]])


def _in_words(one, value, names):
    if value in (None, "", []):
        return ""
    if one.is_relation:
        return names.get((one.related_model, value), f"number {value}")
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return writing.datetime(value)
    return writing.date(value) if hasattr(value, "isoformat") else str(value)


def _names_in(rows):
    """What everything that these versions point at is called, by one query a model."""
    wanted = {}
    for row in rows:
        for one in row.tracked_fields:
            if one.is_relation and (value := getattr(row, one.attname)) is not None:
                wanted.setdefault(one.related_model, set()).add(value)
    return {
        (model, thing.pk): str(thing)
        for model, ids in wanted.items()
        for thing in model._base_manager.filter(pk__in=ids)
    }


def _join(versions, event, users):
    """What an event tells of rows goes to the version that was made with it, or stands alone where there is none."""
    differences = [
        Difference(
            f"{label[:1].upper()}{label[1:]}",
            [(REMOVED, one) for one in told["removed"]] + [(ADDED, one) for one in told["added"]],
            is_list=True,
        )
        for label, told in event.details["rows"].items()
    ]
    by = users[event.actor_id].get_username() if event.actor_id in users else "the register"
    for version in versions:
        if version.by == by and timedelta(0) <= event.at - version.at < TOGETHER:
            version.differences += differences
            return
    versions.append(Version(event.at, by, "Changed", differences))


# ---- Keeping


def keep_as_it_was(thing):
    """Before a change: a version of what is stored, where none says so, as after a change by a command."""
    stored = type(thing)._base_manager.filter(pk=thing.pk).first()
    if stored is None:
        return
    newest = _records(stored).first()
    if newest is None or any(
        getattr(stored, one.attname) != getattr(newest, one.attname) for one in newest.tracked_fields
    ):
        type(thing).history.bulk_history_create([stored], update=True, default_change_reason=AS_IT_WAS)


def rows_changed(formsets):
    """What was added and removed in the rows below a form, as details of an audit event. Only for what is public."""
    rows = {}
    for formset in formsets:
        added, removed = [], []
        for form in formset.forms:
            if not form.has_changed():
                continue
            if (form.initial and form.instance.pk is not None) or form in formset.deleted_forms:
                removed.append(_told(formset, form.initial))
            if form not in formset.deleted_forms:
                added.append(_told(formset, form.cleaned_data))
        if added or removed:
            rows[str(formset.model._meta.verbose_name_plural)] = {"added": added, "removed": [r for r in removed if r]}
    return {"rows": rows} if rows else {}


def _told(formset, values):
    """One row in words: "Somerset Council", "trumpton.example.gov.uk"."""
    words = []
    for one in formset.model._meta.concrete_fields:
        value = values.get(one.name) if one.name != formset.fk.name and not one.primary_key else None
        if value in (None, "", []):
            continue
        if one.is_relation and not isinstance(value, models.Model):
            value = one.related_model._base_manager.filter(pk=value).first() or value
        words.append(", ".join(map(str, value)) if isinstance(value, list) else str(value))
    return ", ".join(words)


class KeepsHistory:
    """For the admin of a model with a history: who saves is in it, and its history page shows what changed."""

    def save_model(self, request, obj, form, change):
        obj._history_user = request.user
        if change:
            keep_as_it_was(obj)
        super().save_model(request, obj, form, change)

    def history_view(self, request, object_id, extra_context=None):
        """Its versions, newest first."""
        thing = self.get_object(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, thing):
            raise PermissionDenied
        form = PageForm(request.GET)
        if not form.is_valid():
            raise BadRequest("that is no page number")
        page = form.cleaned_data["page"] or 1
        versions, older = changes_of(thing, page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": thing,
            "title": f"History of {thing}",
            "versions": versions,
            "page": page,
            "older": older and page + 1,
            "newer": page - 1,
        }
        return TemplateResponse(request, "admin/edit_history.html", context)
