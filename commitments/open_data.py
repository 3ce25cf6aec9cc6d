"""What is published of commitments and of how they go, column by column."""

from collections import defaultdict

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from commitments.models import (
    Adoption,
    Commitment,
    Deliverable,
    Evidence,
    EvidenceKind,
    Language,
    Partner,
    ProgressUpdate,
    Revision,
    Stage,
    Status,
)
from commitments.models.commitment import OVER
from commitments.models.revision import TEXTS
from commitments.reported import by_then, delivered_since
from localdigital.addresses import page_of
from localdigital.open_data import Allowed, Column, Dataset, Type, choices, day_of, had_happened, until
from signatories.open_data import (
    CODE,
    REFERENCE,
    REFERENCE_PATTERN,
    STANDS,
    STATUS,
    WITHDRAWN,
    code_of,
    known,
    parts_by_then,
    signed_by_then,
)

LAPSED = "lapsed"
READ_OF_PROGRESS = (
    "commitment__title", "kind", "reported_on", "published_at", "stage", "done", "went_well", "could_be_better",
    "next_step",
)  # fmt: skip


def _public(on):
    """The public commitments that stood in the register's documents by the end of that day."""
    public = Commitment.objects.public()
    if on is None:
        return public
    return public.filter(Q(added_at=None) | until("published_at", on), signed_by_then(on, "signature"))


def _commitments(on):
    return _public(on).select_related("signature")


def _as_they_stood(commitments, on):
    """Who answers for each; of a day in the past, its text and its stage as they were too. Not to be saved."""
    today = on or timezone.localdate()
    standing = Prefetch("signature__signatories", queryset=parts_by_then(on).select_related("organisation"))
    adoptions = Adoption.objects.filter(until("adopted_at", on), organisation__in=known(on))
    adopted = Prefetch("adoptions", queryset=adoptions.select_related("organisation"))
    prefetch_related_objects(commitments, standing, adopted, "principles")
    if on is not None:
        _say_what_they_said(commitments, on)
    for one in commitments:
        one.left_at = one.signature.withdrawn_at if had_happened(one.signature.withdrawn_at, on) else None
        one.over_at = one.ended_at if had_happened(one.ended_at, on) else None
        if on is not None and one.asked_on and one.asked_on > on:
            one.asked_on = None
        bodies = [
            part.organisation for part in one.signature.signatories.all() if not had_happened(part.withdrawn_at, on)
        ]
        bodies += [adoption.organisation for adoption in one.adoptions.all()]
        one.bodies = sorted({body.code: body for body in bodies}.values(), key=lambda body: body.code)
        was_open = not (one.left_at or one.over_at or one.stage in OVER)
        one.is_late, one.is_silent = was_open and one.was_due(today), was_open and one.was_silent(today)


def _say_what_they_said(commitments, on):
    """Give each the text that was public at the end of that day, and what had been reported by then."""
    ids = [one.pk for one in commitments]
    texts = Revision.objects.history().filter(commitment__in=ids).filter(until("published_at", on))
    texts = {one.commitment_id: one for one in texts.order_by("number")}
    reports = ProgressUpdate.objects.timeline().filter(by_then(on), commitment__in=ids)
    told = defaultdict(list)
    for one in reports.only("commitment", "kind", "stage", "reported_on", "submitted_at"):
        told[one.commitment_id].append(one)
    first = Revision.objects.first_of(commitments)
    for one in commitments:
        text = texts.get(one.pk) or first.get(one.pk)
        for name in (*TEXTS, "due_on") if text else ():
            setattr(one, name, getattr(text, name))
        mine = told[one.pk]
        one.updated_on = max((report.heard_on for report in mine), default=None)
        stages = (report.stage for report in mine if report.kind == ProgressUpdate.Kind.REPORT and report.stage)
        one.stage = next(stages, "")


def _status(one):
    if one.over_at:
        return LAPSED if one.status == Status.LAPSED else WITHDRAWN
    return WITHDRAWN if one.left_at else STANDS


COMMITMENTS = Dataset(
    name="commitments",
    title="Commitments",
    description="What signatories said that they will do, with how far it is.",
    as_of="Those of the documents that counted by then, with the text that was public then, and the stage that had "
    "been reported by then. Of one that was withdrawn and reinstated since nothing tells that it was withdrawn. "
    "Principles are today’s.",
    rows=_commitments,
    prepare=_as_they_stood,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("signature_reference", Type.STRING, "The document that it belongs to.", REFERENCE,
               "signature.reference", is_required=True, pattern=REFERENCE_PATTERN, refers_to="signatures.reference"),
        Column("position", Type.INTEGER, "Its place in that document.", 1, is_required=True),
        Column("title", Type.STRING, "What it is called.", "Work together on chatbots", is_required=True),
        Column("mission", Type.STRING, "What they will do.", "Find out how chatbots can help people."),
        Column("impact", Type.STRING, "What it changes, and for whom.", "People get answers at any time."),
        Column("due_on", Type.DATE, "The day by which it is to be done.", "2019-11-09"),
        Column("language", Type.STRING, "The language in which it is written.", "en", is_required=True,
               choices=choices(Language)),
        Column("principles", Type.LIST, "The principles that it serves.", ["fix-the-plumbing"],
               lambda one: [principle.slug for principle in one.principles.all()]),
        Column("organisation_codes", Type.LIST, "Who answers for it: who signed it, and who took it on.",
               [CODE, "E07000236"], lambda one: [body.code for body in one.bodies], refers_to="organisations.code"),
        Column("status", Type.STRING, "Whether it stands.", STANDS, _status, is_required=True,
               choices=Allowed({**STATUS.words, LAPSED: "Not taken on after its organisation ended"}.items())),
        Column("ended_on", Type.DATE, "The day on which it was withdrawn or lapsed.", None,
               lambda one: day_of(one.over_at or one.left_at)),
        Column("stage", Type.STRING, "How far it is, as last reported.", "in-progress", choices=choices(Stage)),
        Column("updated_on", Type.DATE, "The day of the last progress update.", "2019-03-01"),
        Column("is_overdue", Type.BOOLEAN, "Whether it was due before this day and is not done.", False, "is_late",
               is_required=True),
        Column("is_update_overdue", Type.BOOLEAN, "Whether nothing was said of it for 6 months.", True, "is_silent",
               is_required=True),
        Column("added_on", Type.DATE, "The day on which it was added, of one that was not signed with the rest.", None,
               lambda one: day_of(one.added_at)),
        Column("published_on", Type.DATE, "The day on which it was published here.", "2026-11-22",
               lambda one: day_of(one.published_at), is_required=True),
        Column("url", Type.ADDRESS, "Its page.", "https://register.example.gov.uk/commitments/1/chatbots/", page_of,
               is_required=True),
    ),
)  # fmt: skip


def _of_commitments(model, of="commitment"):
    """The rows of that model that belong to public commitments."""

    def rows(on):
        return model.filter(**{f"{of}__in": _public(on)})

    return rows


def _partners(on):
    return _of_commitments(Partner.objects.standing())(on).select_related("organisation")


def _answers_by_then(partners, on):
    for partner in partners:
        partner.code = code_of(partner.organisation, on)
        partner.said_so = bool(partner.answer) and had_happened(partner.answered_at, on)


PARTNERS = Dataset(
    name="partners",
    title="Partners",
    description="Bodies that commitments name as partners, but for those that said they are no partners.",
    as_of="Those that the commitments of then name today, and whether they had confirmed by then. Changes of the "
    "partners are on the history page of a commitment.",
    rows=_partners,
    prepare=_answers_by_then,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("commitment_id", Type.INTEGER, "The commitment that names it.", 1, is_required=True,
               refers_to="commitments.id"),
        Column("position", Type.INTEGER, "Its place in that list.", 1, is_required=True),
        Column("name", Type.STRING, "Its name, as it was written.", "Oxford City Council", is_required=True),
        Column("organisation_code", Type.STRING, "Which organisation that is, where the register knows it.",
               "E07000178", "code", refers_to="organisations.code"),
        Column("has_confirmed", Type.BOOLEAN, "Whether its own people confirmed it.", True, "said_so",
               is_required=True),
    ),
)  # fmt: skip


def _delivered_by_then(deliverables, on):
    """Since when each was called delivered by the newest report; of a day in the past, by the newest of then."""
    since = {one.pk: one.delivered_on for one in deliverables} if on is None else {}
    for reports in _reports(deliverables, on).values() if on is not None else ():
        since |= delivered_since(reports)
    for one in deliverables:
        one.done_on = since.get(one.pk)


def _reports(deliverables, on):
    """By commitment the reports of then, the newest first."""
    reports = ProgressUpdate.objects.timeline().filter(by_then(on), kind=ProgressUpdate.Kind.REPORT)
    told = defaultdict(list)
    for one in reports.filter(commitment__in={one.commitment_id for one in deliverables}).prefetch_related("delivered"):
        told[one.commitment_id].append(one)
    return told


DELIVERABLES = Dataset(
    name="deliverables",
    title="Deliverables",
    description="The things that commitments will produce.",
    as_of="Those of the commitments of then, and whether they had been reported as delivered by then.",
    rows=_of_commitments(Deliverable.objects.all()),
    prepare=_delivered_by_then,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("commitment_id", Type.INTEGER, "The commitment.", 1, is_required=True, refers_to="commitments.id"),
        Column("position", Type.INTEGER, "Its place in that list.", 1, is_required=True),
        Column("text", Type.STRING, "What it is.", "A framework for local government", is_required=True),
        Column("delivered_on", Type.DATE, "The date of the update since which it is reported as delivered.", None,
               "done_on"),
    ),
)  # fmt: skip


def _progress(on):
    published = ProgressUpdate.objects.published().filter(by_then(on), commitment__in=_public(on))
    return published.select_related("commitment").only(*READ_OF_PROGRESS)


def _delivered(updates, on):
    """What each calls delivered, by its keys alone: this is the dataset that grows."""
    ticks = ProgressUpdate.delivered.through.objects.filter(progressupdate__in=[one.pk for one in updates])
    told = defaultdict(list)
    for update, deliverable in ticks.order_by("deliverable").values_list("progressupdate", "deliverable"):
        told[update].append(deliverable)
    for one in updates:
        one.delivered_ids = told[one.pk]


PROGRESS = Dataset(
    name="progress",
    title="Progress updates",
    description="What signatories reported on their commitments.",
    as_of="Those that had been sent in by then, or are about a day by then where they come from paper, also where they "
    "were published here later. One that was removed since is left out.",
    rows=_progress,
    prepare=_delivered,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("commitment_id", Type.INTEGER, "The commitment.", 1, is_required=True, refers_to="commitments.id"),
        Column("kind", Type.STRING, "A report, that nothing has changed, or why the commitment ended.", "report",
               is_required=True, choices=choices(ProgressUpdate.Kind)),
        Column("reported_on", Type.DATE, "The day that it is about.", "2019-03-01", is_required=True),
        Column("published_on", Type.DATE, "The day on which it was published here.", "2026-11-22",
               lambda one: day_of(one.published_at), is_required=True),
        Column("stage", Type.STRING, "How far the commitment was.", "in-progress", choices=choices(Stage)),
        Column("done", Type.STRING, "What was done.", "We asked 40 people."),
        Column("went_well", Type.STRING, "What went well.", "They came."),
        Column("could_be_better", Type.STRING, "What could have gone better.", "We began late."),
        Column("next_step", Type.STRING, "What is next.", "A prototype."),
        Column("delivered_ids", Type.LIST, "The deliverables that were delivered by then.", ["1", "2"],
               refers_to="deliverables.id"),
        Column("url", Type.ADDRESS, "The page of its commitment.",
               "https://register.example.gov.uk/commitments/1/chatbots/", lambda one: page_of(one.commitment),
               is_required=True),
    ),
)  # fmt: skip


def _evidence(on):
    return Evidence.objects.filter(update__in=_progress(on)).select_related("update")


EVIDENCE = Dataset(
    name="evidence",
    title="Evidence",
    description="The links that progress updates show.",
    as_of="That of the progress updates of then.",
    rows=_evidence,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("progress_id", Type.INTEGER, "The progress update that shows it.", 1, "update_id", is_required=True,
               refers_to="progress.id"),
        Column("commitment_id", Type.INTEGER, "The commitment that it is about.", 1, "update.commitment_id",
               is_required=True, refers_to="commitments.id"),
        Column("kind", Type.STRING, "What kind of evidence it is.", "user-research", is_required=True,
               choices=choices(EvidenceKind)),
        Column("title", Type.STRING, "What it is called.", "Notes of 40 interviews", is_required=True),
        Column("url", Type.ADDRESS, "Where it is.", "https://example.gov.uk/notes", is_required=True),
    ),
)  # fmt: skip
