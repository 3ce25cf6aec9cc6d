"""Sign-off: each signer reads what will be published and signs that, or declines; nobody else can, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.models import Commitment
from localdigital import links
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail
from signatories import signoff
from signatories.document import hashes
from signatories.models import Organisation, Signature
from signatories.models.signature import MoveRefused, Status
from signatories.signup import changes, submission
from signatories.signup.questions import BY_SLUG
from tests.factories import make_organisation, make_person, make_principles, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def mayor():
    return make_person("The Mayor")


@pytest.fixture
def clerk():
    return make_person("Mr Troop", at="chigley.example.gov.uk")


@pytest.fixture
def document(mayor, clerk):
    """A submitted document of two councils, each with a signer of its own."""
    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, signers=[mayor, clerk])
    submission.submit(signature, by=signature.preparer)
    return signature


def seal_for(signature, person):
    return signoff.seal(signature, signoff.asked_of(signature, person))


def sign(signature, person):
    signoff.sign(signature, by=person, shown=seal_for(signature, person))


def templates():
    return [mail.template for mail in QueuedEmail.objects.order_by("pk")]


def rewrite(signature):
    """What its preparer does while a signer reads: take back, change, submit again."""
    submission.recall(signature, by=signature.preparer)
    changes.answer(signature, signature.commitments.get(), BY_SLUG["title"], {"title": "Another"})
    submission.submit(signature, by=signature.preparer)


# ---- Signing


def test_a_sign_off_keeps_who_when_and_the_hash_of_what_was_shown(document, mayor):
    now = timezone.now()
    signoff.sign(document, by=mayor, shown=seal_for(document, mayor), now=now)
    one = document.signatories.get(signer=mayor)
    assert (one.signed_at, one.signed_by, one.signed_on, one.signed_on_precision) == (
        now, mayor, timezone.localdate(now), "day",
    )  # fmt: skip
    assert one.signed_hash == hashes(document)[one.pk]
    assert document.status == Status.AWAITING_SIGN_OFF
    assert document.signatories.exclude(signer=mayor).get().signed_at is None


def test_the_day_of_a_signature_is_the_day_in_the_united_kingdom(document, mayor):
    late = timezone.datetime.fromisoformat("2026-07-04T23:30:00+00:00")
    signoff.sign(document, by=mayor, shown=seal_for(document, mayor), now=late)
    assert str(document.signatories.get(signer=mayor).signed_on) == "2026-07-05"


def test_with_the_last_signature_the_delivery_teams_turn_begins(document, mayor, clerk):
    QueuedEmail.objects.all().delete()
    sign(document, mayor)
    assert templates() == ["signed", "sign-off-progress"]
    sign(document, clerk)
    assert templates() == ["signed", "sign-off-progress", "signed", "received"]
    assert document.status == Status.AWAITING_REVIEW


def test_one_who_signs_for_several_organisations_signs_for_all_of_them_at_once(mayor):
    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, signers=[mayor, mayor])
    submission.submit(signature, by=signature.preparer)
    sign(signature, mayor)
    assert signature.status == Status.AWAITING_REVIEW
    assert AuditEvent.objects.filter(kind="signatory.sign").count() == 2
    assert templates().count("signed") == 1


def test_a_page_that_changed_meanwhile_is_not_signed(document, mayor, client, sign_in):
    sign_in(mayor)
    page = client.get(f"/account/sign/{document.reference}/").content.decode()
    seal = re.search(r'name="seal" value="([^"]+)"', page)[1]
    rewrite(document)
    with pytest.raises(signoff.DocumentChanged):
        signoff.sign(document, by=mayor, shown=seal)
    response = client.post(f"/account/sign/{document.reference}/", {"seal": seal}, follow=True)
    text = response.content.decode()
    assert "has changed since you opened this page" in text
    assert "Another" in text
    assert not document.signatories.exclude(signed_at=None).exists()
    assert not AuditEvent.objects.filter(kind="signatory.sign").exists()
    assert "signed" not in templates()


@pytest.mark.parametrize("seal", ["", "0" * 64, "." * 5, "\x00", "é", "x" * 5000])
def test_a_made_up_seal_signs_nothing(document, mayor, client, sign_in, seal):
    sign_in(mayor)
    response = client.post(f"/account/sign/{document.reference}/", {"seal": seal})
    assert (response.status_code, response.url) == (302, f"/account/sign/{document.reference}/")
    assert not document.signatories.exclude(signed_at=None).exists()


def test_the_seal_of_another_signer_signs_nothing(document, mayor, clerk):
    with pytest.raises(signoff.DocumentChanged):
        signoff.sign(document, by=mayor, shown=seal_for(document, clerk))


def test_a_preparer_who_does_not_sign_cannot_sign(document, client, sign_in):
    with pytest.raises(MoveRefused):
        signoff.sign(document, by=document.preparer, shown="")
    sign_in(document.preparer)
    assert client.get(f"/account/sign/{document.reference}/").status_code == 404
    assert client.post(f"/account/sign/{document.reference}/", {"seal": ""}).status_code == 404


def test_signing_twice_signs_once(document, mayor, client, sign_in):
    sign_in(mayor)
    seal = seal_for(document, mayor)
    for _ in range(2):
        response = client.post(f"/account/sign/{document.reference}/", {"seal": seal})
        assert response.url == f"/account/sign/{document.reference}/signed/"
    assert AuditEvent.objects.filter(kind="signatory.sign").count() == 1


def test_a_preparer_who_signs_ends_on_the_confirmation(client, sign_in):
    make_principles()
    signature = make_signature(status=Status.DRAFT)
    sign_in(signature.preparer)
    assert client.post(f"/sign/{signature.reference}/check/").url == f"/account/sign/{signature.reference}/"
    signature.refresh_from_db()
    seal = seal_for(signature, signature.preparer)
    response = client.post(f"/account/sign/{signature.reference}/", {"seal": seal})
    assert response.url == f"/sign/{signature.reference}/submitted/"
    assert signature.reference in client.get(response.url).content.decode()


def test_the_signers_link_is_over_once_they_signed(document, mayor, client):
    link = EmailedLink.objects.get(person_id=mayor.pk)
    sign(document, mayor)
    assert client.get(f"/link/{links.token(link)}/").status_code == 410


def test_the_sign_off_page_shows_everything_that_will_be_published_and_the_version(document, mayor, client, sign_in):
    sign_in(mayor)
    text = client.get(f"/account/sign/{document.reference}/").content.decode()
    commitment = document.commitments.get()
    for part in (
        "Trumpton Borough Council", "Chigley Borough Council", "The Mayor", "Mr Troop", commitment.title,
        commitment.mission, commitment.impact, "A framework", document.declaration.title,
        document.declaration.official_url,
    ):  # fmt: skip
        assert part in text, part
    for address in (document.preparer.email, "mr.troop@"):
        assert address not in text.replace(f"{mayor.email}", "")


# ---- Declining


def test_declining_sends_the_reason_to_the_preparer_and_the_document_back(document, mayor, client, sign_in):
    QueuedEmail.objects.all().delete()
    sign_in(mayor)
    response = client.post(f"/account/sign/{document.reference}/decline/", {"reason": "Not my idea"})
    assert response.status_code == 200
    document.refresh_from_db()
    assert document.status == Status.DRAFT
    assert "Not my idea" in document.message_to_preparer
    [email] = QueuedEmail.objects.all()
    assert (email.template, email.to_address) == ("declined", document.preparer.email)
    assert "Not my idea" in email.body
    assert not document.signatories.filter(live=True).exists()
    assert client.post(f"/account/sign/{document.reference}/decline/", {"reason": "Again"}).status_code == 302
    assert QueuedEmail.objects.count() == 1


def test_declining_needs_a_reason(document, mayor, client, sign_in):
    sign_in(mayor)
    response = client.post(f"/account/sign/{document.reference}/decline/", {"reason": "  "})
    assert "Enter why you are declining to sign" in response.content.decode()
    document.refresh_from_db()
    assert document.status == Status.AWAITING_SIGN_OFF


def test_one_who_has_signed_cannot_decline_any_more(document, mayor):
    sign(document, mayor)
    with pytest.raises(MoveRefused):
        signoff.decline(document, by=mayor, reason="I regret it")
    document.refresh_from_db()
    assert document.status == Status.AWAITING_SIGN_OFF


def test_one_who_was_not_asked_cannot_decline(document):
    with pytest.raises(MoveRefused):
        signoff.decline(document, by=make_person("Mr Munnings"), reason="I know better")
    assert not AuditEvent.objects.filter(kind="signature.decline").exists()


def test_after_a_decline_nobodys_link_works_and_a_sign_off_that_still_fits_is_not_asked_again(
    document, mayor, clerk, client
):
    sign(document, mayor)
    signoff.decline(document, by=clerk, reason="Wrong date")
    for link in EmailedLink.objects.all():
        assert client.post(f"/link/{links.token(link)}/").status_code == 410
    QueuedEmail.objects.all().delete()
    submission.submit(document, by=document.preparer)
    assert [mail.to_address for mail in QueuedEmail.objects.filter(template="sign-off")] == [clerk.email]


# ---- Sending again


def test_the_preparer_can_send_a_link_again_and_only_the_newest_works(document, mayor, client, sign_in):
    one = document.signatories.get(signer=mayor)
    older = EmailedLink.objects.get(person_id=mayor.pk)
    sign_in(document.preparer)
    client.post(f"/sign/{document.reference}/signers/{one.pk}/remind/")
    newer = EmailedLink.objects.filter(person_id=mayor.pk).order_by("-pk").first()
    assert newer.pk != older.pk
    assert newer.expires_at - timezone.now() > timedelta(days=29)
    assert client.get(f"/link/{links.token(older)}/").status_code == 410
    assert client.get(f"/link/{links.token(newer)}/").status_code == 200


def test_a_signer_is_reminded_five_times_an_hour_at_the_most(document, mayor, client, sign_in):
    one = document.signatories.get(signer=mayor)
    QueuedEmail.objects.all().delete()
    sign_in(document.preparer)
    for _ in range(8):
        assert client.post(f"/sign/{document.reference}/signers/{one.pk}/remind/").status_code == 302
    assert QueuedEmail.objects.count() == 5


def test_one_who_has_signed_is_not_reminded(document, mayor, client, sign_in):
    sign(document, mayor)
    QueuedEmail.objects.all().delete()
    sign_in(document.preparer)
    client.post(f"/sign/{document.reference}/signers/{document.signatories.get(signer=mayor).pk}/remind/")
    assert QueuedEmail.objects.count() == 0


def test_a_lapsed_document_is_a_draft_again_and_its_preparer_is_told(document, client):
    QueuedEmail.objects.all().delete()
    signoff.lapse(document)
    assert document.status == Status.DRAFT
    assert templates() == ["lapsed"]
    assert not document.signatories.filter(live=True).exists()
    for link in EmailedLink.objects.all():
        assert client.get(f"/link/{links.token(link)}/").status_code == 410


# ---- Other people's documents

# fmt: off
PREPARERS_PAGES = ["", "continue/", "organisations/", "organisations/not-listed/", "signers/{one}/", "commitments/",
                   "commitments/{commitment}/title/", "commitments/{commitment}/which-partners/",
                   "commitments/{commitment}/remove/", "check/", "submitted/", "progress/", "delete/"]
PREPARERS_POSTS = ["organisations/", "organisations/{one}/remove/", "organisations/not-listed/", "signers/{one}/",
                   "signers/{one}/remind/", "commitments/add/", "commitments/{commitment}/title/", "check/",
                   "commitments/{commitment}/move/", "commitments/{commitment}/remove/", "recall/", "delete/"]
# fmt: on


def path(signature, page):
    one, commitment = signature.signatories.first().pk, signature.commitments.first().pk
    return f"/sign/{signature.reference}/" + page.format(one=one, commitment=commitment)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_SIGN_OFF, Status.PUBLISHED])
def test_a_document_of_somebody_else_is_not_found_on_any_page(client, sign_in, mayor, status):
    signature = make_signature("Trumpton", "Chigley", status=status, signers=[mayor, mayor])
    sign_in(make_person("Mr Munnings"))
    before = Signature.objects.values().get()
    for page in PREPARERS_PAGES:
        assert client.get(path(signature, page)).status_code == 404, page
    for page in PREPARERS_POSTS:
        assert client.post(path(signature, page), {"title": "Mine"}).status_code == 404, page
    for page in ("", "signed/", "decline/"):
        assert client.get(f"/account/sign/{signature.reference}/{page}").status_code == 404
        assert client.post(f"/account/sign/{signature.reference}/{page}", {"reason": "x"}).status_code == 404
    assert Signature.objects.values().get() == before
    sign_in(mayor)  # a signer is no preparer
    for page in PREPARERS_PAGES:
        assert client.get(path(signature, page)).status_code == 404, page


def test_a_stranger_is_asked_for_an_address_first_on_every_page(client):
    signature = make_signature(status=Status.DRAFT)
    for page in PREPARERS_PAGES:
        response = client.get(path(signature, page))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/sign/email/"), page
    for page in PREPARERS_POSTS:
        assert client.post(path(signature, page)).url.split("?")[0] == "/sign/email/", page


def test_a_part_of_another_document_is_not_reached_through_ones_own(client, sign_in):
    mine = make_signature("Trumpton", status=Status.DRAFT)
    theirs = make_signature("Chigley", status=Status.DRAFT, preparer=make_person("Mr Munnings"))
    one, commitment = theirs.signatories.get(), theirs.commitments.get()
    sign_in(mine.preparer)
    for page in (
        f"organisations/{one.pk}/remove/", f"signers/{one.pk}/", f"signers/{one.pk}/remind/",
        f"commitments/{commitment.pk}/title/", f"commitments/{commitment.pk}/remove/",
        f"commitments/{commitment.pk}/move/", f"commitments/{10**30}/title/", f"signers/{10**30}/",
        f"organisations/{10**30}/remove/",
    ):  # fmt: skip
        data = {"title": "Mine", "direction": "up"}
        assert client.post(f"/sign/{mine.reference}/{page}", data).status_code == 404, page
    assert theirs.signatories.count() == theirs.commitments.count() == 1
    assert Commitment.objects.get(pk=commitment.pk).title == "Promise 1"


def test_a_signer_named_in_a_draft_cannot_read_it_before_they_are_asked(client, sign_in, mayor):
    signature = make_signature(status=Status.DRAFT, signers=[mayor])
    sign_in(mayor)
    text = client.get(f"/account/sign/{signature.reference}/").content.decode()
    assert signature.commitments.get().title not in text


# ---- The hash of a document


def test_the_hash_is_the_same_every_time_and_differs_for_each_signatory(document):
    first = hashes(Signature.objects.get(pk=document.pk))
    assert hashes(Signature.objects.get(pk=document.pk)) == first
    assert len(set(first.values())) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in first.values())


def change_one_thing(signature, what):
    commitment, one = signature.commitments.get(), signature.signatories.first()
    commitments, partner = Commitment.objects.filter(pk=commitment.pk), commitment.partners.first()
    if what in ("title", "mission", "impact"):
        commitments.update(**{what: getattr(commitment, what) + " "})
    elif what == "due_on":
        commitments.update(due_on=commitment.due_on + timedelta(days=1))
    elif what == "principle":
        commitment.principles.remove(commitment.principles.first())
    elif what == "deliverable":
        commitment.deliverables.update(text="Something else")
    elif what == "order of deliverables":
        commitment.deliverables.filter(text="One").update(position=9)
    elif what == "partner":
        type(partner).objects.filter(pk=partner.pk).update(name="Other")
    elif what == "meaning of a partner":
        type(partner).objects.filter(pk=partner.pk).update(organisation=make_organisation("Pippin Fort"))
    elif what == "official name":
        Organisation.objects.filter(pk=one.organisation_id).update(official_name="City of Trumpton")
    elif what == "order of organisations":
        type(one).objects.filter(pk=one.pk).update(position=9)


@pytest.mark.parametrize(
    "what",
    ["title", "mission", "impact", "due_on", "principle", "deliverable", "order of deliverables", "partner",
     "meaning of a partner", "official name", "order of organisations"],
)  # fmt: skip
def test_any_change_that_a_reader_can_see_changes_every_hash(mayor, clerk, what):
    from tests.factories import make_commitment

    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, signers=[mayor, clerk], commitments=0)
    make_commitment(signature, partners=["Pippin Fort"], deliverables=["One", "Two"])
    before = hashes(signature)
    change_one_thing(signature, what)
    after = hashes(signature)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


TEXT = st.text(max_size=30)
FACTORY = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FACTORY
@given(TEXT, TEXT, TEXT, TEXT)
def test_two_documents_have_one_hash_only_when_they_say_the_same(one_title, one_mission, other_title, other_mission):
    """No text can be moved from one field into another without its being noticed."""
    from signatories import document as module

    one, other = (
        module._digest({"title": title, "mission": mission, "signs": []})
        for title, mission in ((one_title, one_mission), (other_title, other_mission))
    )
    assert (one == other) == ((one_title, one_mission) == (other_title, other_mission))
