"""A register with very many progress updates, to measure how its file is sent: plainly invented, and thrown away."""

from datetime import date, timedelta
from itertools import islice

from django.utils import timezone

from commitments.models import Commitment, Deliverable, ProgressUpdate
from signatories.models import Declaration, Organisation, Signatory, Signature

EACH = 50  # updates of a commitment
FIRST_DAY = date(2018, 11, 9)
TEXT = "We asked forty people in Trumpton what they want, and “a clock that tells the time” came first. " * 3


def fill(rows):
    """So many published progress updates, on a fiftieth as many commitments. The database must be empty."""
    if Organisation.objects.exists():
        raise ValueError("this register is not empty")
    now = timezone.now()
    signature = _signature(now)
    _add(Commitment, (_commitment(signature, one, now) for one in range(1, max(1, rows // EACH) + 1)))
    promises = list(Commitment.objects.values_list("pk", flat=True))
    _add(Deliverable, (Deliverable(commitment_id=pk, position=1, text="A clock") for pk in promises))
    things = dict(Deliverable.objects.values_list("commitment_id", "pk"))
    _add(ProgressUpdate, (_update(promises[one % len(promises)], one, now) for one in range(rows)))
    through = ProgressUpdate.delivered.through
    told = ProgressUpdate.objects.values_list("pk", "commitment_id").iterator()
    _add(through, (through(progressupdate_id=pk, deliverable_id=things[of]) for pk, of in told if pk % 10 == 0))


def _add(model, things):
    things = iter(things)
    while some := list(islice(things, 5_000)):
        model.objects.bulk_create(some)


def _signature(now):
    declaration = Declaration.objects.create(
        version="2018", title="A Declaration", dated_on=FIRST_DAY, official_url="https://example.gov.uk/", body="Text.",
        published_at=now,
    )  # fmt: skip
    body = Organisation.objects.create(
        code="X00000001", scheme="gss", name="Trumpton", official_name="Trumpton Borough Council", slug="trumpton",
        type="district", nation="england", region="west-midlands", checked_at=now,
    )  # fmt: skip
    signature = Signature.objects.create(declaration=declaration, source_note="Invented")
    Signatory.objects.create(
        signature=signature, organisation=body, declaration=declaration, live=True, signed_on=FIRST_DAY,
        signed_on_precision="day",
    )  # fmt: skip
    published = {"status": "published", "published_at": now}  # the database lets it begin as a draft only
    Signature.objects.filter(pk=signature.pk).update(**published)
    return signature


def _commitment(signature, number, now):
    return Commitment(
        signature=signature, position=number % 30_000, title=f"Clock {number}", mission=TEXT, status="published",
        published_at=now,
    )  # fmt: skip


def _update(commitment, number, now):
    reported_on = FIRST_DAY + timedelta(days=number % 2_500)
    return ProgressUpdate(
        commitment_id=commitment, status="published", stage="in-progress", reported_on=reported_on, done=TEXT,
        went_well=TEXT, submitted_at=now, published_at=now,
    )  # fmt: skip
