"""Recording the documents of a spreadsheet, and correcting what the team typed in of paper ones."""

from collections import defaultdict

from commitments import search
from commitments.models import Commitment, Deliverable, Language, Partner, Verdict
from commitments.partners import set_partners
from commitments.publishing import made_public
from localdigital.models import AuditEvent
from signatories.models import Organisation, Principle, Signatory, Signature
from signatories.models.signature import Status

from .cells import list_of, partial_of


class Writer:
    """Writes the documents of one batch. `finish` does once for all of them what is looked up or compared together."""

    def __init__(self, source, plans, *, by, now):
        self.source, self.by, self.now = source, by, now
        self.principles = {str(number): pk for number, pk in Principle.objects.values_list("number", "pk")}
        self.partners = _organisations_named(plans)
        self.made, self.changed, self.filled_in = [], [], []

    def write(self, plan):
        """Do what a plan says. Raises AlreadySigned and MoveRefused when the register changed meanwhile."""
        if plan.signature is None:
            self._record(plan)
        elif any(line.verdict != Verdict.SAME for line in plan.lines):
            self._correct(plan)

    def finish(self):
        """What was written can be found, and its people are asked from today. Nobody is emailed."""
        self._fill_in()
        made_public(self.made, now=self.now, ask=False)
        search.index(self.changed)

    # ---- New documents

    def _record(self, plan):
        signature = Signature.objects.create(
            declaration=plan.declaration, source_note=plan.source_note, made_at=self.now, changed_at=self.now
        )
        Signatory.objects.bulk_create(
            _signatory(signature, part, position) for position, part in enumerate(plan.parts, start=1)
        )
        plan.signature = signature
        lines = [line for line in plan.lines if line.said["title"]]
        commitments = self._add(plan, lines)
        signature.move(
            "record_paper", by=self.by, now=self.now, published_at=self.now, details={"import": self.source.pk}
        )
        Commitment.objects.publish_with(signature, self.now)
        self.made += commitments
        self.filled_in += lines

    def _add(self, plan, lines, after=0):
        """Make the commitments of these rows, standing after that many others; what belongs to them follows at the
        end of the batch."""
        for position, line in enumerate(lines, start=after + 1):
            line.commitment = _commitment(plan.signature, line.said, position, self.now)
        return Commitment.objects.bulk_create(line.commitment for line in lines)

    def _fill_in(self):
        """Write down what belongs to the commitments that were made."""
        new = [(line, line.commitment) for line in self.filled_in]
        Deliverable.objects.bulk_create(
            Deliverable(commitment=commitment, position=position, text=text)
            for line, commitment in new
            for position, text in enumerate(filter(None, line.said["deliverables"].split("\n")), start=1)
        )
        Partner.objects.bulk_create(
            Partner(commitment=commitment, position=position, name=one["name"], organisation_id=one["organisation"])
            for line, commitment in new
            for position, one in enumerate(self._named(line), start=1)
        )
        self._serve([(commitment, line.said["principles"]) for line, commitment in new])

    def _serve(self, wanted):
        """Make commitments serve these principles: [(commitment, "1; 4")]."""
        serving = Commitment.principles.through
        serving.objects.bulk_create(
            serving(commitment_id=commitment.pk, principle_id=self.principles[number])
            for commitment, numbers in wanted
            for number in list_of(numbers)
        )

    def _named(self, line):
        """The partners of a row, each organisation once."""
        named = [{"name": name, "organisation": self.partners.get(name)} for name in list_of(line.said["partners"])]
        return list({one["organisation"] or one["name"]: one for one in named}.values())

    # ---- Corrections

    def _correct(self, plan):
        signature = plan.signature
        signature.hold(Status.DRAFT, Status.PUBLISHED, move="correct_paper", now=self.now)
        if plan.edits["source_note"]:
            Signature.objects.filter(pk=signature.pk).update(source_note=plan.edits["source_note"])
        for part, values in plan.edits["parts"].items():
            _correct_part(part, values)
        for line, differs in plan.edits["commitments"]:
            self._rewrite(line, differs)
        last = max((one.position for one in signature.commitments.all()), default=0)
        lines = [line for line in plan.lines if line.verdict == Verdict.MAKE]
        added = self._add(plan, lines, after=last)
        if added and signature.status == Status.PUBLISHED:
            Commitment.objects.publish_with(signature, self.now)
            self.made += added
        columns = sorted({name for _, differs in plan.edits["commitments"] for name in differs})
        columns += sorted({name for values in plan.edits["parts"].values() for name in values})
        what = {"import": self.source.pk, "columns": columns, "commitments_added": len(added)}
        AuditEvent.record("signature.correct_paper", signature, by=self.by, at=self.now, **what)
        self.filled_in += lines

    def _rewrite(self, line, differs):
        commitment = line.commitment
        new = {column: after for column, (_, after) in differs.items()}
        for name in ("title", "mission", "impact"):
            setattr(commitment, name, new.get(name, getattr(commitment, name)))
        commitment.due_on = partial_of(new["due_on"])[0] if "due_on" in new else commitment.due_on
        commitment.language = _language(new.get("language", "")) or commitment.language
        commitment.changed_at = self.now
        commitment.save(update_fields=["title", "mission", "impact", "due_on", "language", "changed_at"])
        if "principles" in new:
            Commitment.principles.through.objects.filter(commitment_id=commitment.pk).delete()
            self._serve([(commitment, new["principles"])])
        if "deliverables" in new:
            _deliver(commitment, new["deliverables"].split("\n"))
        if "partners" in new:
            set_partners(commitment, self._named(line))
        if commitment.published_at:
            self.changed.append(commitment)


def _organisations_named(plans):
    """The organisations that the partners of these rows are, where a name means one: {name: id}."""
    by_date = defaultdict(set)
    for plan in plans:
        for line in plan.lines:
            if names := list_of(line.said["partners"]):
                by_date[partial_of(line.said["signed_on"].split(";")[0])[0]] |= set(names)
    found = {}
    for on, names in by_date.items():
        meant = Organisation.objects.checked().exactly_called_each(names, on=on)
        found |= {name: one[0].pk for name, one in meant.items() if len(one) == 1}
    return found


def _commitment(signature, said, position, now):
    return Commitment(
        signature=signature,
        position=position,
        title=said["title"],
        mission=said["mission"],
        impact=said["impact"],
        due_on=partial_of(said["due_on"])[0],
        language=_language(said["language"]) or Language.ENGLISH,
        changed_at=now,
    )


def _signatory(signature, part, position):
    day, precision = partial_of(part.values.get("signed_on", ""))
    return Signatory(
        signature=signature,
        declaration_id=signature.declaration_id,
        organisation=part.organisation,
        position=position,
        signer_name=part.values.get("signer_names", ""),
        signer_job_title=part.values.get("signer_job_titles", ""),
        signed_on=day,
        signed_on_precision=precision,
    )


def _correct_part(part, values):
    changes = {}
    if "signer_names" in values:
        changes["signer_name"] = values["signer_names"]
    if "signer_job_titles" in values:
        changes["signer_job_title"] = values["signer_job_titles"]
    if "signed_on" in values:
        changes["signed_on"], changes["signed_on_precision"] = partial_of(values["signed_on"])
    Signatory.objects.filter(pk=part.pk).update(**changes)


def _language(label):
    return next((value for value, words in Language.choices if words == label), None)


def _deliver(commitment, texts):
    """Make a commitment produce these things: those worded the same stay, then others are reworded, then added."""
    there = list(commitment.deliverables.all())
    by_text = {one.text.strip(): one for one in there}
    kept = {text: by_text[text] for text in texts if text in by_text}
    rest = [one for one in there if one not in kept.values()]
    for position, text in enumerate(texts, start=1):
        one = kept.get(text) or (rest.pop(0) if rest else Deliverable(commitment=commitment))
        if (one.text, one.position) != (text, position):
            one.text, one.position = text, position
            one.save()
    Deliverable.objects.filter(pk__in=[one.pk for one in rest]).delete()
