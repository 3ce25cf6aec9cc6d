"""Why the team returns or rejects something: reasons that it keeps as data, chosen in a decision."""

from django.utils import timezone

from localdigital.models import Reason


def use(reasons, now=None):
    """Note that these were used, in the transaction of a decision. Returns what the log keeps of it: their numbers."""
    if not reasons:
        return {}
    ids = sorted(one.pk for one in reasons)
    Reason.objects.filter(pk__in=ids, used_at=None).update(used_at=now or timezone.now())
    return {"reasons": ids}


def combined(reasons):
    """The texts of several reasons as one, which the team goes on editing."""
    return "\n\n".join(one.text.strip() for one in reasons)
