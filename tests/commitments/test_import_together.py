"""Several of the team at one import: nobody writes what they have not seen, and the log names who decided."""

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from localdigital.models import AuditEvent
from tests.commitments.test_admin_import import as_csv, paper, reloaded, upload
from tests.factories import make_declaration, make_organisation, make_principles, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register():
    make_declaration()
    make_principles()
    make_organisation("Trumpton")


@pytest.fixture
def colleague():
    """Another of the team, signed in."""
    user, client = make_user("colleague"), Client()
    client.force_login(user, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user, name="test").persistent_id
    session.save()
    client.user = user
    return client


def seen_on(page):
    """What the forms of a page say was seen."""
    return page.context["import"].step


def test_what_is_written_is_the_doing_of_whoever_confirmed_it_and_not_of_whoever_looked(
    admin_client, moderator, colleague
):
    source, page = upload(admin_client, as_csv([paper("Trumpton")]))
    admin_client.post(f"/admin/import/{source.pk}/decide/", {"do": "confirm", "seen": seen_on(page)})
    reloaded(colleague, colleague.get(f"/admin/import/{source.pk}/"))
    for kind in ("signature.record_paper", "import.confirm", "import.finish"):
        assert AuditEvent.objects.get(kind=kind).actor_id == moderator.pk
    assert not AuditEvent.objects.filter(actor_id=colleague.user.pk).exclude(kind__startswith="session").exists()
