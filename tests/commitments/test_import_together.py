"""Several of the team at one import: nobody writes what they have not seen, and the log names who decided."""

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from commitments.models import Import, ImportRow, Phase
from localdigital.models import AuditEvent
from signatories.models import Signature
from tests.commitments.test_admin_import import as_csv, paper, reloaded, seen, text, upload
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


def test_what_is_written_is_the_doing_of_whoever_confirmed_it_and_not_of_whoever_looked(
    admin_client, moderator, colleague
):
    source, page = upload(admin_client, as_csv([paper("Trumpton")]))
    admin_client.post(f"/admin/import/{source.pk}/decide/", {"do": "confirm"} | seen(page))
    reloaded(colleague, colleague.get(f"/admin/import/{source.pk}/"))
    for kind in ("signature.record_paper", "import.confirm", "import.finish"):
        assert AuditEvent.objects.get(kind=kind).actor_id == moderator.pk
    assert not AuditEvent.objects.filter(actor_id=colleague.user.pk).exclude(kind__startswith="session").exists()


CHANGED = "This import changed since you opened this page. Look at it again."


def mend(client, source, page=None, **cells):
    """Change cells of the first row in its page, as it was opened."""
    address = f"/admin/import/{source.pk}/rows/2/"
    page = page or client.get(address)
    return client.post(address, paper("Trumpton") | cells | seen(page), follow=True)


@pytest.mark.parametrize(
    "what",
    [{"do": "confirm"}, {"do": "give-up"}, {"do": "leave-problems-out"}, {"do": "check-again"}, {"leave-out": "2"}],
)
def test_nothing_is_decided_of_what_a_colleague_changed_unseen(admin_client, colleague, what):
    source, page = upload(admin_client, as_csv([paper("Trumpton")]))
    mend(colleague, source, title="Quite another promise")
    for opened in (seen(page), {}, {"seen": "x"}):
        answer = admin_client.post(f"/admin/import/{source.pk}/decide/", what | opened, follow=True)
        assert Import.objects.get().phase == Phase.PREVIEW
        row = ImportRow.objects.get()
        assert (row.cells["title"], row.is_left_out) == ("Quite another promise", False)
    assert not Signature.objects.exists()
    assert not AuditEvent.objects.filter(kind="import.confirm").exists()
    assert what == {"do": "give-up"} or CHANGED in text(answer)


def test_who_looks_again_can_write_what_the_colleague_mended(admin_client, colleague):
    source, _ = upload(admin_client, as_csv([paper("Trumpton")]))
    mend(colleague, source, title="Quite another promise")
    page = admin_client.get(f"/admin/import/{source.pk}/")
    assert "Quite another promise" in text(page)
    admin_client.post(f"/admin/import/{source.pk}/decide/", {"do": "confirm"} | seen(page), follow=True)
    assert Import.objects.get().phase == Phase.FINISHED


def test_a_row_that_changed_meanwhile_is_not_overwritten_and_what_was_typed_stays(admin_client, colleague):
    source, _ = upload(admin_client, as_csv([paper("Trumpton")]))
    opened = admin_client.get(f"/admin/import/{source.pk}/rows/2/")
    mend(colleague, source, title="Theirs")
    page = mend(admin_client, source, opened, title="Mine")
    assert CHANGED in text(page)
    assert 'value="Mine"' in page.content.decode()
    assert ImportRow.objects.get().cells["title"] == "Theirs"
    mend(admin_client, source, page, title="Mine")
    assert ImportRow.objects.get().cells["title"] == "Mine"


def test_a_name_is_not_confirmed_on_a_page_that_shows_other_rows(admin_client, colleague):
    make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")
    rows = [paper("Trumpton"), paper("Chigley", organisations="Rotherham MBC")]
    source, page = upload(admin_client, as_csv(rows))
    mend(colleague, source, title="Quite another promise")
    name = source.names.get()
    answer = {f"name-{name.pk}": name.candidates[0]} | seen(page)
    assert CHANGED in text(admin_client.post(f"/admin/import/{source.pk}/names/", answer, follow=True))
    name.refresh_from_db()
    assert name.organisation is None
