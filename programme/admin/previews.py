"""A case study or an event that is not public as the public would see it, for the delivery team alone."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from commitments.models import Status
from programme.case_studies import views as case_studies
from programme.events import views as events
from programme.models import CaseStudy, Event
from signatories.admin.deciding import address_of


def _case_study(study):
    shown = case_studies.page_of(study)
    pictures = [(one, _team_address(one)) for one, _ in shown["pictures"]]
    return "programme/case_studies/preview.html", shown | {"pictures": pictures}


def _team_address(picture):
    return reverse("admin:programme_casestudy_picture", args=[picture.case_study_id, picture.pk])


def _event(event):
    return "programme/events/preview.html", events.page_of(event, timezone.now())


# How each kind is loaded, and the template and what it shows
PAGES = {CaseStudy: (case_studies.in_full, _case_study), Event: (events.in_full, _event)}


def preview_address(thing):
    """Where it can be read as the public would; nothing for what has no page of its own, or is gone."""
    has_one = type(thing) in PAGES and thing.status != Status.REMOVED
    return address_of(thing, "preview") if has_one else None


def preview(request, model, pk):
    """The page of one thing, never saved: only shown as if it were published now."""
    in_full, page = PAGES[model]
    thing = get_object_or_404(in_full(model.objects.exclude(status=Status.REMOVED)), pk=pk)
    about = {"back": address_of(thing), "before": thing.get_status_display()}
    if not thing.is_public:
        thing.status, thing.published_at = Status.PUBLISHED, thing.changed_at
    template, shown = page(thing)
    return render(request, template, shown | about)
