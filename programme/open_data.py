"""What is published of the fund, of case studies, outputs and events, column by column."""

from django.db.models import Prefetch, Q, prefetch_related_objects

from localdigital.open_data import Column, Dataset, Type, choices, day_of, end_of, partial, until
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
)
from signatories.models import Organisation
from signatories.open_data import CODE, page_of

PAGE = "https://register.example.gov.uk"
SOURCES = "The pages of each name their own sources."


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


# ---- The fund


def _rounds(on):
    return FundRound.objects.public().filter(Q() if on is None else Q(opens_at=None) | until("opens_at", on))


def _how_they_stood(rounds, on):
    for one in rounds:
        one.stood = one.state(end_of(on) if on else None).value


FUND_ROUNDS = Dataset(
    name="fund-rounds",
    title="Rounds of the fund",
    description="The rounds in which the Local Digital Fund gave or gives money. Sums are in whole pounds.",
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
        Column("phases", Type.LIST, "The phases of work that it paid for.", ["discovery", "alpha"]),
        Column("sources", Type.LIST, "Where these facts come from.", ["https://example.gov.uk/news"],
               lambda one: _lines(one.sources)),
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/fund/round-1/", page_of, is_required=True),
    ),
)  # fmt: skip


def _projects(on):
    public = FundProject.objects.public().select_related("round")
    if on is None:
        return public
    by_then = Q(awarded_on__lte=on) | Q(awarded_on=None, round__awarded_on__lte=on)
    return public.filter(by_then | Q(awarded_on=None, round__awarded_on=None))


def _parts_of_projects(projects, on):
    parts = Prefetch("parts", queryset=ProjectPart.objects.select_related("organisation"))
    prefetch_related_objects(projects, parts, "commitments")


def _codes(leads):
    return lambda one: [part.organisation.code for part in one.parts.all() if part.leads == leads and part.organisation]


def _names(leads):
    return lambda one: [part.name for part in one.parts.all() if part.leads == leads]


FUND_PROJECTS = Dataset(
    name="fund-projects",
    title="Funded projects",
    description="The projects that the fund is known to have paid for.",
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


def _what_belongs(*names):
    checked = Prefetch("organisations", queryset=Organisation.objects.checked().order_by("code"))

    def prepare(rows, on):
        prefetch_related_objects(rows, checked, *names)

    return prepare


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


def _public_commitment(one):
    return one.commitment_id if one.commitment and one.commitment.is_public else None


COMMITMENT_ID = Column(
    "commitment_id", Type.INTEGER, "The commitment that it came out of.", 1, _public_commitment,
    refers_to="commitments.id",
)  # fmt: skip

CASE_STUDIES = Dataset(
    name="case-studies",
    title="Case studies and business cases",
    description="What councils did about a problem, what came of it, and what others can take from it.",
    rows=lambda on: _published(CaseStudy)(on).select_related("commitment__signature", "project__round"),
    prepare=_what_belongs("principles", "topics"),
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
               lambda one: one.project.slug if one.project and _is_shown(one.project) else None,
               refers_to="fund-projects.slug"),
        PUBLISHED_ON,
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/case-studies/1/a-chatbot/", page_of, is_required=True),
    ),
)  # fmt: skip


def _is_shown(project):
    return project.is_public and (project.round is None or project.round.is_public)


OUTPUTS = Dataset(
    name="outputs",
    title="Outputs to reuse",
    description="What councils made and others can use, with who uses it.",
    rows=lambda on: _published(Output)(on).select_related("commitment__signature"),
    prepare=_what_belongs("topics", "uses__organisation"),
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

EVENTS = Dataset(
    name="events",
    title="Events",
    description="Roadshows, training and other events, also past ones. Moments are in UK time.",
    rows=_published(Event),
    prepare=_what_belongs("topics"),
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
        Column("is_cancelled", Type.BOOLEAN, "Whether it was cancelled.", False,
               lambda one: one.cancelled_at is not None, is_required=True),
        ORGANISATION_CODES,
        TOPICS,
        PUBLISHED_ON,
        Column("url", Type.ADDRESS, "Its page.", f"{PAGE}/events/1/what-our-chatbot-learned/", page_of,
               is_required=True),
    ),
)  # fmt: skip
