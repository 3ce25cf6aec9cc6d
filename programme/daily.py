"""What time alone does to what is offered to everybody and to followers: what nobody sends in or confirms is deleted,
and who follows something is told once a week what is new."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from commitments.daily import ANNOUNCED_BEFORE, KEPT_UNTOUCHED, announce_each, begun, delete_each
from programme import emails
from programme.follow.digests import send_digests
from programme.follow.following import forget_unconfirmed
from programme.models import CaseStudy, Event, Output
from signatories.models import Access

KINDS = (CaseStudy, Output, Event)


def apply_retention(now):
    """What is past its time here, in an order in which nothing is announced and deleted at once."""
    return {
        "unfinished case studies, outputs and events deleted": sum(
            delete_each(untouched(kind, now, KEPT_UNTOUCHED), now) for kind in KINDS
        ),
        "the deletions of these announced": sum(
            announce_each(untouched(kind, now, KEPT_UNTOUCHED - ANNOUNCED_BEFORE), emails.will_be_deleted, now)
            for kind in KINDS
        ),
        "followers who never confirmed forgotten": forget_unconfirmed(now),
    }


def run_daily(now):
    """The rest of the day."""
    return {"digests sent": send_digests(now)}


def untouched(kind, now, since):
    """What councils began to offer and nobody changed since then; drafts of the delivery team stay."""
    reporting = Access.objects.in_force(timezone.localdate(now)).filter(person=OuterRef("proposer"))
    theirs = kind.organisations.through.objects.filter(
        **{kind._meta.model_name: OuterRef(OuterRef("pk"))}, organisation=OuterRef("organisation")
    )
    found = begun(kind, now, since).filter(Q(proposer__isnull=False) | Q(submitted_at__isnull=False))
    can_go_on = Exists(reporting.filter(Exists(theirs))) & Q(proposer__email__isnull=False)
    return found.annotate(can_go_on=can_go_on)
