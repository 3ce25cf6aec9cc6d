"""What councils sent in and awaits a decision, and the pages about it: for the tests of reading and of deciding."""

import html
from datetime import timedelta

from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from commitments.models import Commitment, ProgressUpdate, Revision, Status
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_update

MODELS = [ProgressUpdate, Revision, Commitment]
COLUMNS = {
    "progressupdate": "progress updates to review",
    "revision": "changed texts to review",
    "commitment": "added commitments to review",
}


def make_waiting(model, name="Trumpton", title="Ring the bells", days=0, status=Status.AWAITING_REVIEW, **fields):
    """One of that kind that waits for review, about a commitment of that council's whose officer sent it in."""
    officer, organisation = make_person(), make_organisation(name)
    make_access(officer, organisation)
    sent = {"status": status, "proposer": officer, "submitted_at": timezone.now() - timedelta(days=days, minutes=1)}
    signature = make_signature(organisation, commitments=0)
    if model is Commitment:
        return make_commitment(
            signature, **{"title": title, "added_at": timezone.now(), "published_at": None} | sent | fields
        )
    promise = make_commitment(signature, title=title)
    if model is ProgressUpdate:
        return make_update(promise, **sent | fields)
    change = Revision.of(promise, **sent, reason="It is clearer")
    for field, value in ({"mission": "We will find out what residents ask us most."} | fields).items():
        setattr(change, field, value)
    change.save()
    return change


def queue(model):
    """Where those that wait are listed."""
    return f"/admin/commitments/{model._meta.model_name}/"


def review(thing):
    """Where it is read."""
    return f"{queue(type(thing))}{thing.pk}/change/"


def address(thing, decision):
    """Where that decision is made about it."""
    return f"{queue(type(thing))}{thing.pk}/decide/{decision}/"


def stored(thing):
    """It, as the database has it now."""
    return type(thing).objects.get(pk=thing.pk)


def answers(thing, note="Because of the date", **others):
    """What is sent with a decision about it as it is now."""
    return {"seen": stored(thing).changed_at.isoformat(), "note": note, **others}


def text(response):
    """The page as it was served, with entities as characters."""
    return html.unescape(response.content.decode())


def seen_by(user, client):
    """The client with that user signed in, second factor included."""
    client.force_login(user, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user, name="test").persistent_id
    session.save()
    return client
