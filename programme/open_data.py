"""What is published of the fund, of case studies, outputs and events, column by column."""

from datetime import timedelta

from django.db.models import Prefetch, Q, prefetch_related_objects

from commitments.open_data import COMMITMENTS
from localdigital.addresses import page_of
from localdigital.open_data import Column, Dataset, Type, choices, day_of, end_of, had_happened, partial, until
from programme.models import (
    CaseStudy,
    Event,
    FundProject,
    FundRound,
    Licence,
    Output,
    OutputKind,
    Phase,
    ProjectPart,
    RoundState,
    Use,
)
from signatories.open_data import CODE, code_of, known

PAGE = "https://register.example.gov.uk"
A_MOMENT = timedelta(microseconds=1)
SOURCES = "The pages of each name their own sources."


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


# ---- The fund


def _rounds(on):
    return FundRound.objects.public().filter(Q() if on is None else Q(opens_at=None) | until("opens_at", on))


def _how_they_stood(rounds, on):
    for one in rounds:
        one.stood = one.state(end_of(on) - A_MOMENT if on else None).value


FUND_ROUNDS = Dataset(
    name="fund-rounds",
    title="Rounds of the fund",
    description="The rounds in which the Local Digital Fund gave or gives money. Sums are in whole pounds.",
    as_of="Those that had opened by then or say no day, and how they stood. What is known of them is known today.",
    rows=_rounds,
    prepare=_how_they_stood,
    key="slug",
    lookup="slug",
    attribution=SOURCES,
    columns=(
        Column("slug", Type.STRING, "The end of its address.", "round-1", is_required=True),
        Column("name", Type.STRING, "What it is called.", "Round 1", is_required=True),
        Column("state", Type.STRING, "How it stands, worked out from its dates.", "awarded", "stood", is_required=True,
               choices=choices(RoundState)),
        Column("opens_at", Type.MOMENT, "When it opens.", "2018-09-24T00:00:00+01:00"),
        Column("closes_at", Type.MOMENT, "When it closes.", "2018-10-05T23:59:00+01:00"),
        Column("awarded_on", Type.PARTIAL_DATE, "When it was awarded, as far as it is known.", "2018-12-07",
               lambda one: partial(one.awarded)),
        Column("available_gbp", Type.INTEGER, "How much there was to give; empty where not published.", 7500000),
        Column("smallest_award_gbp", Type.INTEGER, "The smallest award.", 10000),
        Column("largest_award_gbp", Type.INTEGER, "The largest award.", 100000),
        Column("awarded_gbp", Type.INTEGER, "How much was given, as announced.", 1251492),
        Column("projects_awarded", Type.INTEGER, "How many projects got money, as announced.", 16),
        Column("phases", Type.LIST, "The phases of work that it paid for.", ["discovery", "alpha"],
               choices=choices(Phase)),
        Column("sources", Type.LIST, "Where these facts come from.", ["https://example.gov.uk/news"],
               lambda one: _lines(one.sources)),
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/fund/round-1/", page_of, is_required=True),
    ),
)  # fmt: skip


def _projects(on):
    public = FundProject.objects.public().select_related("round")
    if on is None:
        return public
    awarded = Q(awarded_on__lte=on) | Q(awarded_on=None, round__awarded_on__lte=on)
    awarded |= Q(awarded_on=None, round__awarded_on=None)
    return public.filter(awarded, Q(round=None) | Q(round__in=_rounds(on)))


def _parts_of_projects(projects, on):
    prefetch_related_objects(projects, Prefetch("parts", queryset=ProjectPart.objects.select_related("organisation")))
    for project in projects:
        for part in project.parts.all():
            part.code = code_of(part.organisation, on)


def _codes(leads):
    return lambda one: [part.code for part in one.parts.all() if part.leads == leads and part.code]


def _names(leads):
    return lambda one: [part.name for part in one.parts.all() if part.leads == leads]


FUND_PROJECTS = Dataset(
    name="fund-projects",
    title="Funded projects",
    description="The projects that the fund is known to have paid for.",
    as_of="Those that had been awarded by then or say no day. What is known of them is known today.",
    rows=_projects,
    prepare=_parts_of_projects,
    key="slug",
    lookup="slug",
    attribution=SOURCES,
    columns=(
        Column("slug", Type.STRING, "The end of its address.", "user-research-into-chatbots-and-ai", is_required=True),
        Column("title", Type.STRING, "What it is called.", "User research into chatbots and AI", is_required=True),
        Column("round", Type.STRING, "The round that paid for it.", "round-1", "round.slug",
               refers_to="fund-rounds.slug"),
        Column("round_note", Type.STRING, "Where the money came from, of one outside the rounds.", None),
        Column("phase", Type.STRING, "The phase of work.", "discovery", choices=choices(Phase)),
        Column("amount_gbp", Type.INTEGER, "How much it got; empty where not published.", 72500),
        Column("awarded_on", Type.PARTIAL_DATE, "When, as far as it is known.", "2018-12-07",
               lambda one: partial(one.awarded)),
        Column("lead_codes", Type.LIST, "Who leads it, where the register knows them.", ["E07000178"], _codes(True),
               refers_to="organisations.code"),
        Column("lead_names", Type.LIST, "Who leads it, as the source writes.", ["Oxford City Council"], _names(True)),
        Column("partner_codes", Type.LIST, "Who takes part, where the register knows them.", [CODE], _codes(False),
               refers_to="organisations.code"),
        Column("partner_names", Type.LIST, "Who takes part, as the source writes.", ["Bromsgrove District Council"],
               _names(False)),
        Column("sources", Type.LIST, "Where these facts come from.", ["https://example.gov.uk/news"],
               lambda one: _lines(one.sources)),
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/fund/projects/user-research/", page_of, is_required=True),
    ),
)  # fmt: skip


# ---- What councils offer


def _published(model):
    return lambda on: model.objects.published().filter(until("published_at", on))


def _what_belongs(rows, on, *names):
    prefetch_related_objects(rows, Prefetch("organisations", queryset=known(on).order_by("code")), *names)


def _shown(dataset, keys, on):
    """Those of these primary keys that the dataset has on that day."""
    return set(dataset.rows(on).filter(pk__in=[key for key in keys if key]).values_list("pk", flat=True))


def _say_commitments(rows, on):
    shown = _shown(COMMITMENTS, [one.commitment_id for one in rows], on)
    for one in rows:
        one.shown_commitment = one.commitment_id if one.commitment_id in shown else None


def _organisations(one):
    return [body.code for body in one.organisations.all()]


def _topics(one):
    return [topic.slug for topic in one.topics.all()]


ORGANISATION_CODES = Column(
    "organisation_codes", Type.LIST, "Who offers it; empty where the delivery team does.", [CODE], _organisations,
    refers_to="organisations.code",
)  # fmt: skip
TOPICS = Column("topics", Type.LIST, "What it is about.", ["planning"], _topics)
PUBLISHED_ON = Column(
    "published_on", Type.DATE, "The day on which it was published here.", "2026-11-22",
    lambda one: day_of(one.published_at), is_required=True,
)  # fmt: skip
COMMITMENT_ID = Column(
    "commitment_id", Type.INTEGER, "The commitment that it came out of.", 1, "shown_commitment",
    refers_to="commitments.id",
)  # fmt: skip
AS_OF = "Those that had been published by then and still are, as they are today."


def _case_studies(studies, on):
    _what_belongs(studies, on, "principles", "topics")
    _say_commitments(studies, on)
    shown = _shown(FUND_PROJECTS, [one.project_id for one in studies], on)
    for one in studies:
        one.shown_project = one.project if one.project_id in shown else None


CASE_STUDIES = Dataset(
    name="case-studies",
    title="Case studies and business cases",
    description="What councils did about a problem, what came of it, and what others can take from it.",
    as_of=AS_OF,
    rows=lambda on: _published(CaseStudy)(on).select_related("project"),
    prepare=_case_studies,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("kind", Type.STRING, "Told afterwards, or a case made beforehand.", "case-study", is_required=True,
               choices=choices(CaseStudy.Kind)),
        Column("title", Type.STRING, "What it is called.", "A chatbot for council tax", is_required=True),
        Column("summary", Type.STRING, "It in a sentence.", "One in three calls is answered at once."),
        Column("problem", Type.STRING, "What the problem was.", "People waited."),
        Column("done", Type.STRING, "What was done about it.", "We built a chatbot."),
        Column("result", Type.STRING, "What came of it.", "They wait less."),
        Column("could_be_better", Type.STRING, "What could have gone better.", "We began late."),
        Column("reusable", Type.STRING, "What others can take from it.", "Our questions."),
        ORGANISATION_CODES,
        Column("principles", Type.LIST, "The principles that it serves.", ["fix-the-plumbing"],
               lambda one: [principle.slug for principle in one.principles.all()]),
        TOPICS,
        COMMITMENT_ID,
        Column("project", Type.STRING, "The funded project that it came out of.", None,
               "shown_project.slug", refers_to="fund-projects.slug"),
        PUBLISHED_ON,
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/case-studies/1/a-chatbot/", page_of, is_required=True),
    ),
)  # fmt: skip


def _outputs(outputs, on):
    uses = Use.objects.filter(until("said_at", on), organisation__in=known(on)).select_related("organisation")
    _what_belongs(outputs, on, "topics", Prefetch("uses", queryset=uses))
    _say_commitments(outputs, on)


OUTPUTS = Dataset(
    name="outputs",
    title="Outputs to reuse",
    description="What councils made and others can use, with who uses it.",
    as_of=AS_OF,
    rows=_published(Output),
    prepare=_outputs,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("kind", Type.STRING, "What it is.", "framework", is_required=True, choices=choices(OutputKind)),
        Column("title", Type.STRING, "What it is called.", "A framework for chatbots", is_required=True),
        Column("description", Type.STRING, "It in a few sentences.", "Questions to ask before you build one."),
        Column("link", Type.ADDRESS, "Where it is.", "https://example.gov.uk/framework", "url", is_required=True),
        Column("licence", Type.STRING, "Under which terms others may use it.", "ogl-3", is_required=True,
               choices=choices(Licence)),
        ORGANISATION_CODES,
        TOPICS,
        COMMITMENT_ID,
        Column("used_by_codes", Type.LIST, "Who said that they use it too.", ["E07000236"],
               lambda one: [use.organisation.code for use in one.uses.all()], refers_to="organisations.code"),
        PUBLISHED_ON,
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/reuse/1/", page_of, is_required=True),
    ),
)  # fmt: skip


def _events(events, on):
    _what_belongs(events, on, "topics")
    for one in events:
        one.is_off = had_happened(one.cancelled_at, on)


EVENTS = Dataset(
    name="events",
    title="Events",
    description="Roadshows, training and other events, also past ones. Moments are in UK time.",
    as_of="Those that had been published by then and still are, and whether they had been cancelled by then.",
    rows=_published(Event),
    prepare=_events,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("kind", Type.STRING, "What it is.", "show-and-tell", is_required=True, choices=choices(Event.Kind)),
        Column("title", Type.STRING, "What it is called.", "What our chatbot learned", is_required=True),
        Column("starts_at", Type.MOMENT, "When it starts.", "2027-03-01T14:00:00+00:00", is_required=True),
        Column("ends_at", Type.MOMENT, "When it ends.", "2027-03-01T15:30:00+00:00", is_required=True),
        Column("is_online", Type.BOOLEAN, "Whether it can be joined online.", True, is_required=True),
        Column("place", Type.STRING, "Where it is.", "Trumpton Town Hall"),
        Column("audience", Type.STRING, "Whom it is for.", "Service managers"),
        Column("booking_url", Type.ADDRESS, "Where to book.", "https://example.gov.uk/book"),
        Column("is_cancelled", Type.BOOLEAN, "Whether it was cancelled.", False, "is_off",
               is_required=True),
        ORGANISATION_CODES,
        TOPICS,
        PUBLISHED_ON,
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/events/1/what-our-chatbot-learned/", page_of,
               is_required=True),
    ),
)  # fmt: skip
