"""What all lists of things that wait for review have in common: who looks at which, what comes before and after, and
the button that begins."""

from django.contrib import admin
from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import get_text_list

from localdigital.looks import with_looks
from localdigital.waiting import waited

from .deciding import WAITS, address_of

NAMES_IN_A_ROW = 3


def with_neighbours(queryset, since):
    """The same things, each with `previous_id` and `next_id` of those that wait: `since` is their order."""
    waiting = queryset.model.objects.awaiting_review()
    now, pk = OuterRef(since), OuterRef("pk")
    before = waiting.filter(Q(**{f"{since}__lt": now}) | Q(**{since: now, "pk__lt": pk})).order_by(f"-{since}", "-pk")
    after = waiting.filter(Q(**{f"{since}__gt": now}) | Q(**{since: now, "pk__gt": pk})).order_by(since, "pk")
    return queryset.annotate(
        previous_id=Subquery(before.values("pk")[:1], output_field=BigIntegerField()),
        next_id=Subquery(after.values("pk")[:1], output_field=BigIntegerField()),
    )


class Reviewed:
    """For the admin of something that waits for review. `waits_since` is the field that says since when."""

    waits_since = ""

    def get_queryset(self, request):
        """Those of the list with who looks at them; the one of a page with what comes before and after it too."""
        found = with_looks(super().get_queryset(request))
        return found if self.is_list(request) else with_neighbours(found, self.waits_since)

    def is_list(self, request):
        """Whether the list is asked for, not one of its things."""
        return request.resolver_match.url_name.endswith("_changelist")

    def get_list_display(self, request):
        """Second, where a narrow screen shows it: who looks at it, and for who may decide the button that begins."""
        name = f"{self.opts.app_label}.change_{self.opts.model_name}"
        first, *others = self.list_display
        return [first, "begin" if request.user.has_perm(name) else "looked_at", *others]

    def in_a_row(self, signatories):
        """The organisations of a document, of many only the first."""
        names = [one.organisation.official_name for one in signatories]
        others = len(names) - NAMES_IN_A_ROW
        return get_text_list([*names[:NAMES_IN_A_ROW], *([f"{others} more"] if others > 0 else [])], "and") or "–"

    @admin.display(description="Waiting for")
    def waiting(self, thing):
        """How long it has waited."""
        since = getattr(thing, self.waits_since)
        return waited(since, timezone.now()) if thing.status == WAITS and since else "–"

    @admin.display(description="Looked at by")
    def looked_at(self, thing):
        """Which colleague looks at it, and since when."""
        if not thing.looked_at_by:
            return "–"
        return f"{thing.looked_at_name}, since {timezone.localtime(thing.looked_at_since):%H:%M}"

    @admin.display(description="Review")
    def begin(self, thing):
        """The same, with a button that says to colleagues that one looks at it, and leads to it. It belongs to the
        list's own form."""
        if thing.status != WAITS:
            return "–"
        button = format_html(
            '<button type="submit" class="decision decision--small" formmethod="post" formaction="{}">'
            'Review<span class="visually-hidden"> {}</span></button>',
            reverse("admin:look", args=[thing._meta.label_lower, thing.pk]),
            self.called(thing),
        )
        return format_html("{}<br>{}", self.looked_at(thing), button) if thing.looked_at_by else button


def neighbours(request, thing):
    """What the review page shows of its place in the queue, and of who looks at it."""
    if thing.status != WAITS:
        return {}
    model = type(thing)
    pages = {
        name: address_of(model(pk=pk)) if pk else ""
        for name, pk in (("previous", thing.previous_id), ("next", thing.next_id))
    }
    return pages | {
        "look_address": reverse("admin:look", args=[thing._meta.label_lower, thing.pk]),
        "mine": thing.looked_at_by == request.user.pk,
        "colleague": thing.looked_at_by and thing.looked_at_by != request.user.pk,
    }
