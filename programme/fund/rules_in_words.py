"""A round's rules as sentences: for the round's page, the eligibility check and the team."""

from localdigital.govuk.writing import plural
from programme.models.funding import RoundState, RuleKind
from signatories.models.organisation import Nation, OrganisationType

NOT_COUNCILS = frozenset({OrganisationType.GOVERNMENT, OrganisationType.OTHER})
COUNCILS = frozenset(OrganisationType) - NOT_COUNCILS
# What keeps its capital inside a sentence
PROPER = ("London", "Scottish", "Welsh", "Northern")


def in_words(rule, *, past=False):
    """What a rule asks for, or asked for, as a sentence without its full stop. Its round comes with `rules__rounds`
    fetched."""
    return WORDS[rule.kind](rule, past)


def is_past(state):
    """Whether the rules of a round in this state are told in the past tense: nobody can apply any more."""
    return state in (RoundState.CLOSED, RoundState.AWARDED)


def one_of(names):
    """Names as a sentence offers them: "Round 2, Round 3 or Round 4"."""
    *first, last = list(names) or [""]
    return f"{', '.join(map(str, first))} or {last}" if first else str(last)


def types_in_words(types):
    """Kinds of organisation with their article: "a district council or a unitary authority"; "a council" for all."""
    if frozenset(types) == COUNCILS:
        return "a council"
    labels = [one.label for one in OrganisationType if one in types]
    return one_of(
        _with_article(label if label.startswith(PROPER) else label[0].lower() + label[1:]) for label in labels
    )


def _with_article(words):
    # "Unitary" begins with a consonant's sound.
    return f"{'an' if words[0] in 'aeiou' and not words.startswith('unitary') else 'a'} {words}"


def _lead_is(rule, past):
    kind = types_in_words(rule.types) if rule.types else "an organisation"
    where = one_of(nation.label for nation in Nation if nation in rule.nations)
    return f"The lead {'had to' if past else 'must'} be {kind}{f' in {where}' if where else ''}"


def _lead_signed(_rule, past):
    return f"The lead {'had to' if past else 'must'} have signed the Local Digital Declaration"


def _signed_at_least(rule, past):
    has, have = ("had", "had") if past else ("has", "have")
    councils = plural(rule.number, f"council that {has} signed", f"councils that {have} signed")
    return f"At least {rule.number} {councils} {'had to' if past else 'must'} take part, counting the lead"


def _led_at_most(rule, past):
    return f"A council {'could' if past else 'may'} lead at most {rule.number} {plural(rule.number, 'application')}"


def _funded_before(rule, past):
    rounds = one_of(one.in_a_sentence for one in rule.rounds.all() if one.is_public)
    return f"The project {'had to' if past else 'must'} have been funded in {rounds or 'an earlier round'}"


WORDS = {
    RuleKind.LEAD_IS: _lead_is,
    RuleKind.LEAD_SIGNED: _lead_signed,
    RuleKind.SIGNED_AT_LEAST: _signed_at_least,
    RuleKind.LED_AT_MOST: _led_at_most,
    RuleKind.FUNDED_BEFORE: _funded_before,
}
