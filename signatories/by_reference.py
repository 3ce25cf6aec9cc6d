"""The public document that an address names by its reference."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from signatories.models import Signature
from signatories.models.reference import read_reference
from signatories.models.signature import Status


def with_public_document(view):
    """Give a view the public document of a reference, however it was typed: a redirect to its one right address, 410
    where it was removed, 404 where there is none."""

    @wraps(view)
    def answer(request, reference):
        canonical = read_reference(reference)
        if canonical is None:
            raise Http404("no reference")
        if canonical != reference:
            return redirect(request.resolver_match.view_name, canonical, permanent=True)
        document = get_object_or_404(Signature.objects.select_related("declaration"), reference=canonical)
        if document.status == Status.REMOVED:
            return render(request, "pages/410.html", status=410)
        if not document.is_public:
            raise Http404("not published")
        return view(request, document)

    return answer
