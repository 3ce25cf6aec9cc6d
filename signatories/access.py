"""Who is asking: the Person that an emailed link signed in, and the decorators that hand a view its object."""

from datetime import timedelta
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.db import DEFAULT_DB_ALIAS
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from localdigital.caching import private_page
from signatories.models import Person, Signature
from signatories.models.reference import read_reference
from signatories.models.signature import MoveRefused

SIGNED_IN_FOR = timedelta(hours=12)


def sign_in(request, person):
    """Hold this Person in the session for 12 hours, under a new session key; their address is proved by it."""
    now = timezone.now()
    if request.session.get("person") not in (None, person.pk):
        request.session.flush()
    request.session.cycle_key()
    request.session["person"] = person.pk
    request.session["person_until"] = (now + SIGNED_IN_FOR).timestamp()
    Person.objects.filter(pk=person.pk, proved_at=None).update(proved_at=now)


def sign_out(request):
    """Let go of the Person; a delivery-team sign-in in the same browser stays."""
    for key in ("person", "person_until"):
        request.session.pop(key, None)


def person_id(request):
    """The id of the Person signed in, or None."""
    if request.session.get("person_until", 0) > timezone.now().timestamp():
        return request.session["person"]
    return None


def _to_sign_in(request):
    if request.method == "GET":
        return redirect(f"{reverse('sign_email')}?{urlencode({'next': request.path})}")
    # Some addresses take a POST only: what can be opened again is the page that the form stood on.
    after = {"next": _page_of_the_form(request), "lost": "yes"}
    return redirect(f"{reverse('sign_email')}?{urlencode(after)}")


def _page_of_the_form(request):
    """The address of ours that the browser sent this form from, or nothing."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return urlsplit(came_from).path if is_ours else ""


def for_person(view):
    """Hand the view the Person signed in as `person`; a stranger is asked for their email address first."""

    @private_page
    @wraps(view)
    def answer(request, *args, **kwargs):
        pk = person_id(request)
        person = Person.objects.filter(pk=pk, erased_at=None).first() if pk else None
        if person is None:
            return _to_sign_in(request)
        request.person = person
        return view(request, *args, **kwargs)

    return answer


def for_person_by_id(view):
    """The same, for a page whose own query says whether that Person may see it: all else of them is read only when a
    page asks for it, since most need only know who it is."""

    @private_page
    @wraps(view)
    def answer(request, *args, **kwargs):
        pk = person_id(request)
        if pk is None:
            return _to_sign_in(request)
        request.person = Person.from_db(DEFAULT_DB_ALIAS, ["id"], [pk])
        return view(request, *args, **kwargs)

    return answer


def for_preparer(view):
    """Hand the view the signature that the Person signed in prepares, by its `reference`; 404 for anyone else's."""

    @private_page
    @wraps(view)
    def answer(request, reference, *args, **kwargs):
        pk = person_id(request)
        if pk is None:
            return _to_sign_in(request)
        signature = (
            Signature.objects.select_related("preparer", "declaration")
            .filter(reference=read_reference(reference), preparer=pk, preparer__erased_at=None)
            .first()
        )
        if signature is None:
            raise Http404
        request.person = signature.preparer
        return view(request, signature, *args, **kwargs)

    return answer


def while_editable(view):
    """For a preparer's page that changes the document: once it cannot be changed, show where it stands instead."""

    @for_preparer
    @wraps(view)
    def answer(request, signature, *args, **kwargs):
        if not signature.is_editable:
            return redirect("sign_task_list", reference=signature.reference)
        try:
            return view(request, signature, *args, **kwargs)
        except MoveRefused:  # it was submitted in another window while this one was open
            return redirect("sign_task_list", reference=signature.reference)

    return answer


def for_commitment(view):
    """Hand the view one commitment of a document that can be changed; 404 for one of another document."""

    @while_editable
    @wraps(view)
    def answer(request, signature, commitment, *args, **kwargs):
        found = signature.commitments.filter(pk=commitment).first()
        if found is None:
            raise Http404
        return view(request, signature, found, *args, **kwargs)

    return answer
