"""On which page an officer changes each part of what they offer."""

from django.urls import reverse

from programme.council.output_form import choices_for
from programme.events.drafts import may_hold
from programme.models import CaseStudy, Event, Output
from signatories.models import Access

# The page of a kind, and of a case study the pages of its parts, by the parts' keys (programme/shown.py)
PAGES = {CaseStudy: "council_case_study_about", Output: "council_output_edit", Event: "council_event_edit"}
OF_CASE_STUDIES = {
    part: f"council_case_study_{page}"
    for page, parts in {
        "about": ["title", "organisations", "kind", "summary"],
        "story": ["problem", "done", "result"],
        "figures": ["figures"],
        "lessons": ["could_be_better", "reusable"],
        "links": ["links"],
        "images": ["pictures"],
        "subjects": ["principles", "topics"],
    }.items()
    for part in parts
}


def where_to_change(thing, key):
    """The address of the page on which that part is changed."""
    page = OF_CASE_STUDIES.get(key, PAGES[CaseStudy]) if isinstance(thing, CaseStudy) else PAGES[type(thing)]
    return reverse(page, args=[thing.pk]) + "?from=check"


def is_asked(thing, person, on):
    """A function that says of a part's key whether its officer is asked for that at all: one query."""
    never = {"deliverable"} if _could_be_of(thing, person, on) > 1 else {"deliverable", "organisations"}
    return lambda key: key not in never


def _could_be_of(thing, person, on):
    """Of how many organisations its officer may say that it is theirs."""
    if isinstance(thing, Output):
        return len(choices_for(person, on, thing).organisations)
    if isinstance(thing, Event):
        return may_hold(person, on, thing).count()
    return Access.objects.organisations_of(person, on).distinct().count()
