"""What had been reported of commitments by a day, and what their reports call delivered."""

from django.db.models import Q

from localdigital.open_data import until


def by_then(on):
    """Which updates had been heard of by the end of that day: a condition, the twin of ProgressUpdate.heard_on.

    One that was never sent in, since it was signed on paper, was heard of on the day that it is about.
    """
    if on is None:
        return Q()
    return Q(Q(submitted_at=None) | until("submitted_at", on), reported_on__lte=on)


def delivered_since(reports):
    """Of reports on one commitment, the newest first, what the newest calls delivered: by its id, the day of the first
    of those that go on saying so."""
    since = {}
    for report in reversed(reports):
        ticked = {one.pk for one in report.delivered.all()}
        since = {pk: since.get(pk, report.reported_on) for pk in ticked}
    return since
