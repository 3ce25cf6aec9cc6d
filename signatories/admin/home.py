"""What waits for the delivery team: the lines of the admin's first page about declarations, organisations and mail."""

from datetime import timedelta

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from localdigital.models import QueuedEmail
from localdigital.waiting import Waiting
from signatories.models import Organisation, Signature
from signatories.models.signature import LONG_FOR_SIGN_OFF

LONG_FOR_MAIL = timedelta(hours=1)


@admin.site.waits
def signatures_and_mail(request):
    """Documents, proposed organisations and emails that wait, for those who may see them."""
    lines = []
    if request.user.has_perm("signatories.view_signature"):
        lines += _signatures(timezone.now())
    if request.user.has_perm("signatories.view_organisation"):
        address = reverse("admin:signatories_organisation_changelist") + "?checked=no"
        one = "proposed organisation to check"
        lines.append(Waiting("proposed organisations to check", Organisation.objects.proposed(), address, one=one))
    if request.user.has_perm("localdigital.view_queuedemail"):
        lines += _mail(timezone.now())
    return lines


def _signatures(now):
    found, queue = Signature.objects, reverse("admin:signatories_signature_changelist")
    long = f"stuck in sign-off for over {LONG_FOR_SIGN_OFF.days} days"
    to_review = {"label": "declarations to review", "one": "declaration to review"}
    stuck = {"label": f"declarations {long}", "one": f"declaration {long}"}
    to_finish = {"label": "paper signatures to finish", "one": "paper signature to finish"}
    return [
        Waiting(count=found.awaiting_review(), address=queue, since="signed_off_at", **to_review),
        Waiting(count=found.stuck_in_sign_off(now), address=f"{queue}?state=stuck", **stuck),
        Waiting(count=found.paper_drafts(), address=f"{queue}?state=paper", **to_finish),
    ]


def _mail(now):
    found, outbox = QueuedEmail.objects, reverse("admin:localdigital_queuedemail_changelist")
    late = found.unsent().filter(queued_at__lt=now - LONG_FOR_MAIL)
    hint = "Mail may not be going out: ask whoever runs the register to look at the mail server."
    long = "not sent for over an hour"
    return [
        Waiting("emails not yet sent", found.unsent(), f"{outbox}?state=queued", one="email not yet sent"),
        Waiting(f"emails {long}", late, f"{outbox}?state=queued", hint, urgent=True, one=f"email {long}"),
        Waiting("emails that failed", found.failed(), f"{outbox}?state=failed", urgent=True, one="email that failed"),
    ]
