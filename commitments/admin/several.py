"""Publishing several progress updates at once: each is read in full on one page, ticked, and published by itself, so
that one that cannot be keeps no other from it."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from commitments import emails, publishing
from commitments.models import ProgressUpdate
from localdigital import looks
from localdigital.models import AuditEvent
from signatories.admin.kinds import kind_in_words
from signatories.admin.naming import name_all
from signatories.models import MoveRefused, Signatory

from .checking import checks, who_sent_in
from .decisions import ENDED, loaded
from .review import shown

MOST = 50
TOO_MANY = f"Select {MOST} progress updates at the most: each is read in full before it is published."
LIST = "admin:commitments_progressupdate_changelist"


@dataclass
class Listed:
    """One update as the page shows it: in full, with what needs care, the emails that go, and whether it is ticked."""

    update: ProgressUpdate
    document: str
    cautions: list
    drafts: list
    is_ticked: bool


@dataclass
class Result:
    """What became of one of them: nothing is said against one that was published."""

    update: ProgressUpdate
    why_not: str = ""


def ask(request, updates):
    """The page on which several are read: those that nothing speaks against are ticked."""
    if len(updates) > MOST:
        messages.error(request, TOO_MANY)
        return redirect(LIST)
    return _ask(request, {one.pk for one in updates})


def publish_several(request):
    """Publish those that are ticked, when their number is the one that the button said; else count again."""
    if not request.user.has_perm("commitments.change_progressupdate"):
        raise PermissionDenied
    listed, ticked = _numbers(request, "listed"), _numbers(request, "publish")
    if not listed or len(listed) > MOST:
        return redirect(LIST)
    if not ticked or request.POST.get("expected") != str(len(ticked)):
        return _ask(request, listed, ticked=ticked, again=True)
    updates = loaded(ProgressUpdate).filter(pk__in=ticked & listed).order_by("submitted_at", "pk")
    results = [_publish(one, _seen(request, one), request.user) for one in updates]
    published = sum(not one.why_not for one in results)
    title = f"{published} progress update{'' if published == 1 else 's'} published"
    return _page(request, "several_done", title, results=results, published=published)


def _publish(update, seen, by):
    if seen != update.changed_at:
        return Result(update, _what_happened(update))
    try:
        with transaction.atomic():
            looks.finish(update, by=by)
            publishing.publish(update, by=by, seen=seen)
    except MoveRefused:
        return Result(update, _what_happened(update))
    except publishing.Stale:
        return Result(update, ENDED)
    except looks.LookedAt as looked:
        return Result(update, looks.in_words(looked.look))
    return Result(update)


def _what_happened(update):
    last = AuditEvent.objects.about(update).last()
    if last is None:
        return "It is not as it was when you read it."
    return f"It is not as it was when you read it: {kind_in_words(last.kind)} by {name_all([last])[0].actor}."


def _numbers(request, name):
    return {int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdecimal() and len(one) < 18}


def _seen(request, update):
    """When the text that was read had last changed; None where the page does not say."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(request.POST.get(f"seen-{update.pk}", ""))


# ---- The page


def _ask(request, pks, *, ticked=None, again=False):
    signatories = Prefetch(
        "commitment__signature__signatories", queryset=Signatory.objects.select_related("organisation")
    )
    waiting = looks.with_looks(loaded(ProgressUpdate).awaiting_review().filter(pk__in=pks))
    updates = list(waiting.prefetch_related(signatories))
    if not updates:
        messages.warning(request, "None of these waits for a decision any more.")
        return redirect(LIST)
    prefetch_related_objects(updates, "evidence", "delivered", "commitment__deliverables")
    senders = who_sent_in(updates)
    listed = [_listed(one, senders[one.pk], request.user, ticked) for one in updates]
    number = sum(one.is_ticked for one in listed)
    title = f"{number} of {len(listed)} can be published at once" if not again else f"{number} are ticked"
    return _page(request, "several", title, listed=listed, number=number, again=again, gone=len(pks) - len(updates))


def _listed(update, sender, user, ticked):
    cautions = [one.sentence for one in checks(update, sender) if one.needs_care]
    if update.kind in publishing.ENDS:
        cautions.append("It ends the commitment.")
    if update.looked_at_by not in (None, user.pk):
        cautions.append(f"{update.looked_at_name} is looking at it.")
    is_ticked = not cautions if ticked is None else update.pk in ticked
    return Listed(update, shown(update, update.commitment), cautions, emails.published(update), is_ticked)


def _page(request, name, title, **context):
    context = {
        **admin.site.each_context(request),
        "opts": ProgressUpdate._meta,
        "title": title,
        "most": MOST,
        **context,
    }
    return TemplateResponse(request, f"admin/commitments/{name}.html", context)
