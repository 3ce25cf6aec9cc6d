"""The decorator that hands a council's page its commitment: only to a Person who answers for it."""

from functools import wraps

from django.http import Http404
from django.utils import timezone

from commitments.models import Commitment
from signatories.access import for_person


def for_reporter(view):
    """Hand the view one commitment, by its pk, that the Person signed in answers for today; 404 for anyone else's.

    It may be one that its council is still writing, and one that has ended: the view looks at `is_standing`.
    """

    @for_person
    @wraps(view)
    def answer(request, pk, *args, **kwargs):
        mine = Commitment.objects.answered_for_by(request.person, timezone.localdate())
        commitment = mine.select_related("signature__declaration").filter(pk=pk).first()
        if commitment is None:
            raise Http404
        return view(request, commitment, *args, **kwargs)

    return answer
