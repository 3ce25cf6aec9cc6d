"""Reporting as somebody at a council does: what they answer, where, and what the page says of it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_access, make_commitment, make_person, make_signature
from tests.pages import text_of

LINK = {"title": "What residents ask", "url": "www.example.gov.uk/research", "kind": "user-research"}


def make_promise():
    """A commitment of Trumpton with two deliverables."""
    signature = make_signature("Trumpton", preparer=make_person("Mrs Honeyman"), commitments=0)
    return make_commitment(signature, title="Ring the bells", deliverables=["A bell", "A rope"])


def sign_in_reporter(sign_in):
    """Someone who reports for Trumpton, signed in."""
    person = make_person()
    make_access(person, "Trumpton")
    sign_in(person)
    return person


def answers(on=None, **changes):
    """What is sent from the first page."""
    on = on or timezone.localdate()
    date = {f"reported_on-{part}": getattr(on, part) for part in ("day", "month", "year")}
    return {"stage": "in-progress", "done": "We bought a bell.", **date} | changes


def page_of(promise, name="report"):
    """Where that page about the commitment is."""
    return f"/account/commitments/{promise.pk}/{name}/"


def begin(client, promise, **changes):
    """Answer the first page; the update that it makes."""
    response = client.post(page_of(promise), answers(**changes))
    assert response.status_code == 302, text_of(response)
    return promise.updates.latest("pk")


def errors_of(response):
    """What the page says, which has an error summary."""
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    return text_of(response)


def cost(action):
    """The queries that it asks, without those that begin and end transactions."""
    with CaptureQueriesContext(connection) as queries:
        action()
    ignored = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in queries if not query["sql"].startswith(ignored)]


def within(limit, queries):
    """Fails, with the queries, when there are more than that."""
    assert len(queries) <= limit, f"{len(queries)} queries\n" + "\n".join(queries)
