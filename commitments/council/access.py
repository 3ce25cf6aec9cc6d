"""The decorators that hand a council's page its commitment or its update: only to a Person who answers for it."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from commitments.models import Commitment, ProgressUpdate
from commitments.publishing import Stale
from signatories.access import for_person_by_id
from signatories.models import MoveRefused, Signature

# Told when something was about to be said of a commitment that ended meanwhile
NOT_STANDING = "This commitment has ended, so there is nothing to report on any more"

# Told when something was to be taken back that the delivery team has decided about
TOO_LATE = "It is too late to take this back: the delivery team has read it"


def for_reporter(view):
    """Hand the view one commitment, by its pk, that the Person signed in answers for today; 404 for anyone else's.

    It may be one that its council is still adding, and one that has ended: the view looks at `is_standing`. A document
    that is not published is its preparer's alone: a stranger may have named the council in it.
    """

    @for_person_by_id
    @wraps(view)
    def answer(request, pk, *args, **kwargs):
        mine = answered_for_by(request.person).select_related("signature__declaration")
        commitment = mine.filter(pk=pk).first()
        if commitment is None:
            raise Http404
        return view(request, commitment, *args, **kwargs)

    return answer


def answered_for_by(person):
    """The commitments of public documents that this Person answers for today."""
    public = Signature.objects.public()
    return Commitment.objects.answered_for_by(person, timezone.localdate()).filter(signature__in=public)


def for_update(view):
    """Hand the view one progress update that the Person signed in began, of a commitment that they answer for today;
    404 for anyone else's."""

    @for_person_by_id
    @wraps(view)
    def answer(request, update, *args, **kwargs):
        begun = ProgressUpdate.objects.filter(proposer=request.person, commitment__in=answered_for_by(request.person))
        reported = begun.exclude(kind=ProgressUpdate.Kind.LAPSE)  # which a successor says: see succession_pages.py
        found = reported.select_related("commitment__signature").filter(pk=update).first()
        if found is None:
            raise Http404
        return view(request, found, *args, **kwargs)

    return answer


def while_unfinished(view):
    """For a page that changes an update: once it was sent in, or its commitment has ended, show how that stands."""

    @for_update
    @wraps(view)
    def answer(request, update, *args, **kwargs):
        if not update.is_editable:
            return redirect("council_update_sent", update=update.pk)
        try:
            if update.commitment.is_standing:
                return view(request, update, *args, **kwargs)
        except MoveRefused:  # it was sent in, or deleted, in another window while this one was open
            return redirect("council_commitment", pk=update.commitment_id)
        except Stale:
            messages.error(request, NOT_STANDING)
        return redirect("council_commitment", pk=update.commitment_id)

    return answer
