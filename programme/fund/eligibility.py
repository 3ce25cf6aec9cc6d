"""Whether an application meets a round's rules, rule by rule, as far as the register can say."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q

from programme.fund.about import of_those_before
from programme.fund.rules_in_words import COUNCILS
from programme.models import FundProject, FundRound, ProjectPart, RoundRule
from programme.models.funding import RuleKind
from signatories.models import Organisation
from signatories.signed_on import Answer, signed_on

MOST_PROJECTS = 20


class Verdict(models.TextChoices):
    """What is said of a rule, and of all together: the first of these that any of them has."""

    NOT_MET = "not-met", "Not met"
    CANNOT_SAY = "cannot-say", "Cannot say"
    CHECK = "check", "You have to check"
    MET = "met", "Met"


@dataclass(frozen=True)
class Application:
    """Who would apply, and what only they know. Nobody stores it.

    `led` is how many other applications the lead leads in this round; `funded_in` the earlier round that paid for the
    project, `never_funded` that none did. `unknown` are partners' names that mean nobody in the register.
    """

    round: FundRound
    lead: Organisation
    partners: tuple
    on: date
    unknown: tuple = ()
    led: int | None = None
    funded_in: FundRound | None = None
    never_funded: bool = False


@dataclass(frozen=True)
class Finding:
    """What was found about one rule, and what shows it.

    `standings` are what the register says of the organisations that it is about; `counted` how many of them meet it for
    sure and `perhaps` how many more may; `projects` are those that the register knows of them.
    """

    rule: RoundRule
    verdict: Verdict
    standings: tuple = ()
    counted: int = 0
    perhaps: int = 0
    projects: tuple = ()


class Check:
    """The answer: a Finding for each rule of the round, and the Standing of everybody who takes part."""

    def __init__(self, application, today):
        self.application = application
        by_organisation = signed_on([application.lead, *application.partners], application.on, today)
        self.lead = by_organisation[application.lead]
        self.standings = tuple(by_organisation.values())
        self.findings = [FINDERS[rule.kind](self, rule) for rule in application.round.rules.all()]
        self.counts = Counter(finding.verdict for finding in self.findings)

    @property
    def verdict(self):
        """What is said of all rules together; None of a round without any."""
        return next((verdict for verdict in Verdict if self.counts[verdict]), None)

    @property
    def tells_who_signed(self):
        """Whether some rule tells of everybody whether they had signed."""
        return any(finding.rule.kind == RuleKind.SIGNED_AT_LEAST for finding in self.findings)

    @property
    def organisations(self):
        """Those that take part, and those that took over from them."""
        return {body.organisation for one in self.standings for body in (one, *one.heirs)}


def is_council(organisation):
    """Whether it counts where a rule counts councils."""
    return organisation.type in COUNCILS


def _lead_is(check, rule):
    lead = check.lead
    fits = {_fits(rule, body.organisation) for body in lead.bodies} or {False}
    if lead.not_begun or fits == {False}:
        verdict = Verdict.NOT_MET
    else:
        verdict = Verdict.MET if fits == {True} else Verdict.CANNOT_SAY
    return Finding(rule, verdict, (lead,))


def _fits(rule, organisation):
    """Whether it is of such a type and nation; None where the register does not know its nation."""
    if rule.types and organisation.type not in rule.types:
        return False
    if rule.nations and not organisation.nation:
        return None
    return not rule.nations or organisation.nation in rule.nations


def _lead_signed(check, rule):
    return Finding(rule, SAID[check.lead.answer], (check.lead,))


def _signed_at_least(check, rule):
    """Counts councils, each once: also one that took over from two that are named."""
    councils = {
        body.organisation: body.own_answer
        for one in check.standings
        for body in one.bodies
        if is_council(body.organisation)
    }
    answers = Counter(councils.values())
    counted, perhaps = answers[Answer.SIGNED], answers[Answer.CANNOT_SAY]
    if counted >= rule.number:
        verdict = Verdict.MET
    else:
        verdict = Verdict.CANNOT_SAY if counted + perhaps >= rule.number else Verdict.NOT_MET
    return Finding(rule, verdict, check.standings, counted, perhaps)


def _led_at_most(check, rule):
    led = check.application.led
    if led is None:
        return Finding(rule, Verdict.CHECK)
    return Finding(rule, Verdict.MET if led < rule.number else Verdict.NOT_MET, counted=led + 1)


def _funded_before(check, rule):
    """They say in which round; the register says which projects of theirs it knows."""
    application = check.application
    if application.never_funded:
        return Finding(rule, Verdict.NOT_MET)
    rounds = [application.funded_in] if application.funded_in else list(rule.rounds.all())
    projects = tuple(projects_of(check.organisations, rounds))
    return Finding(rule, Verdict.MET if application.funded_in and projects else Verdict.CHECK, projects=projects)


def projects_of(organisations, rounds):
    """The projects that these rounds paid for and in which one of these organisations, or one that it took over from,
    took part."""
    theirs = Q(organisation__in=organisations) | of_those_before(organisations)
    named = ProjectPart.objects.filter(theirs).values("project")
    projects = FundProject.objects.public().filter(pk__in=named, round__in=rounds)
    return projects.select_related("round")[:MOST_PROJECTS]


SAID = {Answer.SIGNED: Verdict.MET, Answer.NOT_SIGNED: Verdict.NOT_MET, Answer.CANNOT_SAY: Verdict.CANNOT_SAY}
FINDERS = {
    RuleKind.LEAD_IS: _lead_is,
    RuleKind.LEAD_SIGNED: _lead_signed,
    RuleKind.SIGNED_AT_LEAST: _signed_at_least,
    RuleKind.LED_AT_MOST: _led_at_most,
    RuleKind.FUNDED_BEFORE: _funded_before,
}
