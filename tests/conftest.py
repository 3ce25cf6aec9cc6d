"""What every test stands on: the register in test mode, three familiar people, a browser where one is named."""

import functools
import gc
import os
import shutil

os.environ["REGISTER_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "localdigital.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's synchronous API runs an event loop in this thread

import django
import hypothesis
import pytest

django.setup()
# A shared machine is slow now and then: an example may take its time, and the same ones run everywhere.
hypothesis.settings.register_profile("register", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("register")

from django.test import TransactionTestCase
from simple_history.manager import HistoryManager

from tests.real_commits import empty_the_database

# The shell of it alone, where there is one, draws no window around each page, which takes time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


TransactionTestCase._fixture_teardown = lambda self: empty_the_database()

# The library makes a class each time that a row's history is written: the same one serves.
HistoryManager.from_queryset = staticmethod(functools.cache(HistoryManager.from_queryset))


NEEDS_A_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items):
    """Marks what asks a database (the rest need not run on both). Without a browser its tests are left out, except in
    CI, where they fail. What takes long begins first: begun last, one worker would go on alone."""
    for item in items:
        asks = item.get_closest_marker("django_db") or NEEDS_A_DATABASE & set(item.fixturenames)
        if asks and not item.get_closest_marker("one_database"):
            item.add_marker("database")
        if item.get_closest_marker("browser") and not (CHROMIUM or os.environ.get("CI")):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
    items.sort(key=lambda item: not any(item.get_closest_marker(long) for long in ("browser", "slow")))


def pytest_collection_finish():
    """What is loaded by now stays: looking through it for rubbish, again and again, took a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def front_end():
    """The style sheets and scripts, built."""
    from localdigital.management.commands.build_frontend import build

    build(if_missing=True, with_test_tools=True, say=lambda step: None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, front_end):
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": quiet}


@pytest.fixture
def outbox_text():
    """The queued emails, newest last, each as it goes out (with its link)."""
    from localdigital import mail
    from localdigital.models import QueuedEmail

    def read(to=None):
        emails = QueuedEmail.objects.order_by("pk")
        if to:
            emails = emails.filter(to_address=to)
        return [(email.to_address, email.subject, mail.body_with_links(email)) for email in emails]

    return read


@pytest.fixture
def sign_in(client):
    """Sign a Person in on the test client, by a real emailed link."""

    from localdigital import links

    def by_link(person):
        link = links.make("sign-in", person_id=person.pk)
        client.post(f"/link/{links.token(link)}/")
        return client

    return by_link


@pytest.fixture
def moderator(db):
    """Someone of the delivery team."""
    from tests.factories import make_user

    return make_user()


@pytest.fixture
def admin_client(client, moderator):
    """The client with the moderator signed in, second factor included."""
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_static.models import StaticDevice

    client.force_login(moderator, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=moderator, name="test").persistent_id
    session.save()
    return client
