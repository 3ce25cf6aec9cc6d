"""The real declaration of 9 November 2018, and the demo's invented ones."""

import pytest
from django.core.management import call_command

from commitments.models import Commitment, ProgressUpdate
from localdigital.models import QueuedEmail
from signatories.models import Signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def _real_register():
    for command in ("import_organisations", "load_declaration", "load_first_signature"):
        call_command(command, verbosity=0)


@pytest.mark.usefixtures("_real_register")
def test_the_first_signature_is_on_its_pages_with_its_date_and_nine_partners(client):
    page = client.get("/organisations/redditch/").content.decode()
    assert "Chris Forrester" in page
    assert "9 November 2018" in page
    assert "Bromsgrove District Council" in page
    commitment = Commitment.objects.get()
    assert commitment.partners.count() == 9
    assert not commitment.partners.filter(organisation=None).exists()
    assert commitment.deliverables.count() == 4
    page = client.get(commitment.get_absolute_url()).content.decode()
    assert "Common Approach To Chatbots and AI Development" in page
    assert "Rotherham" in page
    assert QueuedEmail.objects.count() == 0


@pytest.mark.usefixtures("_real_register")
def test_loading_it_again_makes_no_second_one(capsys):
    call_command("load_first_signature")
    assert "is there already" in capsys.readouterr().out
    assert Signature.objects.count() == 1


@pytest.mark.usefixtures("_real_register")
def test_the_demo_adds_once_two_invented_documents_that_wait_for_review_and_one_that_reports():
    call_command("load_demo_signatures", verbosity=0)
    call_command("load_demo_signatures", verbosity=0)
    waiting = Signature.objects.awaiting_review()
    assert waiting.count() == 2
    assert all(one.signed_hash for signature in waiting for one in signature.signatories.all())
    reporting = Signature.objects.standing().exclude(preparer=None).get()
    updates = ProgressUpdate.objects.filter(commitment__signature=reporting)
    assert updates.published().count() == updates.awaiting_review().count() == 1
