"""The public pages of the fund: its rounds, and the projects that it paid for."""

from django.core.exceptions import BadRequest
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from localdigital.caching import public_page, public_page_by_the_minute
from localdigital.charts.bars import Bar, pictures
from localdigital.paging import link_with, one_page
from programme.fund import figures
from programme.fund.filters import CHOICES, ProjectFilter
from programme.fund.rules_in_words import in_words, is_past
from programme.fund.times import in_uk_time
from programme.models import FundProject, FundRound, Phase, ProjectPart, RoundState
from signatories.models import Signatory

NOT_PUBLISHED = "not published"
AHEAD = (RoundState.OPEN, RoundState.UPCOMING, RoundState.UNDATED, RoundState.CLOSED)


def with_parts(projects, asked=None):
    """Projects with their round, and who leads and takes part: two queries. With the parts asked for, each tells
    whether it `is_asked`."""
    parts = ProjectPart.objects.select_related("organisation")
    if asked is not None:
        parts = parts.annotate(is_asked=Q(pk__in=asked.values("pk")))
    return projects.select_related("round").prefetch_related(Prefetch("parts", queryset=parts))


@public_page_by_the_minute
def fund(request):
    """The rounds, those first in which something is still to come, and what was awarded by round and by region."""
    now = timezone.now()
    rounds, regions = figures.rounds_with_figures(), figures.by_region()
    for one in rounds:
        one.stands = one.state(now)
        one.opens, one.closes = in_uk_time(one.opens_at), in_uk_time(one.closes_at)
    context = {
        "ahead": sorted((one for one in rounds if one.stands in AHEAD), key=lambda one: AHEAD.index(one.stands)),
        "awarded": [one for one in rounds if one.stands == RoundState.AWARDED],
        "regions": regions,
        **figures.whole(rounds, regions),
    }
    context["by_round"] = _by_round(context["awarded"])
    context["by_region"] = _by_region(regions)
    return render(request, "programme/fund/fund.html", context)


def _by_round(rounds):
    """The rounds drawn as bars: what was announced, and what of it is known here."""
    bars = [Bar(one.name, _in_words(one), (("deep", one.known.gbp),), outline=one.awarded_gbp) for one in rounds]
    key = [("missing", "Total that was announced"), ("deep", "Published amounts of the projects here")]
    return pictures("What was awarded, by round", "The table below has the same figures.", bars, ids="rounds", key=key)


def _by_region(regions):
    """The regions drawn as bars of the amounts that are published."""
    bars = [Bar(words, _sum(known), (("deep", known.gbp),)) for _, words, known in regions]
    return pictures("What was awarded, by region", "The table below has the same figures.", bars, ids="regions")


def _in_words(one):
    return f"total {NOT_PUBLISHED}" if one.awarded_gbp is None else f"£{one.awarded_gbp:,}"


def _sum(known):
    return f"£{known.gbp:,}" if known.with_amount else NOT_PUBLISHED


@public_page_by_the_minute
def fund_round(request, slug):
    """One round: when, how much, who may apply and how, what it awarded."""
    rounds = FundRound.objects.public().prefetch_related("questions", "rules__rounds")
    found = get_object_or_404(rounds, slug=slug)
    projects = list(with_parts(found.projects.public()))
    state = found.state(timezone.now())
    amounts = [one.amount_gbp for one in projects if one.amount_gbp is not None]
    context = {
        "round": found,
        "state": state,
        "opens": in_uk_time(found.opens_at),
        "closes": in_uk_time(found.closes_at),
        "phases": [one.label for one in Phase if one in found.phases],
        "rules": [in_words(rule, past=is_past(state)) for rule in found.rules.all()],
        "projects": projects,
        "known": figures.Known(len(projects), len(amounts), sum(amounts)),
    }
    return render(request, "programme/fund/round.html", context)


@public_page
def fund_projects(request):
    """Every funded project that fits what was asked, the newest round first."""
    asked = ProjectFilter(request.GET)
    if not asked.is_valid():
        raise BadRequest("that is none of the choices")
    projects = with_parts(asked.newest_first(), asked.parts)
    context = {
        "page": one_page(request, projects, total=asked.known.projects),
        "asked": asked,
        "known": asked.known,
        "led": asked.led,
        "offered": {name: asked.offered(name) for name in CHOICES},
        "tags": [(label, words, link_with(request, **{name: None})) for name, label, words in asked.narrowing()],
        "suggested": [
            (one.official_name, link_with(request, organisation=one.slug)) for one in asked.bodies_suggested()
        ],
    }
    return render(request, "programme/fund/projects.html", context)


@public_page
def fund_project(request, slug):
    """One funded project: who, how much, what came out of it, and where these facts come from."""
    project = get_object_or_404(with_parts(FundProject.objects.public()), slug=slug)
    signatories = Prefetch("signature__signatories", queryset=Signatory.objects.select_related("organisation"))
    commitments = project.commitments.public().select_related("signature").prefetch_related(signatories)
    context = {
        "project": project,
        "leads": [one for one in project.parts.all() if one.leads],
        "partners": [one for one in project.parts.all() if not one.leads],
        "commitments": commitments,
        "outputs": project.outputs.newest(),
        "case_studies": project.case_studies.newest(),
    }
    return render(request, "programme/fund/project.html", context)
