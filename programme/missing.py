"""What something that is offered still lacks before it can be sent in or published, a sentence each."""

from programme.models import CaseStudy, Event, Output


def what_is_missing(thing):
    """The sentences, in the order of its pages; none when it is complete."""
    if not thing.title.strip():
        yield "Enter a title"
    yield from LACKS[type(thing)](thing)


def _case_study(study):
    texts = {
        "summary": "Enter a summary",
        "problem": "Enter what the problem was",
        "done": "Enter what was done",
        "result": "Enter what came of it",
    }
    for name, sentence in texts.items():
        if not getattr(study, name).strip():
            yield sentence


def _output(output):
    if not output.description.strip():
        yield "Enter a description"
    if not output.url:
        yield "Enter the address at which others find it"


def _event(event):
    if not event.description.strip():
        yield "Enter what it is about"


LACKS = {CaseStudy: _case_study, Output: _output, Event: _event}
