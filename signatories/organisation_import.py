"""Bringing a table of organisations into the register: check every row against what is known, then write it at once.

Nothing is ever emptied or taken away: an empty cell keeps the value, and names, domains and successors are only added.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from django.db import transaction
from django.utils import timezone

from commitments import search
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import EmailDomain, Organisation, OrganisationName, Succession
from signatories.models.names import fold
from signatories.models.organisation import OrganisationType
from signatories.organisation_table import Problem

# The columns that are a field of the organisation, and the field.
FIELDS = {
    name: name
    for name in ("scheme", "name", "official_name", "slug", "type", "nation", "region", "starts_on", "ends_on")
} | {"population_2020": "population", "latitude": "latitude", "longitude": "longitude", "website": "website"}
# The columns that name another organisation by its code: the field, and the types that it may be.
PARENTS = {
    "county_code": ("county", {OrganisationType.COUNTY}),
    "combined_authority_code": (
        "combined_authority",
        {OrganisationType.COMBINED_AUTHORITY, OrganisationType.STRATEGIC_REGIONAL_AUTHORITY},
    ),
}
NEEDED = ("scheme", "name", "official_name", "slug", "type")


class TableRefused(Exception):
    """The table has problems, so nothing of it was brought in."""

    def __init__(self, problems):
        self.problems = sorted(set(problems))
        super().__init__(f"{len(self.problems)} problems")


@dataclass
class Change:
    """What a row changes in its organisation: each field from which value to which, and what is added."""

    organisation: Organisation
    added: bool
    fields: dict = field(default_factory=dict)
    parents: dict = field(default_factory=dict)
    names: list = field(default_factory=list)
    domains: list = field(default_factory=list)
    successors: list = field(default_factory=list)

    @property
    def details(self):
        """What changed, in words that can be kept: field → [before, after], or field → [what was added]."""
        moved = {name: [str(value or "") for value in pair] for name, pair in (self.fields | self.parents).items()}
        more = {"other_names": self.names, "email_domains": self.domains, "successors": self.successors}
        return moved | {name: list(values) for name, values in more.items() if values}

    def __str__(self):
        verb = "add" if self.added else "change"
        which = "" if self.added else f": {', '.join(self.details)}"
        return f"{verb} {self.organisation.code} {self.organisation.official_name}{which}"


@dataclass
class Report:
    """What a run did, or would do."""

    added: list[Change]
    changed: list[Change]
    unchanged: int

    def __str__(self):
        return f"{len(self.added)} added, {len(self.changed)} changed, {self.unchanged} unchanged"


class Known:
    """The organisations that the register has now, by code, with their names, domains and successors."""

    def __init__(self):
        # Locked where the database can: somebody may be editing an organisation in the admin.
        self.organisations = {one.code: one for one in Organisation.objects.select_for_update().order_by("pk")}
        self.codes = {one.pk: one.code for one in self.organisations.values()}
        self.slugs = {one.slug: one.code for one in self.organisations.values()}
        self.names = self._by_code(OrganisationName.objects.values_list("organisation_id", "folded"))
        self.domains = self._by_code(EmailDomain.objects.values_list("organisation_id", "domain"))
        self.successors = self._by_code(
            (predecessor, self.codes[successor])
            for predecessor, successor in Succession.objects.values_list("predecessor_id", "successor_id")
        )

    def _by_code(self, pairs):
        grouped = {}
        for pk, value in pairs:
            grouped.setdefault(self.codes[pk], set()).add(value)
        return grouped


@transaction.atomic
def apply(table, *, by=None, dry_run=False, now=None):
    """Bring a table that was read into the register, and report what changed; refuse it whole if one row is bad."""
    now = now or timezone.now()
    known = Known()
    problems = [*table.problems, *_problems(table, known)]
    if problems:
        raise TableRefused(problems)
    changes = [_change(row, known, now) for row in table.rows]
    made = [change for change in changes if change.added or change.details]
    if made and not dry_run:
        _write(made, known, by, now)
    return Report(
        added=[change for change in made if change.added],
        changed=[change for change in made if not change.added],
        unchanged=len(changes) - len(made),
    )


# ---- Checking rows against each other and against the register
def _problems(table, known):
    types = {code: one.type for code, one in known.organisations.items()}
    types |= {row.code: row.values["type"] for row in table.rows if "type" in row.values}
    mentioned = table.codes | known.organisations.keys()
    circular = _in_circles(_succession_graph(table.rows, known))
    for row in table.rows:
        reasons = [
            *_own_reasons(row, known),
            *_parent_reasons(row, mentioned, types),
            *_successor_reasons(row, mentioned, circular),
        ]
        yield from (Problem(row.line, reason) for reason in reasons)


def _own_reasons(row, known):
    current = known.organisations.get(row.code)
    if current is None:
        for column in NEEDED:
            if column not in row.values:
                yield f"{column}: is empty, and {row.code} is not in the register yet"
    starts_on = row.values.get("starts_on", getattr(current, "starts_on", None))
    ends_on = row.values.get("ends_on", getattr(current, "ends_on", None))
    if starts_on and ends_on and ends_on < starts_on:
        yield f"ends_on: {ends_on} is before it starts on {starts_on}"
    holder = known.slugs.get(row.values.get("slug"), row.code)
    if holder != row.code:
        yield f"slug: {row.values['slug']!r} is the address of {holder}"


def _parent_reasons(row, mentioned, types):
    for column, (_, allowed) in PARENTS.items():
        code = row.values.get(column)
        if code is None:
            continue
        if code not in mentioned:
            yield f"{column}: {code} is not in this file nor in the register"
        elif code == row.code or (code in types and types[code] not in allowed):
            yield f"{column}: {code} is not of type {' or '.join(sorted(allowed))}"


def _successor_reasons(row, mentioned, circular):
    codes = row.values.get("successor_codes", [])
    for code in codes:
        if code not in mentioned:
            yield f"successor_codes: {code} is not in this file nor in the register"
        elif code == row.code:
            yield "successor_codes: an organisation cannot succeed itself"
    if codes and row.code in circular:
        yield "successor_codes: following the successors leads back to this organisation"


def _succession_graph(rows, known):
    graph = {code: set(successors) for code, successors in known.successors.items()}
    for row in rows:
        graph.setdefault(row.code, set()).update(set(row.values.get("successor_codes", [])) - {row.code})
    return graph


def _in_circles(graph):
    """The codes that lie on a circle: whatever cannot be put in order, neither forwards nor backwards."""
    backwards = {}
    for code, successors in graph.items():
        for successor in successors:
            backwards.setdefault(successor, set()).add(code)
    return (graph.keys() | backwards.keys()) - _in_order(graph) - _in_order(backwards)


def _in_order(graph):
    """The codes that can be put in order, up to where a circle stops it."""
    sorter, ordered = TopologicalSorter(graph), set()
    with suppress(CycleError):  # what does not lie behind the circle can still be had
        sorter.prepare()
    while ready := sorter.get_ready():
        ordered.update(ready)
        sorter.done(*ready)
    return ordered


# ---- Comparing and writing
def _change(row, known, now):
    current = known.organisations.get(row.code)
    organisation = current or Organisation(code=row.code)
    change = Change(organisation, added=current is None)
    for column, name in FIELDS.items():
        before = getattr(organisation, name)
        if column in row.values and row.values[column] != before:
            change.fields[name] = (before, row.values[column])
            setattr(organisation, name, row.values[column])
    if organisation.checked_at is None:
        change.fields["checked_at"] = (None, now)
        organisation.checked_at = now
    for column, (name, _) in PARENTS.items():
        before = known.codes.get(getattr(organisation, f"{name}_id"))
        if row.values.get(column, before) != before:
            change.parents[name] = (before, row.values[column])
    names = [organisation.name, organisation.official_name, *row.values.get("other_names", [])]
    missing = {fold(name): name for name in names if fold(name) not in known.names.get(row.code, ())}
    change.names = list(missing.values())
    change.domains = _not_yet(row.values.get("email_domains", []), known.domains.get(row.code, ()))
    change.successors = _not_yet(row.values.get("successor_codes", []), known.successors.get(row.code, ()))
    return change


def _not_yet(values, known):
    return [value for value in dict.fromkeys(values) if value not in known]


def _write(changes, known, by, now):
    _write_organisations(changes, known)
    each = [(change, change.organisation) for change in changes]
    OrganisationName.objects.bulk_create(
        [OrganisationName.of(one, name) for change, one in each for name in change.names], ignore_conflicts=True
    )
    EmailDomain.objects.bulk_create(
        [EmailDomain(organisation=one, domain=domain) for change, one in each for domain in change.domains],
        ignore_conflicts=True,
    )
    Succession.objects.bulk_create(
        [
            Succession(predecessor=one, successor=known.organisations[code])
            for change, one in each
            for code in change.successors
        ],
        ignore_conflicts=True,
    )
    AuditEvent.objects.bulk_create(_event(change, by, now) for change in changes)
    search.index_those_of([change.organisation.pk for change in changes if not change.added])
    RegisterVersion.bump(now)


def _write_organisations(changes, known):
    for change in changes:
        change.organisation.sort_name = fold(change.organisation.name)
    Organisation.objects.bulk_create([change.organisation for change in changes if change.added])
    changed = [change for change in changes if change.fields and not change.added]
    names = sorted({name for change in changed for name in change.fields} | {"sort_name"})
    Organisation.objects.bulk_update([change.organisation for change in changed], names, batch_size=100)
    known.organisations |= {change.organisation.code: change.organisation for change in changes}
    # Only now, since a county may stand further down in the file than its districts.
    placed = [change for change in changes if change.parents]
    for change in placed:
        for name, (_, code) in change.parents.items():
            setattr(change.organisation, f"{name}_id", known.organisations[code].pk)
    parents = [name for name, _ in PARENTS.values()]
    Organisation.objects.bulk_update([change.organisation for change in placed], parents, batch_size=100)


def _event(change, by, now):
    return AuditEvent(
        at=now,
        kind="organisation.add" if change.added else "organisation.change",
        actor_type=by._meta.label_lower if by else "",
        actor_id=by.pk if by else None,
        object_type=change.organisation._meta.label_lower,
        object_id=change.organisation.pk,
        details={"from": "table", "added": True} if change.added else {"from": "table", "changed": change.details},
    )
