"""What the register holds as rows of the spreadsheets: for exports, and to compare what is imported with."""

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from commitments.models import Commitment, EvidenceKind, Language, ProgressUpdate, Sheet, Stage
from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Signature

from .cells import join, join_same, write_partial

AT_A_TIME = 200
UNFOLDED = ("deliverables", "partners", "principles")


def signature_cells(signature):
    """What a document says, in every row of it."""
    parts = list(signature.signatories.all())
    return {
        "reference": signature.reference,
        "declaration": signature.declaration.version,
        "organisations": join([part.organisation.official_name for part in parts]),
        "signer_names": join_same([part.signer_name for part in parts]),
        "signer_job_titles": join_same([part.signer_job_title for part in parts]),
        "signed_on": join_same([write_partial(part.signed_on, part.signed_on_precision) for part in parts]),
        "source_note": signature.source_note,
    }


def commitment_cells(commitment):
    """What a commitment says, in its own row."""
    return {
        "commitment": str(commitment.pk),
        "title": commitment.title,
        "language": Language(commitment.language).label,
        "mission": commitment.mission,
        "deliverables": "\n".join(one.text for one in commitment.deliverables.all()),
        "partners": join([one.name for one in commitment.partners.all() if one.answer != one.Answer.DISOWNED]),
        "impact": commitment.impact,
        "principles": "; ".join(str(one.number) for one in commitment.principles.all()),
        "due_on": commitment.due_on.isoformat() if commitment.due_on else "",
    }


def progress_cells(update):
    """What a progress update says."""
    evidence = update.evidence.all()
    return {
        "update": str(update.pk),
        "commitment": str(update.commitment_id),
        "reference": update.commitment.signature.reference,
        "title": update.commitment.title,
        "reported_on": update.reported_on.isoformat(),
        "stage": Stage(update.stage).label if update.stage else "",
        "done": update.done,
        "went_well": update.went_well,
        "could_be_better": update.could_be_better,
        "next_step": update.next_step,
        "evidence": "\n".join(f"{EvidenceKind(one.kind).label} | {one.title} | {one.url}" for one in evidence),
        "delivered": "\n".join(one.text for one in update.delivered.all()),
    }


def whole(signatures, commitments=None):
    """Signatures with everything that their rows say; of the commitments those given."""
    commitments = Commitment.objects.all() if commitments is None else commitments
    return signatures.select_related("declaration").prefetch_related(
        "signatories__organisation", Prefetch("commitments", commitments.prefetch_related(*UNFOLDED))
    )


def whole_updates(updates):
    """Progress updates with everything that their rows say."""
    return updates.select_related("commitment__signature").prefetch_related("evidence", "delivered")


def _signature_rows():
    for signature in _in_chunks(whole(Signature.objects.public(), Commitment.objects.public())):
        said = signature_cells(signature)
        commitments = list(signature.commitments.all())
        yield from (said | commitment_cells(one) for one in commitments)
        if not commitments:
            yield said


def _updates():
    reports = ProgressUpdate.objects.published().filter(kind=ProgressUpdate.Kind.REPORT)
    return reports.filter(commitment__in=Commitment.objects.public())


def _progress_rows():
    yield from (progress_cells(one) for one in _in_chunks(whole_updates(_updates())))


def _in_chunks(queryset):
    """One after the other in the order of their keys, so many in memory at a time."""
    last = 0
    while chunk := list(queryset.filter(pk__gt=last).order_by("pk")[:AT_A_TIME]):
        yield from chunk
        last = chunk[-1].pk


def _how_many(sheet):
    if sheet == Sheet.PROGRESS:
        return _updates().count()
    public = Commitment.objects.public()
    return public.count() + Signature.objects.public().exclude(pk__in=public.values("signature")).count()


@transaction.atomic
def export(sheet, file_format, *, by, now=None):
    """The rows of everything public, one at a time, in memory never more than a few. It is written down who took how
    many."""
    kind = f"export.{Sheet(sheet).value}"
    what = {"rows": _how_many(sheet), "format": file_format}
    AuditEvent.record(kind, RegisterVersion.current(), by=by, at=now or timezone.now(), **what)
    return _progress_rows() if sheet == Sheet.PROGRESS else _signature_rows()
