"""What a moderator sees of one signature: the document as the public will see it, what needs care, its history."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from localdigital.models import AuditEvent
from signatories.cautions import cautions
from signatories.document import commitments_of, names_of, signatories_of
from signatories.models import Signature
from signatories.models.signature import Status

from .correspondence import panel
from .decisions import possible_decisions
from .log import kind_in_words, name_all
from .withdrawing_alone import possible_withdrawals


def history_of(signature, signatories):
    """Everything that happened to a signature, oldest first, with names and words for statuses."""
    about = Q(object_type="signatories.signature", object_id=signature.pk) | Q(
        object_type="signatories.signatory", object_id__in=[one.pk for one in signatories]
    )
    organisations = {one.pk: one.organisation for one in signatories}
    events = name_all(list(AuditEvent.objects.filter(about)))
    statuses = dict(Status.choices)
    for event in events:
        event.words = kind_in_words(event.kind)
        event.before, event.after = statuses.get(event.from_status, ""), statuses.get(event.to_status, "")
        event.authority = event.details.get("authority", "")
        if event.object_type == "signatories.signatory":
            event.words += f" for {organisations[event.object_id].official_name}"
    return events


def review_context(request, signature):
    """Everything that the review page shows."""
    signatories = signatories_of(signature)
    commitments = commitments_of(signature)
    document = {"signature": signature, "signatories": signatories, "commitments": commitments}
    may_decide = request.user.has_perm("signatories.change_signature")
    awaiting = signature.status == Status.AWAITING_REVIEW
    return {
        "signature": signature,
        "names": names_of(signatories),
        "document": mark_safe(render_to_string("signatories/_document.html", document)),
        "cautions": cautions(signature, signatories, commitments) if awaiting or not signature.preparer_id else [],
        "unchecked": [one.organisation for one in signatories if one.organisation.checked_at is None],
        "signatories": signatories,
        "history": history_of(signature, signatories),
        "emails": panel(request, signature),
        "decisions": possible_decisions(signature) if may_decide else [],
        "withdrawals": possible_withdrawals(signature, signatories) if may_decide else [],
        "may_decide": may_decide,
    }


def preview(request, pk):
    """The whole page as the public will see it, before it is published."""
    signature = get_object_or_404(Signature.objects.select_related("declaration"), pk=pk)
    before = signature.get_status_display()
    if not signature.is_public:
        # Never saved: only shown as if it were published now.
        signature.status, signature.published_at = Status.PUBLISHED, signature.published_at or timezone.now()
    parts = signatories_of(signature)
    context = {
        "signature": signature,
        "signatories": parts,
        "commitments": commitments_of(signature),
        "names": names_of(parts),
        "before": before,
    }
    return render(request, "signatories/preview.html", context)
