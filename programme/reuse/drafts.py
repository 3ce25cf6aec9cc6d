"""What an officer writes about an output before it is sent in: begun from what a commitment promised, or anew."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from commitments.models import Commitment, Status
from commitments.models.submission import OPEN
from commitments.publishing import Stale
from programme import topics
from programme.models import Output
from signatories.models import Person

# Two clicks on the same button
TWICE = timedelta(minutes=1)
LONGEST_TITLE = 200
CHOSEN = ("organisations", "topics")
SEEN = [*OPEN, Status.PUBLISHED]


class Taken(Exception):
    """What was promised is published already, or a colleague has sent it in: `output` is that."""

    def __init__(self, output):
        self.output = output
        super().__init__(output)


@transaction.atomic
def begin(answers, *, by, now=None):
    """Keep a new output as this Person wrote it. The same twice within a minute is one."""
    now = now or timezone.now()
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # two clicks at once take turns
    fields = {name: value for name, value in answers.items() if name not in CHOSEN}
    mine = (
        Output.objects.editable_by(by)
        .offered_by(by, timezone.localdate(now))
        .filter(title=fields["title"], url=fields["url"])
    )
    twice = mine.filter(changed_at__gt=now - TWICE).first()
    if twice:
        return twice
    output = Output(proposer_id=by.pk, changed_at=now, **fields)
    output.skip_history_when_saving = True  # of drafts there is none
    output.save()
    output.organisations.add(*answers["organisations"])
    output.topics.add(*topics.hold(answers["topics"]))
    return output


@transaction.atomic
def begin_from(commitment, deliverable=None, *, by, now=None):
    """The output that this Person makes of a deliverable, or of the commitment as a whole: what they have begun, or a
    new one, of all the organisations that answer for the commitment.

    Raises Stale when the commitment stands no longer, and Taken.
    """
    now = now or timezone.now()
    held = Commitment.objects.held(commitment.pk)  # so that two clicks at once take turns
    if not held.is_standing:
        raise Stale
    today = timezone.localdate(now)
    if deliverable and (taken := others_output_of(deliverable, by)):
        raise Taken(taken)
    begun = Output.objects.offered_by(by, today).filter(status__in=OPEN)
    found = begun.filter(commitment=held, deliverable=deliverable).order_by("-pk").first()
    if found:
        return found
    title = deliverable.text[:LONGEST_TITLE] if deliverable else ""
    output = Output.objects.create(
        title=title, commitment=held, deliverable=deliverable, proposer_id=by.pk, changed_at=now, kind="", licence=""
    )
    output.organisations.set(held.owners(today))
    return output


def others_output_of(deliverable, person):
    """What a deliverable became, or what a colleague of that Person has sent in for it; or None."""
    outputs = Output.objects.filter(deliverable=deliverable)
    waiting = outputs.awaiting_review().exclude(proposer=person.pk)
    return outputs.published().first() or waiting.first()


@transaction.atomic
def save(output, answers, choices, *, now=None):
    """Keep the answers in what can still be changed, but for a topic that the delivery team deleted meanwhile. Raises
    MoveRefused when it was sent in meanwhile."""
    fields = {name: value for name, value in answers.items() if name not in CHOSEN}
    output.hold(now, **fields)
    for name in CHOSEN:
        before, after = choices.chosen(name), answers[name]
        if before - after:
            getattr(output, name).remove(*(before - after))
        if new := after - before:
            getattr(output, name).add(*(topics.hold(new) if name == "topics" else new))


def deliverables_of(commitment):
    """The deliverables of a commitment, which say whether it has any outputs: their own query says it too."""
    outputs = Output.objects.filter(commitment=commitment, status__in=SEEN)
    return list(commitment.deliverables.annotate(has_outputs=Exists(outputs)))


def promised(commitment, deliverables, person):
    """Each deliverable with what became of it: what is published, what waits, or what this Person has begun; and the
    outputs of the commitment that nobody promised: one query where `deliverables_of` found that there are outputs."""
    has_some = not deliverables or deliverables[0].has_outputs
    outputs = Output.objects.filter(commitment=commitment, status__in=SEEN) if has_some else []
    seen = [one for one in outputs if one.proposer_id == person.pk or not one.is_editable]
    seen.sort(key=lambda one: (not one.is_public, one.is_editable))
    became = {one.deliverable_id: one for one in reversed(seen) if one.deliverable_id}
    others = [one for one in seen if not one.deliverable_id]
    return [(one, became.get(one.pk)) for one in deliverables], others
