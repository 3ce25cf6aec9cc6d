"""The pages on which an officer writes a case study or business case: one question, or few that belong together."""

from django.contrib import messages
from django.db.models import BooleanField, Exists, F, OuterRef, Value
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commitments.council.access import answered_for_by
from commitments.succession import organisations_of, reported_for_by
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from programme.case_studies.showing import answer_with
from programme.council import case_study_drafts as drafts
from programme.council import case_study_forms as forms
from programme.council.offers import for_offer, while_unfinished
from programme.models import CaseStudy, Figure, Licence, Picture, ReusableLink, Topic
from signatories.access import for_person_by_id
from signatories.models import Principle

# The pages in their order, as their addresses and `council_case_study_…` call them
PAGES = ["about", "story", "figures", "lessons", "links", "subjects", "images"]
# Of which there are several, added and removed one by one: what, how many, and how an error calls them
SEVERAL = {
    "figures": (Figure, forms.MOST_FIGURES, "costs and savings"),
    "links": (ReusableLink, forms.MOST_LINKS, "links"),
    "images": (Picture, forms.MOST_PICTURES, "images"),
}
UPLOADS_AN_HOUR = 60
TOO_MANY_DRAFTS = f"You have begun {drafts.MOST_UNFINISHED} case studies. Delete one that you will not send in first"


@for_person_by_id
def begin(request):
    """Which commitment it is about: a POST makes the draft, or finds the one that a first click made."""
    mine = organisations_of(request.person, timezone.localdate())
    if not mine:
        return render(request, "account/case_study_nobody.html", status=403)
    commitments = list(answered_for_by(request.person).public().order_by("title", "pk"))
    first = {"commitment": request.GET.get("commitment", "")}
    form = forms.BeginForm(_sent(request), commitments=commitments, initial=first)
    if request.method == "POST" and form.is_valid():
        about = next((one for one in commitments if str(one.pk) == form.cleaned_data["commitment"]), None)
        try:
            study = drafts.begin(about, mine, by=request.person)
            return redirect("council_case_study_about", study.pk)
        except drafts.TooMany:
            form.add_error(None, TOO_MANY_DRAFTS)
    page = {"form": form, "back": reverse("account")}
    return render(request, "account/case_study_begin.html", page)


@while_unfinished
def about(request, study):
    """What it is, its title and summary, and whose it is."""
    offers = CaseStudy.organisations.through.objects.filter(casestudy=study, organisation=OuterRef("pk"))
    own = list(reported_for_by(request.person, timezone.localdate()).annotate(is_chosen=Exists(offers)))
    first = {"organisations": [one.pk for one in own if one.is_chosen]}
    form = forms.AboutForm(_sent(request), organisations=own, initial=first | _as_kept(study, forms.AboutForm))
    return _asked(request, study, "about", form, own=own)


@while_unfinished
def story(request, study):
    """The problem, what was done about it, what came of it."""
    first = _as_kept(study, forms.StoryForm)
    return _asked(request, study, "story", forms.StoryForm(_sent(request), kind=study.kind, initial=first))


@while_unfinished
def lessons(request, study):
    """What could have gone better, and what others can take."""
    first = _as_kept(study, forms.LessonsForm)
    return _asked(request, study, "lessons", forms.LessonsForm(_sent(request), kind=study.kind, initial=first))


@while_unfinished
def subjects(request, study):
    """Which principles it follows, and what it is about."""
    rows = list(_subjects(study))
    choices = {
        name: [(pk, title) for kind, _, title, pk, _ in rows if kind == name] for name in ("principles", "topics")
    }
    first = {name: [pk for kind, _, _, pk, is_chosen in rows if kind == name and is_chosen] for name in choices}
    form = forms.SubjectsForm(_sent(request), **choices, initial=first)
    return _asked(request, study, "subjects", form)


def _subjects(study):
    """All principles and all topics in their order, with whether they are chosen: one query."""
    rows = []
    for name, model, order in (("principles", Principle, "number"), ("topics", Topic, "position")):
        through = getattr(CaseStudy, name).through.objects
        chosen = Exists(through.filter(casestudy=study, **{name[:-1]: OuterRef("pk")}), output_field=BooleanField())
        named = model.objects.order_by().annotate(kind=Value(name), place=F(order), is_chosen=chosen)
        rows.append(named.values_list("kind", "place", "title", "pk", "is_chosen"))
    return rows[0].union(rows[1], all=True).order_by("kind", "place", "title")


def _sent(request):
    """What was answered; None while it is only asked."""
    return request.POST if request.method == "POST" else None


def _as_kept(study, form):
    """What was answered before to the questions of a form."""
    return {name: getattr(study, name) for name in form.base_fields if name != "organisations"}


def _asked(request, study, page, form, **how):
    """A page of questions: good answers are kept, and the next page follows."""
    if request.method == "POST" and form.is_valid():
        drafts.keep(study, form.cleaned_data, **how)
        return redirect(_after(request, study, page))
    return render(request, f"account/case_study_{page}.html", _context(request, study, page, form))


def _context(request, study, page, form):
    place = PAGES.index(page)
    before = f"council_case_study_{PAGES[place - 1]}" if place else None
    checking = request.GET.get("from") == "check" or before is None
    back = (
        reverse("council_offer_check", args=["case-study", study.pk]) if checking else reverse(before, args=[study.pk])
    )
    return {
        "study": study,
        "form": form,
        "back": back,
        "number": place + 1,
        "total": len(PAGES),
        "is_plan": study.kind == CaseStudy.Kind.BUSINESS_CASE,
    }


def _after(request, study, page):
    """Where a page leads: back to checking, or to the next one."""
    if request.GET.get("from") == "check" or page == PAGES[-1]:
        return reverse("council_offer_check", args=["case-study", study.pk])
    return reverse(f"council_case_study_{PAGES[PAGES.index(page) + 1]}", args=[study.pk])


@while_unfinished
def figures(request, study):
    """What it cost and saved, one by one."""
    return _one_more(request, study, "figures", lambda **answers: forms.FigureForm(**answers, kind=study.kind))


@while_unfinished
def links(request, study):
    """Where others find what they can take, one by one."""
    return _one_more(request, study, "links", forms.LinkForm)


@while_unfinished
def images(request, study):
    """The images, one by one, each with what it shows in words."""
    if request.FILES and not within_limit("upload an image", request.person.pk, limit=UPLOADS_AN_HOUR):
        return too_many_requests(request)
    return _one_more(request, study, "images", forms.PictureForm)


def _one_more(request, study, page, form_of):
    """What was added, and the form to add one more: left blank, the next page follows."""
    model, most, called = SEVERAL[page]
    form = form_of(data=_sent(request), files=request.FILES or None)
    goes_on = request.POST.get("then") == "continue"
    if "remove" in request.POST:
        return _removed(request, study, page, form, form_of)
    if goes_on and form.is_blank:
        return redirect(_after(request, study, page))
    if request.method == "POST" and form.is_valid():
        try:
            drafts.add(study, model, form.cleaned_data, most=most)
            return redirect(_after(request, study, page) if goes_on else request.get_full_path())
        except drafts.TooMany:
            form.add_error(None, f"You can add up to {most} {called}. Remove one first")
        except drafts.ShownAlready:
            form.add_error("image", "You have added this image already. Select another image")
    return _several(request, study, page, form)


def _removed(request, study, page, form, form_of):
    """Take out the one whose button was pressed, and keep what else was typed, which may be half of an answer."""
    drafts.remove(study, SEVERAL[page][0], request.POST["remove"])
    again = " Select the image that you had chosen again." if request.FILES else ""
    messages.success(request, f"It has been removed.{again}")
    if form.is_blank:
        return redirect(request.get_full_path())
    typed = {name: form.data.get(name, "") for name in form.fields}
    return _several(request, study, page, form_of(initial=typed))


def _several(request, study, page, form):
    model = SEVERAL[page][0]
    rows = model.objects.filter(case_study=study)
    context = _context(request, study, page, form) | {
        "rows": rows.without_content() if model is Picture else rows,
        "licences": dict(Licence.choices),
    }
    return render(request, f"account/case_study_{page}.html", context)


@require_safe
@for_offer
def picture(request, study, one):
    """An image of it, for who wrote it: nobody else sees it before it is published."""
    return answer_with(get_object_or_404(Picture, case_study=study, pk=one))
