"""The demo's invented events: one of each state, made once."""

import pytest

from programme.demo import events
from programme.models import Event
from signatories.demo_signatures import load_reporting_signature
from tests.factories import make_declaration, make_organisation, make_principles
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def test_the_demo_has_events_in_every_state_and_makes_them_once(client):
    make_declaration()
    make_principles()
    for name in ("Bromsgrove", "Camberwick Green"):
        make_organisation(name)
    load_reporting_signature()
    assert events.load() == 6
    assert events.load() == 0
    assert Event.objects.published().count() == 5
    assert Event.objects.awaiting_review().count() == 1
    text = text_of(client.get("/events/"))
    for words in ("Coming up", "Past events", "Cancelled", "Held by Pippin Fort Town Council"):
        assert words in text, words
