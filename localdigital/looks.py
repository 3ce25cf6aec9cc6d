"""Who of the team is looking at what waits for a decision, so that two colleagues do not begin the same.

A look ends on a decision, when its colleague says so, or by itself after two hours. It reserves nothing: a colleague
takes over by one press.
"""

from datetime import timedelta

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from localdigital.models import AuditEvent, Look

LASTS = timedelta(hours=2)


class LookedAt(Exception):
    """A colleague is looking at it: `look`."""

    def __init__(self, look):
        self.look = look
        super().__init__(f"{look.user} is looking at it")


# ---- Looking, as decisions


def look_at(thing, now=None):
    """Who looks at it now, as a Look; or None."""
    since = (now or timezone.now()) - LASTS
    return Look.objects.about(thing).filter(began_at__gt=since).select_related("user").first()


@transaction.atomic
def begin(thing, *, by, now=None):
    """Say that one looks at it; again makes it last longer. Raises LookedAt when a colleague does."""
    now = now or timezone.now()
    where = {"about_type": thing._meta.label_lower, "about_id": thing.pk}
    look, made = Look.objects.select_related("user").get_or_create(**where, defaults={"user": by, "began_at": now})
    if made:
        return look
    if look.user_id != by.pk and look.began_at > now - LASTS:
        raise LookedAt(look)
    # Guarded: of two who find an old one, one gets it.
    as_read = Look.objects.filter(pk=look.pk, user=look.user_id, began_at=look.began_at)
    if look.user_id != by.pk and as_read.update(user=by, began_at=now) != 1:
        raise LookedAt(Look.objects.select_related("user").get(pk=look.pk))
    return look


def stop(thing, *, by):
    """Say that one looks no longer."""
    Look.objects.about(thing).filter(user=by).delete()


@transaction.atomic
def take_over(thing, *, by, colleague_id, now=None):
    """Look at it in place of that colleague. Raises LookedAt when another one was first."""
    now = now or timezone.now()
    theirs = Look.objects.about(thing).filter(user=colleague_id).exclude(user=by)
    if theirs.update(user=by, began_at=now) == 1:
        AuditEvent.record("look.take_over", thing, by=by, at=now, colleague=colleague_id)
    else:
        begin(thing, by=by, now=now)


def finish(thing, *, by, now=None):
    """End what was being looked at, in the transaction of a decision. Raises LookedAt when a colleague looks at it."""
    since = (now or timezone.now()) - LASTS
    look = Look.objects.about(thing).select_related("user").first()
    if look and look.user_id != by.pk and look.began_at > since:
        raise LookedAt(look)
    if look:
        Look.objects.filter(pk=look.pk).delete()


# ---- Shown in lists and on pages


def name_of_colleague(path=""):
    """How one of the team is called, for a query: by name, or as they sign in."""
    name = Trim(Concat(f"{path}first_name", Value(" "), f"{path}last_name"))
    return Coalesce(NullIf(name, Value("")), f"{path}username")


def with_looks(queryset, now=None):
    """The same things, each with `looked_at_by` (an id), `looked_at_name` and `looked_at_since`; None for nobody."""
    since = (now or timezone.now()) - LASTS
    about = Look.objects.filter(about_type=queryset.model._meta.label_lower, about_id=OuterRef("pk"))
    about = about.filter(began_at__gt=since).order_by()
    named = about.annotate(name=name_of_colleague("user__"))
    return queryset.annotate(
        looked_at_by=Subquery(about.values("user")[:1], output_field=BigIntegerField()),
        looked_at_name=Subquery(named.values("name")[:1], output_field=CharField()),
        looked_at_since=Subquery(about.values("began_at")[:1], output_field=DateTimeField()),
    )


# ---- The address to which its buttons lead


@admin.site.page("looks/<str:label>/<int:pk>/", "look")
@require_POST
def look(request, label, pk):
    """Begin, stop or take over a look, and go on to the page of the thing; from there one stops back to its list."""
    thing = _waiting(request, label, pk)
    model = f"admin:{thing._meta.app_label}_{thing._meta.model_name}"
    try:
        if "stop" in request.POST:
            stop(thing, by=request.user)
            messages.success(request, "You have stopped looking at it.")
            return redirect(f"{model}_changelist")
        colleague = request.POST.get("take-over", "")
        if not type(thing).objects.awaiting_review().filter(pk=thing.pk).exists():
            messages.warning(request, "This does not wait for a decision any more.")
        elif colleague.isascii() and colleague.isdecimal() and len(colleague) < 18:
            take_over(thing, by=request.user, colleague_id=int(colleague))
        else:
            begin(thing, by=request.user)
    except LookedAt as looked:
        messages.warning(request, in_words(looked.look))
    return redirect(reverse(f"{model}_change", args=[thing.pk]))


def in_words(look):
    """Who looks and since when: "Alex has been looking at this since 10:42"."""
    name = look.user.get_full_name() or look.user.get_username()
    return f"{name} has been looking at this since {timezone.localtime(look.began_at):%H:%M}."


def _waiting(request, label, pk):
    """A thing that can wait for a decision, for who may decide about it."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404("no such thing") from None
    if not hasattr(model._default_manager, "awaiting_review"):
        raise Http404("no such thing")
    if not request.user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        raise PermissionDenied
    thing = model._default_manager.filter(pk=pk).first() if pk < 2**63 else None
    if thing is None:
        raise Http404("no such thing")
    return thing
