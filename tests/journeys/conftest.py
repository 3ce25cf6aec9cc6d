"""What the stories in a real browser stand on: the built front end, a running register, people at their browsers."""

import re

import pytest

from localdigital import mail
from localdigital.models import QueuedEmail
from tests.factories import make_declaration, make_organisation, make_principles
from tests.journeys.visitor import Visitor


@pytest.fixture
def site(live_server, settings, front_end):
    """The address of the register, as its own emails give it."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def visitor(site, new_context):
    """Makes somebody at a browser of their own: `visitor(width=320)`. At the end no browser may have complained."""
    visitors = []

    def make(width=1280, height=900, javascript=True):
        context = new_context(viewport={"width": width, "height": height}, java_script_enabled=javascript)
        context.set_default_timeout(15_000)
        visitors.append(Visitor(context.new_page(), site, read_link))
        return visitors[-1]

    yield make
    assert [complaint for one in visitors for complaint in one.complaints] == []


def read_link(address):
    """The link in the newest email to that address."""
    email = QueuedEmail.objects.filter(to_address=address).latest("pk")
    return re.search(r"http\S+/link/\S+", mail.body_with_links(email))[0]


@pytest.fixture
def councils(site):
    """The Declaration, its principles and three invented councils."""
    make_declaration()
    make_principles()
    return [make_organisation(name) for name in ("Trumpton", "Camberwick Green", "Chigley")]
