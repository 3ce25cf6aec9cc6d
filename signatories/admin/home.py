"""What waits for the delivery team: the lines of the admin's first page."""

from django.contrib import admin
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from localdigital.admin import Waiting
from localdigital.models import QueuedEmail
from signatories.models import Organisation, Signature
from signatories.models.signature import Status

LONG_FOR_REVIEW = 5  # days
LONG_FOR_MAIL = 1  # hours


def days(number):
    """1 day, 2 days."""
    return "less than a day" if number < 1 else f"{number} day{'' if number == 1 else 's'}"


@admin.site.waits
def signatures_and_mail(request):
    """Documents, proposed organisations and emails that wait, for those who may see them."""
    lines = []
    if request.user.has_perm("signatories.view_signature"):
        lines += _signatures()
    if request.user.has_perm("signatories.view_organisation"):
        proposed = Organisation.objects.filter(checked_at=None).count()
        address = reverse("admin:signatories_organisation_changelist") + "?checked=no"
        lines.append(Waiting("proposed organisations to check", proposed, address))
    if request.user.has_perm("localdigital.view_queuedemail"):
        lines += _mail()
    return lines


def _signatures():
    waiting = Q(status=Status.AWAITING_REVIEW)
    found = Signature.objects.aggregate(
        review=Count("pk", filter=waiting),
        oldest=Min("signed_off_at", filter=waiting),
        sign_off=Count("pk", filter=Q(status=Status.AWAITING_SIGN_OFF)),
        paper=Count("pk", filter=Q(status=Status.DRAFT, preparer=None)),
    )
    age = (timezone.now() - found["oldest"]).days if found["oldest"] else 0
    queue = reverse("admin:signatories_signature_changelist")
    hint = f"The oldest has waited {days(age)}" if found["review"] else ""
    return [
        Waiting("declarations to review", found["review"], queue, hint, urgent=age >= LONG_FOR_REVIEW),
        Waiting("wait for a signer", found["sign_off"], f"{queue}?state={Status.AWAITING_SIGN_OFF}"),
        Waiting("paper signatures to finish", found["paper"], f"{queue}?state=paper"),
    ]


def _mail():
    unsent = Q(sent_at=None, failed_at=None)
    found = QueuedEmail.objects.aggregate(
        unsent=Count("pk", filter=unsent),
        oldest=Min("queued_at", filter=unsent),
        failed=Count("pk", filter=Q(failed_at__isnull=False)),
    )
    hours = int((timezone.now() - found["oldest"]).total_seconds() // 3600) if found["oldest"] else 0
    address = reverse("admin:localdigital_queuedemail_changelist")
    hint = f"The oldest has waited {hours} hour{'' if hours == 1 else 's'}" if hours else ""
    lines = [Waiting("emails not yet sent", found["unsent"], f"{address}?state=queued", hint, hours >= LONG_FOR_MAIL)]
    if found["failed"]:
        lines.append(Waiting("emails that failed", found["failed"], f"{address}?state=failed", urgent=True))
    return lines
