"""The delivery team's decisions: what each asks for, whom it tells, and that nothing is half done."""

import pytest

from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories import moderation
from signatories.models import EmailDomain, Signature
from signatories.models.signature import MoveRefused, Status
from tests.factories import make_organisation, make_person, make_signature, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    """A document that waits for review, whose signer writes from the council's own domain."""
    return make_signature(status=Status.AWAITING_REVIEW, signers=[make_person("The Mayor")])


@pytest.fixture
def user():
    return make_user()


def told():
    return sorted((mail.template, mail.to_address.split("@")[0]) for mail in QueuedEmail.objects.all())


def unchanged(signature, status):
    signature.refresh_from_db()
    assert signature.status == status
    assert not AuditEvent.objects.exists()
    assert not QueuedEmail.objects.exists()


@pytest.mark.parametrize(
    ("decide", "status", "template", "everyone"),
    [
        (lambda s, u: moderation.publish(s, by=u), Status.PUBLISHED, "published", True),
        (lambda s, u: moderation.return_for_changes(s, by=u, note="Why"), Status.RETURNED, "returned", False),
        (lambda s, u: moderation.reject(s, by=u, note="Why"), Status.REJECTED, "rejected", True),
    ],
)
def test_a_decision_tells_those_it_concerns_each_once(waiting, user, decide, status, template, everyone):
    decide(waiting, user)
    assert waiting.status == status
    assert told() == [(template, name) for name in (["pugh.barney", "the.mayor"] if everyone else ["pugh.barney"])]


def test_the_reason_is_in_the_email_in_the_log_and_on_the_preparers_page(waiting, user):
    moderation.return_for_changes(waiting, by=user, note="Name your partners & <friends>")
    waiting.refresh_from_db()
    assert waiting.message_to_preparer == "Name your partners & <friends>"
    assert "Name your partners & <friends>" in QueuedEmail.objects.get().body
    event = AuditEvent.objects.get(kind__startswith="signature.")
    assert (event.note, event.actor_id) == ("Name your partners & <friends>", user.pk)


# ---- Authority


def test_publishing_asks_how_authority_was_checked_unless_the_signer_writes_from_the_organisations_domain(user):
    elsewhere = make_signature(
        "Trumpton", "Chigley", status=Status.AWAITING_REVIEW, signers=[make_person("The Mayor")] * 2
    )
    assert [one.organisation.name for one in moderation.needing_authority(elsewhere)] == ["Chigley"]
    for authority in ("", "   "):
        with pytest.raises(moderation.AuthorityUnchecked):
            moderation.publish(elsewhere, by=user, authority=authority)
    unchanged(elsewhere, Status.AWAITING_REVIEW)
    moderation.publish(elsewhere, by=user, authority="Telephoned the switchboard")
    assert AuditEvent.objects.get(kind="signature.publish").details == {"authority": "Telephoned the switchboard"}


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("trumpton.example.gov.uk", True),
        ("it.trumpton.example.gov.uk", True),
        ("nottrumpton.example.gov.uk", False),
        ("trumpton.example.gov.uk.evil.example", False),
        ("example.gov.uk", False),
    ],
)
def test_a_domain_holds_its_own_addresses_and_those_below_it_only(address, own):
    signature = make_signature(status=Status.AWAITING_REVIEW, signers=[make_person("Someone", at=address)])
    assert moderation.at_own_domain(signature.signatories.get()) == own


def test_an_organisation_with_two_domains_has_both_and_one_with_none_has_none(user):
    organisation = make_organisation("Trumpton")
    EmailDomain.objects.create(organisation=organisation, domain="shared.example")
    signature = make_signature(status=Status.AWAITING_REVIEW, signers=[make_person("Someone", at="shared.example")])
    assert moderation.needing_authority(signature) == []
    organisation.email_domains.all().delete()
    assert len(moderation.needing_authority(signature)) == 1


def test_an_organisation_that_nobody_checked_is_not_published(waiting, user):
    organisation = waiting.signatories.get().organisation
    type(organisation).objects.filter(pk=organisation.pk).update(checked_at=None)
    with pytest.raises(moderation.OrganisationUnchecked):
        moderation.publish(waiting, by=user, authority="Telephoned")
    unchanged(waiting, Status.AWAITING_REVIEW)
    organisation.refresh_from_db()
    moderation.accept_organisation(organisation, by=user)
    moderation.publish(waiting, by=user, authority="Telephoned")
    assert waiting.status == Status.PUBLISHED


# ---- One of two


def test_a_second_moderator_cannot_decide_again_and_learns_what_was_decided(waiting, user):
    second = Signature.objects.get(pk=waiting.pk)
    moderation.reject(waiting, by=user, note="Spam")
    with pytest.raises(MoveRefused) as refused:
        moderation.publish(second, by=make_user("second"))
    assert refused.value.signature.status == Status.REJECTED
    assert AuditEvent.objects.about(waiting).last().actor_id == user.pk
    assert QueuedEmail.objects.filter(template="published").count() == 0


def test_a_decision_about_another_document_than_the_one_that_was_read_is_refused(waiting, user):
    read = waiting.changed_at
    waiting.hold(Status.AWAITING_REVIEW, move="edit")
    for decide in (moderation.return_for_changes, moderation.reject):
        with pytest.raises(MoveRefused):
            decide(waiting, by=user, note="Why", seen=read)
    with pytest.raises(MoveRefused):
        moderation.publish(waiting, by=user, seen=read)
    unchanged(waiting, Status.AWAITING_REVIEW)
    moderation.publish(waiting, by=user, seen=waiting.changed_at)


# ---- Nothing half done


def test_a_decision_whose_email_cannot_be_queued_is_not_taken(waiting, user, monkeypatch):
    version = RegisterVersion.current().number
    monkeypatch.setattr(moderation.mail, "queue_all", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        moderation.publish(waiting, by=user)
    unchanged(waiting, Status.AWAITING_REVIEW)
    assert RegisterVersion.current().number == version


@pytest.mark.parametrize(
    ("status", "decide", "public"),
    [
        (Status.AWAITING_REVIEW, lambda s, u: moderation.publish(s, by=u), True),
        (Status.AWAITING_REVIEW, lambda s, u: moderation.return_for_changes(s, by=u, note="x"), False),
        (Status.AWAITING_REVIEW, lambda s, u: moderation.reject(s, by=u, note="x"), False),
        (Status.PUBLISHED, lambda s, u: moderation.withdraw(s, by=u, note="x"), True),
        (Status.PUBLISHED, lambda s, u: moderation.remove(s, by=u, note="x"), True),
        (Status.REMOVED, lambda s, u: moderation.restore(s, by=u), True),
    ],
)
def test_what_changes_a_public_page_moves_the_register_version_on_and_nothing_else_does(status, decide, public, user):
    signature = make_signature(status=status, signers=[make_person("The Mayor")])
    version = RegisterVersion.current().number
    decide(signature, user)
    assert (RegisterVersion.current().number > version) == public


def test_a_published_one_can_be_read_and_a_removed_one_is_gone(waiting, user, client):
    address = f"/signatures/{waiting.reference}/"
    assert client.get(address).status_code == 404
    moderation.publish(waiting, by=user)
    assert "Promise 1" in client.get(address).content.decode()
    moderation.remove(waiting, by=user, note="Made up")
    response = client.get(address)
    assert response.status_code == 410
    assert "Promise 1" not in response.content.decode()
    moderation.restore(waiting, by=user)
    assert client.get(address).status_code == 200
    moderation.withdraw(waiting, by=user, note="They left the movement")
    response = client.get(address)
    assert response.status_code == 200
    assert "They left the movement" in response.content.decode()


# ---- Paper


@pytest.fixture
def paper():
    signature = make_signature(status=Status.DRAFT)
    Signature.objects.filter(pk=signature.pk).update(preparer=None, source_note="Seen at the town hall")
    signature.refresh_from_db()
    return signature


def test_a_paper_signature_is_published_and_nobody_is_emailed(paper, user):
    moderation.record_paper(paper, by=user)
    assert paper.status == Status.PUBLISHED
    assert told() == []


def test_what_came_in_on_the_web_is_not_recorded_as_paper(user):
    signature = make_signature(status=Status.DRAFT)
    with pytest.raises(MoveRefused):
        moderation.record_paper(signature, by=user)
    unchanged(signature, Status.DRAFT)


@pytest.mark.parametrize("missing", ["source_note", "signatories"])
def test_a_paper_signature_says_where_it_comes_from_and_who_signed(paper, user, missing):
    if missing == "signatories":
        paper.signatories.all().delete()
    else:
        Signature.objects.filter(pk=paper.pk).update(source_note="")
        paper.refresh_from_db()
    with pytest.raises(MoveRefused):
        moderation.record_paper(paper, by=user)
    unchanged(paper, Status.DRAFT)


def test_an_organisation_that_was_accepted_is_in_the_register_under_its_names(user):
    organisation = make_organisation("Pippin Fort", checked_at=None)
    organisation.names.all().delete()
    version = RegisterVersion.current().number
    moderation.accept_organisation(organisation, by=user)
    organisation.refresh_from_db()
    assert organisation.checked_at
    assert organisation.names.exists()
    assert RegisterVersion.current().number > version
    assert AuditEvent.objects.about(organisation).get().actor_id == user.pk
