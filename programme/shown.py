"""What the delivery team reads of what is offered, in parts that can be kept and compared with what is sent in next."""

from commitments.shown import entries, text
from localdigital.govuk import writing
from programme.models import CaseStudy, Event, Output


def parts_of(thing):
    """The parts of a case study, an output or an event."""
    return [
        text("title", "Title", thing.title),
        entries("organisations", "Organisations", [one.official_name for one in thing.organisations.all()]),
        *READ[type(thing)](thing),
    ]


def _case_study(study):
    is_plan = study.kind == CaseStudy.Kind.BUSINESS_CASE
    better = "What could go wrong" if is_plan else "What could have gone better"
    figures = [
        f"{one.get_kind_display()}: £{one.amount_gbp:,} {one.get_per_display().lower()}, {one.what}. "
        f"{'Worked out' if is_plan else 'Measured'}: {one.how_measured}"
        for one in study.figures.all()
    ]
    return [
        text("kind", "Kind", study.get_kind_display()),
        text("summary", "Summary", study.summary),
        text("problem", "The problem", study.problem),
        text("done", "What is proposed" if is_plan else "What was done", study.done),
        text("result", "What is expected to come of it" if is_plan else "The result", study.result),
        entries("figures", "What it would cost and save" if is_plan else "Costs and savings", figures),
        text("could_be_better", better, study.could_be_better),
        text("reusable", "What others can reuse", study.reusable),
        entries("links", "Links", [f"{one.title}: {one.url}" for one in study.links.all()]),
        entries("pictures", "Images", [one.alternative_text for one in study.pictures.without_content()]),
        entries("principles", "Principles", [one.title for one in study.principles.all()]),
        entries("topics", "Topics", [one.title for one in study.topics.all()]),
    ]


def _output(output):
    return [
        text("kind", "Kind", output.get_kind_display()),
        text("description", "Description", output.description),
        text("url", "Address", output.url),
        text("licence", "Licence", output.get_licence_display()),
        text("deliverable", "What was promised", output.deliverable.text if output.deliverable else ""),
        entries("topics", "Topics", [one.title for one in output.topics.all()]),
    ]


def _event(event):
    return [
        text("kind", "Kind", event.get_kind_display()),
        text("description", "Description", event.description),
        text("audience", "For whom", event.audience),
        text("starts_at", "Starts", writing.datetime(event.starts_at)),
        text("ends_at", "Ends", writing.datetime(event.ends_at)),
        text("is_online", "Online", "Yes" if event.is_online else "No"),
        text("place", "Place", event.place),
        text("booking_url", "Booking", event.booking_url),
        entries("topics", "Topics", [one.title for one in event.topics.all()]),
        *_afterwards(event),
    ]


def _afterwards(event):
    """What the delivery team alone adds, when an event is over: what an officer is writing has none of it."""
    if event.proposer_id is not None and not event.is_public:
        return
    if event.outcome:
        yield text("outcome", "What came of it", event.outcome)
    materials = [f"{one.title}: {one.url}" for one in event.materials.all()]
    if materials:
        yield entries("materials", "Slides and notes", materials)


READ = {CaseStudy: _case_study, Output: _output, Event: _event}
