"""The public pages of case studies and business cases, and their images."""

from django.core.exceptions import BadRequest
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commitments.marking import extract, marked
from commitments.models import Status
from localdigital.caching import public_page
from localdigital.paging import link_with, one_page
from programme.case_studies.counts import SUBJECTS, Counts
from programme.case_studies.filters import RELEVANCE, SORT, CaseStudyFilter
from programme.case_studies.related import related_to
from programme.case_studies.search import TEXTS
from programme.case_studies.showing import ADDRESS, answer_with, name_of
from programme.models import CaseStudy, Licence, Output, Picture


@public_page
def case_studies(request):
    """Every public case study that fits what was asked: the best first, or the newest."""
    asked = CaseStudyFilter(request.GET)
    if not asked.is_valid():
        raise BadRequest("that is none of the choices")
    counts = Counts(asked)
    if not all(counts.knows(name, asked.asked.get(name, [])) for name in SUBJECTS):
        raise BadRequest("there is no such principle or topic")
    page = one_page(request, asked.sorted().prefetch_related("organisations"), total=counts.total)
    context = {
        "page": page,
        "rows": [_row(study, asked.words) for study in page.object_list],
        "asked": asked,
        "q": asked.asked.get("q", ""),
        "facets": counts.facets,
        "orders": [(value, words) for value, words in SORT if value != RELEVANCE or asked.words],
        "some_words_only": len(asked.words) > 1 and not counts.with_every_word,
        "tags": list(_tags(request, asked, counts)),
    }
    return render(request, "programme/case_studies/list.html", context)


def _row(study, words):
    """A case study with its title, its summary and the place that says what was looked for, as HTML with it marked."""
    return {
        "study": study,
        "title": marked(study.title, words),
        "summary": marked(study.summary, words),
        "extract": extract([getattr(study, name) for name in TEXTS], words),
    }


def _tags(request, asked, counts):
    """What leaves case studies out, each with its label, its words and the address without it."""
    for name, value in asked.asked.items():
        label = asked.form.fields[name].label
        if name == "q":
            yield label, value, link_with(request, q=None)
        elif name != "sort":
            for one in value:
                others = [other for other in value if other != one]
                yield label, counts.words_for(name, one), link_with(request, **{name: others})


def in_full(studies):
    """Case studies with all that a page shows of one: the images without their content."""
    outputs = Output.objects.newest()
    return studies.select_related("commitment__signature", "project__round").prefetch_related(
        "organisations",
        "principles",
        "topics",
        "figures",
        "links",
        Prefetch("pictures", queryset=Picture.objects.without_content()),
        Prefetch("outputs", queryset=outputs, to_attr="public_outputs"),
    )


@public_page
def case_study(request, pk, slug):
    """One case study. Its slug is told only to who may read it, so the status is looked at first."""
    study = get_object_or_404(in_full(CaseStudy.objects), pk=pk)
    if study.status == Status.REMOVED:
        return render(request, "pages/410.html", status=410)
    if not study.is_public:
        raise Http404("not published")
    if slug != study.slug:
        return redirect(study, permanent=True)
    return render(request, "programme/case_studies/case_study.html", page_of(study))


def page_of(study):
    """What the page of a case study shows; it is loaded in full."""
    commitment, project = study.commitment, study.project
    project_is_shown = project and project.is_public and (project.round is None or project.round.is_public)
    return {
        "study": study,
        "organisations": sorted(study.organisations.all(), key=lambda one: (one.sort_name, one.pk)),
        "commitment": commitment if commitment and commitment.is_public else None,
        "project": project if project_is_shown else None,
        "pictures": [(one, reverse("case_study_picture", args=[name_of(one)])) for one in study.pictures.all()],
        "links": [(one, dict(Licence.choices).get(one.licence, "")) for one in study.links.all()],
        "related": related_to(study),
    }


@public_page
def case_study_picture(request, name):
    """An image, while a case study that shows it is public. A removed one's goes as soon as its page."""
    address = ADDRESS.fullmatch(name)
    if not address:
        raise Http404("no image")
    shown = Picture.objects.filter(digest=address[1], case_study__in=CaseStudy.objects.published())
    picture = shown.first()
    if picture is None or name != name_of(picture):
        raise Http404("no such image")
    return answer_with(picture)
