"""The rows of a dataset that a filtered list shows, on all of its pages: the list's own filters decide."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.utils import timezone

from commitments.filters import CommitmentFilter
from commitments.open_data import COMMITMENTS
from localdigital.open_data import Dataset
from programme.case_studies.filters import CaseStudyFilter
from programme.events.filters import EventFilter
from programme.fund.filters import ProjectFilter
from programme.models import Output, Topic
from programme.open_data import CASE_STUDIES, EVENTS, FUND_PROJECTS, OUTPUTS
from programme.reuse.filters import ReuseForm, narrowed
from signatories.filters import OrganisationFilter
from signatories.models import Organisation, Principle
from signatories.open_data import ORGANISATIONS


@dataclass(frozen=True)
class FilteredList:
    """A list page: the dataset that its rows are of, and the rows that are asked for. BadRequest for a wrong choice."""

    dataset: Dataset
    found: Callable

    def rows(self, asked):
        """The same rows as the dataset has them."""
        return self.dataset.rows(None).filter(pk__in=self.found(asked).order_by().values("pk"))


def _valid(form):
    if not form.is_valid():
        raise BadRequest("that is none of the choices")
    return form


def _there_are(model, slugs):
    if model.objects.filter(slug__in=slugs).count() != len(set(slugs)):
        raise BadRequest("there is no such choice")


def _organisations(asked):
    return _valid(OrganisationFilter(asked, Organisation.objects.checked())).qs


def _commitments(asked):
    form = _valid(CommitmentFilter(asked))
    _there_are(Principle, form.asked.get("principle", []))
    return form.narrowed()


def _projects(asked):
    return _valid(ProjectFilter(asked)).narrowed()


def _case_studies(asked):
    form = _valid(CaseStudyFilter(asked))
    _there_are(Principle, form.asked.get("principle", []))
    _there_are(Topic, form.asked.get("topic", []))
    return form.narrowed()


def _outputs(asked):
    form = _valid(ReuseForm(asked))
    _there_are(Topic, [form.asked["topic"]] if "topic" in form.asked else [])
    return narrowed(Output.objects.published(), form.asked)


def _events(asked):
    form = _valid(EventFilter(asked, now=timezone.now()))
    _there_are(Topic, [form.asked["topic"]] if "topic" in form.asked else [])
    return form.qs


# By the name of its address
LISTS = {
    "signatories": FilteredList(ORGANISATIONS, _organisations),
    "commitments": FilteredList(COMMITMENTS, _commitments),
    "fund_projects": FilteredList(FUND_PROJECTS, _projects),
    "case_studies": FilteredList(CASE_STUDIES, _case_studies),
    "reuse": FilteredList(OUTPUTS, _outputs),
    "events": FilteredList(EVENTS, _events),
}
