"""What documents of a spreadsheet would do in the register: which are new, and what is wrong with them."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from commitments.models import ProgressUpdate, Revision, Sheet, Verdict
from signatories.models import Declaration, Principle, Signatory, Signature
from signatories.models.names import fold
from signatories.models.partial_date import PartialDate

from .cells import UNKNOWN, list_of, partial_of, split
from .exporting import commitment_cells, whole
from .naming import ask, meanings
from .planning import Plan, differing, read_rows
from .signature_checks import (
    COMMITMENT_COLUMNS,
    PART_COLUMNS,
    check_date,
    check_new_commitment,
    check_principles,
    has_commitment,
    spread,
)
from .signature_edits import plan_edits

DEFAULT_SOURCE = "Signed paper form"


@dataclass
class Part:
    """One organisation's part in a new document."""

    organisation: object
    values: dict = field(default_factory=dict)

    @property
    def shown(self):
        """As the preview shows it: who signs, by whom, on which date as far as that is known."""
        signed_on = PartialDate(*partial_of(self.values.get("signed_on", "")))
        signer = [self.values.get("signer_names"), self.values.get("signer_job_titles")]
        return {
            "organisation": self.organisation.official_name,
            "signer": ", ".join(filter(None, signer)),
            "signed_on": str(signed_on),
        }


@dataclass
class Known:
    """What the register says of everything that some documents name: read together, with few queries."""

    today: object
    signatures: dict
    declarations: list
    principles: set
    changed_since: set
    reported: set
    meanings: dict = field(default_factory=dict)
    signed: dict = field(default_factory=dict)
    claimed: dict = field(default_factory=dict)


def plan_signatures(groups, source, *, now=None):
    """A Plan for each document, given as its rows."""
    today = timezone.localdate(now)
    plans = [Plan(read_rows(Sheet.SIGNATURES, rows)) for rows in groups]
    known = _known(plans, source, today)
    for plan in plans:
        plan.signature = known.signatures.get(plan.lines[0].said["reference"])
        if plan.signature:
            plan_edits(plan, known)
        else:
            _plan_new(plan, known)
        plan.settle()
    return plans


def _known(plans, source, today):
    references = {line.said["reference"] for plan in plans for line in plan.lines} - {""}
    signatures = {one.reference: one for one in whole(Signature.objects.filter(reference__in=references))}
    ids = [one.pk for one in signatures.values()]
    known = Known(
        today,
        signatures,
        list(Declaration.objects.published()),
        set(Principle.objects.values_list("number", flat=True)),
        set(Revision.objects.filter(commitment__signature__in=ids).values_list("commitment", flat=True)),
        set(ProgressUpdate.objects.filter(commitment__signature__in=ids).values_list("commitment", flat=True)),
    )
    new = [plan for plan in plans if plan.lines[0].said["reference"] not in signatures]
    wanted = {(name, _on(plan)): plan for plan in new for line in plan.lines for name in _names(line)}
    known.meanings = meanings(wanted, source)
    _ask_about_names(new, known, source)
    organisations = {one.organisation.pk for one in known.meanings.values() if one.organisation}
    live = Signatory.objects.filter(organisation__in=organisations, live=True).select_related("signature")
    known.signed = {(one.organisation_id, one.declaration_id): one for one in live}
    recorded = whole(Signature.objects.filter(pk__in={one.signature_id for one in live}))
    by_id = {one.pk: one for one in recorded}
    for one in live:
        one.signature = by_id[one.signature_id]
    return known


def _on(plan):
    """The date by which the names of a document are understood."""
    dates = (date for line in plan.lines for date in split(line.said["signed_on"]))
    return next((partial_of(date)[0] for date in dates if date not in ("", UNKNOWN)), None)


def _names(line):
    return list_of(line.said["organisations"])


def _ask_about_names(plans, known, source):
    questions = []
    for plan in plans:
        for line in plan.lines:
            for name in _names(line):
                meaning = known.meanings[name, _on(plan)]
                if meaning.is_remembered or not meaning.organisation:
                    questions.append((name, line.row.number, meaning))
    ask(source, questions)


# ---- A document that is new


def _plan_new(plan, known):
    if plan.lines[0].said["reference"]:
        plan.lines[0].object(
            "reference", "No declaration has this reference. Leave it blank for one that is not in the register yet"
        )
        return
    _find_declaration(plan, known)
    _find_parts(plan, known)
    plan.source_note = next(filter(None, (line.said["source_note"] for line in plan.lines)), DEFAULT_SOURCE)
    titles = {}
    for line in plan.lines:
        line.verdict = Verdict.MAKE
        if has_commitment(line):
            check_new_commitment(line, titles)
            check_principles(line, known)
        if line.said["commitment"]:
            line.object("commitment", "Enter the reference of its declaration too, or leave the number blank")
        if line.said["source_note"] not in ("", plan.source_note):
            line.object("source_note", f"Row {plan.lines[0].row.number} of the same document says something else")
    if plan.parts and plan.declaration and not plan.has_problems:
        _check_who_has_signed(plan, known)


def _find_declaration(plan, known):
    versions = {line.said["declaration"].lower(): line for line in plan.lines if line.said["declaration"]}
    if len(versions) > 1:
        list(versions.values())[1].object("declaration", "The other rows of this document name another version")
    elif versions:
        [(version, line)] = versions.items()
        plan.declaration = next((one for one in known.declarations if one.version.lower() == version), None)
        if not plan.declaration:
            line.object("declaration", "There is no published version of this name")
    elif len(known.declarations) == 1:
        [plan.declaration] = known.declarations
    else:
        plan.lines[0].object("declaration", "Enter which version was signed")


def _find_parts(plan, known):
    parts, on = {}, _on(plan)
    for line in plan.lines:
        meant = []
        for name in _names(line):
            meaning = known.meanings[name, on]
            if organisation := meaning.organisation:
                meant.append(organisation)
                if fold(name) != fold(organisation.official_name):
                    line.notes.append(f"“{name}” is {organisation.official_name}")
            elif meaning.candidates:
                line.ask("organisations", name)
            else:
                line.object("organisations", f"“{name}” is not in the register: correct the name, or add it first")
        if len(set(meant)) < len(meant):
            line.object("organisations", "This row names an organisation twice")
        line.meant = list(dict.fromkeys(meant))
        parts |= {one.pk: Part(one) for one in line.meant if one.pk not in parts}
    plan.parts = list(parts.values())
    if not plan.parts and not plan.has_problems:
        plan.lines[0].object("organisations", "Enter the organisations that signed")
    for line in plan.lines:
        _fill_in(line, [parts[one.pk] for one in line.meant] or plan.parts, known)


def _fill_in(line, parts, known):
    if not parts or line.objects_to("organisations", *PART_COLUMNS):
        return
    for column in PART_COLUMNS:
        for part, value in zip(parts, spread(line, column, len(parts)), strict=True):
            if column == "signed_on":
                check_date(line, value, known)
            if value and part.values.setdefault(column, value) != value:
                line.object(column, f"Another row of the same document says “{part.values[column]}”")


def _check_who_has_signed(plan, known):
    """Who has signed this version already makes nothing twice; a row of the same file that names it counts too."""
    live = {part.organisation: known.signed.get((part.organisation.pk, plan.declaration.pk)) for part in plan.parts}
    documents = {one.signature for one in live.values() if one}
    if len(documents) == 1 and all(live.values()):
        [recorded] = documents
        plan.signature = recorded
        _say_that_it_is_there(plan, recorded)
        return
    for organisation, signatory in live.items():
        other = known.claimed.get((organisation.pk, plan.declaration.pk))
        if signatory:
            plan.lines[0].object(
                "organisations",
                f"{organisation.official_name} has already signed this version: {signatory.signature.reference}",
            )
        elif other:
            plan.lines[0].object("organisations", f"{organisation.official_name} is in row {other} already")
    if not plan.has_problems:
        known.claimed |= {(one.pk, plan.declaration.pk): plan.lines[0].row.number for one in live}


def _say_that_it_is_there(plan, recorded):
    by_title = defaultdict(lambda: None) | {fold(one.title): one for one in recorded.commitments.all()}
    for line in plan.lines:
        line.verdict = Verdict.SAME
        line.notes.append(f"Already signed: {recorded.reference}")
        line.commitment = by_title.get(fold(line.said["title"])) if line.said["title"] else None
        if has_commitment(line) and not line.commitment:
            line.notes.append("This commitment is not recorded there: enter the reference in this row to add it")
        elif line.commitment and differing(
            Sheet.SIGNATURES, line.said, commitment_cells(line.commitment), COMMITMENT_COLUMNS
        ):
            line.notes.append("It is recorded with other words: enter the reference in this row to see them")
