"""Which organisation a name in a spreadsheet means: sure when it is one of its names, else somebody confirms it."""

from collections import defaultdict
from dataclasses import dataclass

from commitments.models import ImportName
from signatories.models import Organisation, OrganisationName
from signatories.models.names import core, fold

MOST_CANDIDATES = 6


@dataclass(frozen=True)
class Meaning:
    """What a name means: one organisation when that is sure, or was confirmed in an import before (`is_remembered`),
    else those that it may mean."""

    organisation: Organisation | None
    candidates: tuple = ()
    is_remembered: bool = False


def meanings(wanted, source):
    """For each (name, date or None): its Meaning. What was chosen for a name in this import holds for all its rows."""
    chosen = _chosen([name for name, _ in wanted], source)
    by_date = defaultdict(set)
    for name, on in wanted:
        if fold(name) not in chosen:
            by_date[on].add(name)
    found = {}
    for on, names in by_date.items():
        meant = Organisation.objects.checked().exactly_called_each(names, on=on)
        found |= {(name, on): organisations for name, organisations in meant.items()}
    names_of = _names_of({one.pk for organisations in found.values() for one in organisations})
    longer = _longer_names([pair for pair, organisations in found.items() if organisations])
    answers = {
        pair: _meaning(*pair, organisations, names_of, longer.get(pair, [])) for pair, organisations in found.items()
    }
    answers |= _remembered(answers, source)
    return answers | {(name, on): Meaning(chosen[fold(name)]) for name, on in wanted if fold(name) in chosen}


def _chosen(names, source):
    said = ImportName.objects.filter(source=source, organisation__checked_at__isnull=False)
    said = said.filter(folded__in={fold(name) for name in names}).select_related("organisation")
    return {one.folded: one.organisation for one in said}


def _remembered(answers, source):
    """Of names that are not sure, what the team said last of them in other imports; not of those asked about here."""
    unsure = {pair: one for pair, one in answers.items() if not one.organisation and one.candidates}
    if not unsure:
        return {}
    said = ImportName.objects.filter(folded__in={fold(name) for name, _ in unsure})
    here = said.filter(source=source).values("folded")
    before = said.exclude(source=source).exclude(folded__in=here).filter(organisation__checked_at__isnull=False)
    meant = {one.folded: one.organisation for one in before.select_related("organisation").order_by("pk")}
    return {
        (name, on): Meaning(meant[fold(name)], one.candidates, is_remembered=True)
        for (name, on), one in unsure.items()
        if fold(name) in meant
    }


def _names_of(organisations):
    names = defaultdict(set)
    for organisation, folded in OrganisationName.objects.filter(organisation__in=organisations).values_list(
        "organisation", "folded"
    ):
        names[organisation].add(folded)
    return names


def _longer_names(pairs):
    """For each (name, date): the organisations of that date that have a name that begins with it and goes on with
    another word for a place, as Newcastle-under-Lyme does for "Newcastle"."""
    if not pairs:
        return {}
    by_word = defaultdict(set)
    for one in OrganisationName.objects.filter(organisation__checked_at__isnull=False).values_list(
        "core", "organisation"
    ):
        by_word[one[0].partition(" ")[0]].add(one)
    found = {}
    for name, on in pairs:
        begins = core(name)
        found[name, on] = {pk for longer, pk in by_word[begins.partition(" ")[0]] if longer.startswith(f"{begins} ")}
    known = Organisation.objects.in_bulk({pk for ids in found.values() for pk in ids})
    return {
        (name, on): sorted(
            (known[pk] for pk in ids if on is None or known[pk].existed(on)), key=lambda one: (one.sort_name, one.pk)
        )
        for (name, on), ids in found.items()
    }


def _meaning(name, on, organisations, names_of, longer):
    others = [one for one in longer if one not in organisations]
    if len(organisations) == 1:
        [only] = organisations
        is_its_name = fold(name) in names_of[only.pk] and (on is None or only.existed(on))
        is_only_a_place = fold(name) == core(name) and fold(name) != fold(only.official_name)
        if is_its_name and not (is_only_a_place and others):
            return Meaning(only)
    return Meaning(None, tuple([*organisations, *(others if organisations else [])][:MOST_CANDIDATES]))


def ask(source, questions):
    """Write down the names that somebody has to confirm, or did before: [(name, number of its row, its Meaning)]."""
    ImportName.objects.bulk_create(
        [
            ImportName(
                source=source,
                folded=fold(name),
                written=name[:200],
                row=row,
                candidates=[one.pk for one in meaning.candidates],
                organisation=meaning.organisation,
            )
            for name, row, meaning in questions
            if fold(name) and meaning.candidates
        ],
        ignore_conflicts=True,  # another row asked already
    )
