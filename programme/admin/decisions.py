"""The decisions about what is offered to everybody: what each asks, whom it tells, and the function that makes it."""

from dataclasses import dataclass
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from commitments.models import MOVES
from localdigital.models import Reason
from programme import contributions, emails
from programme.events import cancelling
from programme.models import Event
from signatories.admin.deciding import Decision, ask_and_decide

AT_ONCE = "publish_at_once"
# No move: the event stays public, and says so
CANCEL = "cancel"


@dataclass(frozen=True)
class AboutOffered(Decision):
    """One decision about what is offered."""

    crumbs: ClassVar[str] = "admin/programme/_crumbs.html"
    refusals: ClassVar[tuple] = (contributions.Unfinished,)

    def is_possible(self, thing):
        """Whether it can be made about it as it is now: the team publishes without asking only what it wrote."""
        if self.move == CANCEL:
            return isinstance(thing, Event) and thing.is_public and not thing.cancelled_at and thing.ends_at > now()
        if self.move not in thing.MAKES or thing.status not in MOVES[self.move]:
            return False
        return self.move != AT_ONCE or thing.proposer_id is None

    def words_for(self, thing):
        """What it is about, in words, and shorter."""
        what = emails.in_words(thing)
        return f"{what} “{thing.title}”", f"{what} {thing.pk}"

    def named(self, thing):
        """What it is called."""
        return thing.title

    def why_not(self, error, thing):
        """What it lacks."""
        return f"It cannot be published yet. {error}."

    def context(self, thing):
        """What its pages show beside."""
        return {"queue": queue_of(type(thing)), "names_partners": False}

    def reload(self, thing):
        """It as it is now."""
        return loaded(type(thing)).get(pk=thing.pk)


def _publish_own(thing, *, by, note="", seen=None):
    contributions.publish_own(thing, by=by, seen=seen)


def _cancel(event, *, by, note="", seen=None):
    cancelling.cancel(event, by=by, note=note)


DECISIONS = [
    AboutOffered(
        "publish", "publish", "Publish", contributions.publish, emails.published,
        "A message for the council (optional)", "It goes into the email below what we always say.", note_needed=False,
        explanation="It becomes public at once, and we email who sent it in.",
    ),
    AboutOffered(
        "publish-own", AT_ONCE, "Publish", _publish_own, None,
        "A note for the log (optional)", note_needed=False,
        explanation="It becomes public at once. The delivery team wrote it, so nobody is emailed.",
    ),
    AboutOffered(
        "return", "return_for_changes", "Return for changes", contributions.return_for_changes, emails.returned,
        "What must change", "Who sent it in reads this in the email and in their account.",
        explanation="They can change it and send it in again.", reasons=Reason.Decision.RETURN_OFFER,
    ),
    AboutOffered(
        CANCEL, CANCEL, "Cancel the event", _cancel, emails.cancelled,
        "Why it is cancelled (optional)", "Who proposed it reads this in the email. It is not shown to the public.",
        note_needed=False, grave=True, explanation="Its page stays and says that it does not take place.",
    ),
    AboutOffered(
        "remove", "remove", "Remove", contributions.remove, emails.removed,
        "Why it is removed", "Who sent it in reads this in the email. It is not shown to the public.", grave=True,
        explanation="It is taken off the site: its page says that it is gone. This cannot be undone.",
    ),
]  # fmt: skip


def possible_decisions(thing):
    """The decisions that can be made about it as it is now."""
    return [one for one in DECISIONS if one.is_possible(thing)]


def queue_of(model):
    """What the queue of that kind is called."""
    return admin.site.get_model_admin(model).heading


def loaded(model):
    """Things of that kind with who sent them in and whose they are."""
    return model.objects.select_related("proposer").prefetch_related("organisations")


def decide(request, model, pk, decision):
    """One of the decisions about one of them."""
    thing = get_object_or_404(loaded(model), pk=pk)
    choice = next((one for one in DECISIONS if one.slug == decision), None)
    if choice is None:
        raise Http404("no such decision")
    if not request.user.has_perm(f"programme.change_{model._meta.model_name}"):
        raise PermissionDenied
    return ask_and_decide(request, thing, choice)
