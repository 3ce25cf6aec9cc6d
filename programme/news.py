"""What happened in the register, the newest first: for feeds and for the emails to those who follow something.

Only what is public now is told. It costs one query for each kind of news and a few for the names of organisations,
however much there is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from commitments.models import Commitment, ProgressUpdate, Revision
from localdigital.govuk import writing
from programme.models import Announcement, CaseStudy, Event, Output
from signatories.models import Signatory, Signature

MOST = 50
DECLARATION = "the Local Digital Declaration"
REPORTS = (ProgressUpdate.Kind.REPORT, ProgressUpdate.Kind.NO_CHANGE)


@dataclass(frozen=True)
class Entry:
    """One piece of news. `key` never changes and is its alone; `path` is the address of its page on this site."""

    key: str
    kind: str
    at: datetime
    title: str
    text: str
    path: str


@dataclass(frozen=True)
class Source:
    """One kind of news about a Subject: its rows, the field that says when each happened, what is told of one."""

    rows: Callable
    moment: str
    tell: Callable


def news(subject, *, since=None, until=None, most=MOST, sources=None):
    """The newest entries about a Subject, `most` at the most: after one moment, and not after another; of every kind,
    or from some of the SOURCES."""
    found = []
    for source in sources or SOURCES:
        rows = source.rows(subject)
        if rows is not None:
            found += [(getattr(row, source.moment), row, source) for row in _within(rows, source, since, until)[:most]]
    found.sort(key=lambda one: (one[0], one[2].moment, one[1].pk), reverse=True)
    found = found[:most]
    _look_up_names([row for _, row, _ in found])
    entries = {entry.key: entry for entry in (source.tell(row, at) for at, row, source in found)}
    return list(entries.values())  # several who withdrew together are one


def _within(rows, source, since, until):
    wanted = {f"{source.moment}__isnull": False}
    wanted |= {f"{source.moment}__gt": since} if since else {}
    wanted |= {f"{source.moment}__lte": until} if until else {}
    return rows.filter(**wanted).order_by(f"-{source.moment}", "-pk")


# ---- Where each kind of news is found; None where there is none of that kind about such a subject


def _commitments(subject):
    public = Commitment.objects.public()
    if subject.organisation:
        return public.of_organisations([subject.organisation.pk])
    if subject.principle:
        return public.filter(principles=subject.principle)
    return public.filter(pk=subject.commitment.pk) if subject.commitment else public


def _signatures(subject):
    if subject.principle or subject.commitment:
        return None
    public = Signature.objects.public()
    return public.filter(signatories__organisation=subject.organisation) if subject.organisation else public


def _withdrawn_parts(subject):
    parts = Signatory.objects.withdrawn().select_related("signature", "organisation")
    if subject.organisation:
        return parts.filter(organisation=subject.organisation)
    if subject.principle:
        return None
    return parts.filter(signature=subject.commitment.signature_id) if subject.commitment else parts


def _made(subject):
    """Commitments that became public: where a document tells of its own, only those added later."""
    promises = _commitments(subject).select_related("signature")
    return promises if subject.principle or subject.commitment else promises.exclude(added_at=None)


def _ended(subject):
    return _commitments(subject).select_related("signature")


def _updates(subject):
    about = ProgressUpdate.objects.published().filter(kind__in=REPORTS, commitment__in=_commitments(subject))
    return about.select_related("commitment__signature")


def _revisions(subject):
    # The first is the text as it was signed.
    about = Revision.objects.published().filter(number__gt=1, commitment__in=_commitments(subject))
    return about.select_related("commitment__signature")


def _offered(model):
    def rows(subject):
        public = model.objects.published()
        if subject.organisation:
            return public.of_organisations([subject.organisation.pk])
        if subject.principle:
            return public.filter(principles=subject.principle) if model is CaseStudy else None
        if subject.commitment:
            return public.filter(commitment=subject.commitment) if model is not Event else None
        return public

    return rows


def _announcements(subject):
    return Announcement.objects.published() if subject.is_everything else None


# ---- Names


def _look_up_names(rows):
    """The organisations of all these rows, by one query for what is signed and one for each kind of offer."""
    signatures = [one for one in map(_signature_of, rows) if one]
    parts = Signatory.objects.select_related("organisation")
    prefetch_related_objects(signatures, Prefetch("signatories", queryset=parts))
    signed = [row for row in rows if isinstance(row, Signature)]
    prefetch_related_objects(signed, Prefetch("commitments", queryset=Commitment.objects.public().signed()))
    for model in (CaseStudy, Output, Event):
        prefetch_related_objects([row for row in rows if isinstance(row, model)], "organisations")


def _signature_of(row):
    if isinstance(row, Signature):
        return row
    if isinstance(row, (Signatory, Commitment)):
        return row.signature
    return row.commitment.signature if isinstance(row, (ProgressUpdate, Revision)) else None


def _names(parts):
    return writing.listed([part.organisation.official_name for part in parts])


def _whose(commitment):
    return _names(commitment.signature.signatories.all())


# ---- What is told


def _tell_signed(signature, at):
    promises = [one.title for one in signature.commitments.all()]
    text = f"{writing.plural(len(promises), 'Commitment')}: {'; '.join(promises)}" if promises else ""
    title = f"{_names(signature.signatories.all())} signed {DECLARATION}"
    return Entry(f"signature/{signature.pk}", "Signature", at, title, text, signature.get_absolute_url())


def _tell_withdrawn(part, at):
    signature = part.signature
    left = [
        one
        for one in signature.signatories.all()
        if (one.withdrawn_at or signature.withdrawn_at) == at
    ]  # fmt: skip
    reason = part.public_note or signature.public_note
    key = f"withdrawal/{signature.pk}/{min(one.pk for one in left)}"
    return Entry(
        key, "Withdrawal", at, f"{_names(left)} withdrew from {DECLARATION}", reason, signature.get_absolute_url()
    )


def _tell_made(commitment, at):
    title = f"New commitment: {commitment.title}"
    text = f"{_whose(commitment)}. {commitment.mission}"
    return Entry(f"commitment/{commitment.pk}", "Commitment", at, title, text, commitment.get_absolute_url())


def _tell_ended(commitment, at):
    title = f"Commitment {commitment.get_status_display().lower()}: {commitment.title}"
    text = f"{_whose(commitment)}. {commitment.public_note}"
    return Entry(f"commitment-end/{commitment.pk}", "Withdrawal", at, title, text, commitment.get_absolute_url())


def _tell_update(update, at):
    commitment, stage = update.commitment, update.get_stage_display()
    title = f"Progress update: {commitment.title}{f' ({stage.lower()})' if stage else ''}"
    said = update.done or ("Nothing has changed." if update.kind == ProgressUpdate.Kind.NO_CHANGE else "")
    text = f"{_whose(commitment)}. {said}"
    return Entry(f"progress-update/{update.pk}", "Progress update", at, title, text, commitment.get_absolute_url())


def _tell_changed(revision, at):
    commitment = revision.commitment
    text = f"{_whose(commitment)}. {revision.reason}"
    title = f"Changed commitment: {revision.title}"
    return Entry(f"change/{revision.pk}", "Changed text", at, title, text, commitment.get_absolute_url())


def _tell_offered(text_of):
    def tell(thing, at):
        label = thing._meta.model_name
        kind = thing.get_kind_display() if label == "casestudy" else thing._meta.verbose_name.capitalize()
        names = writing.listed([one.official_name for one in thing.organisations.all()])
        text = ". ".join(one.rstrip(".") for one in (names, text_of(thing)) if one)
        return Entry(f"{label}/{thing.pk}", kind, at, f"{kind}: {thing.title}", text, thing.get_absolute_url())

    return tell


def _when_and_where(event):
    cancelled = ["Cancelled"] if event.cancelled_at else []
    where = [event.place] if event.place else []
    online = ["online"] if event.is_online else []
    return ", ".join([*cancelled, writing.datetime(event.starts_at), *where, *online])


def _tell_announced(announcement, at):
    path = announcement.get_absolute_url()
    return Entry(f"announcement/{announcement.pk}", "Announcement", at, announcement.title, announcement.summary, path)


SIGNATURES = [
    Source(_signatures, "published_at", _tell_signed),
    Source(_withdrawn_parts, "left_at", _tell_withdrawn),
]
PROGRESS = [
    Source(_ended, "ended_at", _tell_ended),
    Source(_updates, "published_at", _tell_update),
]
CASE_STUDIES = [
    Source(_offered(CaseStudy), "published_at", _tell_offered(lambda study: study.summary)),
]
SOURCES = [
    Source(_announcements, "published_at", _tell_announced),
    *SIGNATURES,
    Source(_made, "published_at", _tell_made),
    *PROGRESS,
    Source(_revisions, "published_at", _tell_changed),
    *CASE_STUDIES,
    Source(_offered(Output), "published_at", _tell_offered(lambda output: output.description)),
    Source(_offered(Event), "published_at", _tell_offered(_when_and_where)),
]
