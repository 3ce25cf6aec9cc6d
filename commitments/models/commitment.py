"""What the signatories of a document promise, with whom, and what it will produce."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from signatories.models import Access, Organisation, Signatory, Signature

from .submission import MOVES, SENDING_IN, Status, Submission, SubmissionQuerySet

MONTHS_WITHOUT_AN_UPDATE = 6


class Stage(models.TextChoices):
    NOT_STARTED = "not-started", "Not started"
    IN_PROGRESS = "in-progress", "In progress"
    DELIVERED = "delivered", "Delivered"
    STOPPED = "stopped", "Stopped"


# Nothing more is expected of it.
OVER = frozenset({Stage.DELIVERED, Stage.STOPPED})
PUBLIC = frozenset({Status.PUBLISHED, Status.WITHDRAWN, Status.LAPSED})


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    WELSH = "cy", "Welsh"


def months_before(on, months):
    """The date that many months earlier, or the last day of that month where it has no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    for day in range(on.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            pass
    return date(year, month + 1, on.day)


class CommitmentQuerySet(SubmissionQuerySet):
    def public(self):
        """Those that anyone may read: of public documents, and published themselves where they were added later."""
        return self.filter(status__in=PUBLIC, signature__in=Signature.objects.public())

    def standing(self):
        """Public ones that neither were withdrawn or lapsed nor belong to a document that was withdrawn."""
        return self.filter(status=Status.PUBLISHED, signature__in=Signature.objects.standing())

    def ended(self):
        """Public ones that stand no longer: withdrawn or lapsed, or their document was withdrawn."""
        stands = Q(status=Status.PUBLISHED, signature__in=Signature.objects.standing())
        return self.public().filter(~stands)

    def open(self):
        """Standing ones of which something is still expected."""
        return self.standing().exclude(stage__in=OVER)

    def overdue(self, on):
        """Open ones that were due before that date."""
        return self.open().filter(due_on__lt=on)

    def update_overdue(self, on):
        """Open ones of which nobody has said anything for 6 months, though their people could have."""
        return self._heard().filter(heard__lt=months_before(on, MONTHS_WITHOUT_AN_UPDATE))

    def on_time(self, on):
        """Open ones that are late with nothing: neither overdue nor update overdue, and their people were asked."""
        in_time = self._heard().filter(Q(due_on=None) | Q(due_on__gte=on))
        return in_time.filter(heard__gte=months_before(on, MONTHS_WITHOUT_AN_UPDATE))

    def _heard(self):
        heard = Greatest(Coalesce("updated_on", "asked_on"), Coalesce("asked_on", "updated_on"))
        return self.open().alias(heard=heard)

    def not_yet_asked(self):
        """Open ones whose people never had access, so that nobody could report."""
        return self.open().filter(updated_on=None, asked_on=None)

    def signed(self):
        """Those in the document that was signed; not those added later."""
        return self.filter(added_at=None)

    def answered_for_by(self, person, on):
        """Those on which this Person may report on that date: theirs by an organisation that answers for them."""
        mine = Access.objects.organisations_of(person, on)
        return self.of_organisations(mine)

    def of_organisations(self, organisations):
        """Those that one of these organisations answers for: it signed and has not withdrawn, or it adopted them."""
        parts = Signatory.objects.filter(
            signature=OuterRef("signature"), withdrawn_at=None, organisation__in=organisations
        )
        adoptions = Adoption.objects.filter(commitment=OuterRef("pk"), organisation__in=organisations)
        return self.filter(Exists(parts) | Exists(adoptions))

    def held(self, pk):
        """The one with that key as the database has it, kept from everyone else until the transaction ends.

        Whoever also changes what was sent in about it holds the commitment first, or two would wait for each other.
        """
        return self.held_together([pk]).get()

    def held_together(self, ids):
        """Several of them, held in one order."""
        held = self.select_related("signature").select_for_update(of=("self",))
        return held.filter(pk__in=ids).order_by("pk")

    def publish_with(self, signature, now):
        """The commitments of a document are published with it: its own move is the one that the log tells."""
        drafts = self.filter(signature=signature, added_at=None, status__in=MOVES["publish_with_document"])
        drafts.update(status=Status.PUBLISHED, published_at=now, changed_at=now)


class Commitment(Submission):
    """One thing that all signatories of its document will do, by `due_on`.

    `mission` is what they will do, `impact` what it changes and for whom. The row holds the text as it is now; what
    was signed is the first Revision once it was changed. `added_at` is set on one that was added after signing.
    `stage` and `updated_on` are what the last published progress update says; `asked_on` is the day on which its
    people first had access, from which an update can be expected.
    """

    MAKES = (*SENDING_IN, "withdraw", "lapse", "reinstate", "publish_with_document")

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="commitments")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    mission = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    principles = models.ManyToManyField("signatories.Principle", related_name="commitments", blank=True)
    added_at = models.DateTimeField(null=True, editable=False)
    stage = models.CharField(max_length=12, choices=Stage, blank=True, editable=False)
    updated_on = models.DateField(null=True, editable=False)
    asked_on = models.DateField(null=True, editable=False)
    # When and why it was withdrawn or lapsed: shown on its page
    ended_at = models.DateTimeField(null=True, editable=False)
    public_note = models.TextField(blank=True, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta(Submission.Meta):
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["due_on"]), models.Index(fields=["updated_on"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("commitment", args=[self.pk, self.slug])

    @property
    def slug(self):
        """Its title as the end of its address."""
        return slugify(self.title)[:80].strip("-") or "commitment"

    # ---- How it stands, of a commitment loaded with its signature

    @property
    def was_published(self):
        """Whether it was ever public itself, whatever became of its document."""
        return self.status in PUBLIC

    @property
    def is_public(self):
        return self.was_published and self.signature.is_public

    @property
    def is_standing(self):
        return self.status == Status.PUBLISHED and self.signature.is_standing

    @property
    def is_open(self):
        return self.is_standing and self.stage not in OVER

    @property
    def heard_on(self):
        """The day from which the next update is counted; None while nobody could report."""
        return max(filter(None, [self.updated_on, self.asked_on]), default=None)

    def was_due(self, on):
        """Whether it was to be done before that date."""
        return self.due_on is not None and self.due_on < on

    def was_silent(self, on):
        """Whether nobody has said anything of it for 6 months, though its people could have."""
        return self.heard_on is not None and self.heard_on < months_before(on, MONTHS_WITHOUT_AN_UPDATE)

    def is_overdue(self, on):
        """Whether it was due before that date and neither delivered, stopped nor withdrawn."""
        return self.is_open and self.was_due(on)

    def is_update_overdue(self, on):
        """Whether something is expected of it and nobody has said anything for 6 months."""
        return self.is_open and self.was_silent(on)

    def is_not_yet_asked(self):
        """Whether nobody could report on it yet."""
        return self.is_open and self.heard_on is None

    def owners(self, on):
        """The organisations that answer for it on that date, by name: none when all of them ended."""
        parts = Signatory.objects.filter(signature=self.signature_id, withdrawn_at=None).values("organisation")
        adopters = Adoption.objects.filter(commitment=self).values("organisation")
        owning = Organisation.objects.existing(on).filter(Q(pk__in=parts) | Q(pk__in=adopters))
        return list(owning.order_by("sort_name", "pk"))


class Deliverable(models.Model):
    """One thing that a commitment will produce. `delivered_on` is the date of the update that says it was."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="deliverables")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    delivered_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text


class PartnerQuerySet(models.QuerySet):
    def standing(self):
        """Those that have not said that they are no partner."""
        return self.exclude(answer=Partner.Answer.DISOWNED)


class Partner(models.Model):
    """A body named in a commitment: as it was written, and the organisation it is when the register knows it.

    `answer` is what its own people said of being named.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        DISOWNED = "disowned", "Not a partner"

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="partners")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        "signatories.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="partner_in"
    )
    answer = models.CharField(max_length=10, choices=Answer, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_is_a_partner_once",
                fields=["commitment", "organisation"],
                condition=models.Q(organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="a_partner_answers_at_some_time",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.name


class Adoption(models.Model):
    """An organisation taking over a commitment of one that ended."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="adoptions")
    organisation = models.ForeignKey("signatories.Organisation", on_delete=models.PROTECT, related_name="adopted")
    adopted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["adopted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_organisation_adopts_a_commitment_once", fields=["commitment", "organisation"]
            ),
        ]

    def __str__(self):
        return f"{self.organisation_id} adopted {self.commitment_id}"
