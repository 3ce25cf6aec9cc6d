"""What becomes of a commitment whose organisation ended, decided by the delivery team."""

import html
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import succession
from commitments.models import Adoption, Commitment
from localdigital.models import AuditEvent
from signatories.models import Succession
from tests.factories import make_commitment, make_organisation, make_signature, make_update

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def orphan():
    """A commitment of Trumptonshire, which ended; Trumpton and Chigley took over from it."""
    old = make_organisation("Trumptonshire", ends_on=date(2023, 3, 31))
    for name in ("Trumpton", "Chigley"):
        Succession.objects.create(predecessor=old, successor=make_organisation(name))
    return make_commitment(make_signature(old, commitments=0), title="Share a bot")


def address(commitment, page="succession"):
    return f"/admin/commitments/commitment/{commitment.pk}/{page}/"


def test_the_page_of_a_commitment_leads_to_it_only_where_an_organisation_has_ended(admin_client, orphan):
    assert address(orphan) in text(admin_client.get(address(orphan, "change")))
    other = make_commitment(make_signature("Pippin Fort", commitments=0))
    assert "succession" not in text(admin_client.get(address(other, "change")))


def test_a_successor_takes_it_on(admin_client, moderator, orphan):
    page = text(admin_client.get(address(orphan)))
    assert "Trumptonshire Borough Council ended on 31 March 2023" in page
    assert "Nobody answers for it" in page
    chigley = make_organisation("Chigley")
    answer = admin_client.post(address(orphan), {"adopt": chigley.pk}, follow=True)
    assert "Chigley Borough Council has taken it on." in text(answer)
    assert "Chigley Borough Council answers for it" in text(answer)
    assert "Let it lapse" not in text(answer)
    event = AuditEvent.objects.get(kind="commitment.adopt")
    assert (event.actor_id, event.details) == (moderator.pk, {"organisation": chigley.pk})
    admin_client.post(address(orphan), {"adopt": make_organisation("Trumpton").pk})
    assert Adoption.objects.count() == 2


def test_it_lapses_with_a_public_reason(admin_client, moderator, orphan):
    answer = admin_client.post(address(orphan), {"lapse": "1", "note": ""})
    assert "Say why nobody takes it on" in text(answer)
    answer = admin_client.post(address(orphan), {"lapse": "1", "note": "The bot was switched off."}, follow=True)
    assert "It has lapsed, and its page says why." in text(answer)
    lapsed = Commitment.objects.get(pk=orphan.pk)
    assert (lapsed.status, lapsed.public_note) == ("lapsed", "The bot was switched off.")
    assert AuditEvent.objects.get(kind="commitment.lapse").actor_id == moderator.pk


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30, "²"])
def test_an_organisation_that_took_over_from_nobody_is_refused(admin_client, orphan, pk):
    answer = admin_client.post(address(orphan), {"adopt": pk}, follow=True)
    assert "This can no longer be decided" in text(answer)
    assert not Adoption.objects.exists()


def test_what_was_decided_meanwhile_is_told(admin_client, orphan):
    succession.adopt(orphan, make_organisation("Trumpton"), by=None)
    answer = admin_client.post(address(orphan), {"lapse": "1", "note": "Because"}, follow=True)
    assert "This can no longer be decided" in text(answer)
    assert Commitment.objects.get(pk=orphan.pk).status == "published"


def test_nothing_is_decided_about_what_is_delivered(admin_client, orphan):
    make_update(orphan, stage="delivered")
    page = text(admin_client.get(address(orphan)))
    assert "takes it on</button>" not in page
    assert "Let it lapse" not in page


def test_it_takes_the_permission(admin_client, moderator, orphan):
    moderator.is_superuser = False
    moderator.save()
    assert admin_client.get(address(orphan)).status_code == 403
    assert admin_client.post(address(orphan), {"lapse": "1", "note": "Because"}).status_code == 403
    assert admin_client.get("/admin/commitments/commitment/99999/succession/").status_code == 403


def test_the_pages_cost_few_queries(admin_client, orphan):
    admin_client.get(address(orphan))
    for page in ("succession", "change"):
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(address(orphan, page))
        assert len(queries) <= 12, page
    assert orphan.owners(timezone.localdate()) == []
