"""The eligibility check for programs: an application, and each rule of a round with what is said of it."""

from datetime import date
from typing import Literal

from django.db.models import Q, prefetch_related_objects
from django.http import JsonResponse
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from localdigital.site.api.dates import AskedDate
from localdigital.site.api.lists import refuse_what_is_not_asked_here
from localdigital.site.api.problems import Problem, invalid
from localdigital.site.api.shapes import DATE, Shape
from localdigital.site.api.standing import Body, OwnStanding, body_of, own_standing, refuse_dates
from programme.fund.eligibility import Application, Check, Verdict
from programme.fund.eligibility_forms import MOST_PARTNERS, YEARS_AHEAD
from programme.fund.rules_in_words import in_words, is_past
from programme.models import FundRound
from programme.models.funding import RuleKind
from signatories.models import Organisation
from signatories.models.names import LONGEST_NAME
from signatories.open_data import CODE

VERDICTS = Literal[tuple(Verdict.values)]
NEVER = "none"


class RuleAnswer(Shape):
    """One rule of the round, and whether the application meets it."""

    kind: Literal[tuple(RuleKind.values)] = Field(description="What kind of rule it is.", examples=["signed-at-least"])
    rule: str = Field(
        description="The rule in words.",
        examples=["At least 3 councils that have signed must take part, counting the lead"],
    )
    verdict: VERDICTS = Field(description="Whether it is met, as far as the register can say.", examples=["met"])
    counted: int = Field(description="How many of those that count meet it for sure.", examples=[3])
    perhaps: int = Field(description="How many more may.", examples=[0])
    projects: list[str] = Field(
        description="The funded projects that the register knows of them, where the rule is about those.",
        examples=[[]],
    )


class EligibilityAnswer(Shape):
    """Whether an application meets the rules of a round."""

    round: str = Field(description="The round.", examples=["round-3"])
    lead: Body = Field(description="Who leads.")
    partners: list[Body] = Field(description="Who else takes part.")
    asked_on: DATE = Field(description="The date as of which it is asked who had signed.", examples=["2019-10-01"])
    verdict: VERDICTS | None = Field(
        description="What is said of all rules together; null of a round without any.", examples=["met"]
    )
    rules: list[RuleAnswer] = Field(description="Each rule.")
    standings: list[OwnStanding] = Field(
        description="What each of them had signed by then; for one that had ended, those that took over."
    )


class EligibilityQuestion(BaseModel):
    """Who would apply, and what only they know. Organisations by code, slug or name."""

    round: str = Field(description="The round, by its slug.", max_length=100, json_schema_extra={"example": "round-3"})
    lead: str = Field(
        description="Who leads: a code, a slug, or a name.",
        min_length=1,
        max_length=LONGEST_NAME,
        json_schema_extra={"example": CODE},
    )
    partner: list[str] = Field(
        [],
        description=f"Who else takes part, each by a parameter of its own; {MOST_PARTNERS} at the most.",
        max_length=MOST_PARTNERS,
        json_schema_extra={"example": ["E07000236"]},
    )
    on: AskedDate = Field(
        None,
        description="As of which date; where left out the day on which the round closed, or today.",
        json_schema_extra={"example": "2019-10-01"},
    )
    led: int = Field(
        None, description="How many other applications the lead leads in this round.", ge=0, le=999,
        json_schema_extra={"example": 0},
    )  # fmt: skip
    funded: str = Field(
        None,
        description="The earlier round that funded this project, by its slug, or “none”.",
        max_length=100,
        json_schema_extra={"example": "round-2"},
    )


def eligibility(request, asked: Query[EligibilityQuestion]):
    """Whether an application meets the rules of a round of the fund, rule by rule. Nothing is stored.

    The register says who had signed; what it cannot know is “check”.
    """
    refuse_what_is_not_asked_here(request, EligibilityQuestion)
    now = timezone.now()
    today = timezone.localdate(now)
    round_ = FundRound.objects.public().filter(slug=asked.round).first()
    if round_ is None:
        raise invalid("round", "There is no such round: see /api/v1/fund-rounds")
    if asked.on:
        refuse_dates(asked.on, date(today.year + YEARS_AHEAD, 12, 31))
    prefetch_related_objects([round_], "rules__rounds")
    check = Check(_application(asked, round_, today), today)
    return JsonResponse(_answer(check, is_past(round_.state(now))))


def _application(asked, round_, today):
    on = asked.on or round_.asked_as_of(today)[0]
    named = [("lead", asked.lead), *(("partner", text) for text in asked.partner)]
    meant = _meant(named, on)
    lead = meant[asked.lead]
    partners = dict.fromkeys(meant[text] for text in asked.partner)
    funded = asked.funded if asked.funded != NEVER else None
    return Application(
        round=round_,
        lead=lead,
        partners=tuple(one for one in partners if one != lead),
        on=on,
        led=asked.led,
        funded_in=_earlier(round_, funded) if funded else None,
        never_funded=asked.funded == NEVER,
    )


def _earlier(round_, slug):
    rounds = [one for rule in round_.rules.all() for one in rule.rounds.all()]
    found = next((one for one in rounds if one.slug == slug and one.is_public), None)
    if found is None:
        raise invalid("funded", "That is none of the earlier rounds that this round asks for")
    return found


def _meant(named, on):
    """The organisation that each text means, by two queries; a Problem that says which mean none, or several."""
    texts = list(dict.fromkeys(text for _, text in named))
    known = Organisation.objects.checked()
    keys = Q(code__in=[text.upper() for text in texts]) | Q(slug__in=[text.lower() for text in texts])
    by_key = {key: one for one in known.filter(keys) for key in (one.slug, one.code.lower())}
    called = known.exactly_called_each(texts, on=on)
    meant, faults = {}, []
    for name, text in named:
        key = by_key.get(text.lower())
        found = [key] if key else called[text]
        if len(found) == 1:
            meant[text] = found[0]
        else:
            faults.append((name, _unclear(text, found)))
    if faults:
        raise Problem("invalid", errors=faults)
    return meant


def _unclear(text, found):
    if not found:
        return f"The register knows no organisation with that code, slug or name: {text}"
    which = ", ".join(f"{one.code} ({one.official_name})" for one in found[:8])
    return f"That may be several organisations, so use the code of the one that you mean: {which}"


def _answer(check, past):
    application = check.application
    bodies = [body for one in check.standings for body in one.bodies]
    return {
        "round": application.round.slug,
        "lead": body_of(application.lead),
        "partners": [body_of(one) for one in application.partners],
        "asked_on": application.on.isoformat(),
        "verdict": check.verdict.value if check.verdict else None,
        "rules": [_rule(finding, past) for finding in check.findings],
        "standings": [own_standing(one) for one in dict.fromkeys(bodies)],
    }


def _rule(finding, past):
    return {
        "kind": finding.rule.kind,
        "rule": in_words(finding.rule, past=past),
        "verdict": finding.verdict.value,
        "counted": finding.counted,
        "perhaps": finding.perhaps,
        "projects": [one.slug for one in finding.projects],
    }
