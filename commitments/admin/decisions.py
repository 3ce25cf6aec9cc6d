"""The pages on which a moderator decides about what a council sent in: what to say, the email exactly as it will go,
then the decision."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from commitments import emails, publishing
from commitments.models import MOVES, ProgressUpdate
from commitments.publishing import ENDS, commitment_of
from localdigital.models import AuditEvent
from signatories.admin.decisions import Decision, DecisionForm
from signatories.admin.log import kind_in_words, name_all
from signatories.models import MoveRefused

ENDED = (
    "This commitment or its declaration has ended, or somebody has taken it on meanwhile: nothing can be published "
    "about it. Return it and say so."
)


@dataclass(frozen=True)
class Deciding(Decision):
    """One decision about what was sent in."""

    def kind_of(self, thing):
        """What the log calls it."""
        return f"{thing._meta.verbose_name.replace(' ', '_')}.{self.move}"

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


DECISIONS = [
    Deciding(
        "publish", "publish", "Publish", publishing.publish, emails.published,
        "A message for the council (optional)", "It goes into the email below what we always say.", note_needed=False,
        explanation="It becomes public at once, and we email who sent it in.",
    ),
    Deciding(
        "return", "return_for_changes", "Return for changes", publishing.return_for_changes, emails.returned,
        "What must change", "Who sent it in reads this in the email and in their account.",
        explanation="They can change it and send it in again.",
    ),
    Deciding(
        "remove", "remove", "Remove", publishing.remove_update, emails.removed,
        "Why it is removed", "Who sent it in reads this in the email. It is not shown to the public.", grave=True,
        explanation="It is taken off the public page, and the commitment stands as the updates that are left say. "
        "This cannot be undone.",
    ),
    Deciding(
        "reinstate", "remove", "Let the commitment stand again", publishing.reinstate, emails.reinstated,
        "Why it stands again", "The people of the commitment read this in the email. It is not shown to the public.",
        grave=True,
        explanation="What ended the commitment is taken off the public page, and the commitment stands as before.",
    ),
]  # fmt: skip


def possible_decisions(thing):
    """The decisions that can be made about it as it is now."""
    return [one for one in DECISIONS if one.is_possible(thing)]


def address_of(thing, page="change", *more):
    """The address of its review page, or of another admin page about it."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}", args=[thing.pk, *more])


def queue_of(thing):
    """What the queue that it belongs to is called."""
    return admin.site.get_model_admin(type(thing)).heading


def loaded(model):
    """Submissions of that kind with their commitment, its document and who sent them in."""
    commitment = [] if model._meta.model_name == "commitment" else ["commitment__signature"]
    return model.objects.select_related(*(commitment or ["signature"]), "proposer")


def decide(request, model, pk, decision):
    """Ask, show the email, decide: one address, and each step is a POST to it."""
    thing = get_object_or_404(loaded(model), pk=pk)
    choice = next((one for one in DECISIONS if one.slug == decision), None)
    if choice is None or choice.move not in thing.MAKES:
        raise Http404("no such decision")
    if not request.user.has_perm(f"commitments.change_{model._meta.model_name}"):
        raise PermissionDenied
    if request.method != "POST":
        if not choice.is_possible(thing):
            return _refused(request, choice, thing)
        form = DecisionForm(initial={"seen": thing.changed_at.isoformat()}, decision=choice)
        return _page(request, "form", choice, thing, form=form)
    form = DecisionForm(request.POST, decision=choice)
    if "change" in request.POST or not form.is_valid():
        form = form if not form.is_valid() else DecisionForm(initial=form.data.dict(), decision=choice)
        return _page(request, "form", choice, thing, form=form)
    if not choice.is_possible(thing) or form.cleaned_data["seen"] != thing.changed_at:
        return _refused(request, choice, thing)
    if "confirm" in request.POST:
        return _decide(request, choice, thing, form)
    drafts = choice.drafts(thing, form.cleaned_data["note"])
    return _page(request, "preview", choice, thing, form=form, drafts=drafts)


def _decide(request, choice, thing, form):
    """Make the decision and go on to what waits next, or say in words why it could not be made."""
    given = {name: form.cleaned_data[name] for name in ("note", "seen")}
    try:
        choice.decide(thing, by=request.user, **given)
    except MoveRefused:
        return _refused(request, choice, thing)
    except publishing.Stale:
        form.add_error(None, ENDED)
        return _page(request, "form", choice, thing, form=form)
    return _done(request, choice, thing)


def _done(request, choice, thing):
    """Say what was done, and go on to the one that has waited longest of this kind."""
    done = kind_in_words("commitment.reinstate" if choice.undoes else choice.kind_of(thing))
    following = type(thing).objects.awaiting_review().exclude(pk=thing.pk).first()
    more = " This is the next one." if following else " Nothing else of this kind waits."
    link = format_html('<a href="{}">{}</a>', address_of(thing), commitment_of(thing).title)
    messages.success(request, format_html("{}: {}.{}", done, link, more))
    if following:
        return redirect(address_of(following))
    return redirect(f"admin:commitments_{thing._meta.model_name}_changelist")


def _refused(request, choice, thing):
    """Say who did what and when; a second press of one's own button simply leads on."""
    thing = loaded(type(thing)).get(pk=thing.pk)
    last = AuditEvent.objects.about(thing).last()
    mine = last and (last.actor_type, last.actor_id) == (request.user._meta.label_lower, request.user.pk)
    if request.method == "POST" and mine and last.kind == choice.kind_of(thing):
        return _done(request, choice, thing)
    if last:
        last.words = kind_in_words(name_all([last])[0].kind)
    return _page(request, "refused", choice, thing, status=409, last=last)


def _page(request, name, choice, thing, status=200, **context):
    titles = {"form": choice.label, "preview": f"{choice.label}: check before you confirm"}
    context = {
        **admin.site.each_context(request),
        "opts": thing._meta,
        "title": titles.get(name, "This can no longer be decided"),
        "queue": queue_of(thing),
        "thing": thing,
        "what": emails.in_words(thing),
        "commitment": commitment_of(thing),
        "back": address_of(thing),
        "decision": choice,
        "names_partners": choice.move == "publish" and not isinstance(thing, ProgressUpdate),
        **context,
    }
    return TemplateResponse(request, f"admin/commitments/decide_{name}.html", context, status=status)
