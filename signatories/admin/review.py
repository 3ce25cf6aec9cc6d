"""What a moderator sees of one signature: the document as the public will see it, what needs care, its history."""

from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from localdigital import team_notes
from localdigital.models import Reason
from signatories.cautions import checks, of_document
from signatories.document import commitments_of, names_of, parts_of, signatories_of
from signatories.models import Signature
from signatories.models.signature import Status
from signatories.moderation import needing_authority

from .correspondence import panel
from .deciding import asked_here, since_last_read
from .decisions import possible_decisions
from .queueing import neighbours
from .records import records_of
from .withdrawing_alone import possible_withdrawals


def review_context(request, signature):
    """Everything that the review page shows. The signature is loaded as its admin loads it, with its neighbours."""
    signatories, commitments = of_document(signature)
    waits = signature.status == Status.AWAITING_REVIEW
    may_decide = request.user.has_perm("signatories.change_signature")
    records = _records(signature, signatories, [Reason.Decision.RETURN, Reason.Decision.REJECT] if waits else [])
    decisions = possible_decisions(signature) if may_decide else []
    unproved = needing_authority(signature, signatories) if waits else []
    document = {"signature": signature, "signatories": signatories, "commitments": commitments}
    checked = checks(signature, signatories, commitments) if waits or not signature.preparer_id else []
    return {
        "title": f"Declaration {signature.reference}",
        "thing": signature,
        "signature": signature,
        "names": names_of(signatories),
        "document": mark_safe(render_to_string("signatories/_document.html", document)),
        "cautions": [one.sentence for one in checked if one.needs_care],
        "passed": [one.sentence for one in checked if not one.needs_care],
        "unchecked": [one.organisation for one in signatories if one.organisation.checked_at is None],
        "changed": since_last_read(signature, parts_of(signature, signatories, commitments), records.events),
        "signatories": signatories,
        "history": records.events,
        "emails": panel(request, signature, records.emails),
        "team_notes": team_notes.panel(request, signature, notes=records.notes),
        "asked": asked_here(signature, decisions, records.reasons, unproved) if waits else [],
        "decisions": [] if waits else decisions,
        "withdrawals": possible_withdrawals(signature, signatories) if may_decide else [],
        "may_decide": may_decide,
        **neighbours(request, signature),
    }


def _records(signature, signatories, reasons):
    """What is written down about it, in words; the domains of its organisations become those of the signatories'."""
    organisations = {one.organisation_id: one.organisation for one in signatories}
    records = records_of(signature, parts=signatories, organisations=list(organisations), reasons=reasons)
    for pk, organisation in organisations.items():
        known = organisation.email_domains.none()
        known._result_cache = records.domains[pk]
        # What `email_domains.all()` answers, as a prefetch leaves it
        organisation._prefetched_objects_cache = {"email_domains": known}
    statuses, names = dict(Status.choices), {one.pk: one.organisation.official_name for one in signatories}
    for event in records.events:
        event.before, event.after = statuses.get(event.from_status, ""), statuses.get(event.to_status, "")
        event.authority = event.details.get("authority", "")
        if event.kind.startswith("signatory."):
            event.words += f" for {names[event.object_id]}"
    return records


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
