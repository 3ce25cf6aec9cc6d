"""What the register keeps of how a commitment stands stays true, in whatever order things happen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment, ProgressUpdate, Status
from localdigital.models import QueuedEmail, RegisterVersion
from signatories import moderation, people
from signatories.models import Signature
from tests.factories import make_access, make_commitment, make_person, make_signature, make_update, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def commitment():
    """A commitment of Trumpton, published."""
    return make_signature("Trumpton").commitments.get()


def test_access_that_was_given_while_a_declaration_was_removed_counts_once_it_is_back(commitment):
    signature, team = commitment.signature, make_user()
    moderation.remove(signature, by=team, note="By mistake")
    people.give_access(signature.signatories.get().organisation, make_person("Mrs Honeyman"), by=team)
    moderation.restore(Signature.objects.get(), by=team)
    assert not Commitment.objects.not_yet_asked().exists()


def test_giving_the_first_access_changes_the_public_page_at_once(commitment):
    before = RegisterVersion.current().number
    people.give_access(commitment.signature.signatories.get().organisation, make_person("Mrs Honeyman"), by=None)
    assert RegisterVersion.current().number > before


def test_whoever_reports_today_of_last_year_has_reported_today(commitment):
    today = timezone.localdate()
    Commitment.objects.update(asked_on=today - timedelta(days=300))
    assert list(Commitment.objects.update_overdue(today)) == [commitment]
    late = make_update(
        commitment, status=Status.AWAITING_REVIEW, reported_on=today - timedelta(days=250), submitted_at=timezone.now()
    )
    publishing.publish(late, by=make_user())
    assert not Commitment.objects.update_overdue(today).exists()
    assert not Commitment.objects.get().is_update_overdue(today)


def test_what_somebody_sent_in_is_their_successors_to_mend(client, sign_in, commitment):
    snort, grout = make_person("Captain Snort"), make_person("Sergeant Major Grout")
    trumpton = commitment.signature.signatories.get().organisation
    access = make_access(snort, trumpton)
    sent = make_update(commitment, status=Status.AWAITING_REVIEW, proposer=snort, done="We drilled.")
    people.hand_over(access, grout.email, by=snort)
    publishing.return_for_changes(ProgressUpdate.objects.get(), by=make_user(), note="Say where you drilled.")
    assert QueuedEmail.objects.filter(template="sent-in-returned").get().to_address == grout.email
    page = sign_in(grout).get(f"/account/updates/{sent.pk}/check/").content.decode()
    assert "We drilled." in page
    assert "Say where you drilled." in page


def test_a_colleague_who_reports_on_the_same_keeps_their_own_report(commitment):
    snort, grout = make_person("Captain Snort"), make_person("Sergeant Major Grout")
    trumpton = commitment.signature.signatories.get().organisation
    access = make_access(snort, trumpton)
    make_access(grout, trumpton)
    for person in (snort, grout):
        make_update(commitment, status=Status.DRAFT, proposer=person)
    people.end_access(access, by=grout)
    assert set(ProgressUpdate.objects.values_list("proposer", flat=True)) == {snort.pk, grout.pk}


def test_a_commitment_is_found_by_the_new_name_of_its_organisation(client, commitment):
    make_commitment(commitment.signature, title="Another")
    organisation = commitment.signature.signatories.get().organisation
    organisation.name = organisation.official_name = "Zebracorn"
    organisation.save()
    moderation.accept_organisation(organisation, by=make_user("chief"))
    assert "2 commitments" in client.get("/commitments/?q=zebracorn").content.decode()


def test_a_partner_cannot_mail_the_people_of_a_commitment_without_end(sign_in):
    honeyman, pugh = make_person("Mrs Honeyman", at="chigley.example.gov.uk"), make_person()
    chigley = make_access(honeyman, "Chigley").organisation
    signature = make_signature("Trumpton", commitments=0)
    commitment = make_commitment(signature, partners=[chigley])
    make_access(pugh, "Trumpton")
    client, partner = sign_in(honeyman), commitment.partners.get()
    answers = [
        client.post(f"/account/commitments/{commitment.pk}/partners/", {f"partner-{partner.pk}": said}).status_code
        for said in ["no", "yes"] * 20
    ]
    assert answers[-1] == 429
    assert QueuedEmail.objects.filter(template="partner-disowned").count() == 3


def test_an_address_is_invited_as_often_as_it_may_ask_for_a_link(sign_in):
    client = sign_in(make_access(make_person(), "Trumpton").person)
    for _ in range(8):
        answer = client.post("/account/organisations/trumpton/people/", {"email": "victim@example.gov.uk"})
    assert "several times in the last hour" in answer.content.decode()
    assert QueuedEmail.objects.filter(to_address="victim@example.gov.uk").count() == 5
