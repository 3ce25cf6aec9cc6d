"""Publishing the reports of a spreadsheet, and correcting those that the team imported before."""

from commitments.models import Commitment, Evidence, EvidenceKind, ProgressUpdate, Stage, Verdict
from commitments.publishing import follow
from localdigital.models import AuditEvent
from signatories.models import MoveRefused

from .cells import lines_of, partial_of
from .progress_plan import was_sent_in

TEXTS = ("done", "went_well", "could_be_better", "next_step")


class Writer:
    """Writes the reports of one batch."""

    def __init__(self, source, plans, *, by, now):
        self.source, self.by, self.now = source, by, now
        self.touched = {}
        ids = {line.commitment.pk for plan in plans for line in plan.lines if line.commitment}
        # Held in one order, or two at once would wait for each other
        self.held = {one.pk: one for one in Commitment.objects.held_together(ids)}

    def write(self, plan):
        """Do what a plan says. Raises MoveRefused when its commitment has ended meanwhile."""
        [line] = plan.lines
        if line.verdict == Verdict.SAME:
            return
        commitment = self.held[line.commitment.pk]
        if not commitment.is_standing:
            raise MoveRefused("report", commitment)
        if plan.thing is None:
            self._report(commitment, line)
        else:
            self._correct(plan.thing, line)
        self.touched[commitment.pk] = commitment

    def finish(self):
        """Commitments say what their updates say now."""
        for commitment in self.touched.values():
            follow(commitment, self.now)

    def _report(self, commitment, line):
        update = ProgressUpdate.objects.create(
            commitment=commitment, reported_on=partial_of(line.said["reported_on"])[0], changed_at=self.now
        )
        self._fill_in(update, line)
        # It was sent in by nobody: `submitted_at` stays blank, by which it can be told from what councils wrote.
        what = {"import": self.source.pk}
        update.move("publish_at_once", by=self.by, now=self.now, published_at=self.now, details=what)

    def _correct(self, update, line):
        if was_sent_in(update):
            raise MoveRefused("correct", update)
        if line.said["reported_on"]:
            update.reported_on = partial_of(line.said["reported_on"])[0]
        self._fill_in(update, line)
        what = {"import": self.source.pk}
        AuditEvent.record("progress_update.correct", update, by=self.by, at=self.now, **what)

    def _fill_in(self, update, line):
        """Put what the row says into the update. An empty cell leaves what is there."""
        said = line.said
        update.stage = next((value for value, label in Stage.choices if label == said["stage"]), update.stage)
        for name in TEXTS:
            setattr(update, name, said[name] or getattr(update, name))
        update.changed_at = self.now
        update.save(update_fields=["reported_on", "stage", *TEXTS, "changed_at"])
        if said["delivered"]:
            _tick(update, line.commitment.deliverables.all(), set(lines_of(said["delivered"])))
        if said["evidence"]:
            Evidence.objects.filter(update=update).delete()
            links = enumerate(said["evidence"].split("\n"), start=1)
            Evidence.objects.bulk_create(_link(update, position, link) for position, link in links)


def _tick(update, deliverables, delivered):
    ticks = ProgressUpdate.delivered.through
    ticks.objects.filter(progressupdate_id=update.pk).delete()
    ticks.objects.bulk_create(
        ticks(progressupdate_id=update.pk, deliverable_id=one.pk)
        for one in deliverables
        if one.text.strip() in delivered
    )


def _link(update, position, line):
    kind, _, rest = line.partition(" | ")
    title, _, url = rest.rpartition(" | ")
    value = next(value for value, label in EvidenceKind.choices if label == kind)
    return Evidence(update=update, position=position, kind=value, title=title, url=url)
