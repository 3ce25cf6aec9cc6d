"""Which organisation a name in a spreadsheet means: sure when it is one of its names, else somebody confirms it."""

from collections import defaultdict
from dataclasses import dataclass

from commitments.models import ImportName
from signatories.models import Organisation, OrganisationName
from signatories.models.names import fold

MOST_CANDIDATES = 6


@dataclass(frozen=True)
class Meaning:
    """What a name means: one organisation when that is sure, else those that it may mean."""

    organisation: Organisation | None
    candidates: tuple = ()


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
    answers = {pair: _meaning(*pair, organisations, names_of) for pair, organisations in found.items()}
    return answers | {(name, on): Meaning(chosen[fold(name)]) for name, on in wanted if fold(name) in chosen}


def _chosen(names, source):
    said = ImportName.objects.filter(source=source, organisation__checked_at__isnull=False)
    said = said.filter(folded__in={fold(name) for name in names}).select_related("organisation")
    return {one.folded: one.organisation for one in said}


def _names_of(organisations):
    names = defaultdict(set)
    for organisation, folded in OrganisationName.objects.filter(organisation__in=organisations).values_list(
        "organisation", "folded"
    ):
        names[organisation].add(folded)
    return names


def _meaning(name, on, organisations, names_of):
    if len(organisations) == 1:
        [only] = organisations
        if fold(name) in names_of[only.pk] and (on is None or only.existed(on)):
            return Meaning(only)
    return Meaning(None, tuple(organisations[:MOST_CANDIDATES]))


def ask(source, questions):
    """Write down the names that somebody has to confirm: [(name, number of its row, candidates)]."""
    ImportName.objects.bulk_create(
        [
            ImportName(
                source=source,
                folded=fold(name),
                written=name[:200],
                row=row,
                candidates=[one.pk for one in candidates],
            )
            for name, row, candidates in questions
            if fold(name) and candidates
        ],
        ignore_conflicts=True,  # another row asked already
    )
