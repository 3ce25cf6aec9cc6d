"""What one of the team wrote for the others about a declaration, an organisation or a report: the panel that shows it
on any page of the admin, and the address that adds to it. Never public."""

from datetime import timedelta

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from localdigital.forms import QuestionForm
from localdigital.models import AuditEvent, TeamNote

# Who presses twice writes one note.
A_SECOND_PRESS = timedelta(minutes=1)


class NoteForm(QuestionForm):
    """One note."""

    text = forms.CharField(
        label="Add a note",
        help_text="Only the delivery team reads notes.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Enter a note",
            "max_length": "Your note must be 3,000 characters or fewer",
        },
    )


@transaction.atomic
def add_note(thing, text, *, by, now=None):
    """Write a note about anything in the register. Returns it."""
    now = now or timezone.now()
    same = TeamNote.objects.about(thing).filter(written_by=by, text=text, written_at__gt=now - A_SECOND_PRESS)
    if written := same.first():
        return written
    note = TeamNote.objects.create(
        about_type=thing._meta.label_lower, about_id=thing.pk, written_by=by, written_at=now, text=text
    )
    AuditEvent.record("team_note.add", thing, by=by, at=now, team_note=note.pk)
    return note


def panel(request, thing, form=None, notes=None):
    """What `admin/_notes.html` needs to show the notes about a thing and to ask for one more; None for those who may
    not read them. It costs one query, unless the notes were read already."""
    if not request.user.has_perm("localdigital.view_teamnote"):
        return None
    label = thing._meta.label_lower
    return {
        "notes": list(TeamNote.objects.about(thing).select_related("written_by")) if notes is None else notes,
        "form": (form or NoteForm()) if request.user.has_perm("localdigital.add_teamnote") else None,
        "address": reverse("admin:team_note_add", args=[label, thing.pk]),
        "next": _way_back(request, thing),
    }


@admin.site.page("notes/<str:label>/<int:pk>/", "team_note_add")
def team_note_add(request, label, pk):
    """The notes about one thing that the reader may see; a POST adds one and leads back to where it was written."""
    if not request.user.has_perms(["localdigital.view_teamnote", "localdigital.add_teamnote"]):
        raise PermissionDenied
    thing = _viewable(request, label, pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        add_note(thing, form.cleaned_data["text"], by=request.user)
        messages.success(request, "Note added.")
        return redirect(_way_back(request, thing))
    context = {
        **admin.site.each_context(request),
        "title": f"Notes about {thing}",
        "thing": thing,
        "team_notes": panel(request, thing, form),
    }
    return TemplateResponse(request, "admin/notes.html", context)


def _viewable(request, label, pk):
    """The object of that type and id, where the reader may see such things in the admin."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404("no such thing") from None
    if not admin.site.is_registered(model):
        raise Http404("no such thing")
    thing = model._default_manager.filter(pk=pk).first() if pk < 2**63 else None
    if thing is None:
        raise Http404("no such thing")
    if not admin.site.get_model_admin(model).has_view_permission(request, thing):
        raise PermissionDenied
    return thing


def _way_back(request, thing):
    """The page of the admin that the note was written on; the thing's own when that is not known."""
    home, asked = reverse("admin:index"), request.POST.get("next", "")
    if request.method == "GET" and not request.path.startswith(f"{home}notes/"):
        asked = request.get_full_path()
    if asked.startswith(home) and asked.isprintable() and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
