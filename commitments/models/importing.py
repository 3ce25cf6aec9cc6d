"""A spreadsheet that the delivery team brings in: its rows, what each would do, and what it did.

The file itself is not kept. Rows hold the names of signers, so their cells are erased 90 days after the end.
"""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from signatories.models import Organisation, Signature

from .commitment import Commitment


class Sheet(models.TextChoices):
    """What a spreadsheet is about."""

    SIGNATURES = "signatures", "Signatures and their commitments"
    PROGRESS = "progress", "Progress on commitments"


class Phase(models.TextChoices):
    """How far an import is. Nothing is written to the register before `WRITING`."""

    CHECKING = "checking", "Being checked"
    PREVIEW = "preview", "To be looked at"
    WRITING = "writing", "Being written"
    FINISHED = "finished", "Finished"
    GIVEN_UP = "given-up", "Given up"


AT_WORK = frozenset({Phase.CHECKING, Phase.WRITING})


class ImportQuerySet(models.QuerySet):
    def unfinished(self):
        """Those that wait for somebody."""
        return self.exclude(phase__in=[Phase.FINISHED, Phase.GIVEN_UP])

    def to_be_erased(self, before):
        """Those that nobody touched since then and whose rows still hold what was in them."""
        return self.filter(changed_at__lt=before, erased_at=None)


class Import(models.Model):
    """One uploaded spreadsheet. `step` is counted up by whoever goes on with it: of two at once, one does."""

    sheet = models.CharField(max_length=12, choices=Sheet)
    file_name = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.CHECKING, editable=False)
    step = models.PositiveIntegerField(default=0, editable=False)
    unread_columns = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_import_is_written_when_somebody_confirmed_it",
                condition=~models.Q(phase__in=[Phase.WRITING, Phase.FINISHED]) | models.Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"import {self.pk}"

    @property
    def is_at_work(self):
        return self.phase in AT_WORK

    def take(self, *phases, now, **changes):
        """Keep everyone else from going on with it until the transaction ends. False when somebody went on before.

        A guarded update, since SQLite has no row locks: of two at once, one finds it as it was.
        """
        mine = Import.objects.filter(pk=self.pk, step=self.step, phase__in=phases)
        if mine.update(step=F("step") + 1, changed_at=now, **changes) != 1:
            return False
        for field, value in (changes | {"step": self.step + 1, "changed_at": now}).items():
            setattr(self, field, value)
        return True


class Verdict(models.TextChoices):
    """What a row would do, as it was last checked."""

    UNCHECKED = "", "Not checked yet"
    PROBLEM = "problem", "To be mended"
    NAME = "name", "Waits for a name"
    MAKE = "make", "To be made"
    CHANGE = "change", "To be changed"
    SAME = "same", "In the register already"


class Outcome(models.TextChoices):
    """What became of a row."""

    NONE = "", "Not done yet"
    MADE = "made", "Made"
    CHANGED = "changed", "Changed"
    SAME = "same", "In the register already"
    LEFT_OUT = "left-out", "Left out"
    NOT_DONE = "not-done", "Not done"


class ImportRow(models.Model):
    """One row of a spreadsheet. Rows with the same `first` are one document: that of the row with that number.

    `cells` are what is written in it, by the names of the columns; `problems` what is wrong, each with its column;
    `notes` what it would do; `fingerprint` is of what was shown, so that nothing else is written.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    cells = models.JSONField(default=dict)
    is_left_out = models.BooleanField(default=False)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.SET_NULL, related_name="+")
    commitment = models.ForeignKey(Commitment, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["first", "number"]
        indexes = [models.Index(fields=["source", "first"]), models.Index(fields=["source", "verdict"])]
        constraints = [
            models.UniqueConstraint(name="an_import_has_a_row_once", fields=["source", "number"]),
        ]

    def __str__(self):
        return f"row {self.number}"


class ImportName(models.Model):
    """A name in a spreadsheet that may mean one of several organisations: what was chosen holds for all its rows."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="names")
    folded = models.CharField(max_length=200)
    written = models.CharField(max_length=200)
    row = models.PositiveIntegerField()
    candidates = models.JSONField(default=list)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["row", "pk"]
        constraints = [
            models.UniqueConstraint(name="an_import_asks_of_a_name_once", fields=["source", "folded"]),
        ]

    def __str__(self):
        return self.written
