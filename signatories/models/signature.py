"""A signed document, each organisation's part in it, and the only moves that its status can make."""

from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from localdigital.models import AuditEvent

from .organisation import Organisation
from .partial_date import PartialDate, Precision
from .reference import new_reference


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    AWAITING_SIGN_OFF = "awaiting-sign-off", "Awaiting sign-off"
    AWAITING_REVIEW = "awaiting-review", "Awaiting review"
    RETURNED = "returned", "Returned for changes"
    PUBLISHED = "published", "Published"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REMOVED = "removed", "Removed"


# An organisation has at most one signature of a version in one of these: a stranger's draft blocks nobody.
LIVE = frozenset({Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW, Status.RETURNED, Status.PUBLISHED})
# What anyone may read.
PUBLIC = frozenset({Status.PUBLISHED, Status.WITHDRAWN})
# Longer than that in sign-off, the delivery team looks why.
LONG_FOR_SIGN_OFF = timedelta(days=14)
# What its preparer may change.
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
# What signing fills in on a signatory
SIGN_OFF = ("signed_at", "signed_by", "signed_hash", "signed_on", "signed_on_precision")

# The moves: by name, from which status to which. README draws them, and a test compares the two.
MOVES = {
    "submit": {Status.DRAFT: Status.AWAITING_SIGN_OFF, Status.RETURNED: Status.AWAITING_SIGN_OFF},
    "submit_as_signed": {Status.RETURNED: Status.AWAITING_REVIEW},
    "recall": {Status.AWAITING_SIGN_OFF: Status.DRAFT},
    "decline": {Status.AWAITING_SIGN_OFF: Status.DRAFT},
    "lapse": {Status.AWAITING_SIGN_OFF: Status.DRAFT},
    "complete_sign_off": {Status.AWAITING_SIGN_OFF: Status.AWAITING_REVIEW},
    "publish": {Status.AWAITING_REVIEW: Status.PUBLISHED},
    "return_for_changes": {Status.AWAITING_REVIEW: Status.RETURNED},
    "reject": {Status.AWAITING_REVIEW: Status.REJECTED},
    "record_paper": {Status.DRAFT: Status.PUBLISHED},
    "withdraw": {Status.PUBLISHED: Status.WITHDRAWN},
    "remove": {Status.PUBLISHED: Status.REMOVED, Status.WITHDRAWN: Status.REMOVED},
    "restore": {},  # REMOVED → the status before it was removed: see Signature.destination
}


class MoveRefused(Exception):
    """The signature cannot make this move now: somebody else moved it first, or it was never possible.

    `signature` is as the database has it now.
    """

    def __init__(self, move, signature):
        self.move, self.signature = move, signature
        super().__init__(f"{signature} is {signature.get_status_display()} and cannot {move}")


class AlreadySigned(Exception):
    """One of the organisations has a live signature of this version already: `signatories`, those others."""

    def __init__(self, signatories):
        self.signatories = signatories
        super().__init__("an organisation has a live signature of this version already")


class SignatureQuerySet(models.QuerySet):
    def public(self):
        """What anyone may read: published, and withdrawn ones, whose page says so."""
        return self.filter(status__in=PUBLIC)

    def standing(self):
        """Published and not withdrawn."""
        return self.filter(status=Status.PUBLISHED)

    def awaiting_review(self):
        """The delivery team's queue, oldest first."""
        return self.filter(status=Status.AWAITING_REVIEW).order_by("signed_off_at", "pk")

    def stuck_in_sign_off(self, now):
        """Those that have waited so long for a signer that somebody should ask why."""
        return self.filter(status=Status.AWAITING_SIGN_OFF, submitted_at__lt=now - LONG_FOR_SIGN_OFF)

    def paper_drafts(self):
        """Paper signatures that the team began to type in."""
        return self.filter(status=Status.DRAFT, preparer=None)

    def prepared_by(self, person):
        """What one Person fills in or filled in, what changed last first."""
        return self.filter(preparer=person).order_by("-changed_at", "-pk")

    def signed_by(self, person):
        """Documents beyond draft that this Person has signed for somebody."""
        return self.filter(signatories__signed_by=person).exclude(status=Status.DRAFT).distinct()

    def to_be_signed_by(self, person):
        """Documents that wait for this Person's signature."""
        return self.filter(
            status=Status.AWAITING_SIGN_OFF, signatories__signer=person, signatories__signed_at=None
        ).distinct()


class Signature(models.Model):
    """One signed document: a version of the Declaration, its signatories, their commitments.

    `status` changes only through `move`. `status_before_removal` is what `restore` goes back to.
    A paper or imported signature has no preparer and a `source_note` that says where it comes from.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    declaration = models.ForeignKey("signatories.Declaration", on_delete=models.PROTECT, related_name="signatures")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False, db_index=True)
    status_before_removal = models.CharField(max_length=20, choices=Status, blank=True, editable=False)
    preparer = models.ForeignKey(
        "signatories.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="prepared"
    )
    source_note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    submitted_at = models.DateTimeField(null=True, editable=False)
    # When the last sign-off that it needed was there, and the delivery team's turn began
    signed_off_at = models.DateTimeField(null=True, editable=False, db_index=True)
    published_at = models.DateTimeField(null=True, editable=False, db_index=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # What the delivery team last asked for, or why a signer declined: shown to the preparer
    message_to_preparer = models.TextField(blank=True, editable=False)
    # Why it was withdrawn or removed: shown on its page
    public_note = models.TextField(blank=True, editable=False)
    # The text that the delivery team read and gave back, in parts (commitments/shown.py), until it is published
    last_read = models.JSONField(null=True, editable=False)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_public_signature_says_when_it_was_published",
                condition=~Q(status__in=[Status.PUBLISHED, Status.WITHDRAWN, Status.REMOVED])
                | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_removed_signature_knows_what_it_was",
                condition=(Q(status=Status.REMOVED) & Q(status_before_removal__in=[Status.PUBLISHED, Status.WITHDRAWN]))
                | (~Q(status=Status.REMOVED) & Q(status_before_removal="")),
            ),
            models.CheckConstraint(
                name="a_web_signature_has_a_preparer",
                condition=Q(preparer__isnull=False)
                | Q(status__in=[Status.DRAFT, Status.PUBLISHED, Status.WITHDRAWN, Status.REMOVED]),
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("signature", args=[self.reference])

    @property
    def is_public(self):
        return self.status in PUBLIC

    @property
    def is_standing(self):
        return self.status == Status.PUBLISHED

    @property
    def is_editable(self):
        return self.status in EDITABLE

    def destination(self, move):
        """Where that move leads from the status it has now; None when it cannot be made."""
        if move == "restore":
            return self.status_before_removal or None
        return MOVES[move].get(self.status)

    def move(self, move, *, by, now=None, note="", details=None, **changes):
        """Make one of the MOVES, write the audit event, keep `live` true to the status. The one gate.

        Call it in the transaction that also queues the emails. Raises MoveRefused when the status is not
        (or no longer) one that the move starts from, and AlreadySigned when an organisation would have two
        live signatures of one version. `changes` are other fields to set in the same update.
        """
        now = now or timezone.now()
        before, after = self.status, self.destination(move)
        if after is None:
            raise MoveRefused(move, self._as_stored())
        changes |= {
            "status": after,
            "changed_at": now,
            "status_before_removal": before if after == Status.REMOVED else "",
        }
        # A guarded update, since SQLite has no row locks: of two at once, one finds the row as it was.
        if Signature.objects.filter(pk=self.pk, status=before).update(**changes) != 1:
            raise MoveRefused(move, self._as_stored())
        self._keep_signatories_live(after in LIVE)
        for field, value in changes.items():
            setattr(self, field, value)
        AuditEvent.record(
            f"signature.{move}",
            self,
            by=by,
            at=now,
            from_status=before,
            to_status=after,
            note=note,
            **(details or {}),
        )

    def hold(self, *statuses, move, now=None):
        """Keep everyone else from moving this signature until the transaction ends, and mark it as changed.

        Raises MoveRefused, named for what was wanted, when it is not in one of these statuses, or not in the one
        that it was loaded with any more.
        """
        now = now or timezone.now()
        held = Signature.objects.filter(pk=self.pk, status=self.status, status__in=statuses).update(changed_at=now)
        if held != 1:
            raise MoveRefused(move, self._as_stored())
        self.changed_at = now

    def _as_stored(self):
        return Signature.objects.filter(pk=self.pk).first() or self  # a draft may have been deleted meanwhile

    def _keep_signatories_live(self, live):
        signatories = self.signatories.filter(withdrawn_at=None).exclude(live=live)
        if live:
            # In one order, or two documents naming the same councils in two orders would wait for each other.
            organisations = Organisation.objects.filter(pk__in=signatories.values("organisation")).order_by("pk")
            if not organisations.select_for_update(no_key=True).values_list("pk"):
                return  # they are live already
        try:
            with transaction.atomic():
                signatories.update(live=live)
        except IntegrityError as error:
            others = Signatory.objects.filter(
                organisation__signatories__signature=self, declaration=self.declaration, live=True
            ).exclude(signature=self)
            raise AlreadySigned(list(others.select_related("organisation", "signature"))) from error


class SignatoryQuerySet(models.QuerySet):
    def standing(self):
        """Parts in published documents, not withdrawn: these organisations have signed."""
        return self.filter(signature__status=Status.PUBLISHED, withdrawn_at=None)

    def public(self):
        """Parts in documents that anyone may read."""
        return self.filter(signature__status__in=PUBLIC)

    def withdrawn(self):
        """Parts that were withdrawn, alone or with their document, and `left_at`, when."""
        return self.public().annotate(left_at=Coalesce("withdrawn_at", "signature__withdrawn_at")).exclude(left_at=None)


class Signatory(models.Model):
    """One organisation's part in a signature: who signs for it, and when they did.

    `declaration` and `live` repeat what the signature says, so that the database can refuse a second live
    signature of one version. `signed_at` and `signed_by` are what this register saw happen; `signed_on` is the
    date on the document, which is all that a paper one has. `signed_hash` is the SHA-256 of the document that
    the signer was shown: see signatories/document.py.
    """

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="signatories")
    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.PROTECT, related_name="signatories")
    position = models.PositiveSmallIntegerField(default=1)
    declaration = models.ForeignKey("signatories.Declaration", on_delete=models.PROTECT, related_name="+")
    live = models.BooleanField(default=False, editable=False)
    signer = models.ForeignKey(
        "signatories.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="signs_for"
    )
    signer_name = models.CharField(max_length=200, blank=True)
    signer_job_title = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True, editable=False)
    signed_by = models.ForeignKey(
        "signatories.Person", null=True, on_delete=models.PROTECT, related_name="signed", editable=False
    )
    signed_hash = models.CharField(max_length=64, blank=True, editable=False)
    signed_on = models.DateField(null=True, blank=True)
    signed_on_precision = models.CharField(max_length=7, choices=Precision, default=Precision.UNKNOWN)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # Why this organisation withdrew while the others go on: shown on the document's page
    public_note = models.TextField(blank=True, editable=False)

    objects = SignatoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "signatories"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_signature_per_organisation_and_declaration",
                fields=["organisation", "declaration"],
                condition=Q(live=True),
            ),
            models.UniqueConstraint(
                name="an_organisation_is_in_a_signature_once", fields=["signature", "organisation"]
            ),
            models.CheckConstraint(
                name="signed_at_and_signed_by_go_together",
                condition=Q(signed_at=None, signed_by=None, signed_hash="")
                | (Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(signed_hash="")),
            ),
            models.CheckConstraint(
                name="a_date_on_the_document_has_a_precision",
                condition=Q(signed_on=None, signed_on_precision=Precision.UNKNOWN)
                | (Q(signed_on__isnull=False) & ~Q(signed_on_precision=Precision.UNKNOWN)),
            ),
            models.CheckConstraint(
                name="a_withdrawn_signatory_is_not_live", condition=Q(withdrawn_at=None) | Q(live=False)
            ),
        ]

    def __str__(self):
        return f"{self.organisation_id} in {self.signature_id}"

    @property
    def signed_date(self):
        """The date on the document, as far as it is known."""
        return PartialDate(self.signed_on, self.signed_on_precision)

    @property
    def signed_as(self):
        """Under what it was signed: the name, or the job title alone of somebody who asked to be forgotten."""
        return self.signer_name or self.signer_job_title

    @property
    def has_a_signer(self):
        """Whether the preparer has said who signs."""
        return bool(self.signer_id and self.signer_name and self.signer_job_title)
