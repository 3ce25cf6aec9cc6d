"""The real rounds of the fund and the real projects, from tables, each with its sources.

What is there already is left as it is, since the delivery team may have put it right: only what is missing is added.
"""

import csv
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from commitments.models import Commitment
from localdigital.models import RegisterVersion
from programme.fund.times import FIRST_MOMENT, LAST_MOMENT
from programme.models import FundProject, FundRound, ProjectPart, RoundQuestion, RoundRule
from signatories.models import Organisation
from signatories.models.partial_date import Precision

TABLES = Path(__file__).resolve().parent.parent / "data"
PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}
# The chatbots of the first real declaration
FIRST_PROJECT, FIRST_COMMITMENT = "user-research-into-chatbots-and-ai", "Common Approach To Chatbots and AI Development"
FIRST_SIGNERS = {"E07000234", "E07000236"}


class OrganisationsMissing(Exception):
    """Organisations of the tables are not in the register: load those first."""


@transaction.atomic
def load(say=print):
    """Add the rounds and projects that are not there. Raises OrganisationsMissing."""
    bodies = _organisations()
    rounds = [_add_round(row) for row in _missing(FundRound, "fund_rounds.csv")]
    _add_rules_and_questions(rounds)
    by_slug = {one.slug: one for one in FundRound.objects.all()}
    projects = [_add_project(row, by_slug, bodies) for row in _missing(FundProject, "fund_projects.csv")]
    linked = _link_the_first_commitment()
    if rounds or projects or linked:
        RegisterVersion.bump()
    say(f"Fund: {len(rounds)} rounds and {len(projects)} projects added")


def rows_of(name):
    """The rows of one of our tables, a dictionary each."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _missing(model, name):
    known = set(model.objects.values_list("slug", flat=True))
    return [row for row in rows_of(name) if row["slug"] not in known]


def _bodies_of(row):
    """Who leads a project and who takes part: (code, name as the source writes it, whether it leads)."""
    for column in ("leads", "partners"):
        for pair in filter(None, row[column].split(";")):
            code, _, name = pair.partition("|")
            yield code, name, column == "leads"


def _organisations():
    codes = {code for row in rows_of("fund_projects.csv") for code, *_ in _bodies_of(row) if code}
    found = {one.code: one for one in Organisation.objects.filter(code__in=codes)}
    if codes - set(found):
        raise OrganisationsMissing(
            f"These organisations are not in the register: {', '.join(sorted(codes - {*found}))}"
        )
    return found


# ---- What a cell holds


def _partial_date(text):
    """2018-12-07, 2019-10 or 2019 as the two fields of a date of which perhaps only a part is known."""
    if not text:
        return {}
    day = date.fromisoformat(text + "-01" * ((10 - len(text)) // 3))
    return {"awarded_on": day, "awarded_precision": PRECISIONS[len(text)]}


def _moment(text, at):
    return timezone.make_aware(datetime.combine(date.fromisoformat(text), at)) if text else None


def _pounds(row, *names):
    return {name: int(row[name]) if row[name] else None for name in names}


def _lines(text):
    return "\n".join(one.strip() for one in text.split(" ; "))


def _list(text):
    return text.split(";") if text else []


# ---- What is added


def _add_round(row):
    return FundRound.objects.create(
        **{name: row[name] for name in ("slug", "name", "position", "summary", "applications", "notes")},
        **_pounds(row, "awarded_gbp", "projects_awarded", "smallest_award_gbp", "largest_award_gbp"),
        **_partial_date(row["awarded"]),
        opens_at=_moment(row["opens"], FIRST_MOMENT),
        closes_at=_moment(row["closes"], LAST_MOMENT),
        sources=_lines(row["sources"]),
        is_public=True,
    )


def _add_rules_and_questions(rounds):
    """Of the rounds that were added: what the team made of the others stands."""
    added = {one.slug: one for one in rounds}
    for row in rows_of("fund_rules.csv"):
        if row["round"] in added:
            lists = {name: _list(row[name]) for name in ("types", "nations")}
            number = _pounds(row, "number")
            rule = RoundRule.objects.create(round=added[row["round"]], kind=row["kind"], **lists, **number)
            rule.rounds.set(FundRound.objects.filter(slug__in=_list(row["rounds"])))
    for position, row in enumerate(rows_of("fund_questions.csv")):
        if row["round"] in added:
            words = {"question": row["question"], "answer": row["answer"]}
            RoundQuestion.objects.create(round=added[row["round"]], position=position, **words)


def _add_project(row, rounds, bodies):
    project = FundProject.objects.create(
        **{name: row[name] for name in ("slug", "title", "phase", "round_note", "notes")},
        **_pounds(row, "amount_gbp"),
        **_partial_date(row["awarded"]),
        round=rounds[row["round"]] if row["round"] else None,
        sources=_lines(row["sources"]),
    )
    for position, (code, name, leads) in enumerate(_bodies_of(row)):
        ProjectPart.objects.create(
            project=project, position=position, organisation=bodies.get(code), name=name, leads=leads
        )
    return project


def _link_the_first_commitment():
    """The first real declaration says that it takes part in this project: lead from each to the other."""
    project = FundProject.objects.filter(slug=FIRST_PROJECT).first()
    if project is None:
        return []
    theirs = Commitment.objects.public().filter(title=FIRST_COMMITMENT)
    theirs = theirs.filter(signature__signatories__organisation__code__in=FIRST_SIGNERS).distinct()
    new = [one for one in theirs if not project.commitments.filter(pk=one.pk).exists()]
    project.commitments.add(*new)
    return new
