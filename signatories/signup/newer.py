"""Where the email about a newer version of the Declaration leads: what changed, and the button that begins."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from localdigital.caching import settings_of
from signatories.access import for_person
from signatories.models import Declaration
from signatories.new_version import signed_earlier_only


@for_person
def new_version(request, pk):
    """The version that can be signed now, and for which of their organisations this Person could prepare it."""
    declaration = get_object_or_404(Declaration.objects.published(), pk=pk)
    current = Declaration.objects.current()
    if declaration != current:
        return redirect("sign_new_version", current.pk)
    today = timezone.localdate()
    mine = signed_earlier_only(current, today).filter(accesses__person=request.person, accesses__ended_at=None)
    said = settings_of(request)
    page = {"declaration": current, "organisations": mine.order_by("sort_name", "pk"), "said": said}
    return render(request, "signup/new_version.html", page)
