"""The decisions about what a council sent in: what each asks, whom it tells, and the function that makes it."""

from dataclasses import dataclass
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from commitments import emails, publishing
from commitments.models import MOVES, ProgressUpdate
from commitments.publishing import ENDS, commitment_of
from localdigital.models import Reason
from signatories.admin.deciding import Decision, ask_and_decide
from signatories.admin.kinds import kind_in_words

ENDED = (
    "This commitment or its declaration has ended, or somebody has taken it on meanwhile: nothing can be published "
    "about it. Return it and say so."
)


@dataclass(frozen=True)
class AboutSentIn(Decision):
    """One decision about what was sent in."""

    crumbs: ClassVar[str] = "admin/commitments/_crumbs.html"
    refusals: ClassVar[tuple] = (publishing.Stale,)

    def is_possible(self, thing):
        """Whether it can be made about it as it is now."""
        if self.move not in thing.MAKES or thing.status not in MOVES[self.move]:
            return False
        if self.move != "remove":
            return True
        # One that ended its commitment is not merely removed: the commitment stands again, if its declaration does.
        ends = thing.kind in ENDS
        return ends and thing.commitment.signature.is_standing if self.undoes else not ends

    @property
    def undoes(self):
        """Whether it undoes the end of a commitment."""
        return self.slug == "reinstate"

    def words_for(self, thing):
        """What it is about, in words, and shorter."""
        what, title = emails.in_words(thing), commitment_of(thing).title
        about = "" if thing == commitment_of(thing) else " about"
        return f"{what}{about} “{title}”", f"{what} {thing.pk}"

    def named(self, thing):
        """What the commitment is called."""
        return commitment_of(thing).title

    def done_in_words(self, thing):
        """What was done, once it is."""
        return kind_in_words("commitment.reinstate") if self.undoes else super().done_in_words(thing)

    def why_not(self, error, thing):
        """Why nothing can be published any more."""
        return ENDED

    def context(self, thing):
        """What its pages show beside."""
        names_partners = self.move == "publish" and not isinstance(thing, ProgressUpdate)
        return {"queue": queue_of(thing), "commitment": commitment_of(thing), "names_partners": names_partners}

    def reload(self, thing):
        """It as it is now."""
        return loaded(type(thing)).get(pk=thing.pk)


DECISIONS = [
    AboutSentIn(
        "publish", "publish", "Publish", publishing.publish, emails.published,
        "A message for the council (optional)", "It goes into the email below what we always say.", note_needed=False,
        explanation="It becomes public at once, and we email who sent it in.",
    ),
    AboutSentIn(
        "return", "return_for_changes", "Return for changes", publishing.return_for_changes, emails.returned,
        "What must change", "Who sent it in reads this in the email and in their account.",
        explanation="They can change it and send it in again.", reasons=Reason.Decision.RETURN_SUBMISSION,
    ),
    AboutSentIn(
        "remove", "remove", "Remove", publishing.remove_update, emails.removed,
        "Why it is removed", "Who sent it in reads this in the email. It is not shown to the public.", grave=True,
        explanation="It is taken off the public page, and the commitment stands as the updates that are left say. "
        "This cannot be undone.",
    ),
    AboutSentIn(
        "reinstate", "remove", "Let the commitment stand again", publishing.reinstate, emails.reinstated,
        "Why it stands again", "The people of the commitment read this in the email. It is not shown to the public.",
        grave=True,
        explanation="What ended the commitment is taken off the public page, and the commitment stands as before.",
    ),
]  # fmt: skip


def possible_decisions(thing):
    """The decisions that can be made about it as it is now."""
    return [one for one in DECISIONS if one.is_possible(thing)]


def queue_of(thing):
    """What the queue that it belongs to is called."""
    return admin.site.get_model_admin(type(thing)).heading


def loaded(model):
    """Submissions of that kind with their commitment, its document and who sent them in."""
    commitment = [] if model._meta.model_name == "commitment" else ["commitment__signature"]
    return model.objects.select_related(*(commitment or ["signature"]), "proposer")


def decide(request, model, pk, decision):
    """One of the decisions about one of them."""
    thing = get_object_or_404(loaded(model), pk=pk)
    choice = next((one for one in DECISIONS if one.slug == decision), None)
    if choice is None or choice.move not in thing.MAKES:
        raise Http404("no such decision")
    if not request.user.has_perm(f"commitments.change_{model._meta.model_name}"):
        raise PermissionDenied
    return ask_and_decide(request, thing, choice)
