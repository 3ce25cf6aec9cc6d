"""One organisation as the team knows it: its people and what they do, how to reach it, what it signed and promised,
notes between colleagues, emails. Never public."""

from collections import defaultdict

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from commitments.models import Commitment
from localdigital import team_notes
from signatories.models import Access, Organisation, Signatory

from .correspondence import panel as emails_panel
from .reorganising import possible_actions

MOST_COMMITMENTS = 100


@admin.site.page("signatories/organisation/<int:pk>/about/", "organisation_about")
def about(request, pk):
    """Everything that the team wants to see of an organisation before it writes or telephones."""
    if not request.user.has_perm("signatories.view_organisation"):
        raise PermissionDenied
    organisation = get_object_or_404(Organisation.objects.prefetch_related("email_domains"), pk=pk)
    parts = _parts(organisation)
    context = {
        **admin.site.each_context(request),
        "opts": Organisation._meta,
        "title": f"People, notes and emails: {organisation}",
        "organisation": organisation,
        "actions": possible_actions(request, organisation),
        "people": people_of(organisation, parts) if request.user.has_perm("signatories.view_access") else None,
        "parts": parts,
        "commitments": _commitments(organisation, timezone.localdate()),
        "team_notes": team_notes.panel(request, organisation),
        "emails": emails_panel(request, organisation),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "admin/signatories/about_organisation.html", context)


def _parts(organisation):
    """Its parts in documents, with their people: the newest first."""
    parts = Signatory.objects.filter(organisation=organisation).select_related(
        "signature__preparer", "declaration", "signer", "signed_by"
    )
    return list(parts.defer("declaration__body", "declaration__summary_of_changes").order_by("-signature"))


def people_of(organisation, parts):
    """Who has to do with an organisation, those with access first: each Person with the access that they have and,
    by document, whether they prepared it, sign for it or signed it."""
    accesses = Access.objects.live().filter(organisation=organisation).select_related("person")
    found = defaultdict(lambda: {"access": None, "prepared": [], "signs": [], "signed": []})
    for access in accesses:
        found[access.person]["access"] = access
    for part in parts:
        if part.signature.preparer:
            found[part.signature.preparer]["prepared"].append(part.signature)
        if part.signed_by:
            found[part.signed_by]["signed"].append(part.signature)
        elif part.signer:
            found[part.signer]["signs"].append(part.signature)
    return [{"person": person, **roles} for person, roles in found.items()]


def _commitments(organisation, today):
    """What it answers for and can be read, the open ones first, and how many there are of which."""
    theirs = Commitment.objects.public().of_organisations([organisation.pk]).select_related("signature")
    found = list(theirs.defer("mission", "impact").order_by("pk")[:MOST_COMMITMENTS])
    for one in found:
        one.late = one.is_overdue(today)
    return {
        "list": sorted(found, key=lambda one: not one.is_open),
        "open": sum(one.is_open for one in found),
        "overdue": sum(one.late for one in found),
        "more": len(found) == MOST_COMMITMENTS,
    }
