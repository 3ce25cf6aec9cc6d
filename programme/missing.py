"""What something that is offered still lacks before it can be sent in or published, a sentence each."""

from django.utils import timezone

from localdigital.forms import is_blank
from programme.models import CaseStudy, Event, Output


def what_is_missing(thing, now=None):
    """The sentences, in the order of its pages; none when it is complete at that moment."""
    if is_blank(thing.title):
        yield "Enter a title"
    yield from LACKS[type(thing)](thing)
    if isinstance(thing, Event) and _is_late(thing, now or timezone.now()):
        yield "Change the date: it is over"


def _is_late(event, now):
    """Whether a council would send in what is over; the delivery team may tell of its own, and of what waited long."""
    return event.proposer_id is not None and event.is_editable and event.ends_at <= now


def _case_study(study):
    is_plan = study.kind == CaseStudy.Kind.BUSINESS_CASE
    texts = {
        "summary": "Enter a summary",
        "problem": "Enter what the problem is" if is_plan else "Enter what the problem was",
        "done": "Enter what you propose to do" if is_plan else "Enter what was done",
        "result": "Enter what you expect to come of it" if is_plan else "Enter what came of it",
    }
    for name, sentence in texts.items():
        if is_blank(getattr(study, name)):
            yield sentence
    if is_plan and not study.figures.exists():
        yield "Add at least one cost or saving: a business case needs figures"


def _output(output):
    if not output.kind:
        yield "Select what kind of output it is"
    if is_blank(output.description):
        yield "Enter what it is and how others can use it"
    if not output.url:
        yield "Enter a web address"
    if not output.licence:
        yield "Select under which licence others can use it"
    if output.deliverable_id and not output.is_public:
        # The database refuses a second one too
        same = Output.objects.published().filter(deliverable=output.deliverable_id).first()
        if same:
            yield f"What was promised is published already: {same.title}"


def _event(event):
    if is_blank(event.description):
        yield "Enter what it is about"


LACKS = {CaseStudy: _case_study, Output: _output, Event: _event}
