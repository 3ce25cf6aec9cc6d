"""Submitting: everything is checked again, only those whose document changed are asked, and who is told what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from localdigital.models import AuditEvent, EmailedLink, QueuedEmail
from signatories import moderation, signoff
from signatories.models import Signatory, Signature
from signatories.models.signature import AlreadySigned, MoveRefused, Status
from signatories.signup import changes, submission
from signatories.signup.questions import BY_SLUG
from tests.factories import make_commitment, make_declaration, make_organisation, make_person, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def mayor():
    return make_person("The Mayor")


@pytest.fixture
def clerk():
    return make_person("Mr Troop", at="chigley.example.gov.uk")


@pytest.fixture
def document(mayor, clerk):
    """A draft of two councils, each with a signer of its own."""
    return make_signature("Trumpton", "Chigley", status=Status.DRAFT, signers=[mayor, clerk])


def submit(signature):
    submission.submit(signature, by=signature.preparer)


def sign(signature, person):
    signoff.sign(signature, by=person, shown=signoff.seal(signature, signoff.asked_of(signature, person)))


def asked():
    """Who has been sent a link to sign, since it was last asked."""
    addresses = list(
        QueuedEmail.objects.filter(template="sign-off").order_by("pk").values_list("to_address", flat=True)
    )
    QueuedEmail.objects.all().delete()
    return [address.split("@")[0] for address in addresses]


def told():
    """Which emails went to whom."""
    return [(mail.template, mail.to_address.split("@")[0]) for mail in QueuedEmail.objects.order_by("pk")]


def retitle(signature, title="Another title"):
    changes.answer(signature, signature.commitments.first(), BY_SLUG["title"], {"title": title})


def test_each_signer_is_asked_once_and_the_preparer_is_told(document):
    submit(document)
    assert told() == [("sign-off", "the.mayor"), ("sign-off", "mr.troop"), ("submitted", "pugh.barney")]
    assert document.status == Status.AWAITING_SIGN_OFF
    assert set(document.signatories.values_list("live", flat=True)) == {True}
    assert EmailedLink.objects.filter(purpose="sign-off", object_id=document.pk).count() == 2


def test_one_who_signs_for_several_organisations_gets_one_link(mayor):
    signature = make_signature("Trumpton", "Chigley", "Camberwick", status=Status.DRAFT, signers=[mayor] * 3)
    submit(signature)
    [email] = QueuedEmail.objects.filter(template="sign-off")
    for name in ("Trumpton", "Chigley", "Camberwick"):
        assert f"{name} Borough Council" in email.body


def test_a_preparer_who_signs_gets_no_link_and_signs_on_the_next_page():
    signature = make_signature(status=Status.DRAFT)
    submit(signature)
    assert told() == []
    assert signature.status == Status.AWAITING_SIGN_OFF


def test_a_sign_off_that_still_fits_is_not_asked_for_again(document, mayor, clerk):
    submit(document)
    sign(document, mayor)
    signed_at = document.signatories.get(signer=mayor).signed_at
    submission.recall(document, by=document.preparer)
    asked()
    submit(document)
    assert asked() == ["mr.troop"]
    assert document.signatories.get(signer=mayor).signed_at == signed_at


@pytest.mark.parametrize(
    "change",
    [
        lambda s: retitle(s),
        lambda s: make_commitment(s, title="One more"),
        lambda s: changes.remove_commitment(s, s.commitments.last()),
        lambda s: changes.move_commitment(s, s.commitments.first(), up=False),
        lambda s: changes.answer(s, s.commitments.first(), BY_SLUG["partners"], {"partners": ["Pippin Fort"]}),
        lambda s: changes.answer(s, s.commitments.first(), BY_SLUG["deliverables"], {"deliverables": ["Another"]}),
        lambda s: changes.answer(s, s.commitments.first(), BY_SLUG["impact"], {"impact": "None"}),
    ],
)
def test_a_changed_commitment_asks_every_signer_again(document, mayor, clerk, change):
    make_commitment(document, title="Second")
    submit(document)
    sign(document, mayor)
    sign(document, clerk)
    moderation.return_for_changes(document, by=None, note="Be clearer")
    change(document)
    asked()
    submit(document)
    assert asked() == ["the.mayor", "mr.troop"]
    assert document.status == Status.AWAITING_SIGN_OFF
    for one in document.signatories.all():
        assert (one.signed_at, one.signed_by, one.signed_hash) == (None, None, "")
        assert (one.signed_on, one.signed_on_precision) == (None, "unknown")


def test_a_changed_signer_asks_only_that_one(document, mayor, clerk):
    submit(document)
    sign(document, mayor)
    sign(document, clerk)
    moderation.return_for_changes(document, by=None, note="Who is Mr Troop?")
    crockett = make_person("Mr Crockett")
    changes.set_signer(
        document, document.signatories.get(signer=clerk), person=crockett, name="Mr Crockett", job_title="Chief"
    )
    asked()
    submit(document)
    assert asked() == ["mr.crockett"]
    assert document.signatories.get(signer=mayor).signed_at
    one = document.signatories.get(signer=crockett)
    assert (one.signed_at, one.signed_by) == (None, None)


def test_an_organisation_more_asks_every_signer_again(document, mayor, clerk):
    submit(document)
    sign(document, mayor)
    submission.recall(document, by=document.preparer)
    changes.add_organisation(document, make_organisation("Camberwick"))
    one = document.signatories.get(organisation__name="Camberwick")
    changes.set_signer(document, one, person=mayor, name="The Mayor", job_title="Leader")
    asked()
    submit(document)
    assert asked() == ["the.mayor", "mr.troop"]
    assert not document.signatories.exclude(signed_at=None).exists()


def test_a_returned_document_whose_sign_offs_all_fit_goes_straight_to_review(document, mayor, clerk):
    submit(document)
    sign(document, mayor)
    sign(document, clerk)
    moderation.return_for_changes(document, by=None, note="Never mind")
    QueuedEmail.objects.all().delete()
    submit(document)
    assert document.status == Status.AWAITING_REVIEW
    assert told() == [("received", "pugh.barney")]
    assert AuditEvent.objects.about(document).last().kind == "signature.submit_as_signed"


def test_a_change_undone_leaves_the_sign_offs_fitting(document, mayor, clerk):
    title = document.commitments.get().title
    submit(document)
    sign(document, mayor)
    sign(document, clerk)
    moderation.return_for_changes(document, by=None, note="Change the title")
    retitle(document)
    retitle(document, title)
    submit(document)
    assert document.status == Status.AWAITING_REVIEW


def test_submitting_twice_submits_once(document):
    stale = Signature.objects.get(pk=document.pk)
    submit(document)
    with pytest.raises(MoveRefused):
        submit(stale)
    with pytest.raises(MoveRefused):
        submit(document)
    assert AuditEvent.objects.filter(kind="signature.submit").count() == 1


def test_what_the_delivery_team_asked_for_is_no_longer_shown_after_submitting(document, mayor, clerk):
    submit(document)
    sign(document, mayor)
    sign(document, clerk)
    moderation.return_for_changes(document, by=None, note="Change the title")
    assert document.message_to_preparer == "Change the title"
    submit(document)
    document.refresh_from_db()
    assert document.message_to_preparer == ""


# ---- Everything is checked again


def make_incomplete(what, signature):
    commitment = signature.commitments.first()
    if what == "no organisation":
        signature.signatories.all().delete()
    elif what == "no signer":
        signature.signatories.update(signer=None, signer_name="", signer_job_title="")
    elif what == "no commitment":
        signature.commitments.all().delete()
    elif what == "ended":
        organisation = signature.signatories.first().organisation
        type(organisation).objects.filter(pk=organisation.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    elif what == "due date passed":
        type(commitment).objects.filter(pk=commitment.pk).update(due_on=timezone.localdate())
    elif what == "no principles":
        commitment.principles.clear()
    elif what == "no deliverables":
        commitment.deliverables.all().delete()
    else:
        type(commitment).objects.filter(pk=commitment.pk).update(**{what: ""})


WHERE = {
    "no organisation": "organisations/",
    "ended": "organisations/",
    "no signer": "signers/{one}/",
    "no commitment": "commitments/",
    "title": "commitments/{commitment}/title/",
    "no principles": "commitments/{commitment}/principles/",
    "mission": "commitments/{commitment}/mission/",
    "due date passed": "commitments/{commitment}/mission/",
    "no deliverables": "commitments/{commitment}/deliverables/",
    "impact": "commitments/{commitment}/impact/",
}


@pytest.mark.parametrize("what", WHERE)
def test_what_is_missing_or_no_longer_valid_leads_to_its_page_and_nothing_is_submitted(client, sign_in, what):
    signature = make_signature(status=Status.DRAFT)
    one, commitment = signature.signatories.get(), signature.commitments.get()
    make_incomplete(what, signature)
    with pytest.raises(submission.Incomplete) as incomplete:
        submit(signature)
    page = f"/sign/{signature.reference}/" + WHERE[what].format(one=one.pk, commitment=commitment.pk)
    assert incomplete.value.problems[0].url == page

    sign_in(signature.preparer)
    response = client.post(f"/sign/{signature.reference}/check/")
    assert (response.status_code, response.url) == (302, page)
    assert incomplete.value.problems[0].sentence in client.get(page).content.decode().replace("&#39;", "'")
    signature.refresh_from_db()
    assert signature.status == Status.DRAFT
    assert not AuditEvent.objects.filter(kind="signature.submit").exists()


def test_an_organisation_that_signed_meanwhile_cannot_be_submitted_again_and_the_preparer_is_told(client, sign_in):
    signature = make_signature("Trumpton", status=Status.DRAFT)
    make_signature("Trumpton", status=Status.PUBLISHED, preparer=make_person("Mr Munnings"))
    with pytest.raises(AlreadySigned):
        submit(signature)
    sign_in(signature.preparer)
    response = client.post(f"/sign/{signature.reference}/check/", follow=True)
    assert "Trumpton Borough Council has signed this version in the meantime" in response.content.decode()
    signature.refresh_from_db()
    assert signature.status == Status.DRAFT


def test_a_signature_of_an_earlier_version_does_not_stand_in_the_way():
    make_signature("Trumpton", status=Status.PUBLISHED)
    signature = make_signature("Trumpton", status=Status.DRAFT, declaration=make_declaration("2026"))
    submit(signature)
    assert Signatory.objects.filter(live=True).count() == 2


# ---- Taking back, deleting


def test_taking_back_ends_the_signers_links_and_frees_the_organisation(document, client):
    from localdigital import links

    submit(document)
    submission.recall(document, by=document.preparer)
    assert document.status == Status.DRAFT
    assert not Signatory.objects.filter(live=True).exists()
    for link in EmailedLink.objects.all():
        assert client.post(f"/link/{links.token(link)}/").status_code == 410
    make_signature("Trumpton", status=Status.PUBLISHED, preparer=make_person("Mr Munnings"))


def test_a_deleted_draft_is_gone_whole_but_for_the_log(document):
    submission.delete_draft(document, by=document.preparer)
    assert Signature.objects.count() == Signatory.objects.count() == 0
    [event] = AuditEvent.objects.all()
    assert event.kind == "signature.delete_draft"


def test_only_a_draft_is_deleted(document):
    stale = Signature.objects.get(pk=document.pk)
    submit(document)
    with pytest.raises(MoveRefused):
        submission.delete_draft(stale, by=stale.preparer)
    assert Signature.objects.count() == 1
