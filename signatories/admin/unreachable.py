"""Whom nobody can reach: councils without people, people whose address the mail server refuses, and what is late."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from commitments.answering import answered_for, without_people
from commitments.models import Commitment
from localdigital.models import QueuedEmail
from localdigital.paging import link_with, one_page
from localdigital.waiting import Waiting
from signatories.models import Access, Person

SIZE = 50
STATES = {"left": "Nobody left", "never": "Never asked"}


def refused_addresses(on):
    """The newest refused email to each address of somebody who has a part in anything, the newest first."""
    needed = Person.objects.exclude(pk__in=Person.objects.without_a_role(on).values("pk")).filter(email__isnull=False)
    refused = QueuedEmail.objects.refused().filter(to_address__in=needed.values("email"))
    later = Q(failed_at__gt=OuterRef("failed_at")) | Q(failed_at=OuterRef("failed_at"), pk__gt=OuterRef("pk"))
    newer = QueuedEmail.objects.refused().filter(later, to_address=OuterRef("to_address"))
    return refused.exclude(Exists(newer)).order_by("-failed_at", "-pk")


@admin.site.waits
def late_and_unreachable(request):
    """Commitments that are overdue, and those who cannot be asked about theirs."""
    lines, today = [], timezone.localdate()
    if request.user.has_perm("signatories.view_organisation"):
        late, unheard = Commitment.objects.overdue(today), Commitment.objects.update_overdue(today)
        lines.append(Waiting("overdue commitments", late, _public("overdue")))
        lines.append(Waiting("commitments with an overdue update", unheard, _public("update-overdue")))
        councils, address = without_people(today), reverse("admin:councils_without_people")
        left, never = councils.filter(had_people=True), councils.filter(had_people=False)
        lines.append(Waiting("councils with nobody left", left, f"{address}?state=left", urgent=True))
        lines.append(Waiting("councils never asked", never, f"{address}?state=never"))
    if _may_see_addresses(request):
        refused, address = refused_addresses(today), reverse("admin:refused_addresses")
        lines.append(Waiting("addresses refused", refused, address, urgent=True))
    return lines


def _public(state):
    return f"{reverse('commitments')}?state={state}"


def _may_see_addresses(request):
    return request.user.has_perms(["localdigital.view_queuedemail", "signatories.view_person"])


@admin.site.page("councils-without-people/", "councils_without_people")
def councils_without_people(request):
    """Organisations that answer for open commitments and have nobody who could report on them."""
    if not request.user.has_perm("signatories.view_organisation"):
        raise PermissionDenied
    today, chosen = timezone.localdate(), request.GET.get("state")
    organisations = without_people(today)
    if chosen in STATES:
        organisations = organisations.filter(had_people=chosen == "left")
    page = one_page(request, organisations, SIZE)
    ids = [one.pk for one in page]
    open_ones = Commitment.objects.open().of_organisations(ids).defer("mission", "impact")
    theirs = answered_for(ids, open_ones)
    context = {
        "page": page,
        "rows": [_row(one, theirs.get(one.pk, []), today) for one in page],
        "tabs": [
            (words, link_with(request, state=value), value == (chosen if chosen in STATES else None))
            for value, words in [(None, "All"), *STATES.items()]
        ],
    }
    return _answer(request, "without_people", "Councils without people", context)


def _row(organisation, commitments, today):
    published = [one.published_at for one in commitments if one.published_at]
    return {
        "organisation": organisation,
        "state": STATES["left" if organisation.had_people else "never"],
        "since": organisation.left_at if organisation.had_people else min(published, default=None),
        "open": len(commitments),
        "overdue": sum(one.due_on is not None and one.due_on < today for one in commitments),
    }


@admin.site.page("refused-addresses/", "refused_addresses")
def refused(request):
    """Addresses that the mail server refuses, whose they are, and its words."""
    if not _may_see_addresses(request):
        raise PermissionDenied
    page = one_page(request, refused_addresses(timezone.localdate()), SIZE)
    accesses = Prefetch("accesses", Access.objects.live().select_related("organisation"), to_attr="live_accesses")
    people = Person.objects.filter(email__in=[email.to_address for email in page]).prefetch_related(accesses)
    by_address = {person.email: person for person in people}
    rows = [(email, by_address.get(email.to_address)) for email in page]
    return _answer(request, "refused", "Addresses that the mail server refuses", {"page": page, "rows": rows})


def _answer(request, template, title, context):
    page = context["page"]
    context |= admin.site.each_context(request) | {
        "title": title,
        "before": page.address(page.number - 1) if page.has_previous() else None,
        "after": page.address(page.number + 1) if page.has_next() else None,
    }
    return TemplateResponse(request, f"admin/signatories/{template}.html", context)
