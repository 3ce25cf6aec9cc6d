"""What something that is offered still lacks before it can be sent in or published, a sentence each."""

from programme.models import CaseStudy, Event, Output


def what_is_missing(thing):
    """The sentences, in the order of its pages; none when it is complete."""
    if not thing.title.strip():
        yield "Enter a title"
    yield from LACKS[type(thing)](thing)


def _case_study(study):
    is_plan = study.kind == CaseStudy.Kind.BUSINESS_CASE
    texts = {
        "summary": "Enter a summary",
        "problem": "Enter what the problem is" if is_plan else "Enter what the problem was",
        "done": "Enter what you propose to do" if is_plan else "Enter what was done",
        "result": "Enter what you expect to come of it" if is_plan else "Enter what came of it",
    }
    for name, sentence in texts.items():
        if not getattr(study, name).strip():
            yield sentence
    if is_plan and not study.figures.exists():
        yield "Add at least one cost or saving: a business case needs figures"


def _output(output):
    if not output.kind:
        yield "Select what kind of output it is"
    if not output.description.strip():
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
    if not event.description.strip():
        yield "Enter what it is about"


LACKS = {CaseStudy: _case_study, Output: _output, Event: _event}
