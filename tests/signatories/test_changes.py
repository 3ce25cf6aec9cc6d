"""What a preparer changes: once for two clicks, in its own document only, and never past what the register holds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from localdigital.models import AuditEvent
from signatories.models import Organisation, Signature
from signatories.models.signature import AlreadySigned, MoveRefused, Status
from signatories.signup import changes, forms
from signatories.signup.questions import BY_SLUG, first_unanswered
from tests.factories import (
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_signature(status=Status.DRAFT)


def titles(signature):
    return list(signature.commitments.order_by("position", "pk").values_list("title", flat=True))


def test_starting_twice_makes_one_draft_and_a_draft_that_was_begun_is_left_alone():
    make_declaration()
    person = make_person()
    first = changes.start(person)
    assert changes.start(person) == first
    changes.add_organisation(first, make_organisation())
    assert changes.start(person) != first
    assert Signature.objects.count() == 2


def test_a_new_draft_is_of_the_current_version():
    person = make_person()
    make_declaration("2018")
    earlier = changes.start(person)
    newer = make_declaration("2026", dated_on=timezone.localdate())
    later = changes.start(person)
    assert (later.declaration, later != earlier) == (newer, True)


def test_every_change_marks_the_document_as_changed(draft):
    long_ago = timezone.now() - timedelta(days=50)
    commitment, one = draft.commitments.get(), draft.signatories.get()
    for change in (
        lambda: changes.answer(draft, commitment, BY_SLUG["title"], {"title": "X"}),
        lambda: changes.add_commitment(draft),
        lambda: changes.add_organisation(draft, make_organisation("Chigley")),
        lambda: changes.set_signer(draft, one, person=draft.preparer, name="A", job_title="B"),
    ):
        Signature.objects.update(changed_at=long_ago)
        change()
        assert Signature.objects.get().changed_at > long_ago + timedelta(days=49)


# ---- Organisations


def test_an_organisation_that_has_signed_this_version_is_refused_with_who(draft):
    other = make_signature("Chigley", status=Status.PUBLISHED, preparer=make_person("Mr Munnings"))
    with pytest.raises(AlreadySigned) as refused:
        changes.add_organisation(draft, make_organisation("Chigley"))
    assert [one.signature for one in refused.value.signatories] == [other]
    assert draft.signatories.count() == 1


@pytest.mark.parametrize("status", [Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW, Status.PUBLISHED])
def test_the_page_tells_of_another_document_only_what_is_public(client, sign_in, draft, status):
    make_signature("Chigley", status=status, preparer=make_person("Mr Munnings"))
    other = Signature.objects.exclude(pk=draft.pk).get()
    sign_in(draft.preparer)
    text = client.post(f"/sign/{draft.reference}/organisations/", {"organisation": "Chigley"}).content.decode()
    assert ("has already signed this version" in text) == (status == Status.PUBLISHED)
    assert "can sign one declaration of this version" in text
    assert (f"/signatures/{other.reference}/" in text) == (status == Status.PUBLISHED)
    assert (other.reference in text) == (status == Status.PUBLISHED)
    assert "Munnings" not in text


def test_a_strangers_draft_blocks_nobody(draft):
    make_signature("Chigley", status=Status.DRAFT, preparer=make_person("Mr Munnings"))
    changes.add_organisation(draft, make_organisation("Chigley"))
    assert draft.signatories.count() == 2


def test_an_organisation_that_has_ended_or_was_only_proposed_cannot_be_chosen(client, sign_in, draft):
    ended = make_organisation("Old Trumptonshire", ends_on=timezone.localdate() - timedelta(days=1))
    proposed = make_organisation("Pippin Fort", checked_at=None)
    sign_in(draft.preparer)
    path = f"/sign/{draft.reference}/organisations/"
    for data in (
        {"organisation": "Old Trumptonshire"}, {"code": ended.code}, {"organisation": "Pippin Fort"},
        {"code": proposed.code}, {"code": "nonsense"}, {"code": ""},
    ):  # fmt: skip
        response = client.post(path, data)
        assert response.status_code == 200, data
        assert "There is a problem" in response.content.decode(), data
    assert draft.signatories.count() == 1


def test_a_proposed_organisation_waits_to_be_checked_and_goes_with_the_document_that_proposed_it(draft):
    changes.propose_organisation(draft, name="The Mill", website="https://mill.example")
    mill = Organisation.objects.get(name="The Mill")
    assert mill.checked_at is None
    assert mill not in Organisation.objects.checked()
    changes.remove_organisation(draft, draft.signatories.get(organisation=mill))
    assert not Organisation.objects.filter(name="The Mill").exists()


@pytest.mark.parametrize("name", ["!!!", "💥", "‮abc", "a" * 200, "<script>alert(1)</script>", "Ysbyty Llanrwst"])
def test_a_proposed_organisation_may_have_any_name(draft, name):
    changes.propose_organisation(draft, name=name, website="https://example.org")
    assert Organisation.objects.get(name=name).slug


def test_the_last_organisation_of_a_returned_document_stays():
    signature = make_signature(status=Status.RETURNED)
    assert not changes.remove_organisation(signature, signature.signatories.get())
    assert signature.signatories.count() == 1


def test_an_organisation_added_to_a_returned_document_is_taken_from_then_on():
    signature = make_signature(status=Status.RETURNED)
    changes.add_organisation(signature, make_organisation("Chigley"))
    other = make_signature("Camberwick", status=Status.DRAFT, preparer=make_person("Mr Munnings"))
    with pytest.raises(AlreadySigned):
        changes.add_organisation(other, make_organisation("Chigley"))


# ---- Commitments


def test_adding_a_commitment_twice_adds_one_until_it_has_a_title(draft):
    first = changes.add_commitment(draft)
    assert changes.add_commitment(draft) == first
    changes.answer(draft, first, BY_SLUG["title"], {"title": "Bells"})
    assert changes.add_commitment(draft) != first


def test_commitments_are_put_in_another_order_and_keep_it_when_one_goes(draft):
    for title in ("Second", "Third"):
        make_commitment(draft, title=title)
    first, second, third = draft.commitments.all()
    changes.move_commitment(draft, third, up=True)
    assert titles(draft) == ["Promise 1", "Third", "Second"]
    changes.move_commitment(draft, first, up=True)
    assert titles(draft) == ["Promise 1", "Third", "Second"]
    changes.move_commitment(draft, second, up=False)
    assert titles(draft) == ["Promise 1", "Third", "Second"]
    changes.remove_commitment(draft, first)
    assert titles(draft) == ["Third", "Second"]
    assert list(draft.commitments.values_list("position", flat=True)) == [1, 2]


def test_a_commitment_is_removed_by_its_page_after_asking(client, sign_in, draft):
    sign_in(draft.preparer)
    path = f"/sign/{draft.reference}/commitments/{draft.commitments.get().pk}/remove/"
    assert client.get(path).status_code == 200
    assert draft.commitments.count() == 1
    assert client.post(path).status_code == 302
    assert draft.commitments.count() == 0
    assert client.post(path).status_code == 404


def test_a_document_holds_so_many_commitments_and_no_more(client, sign_in, draft):
    for number in range(forms.MOST_COMMITMENTS - 1):
        make_commitment(draft, title=f"Number {number}")
    sign_in(draft.preparer)
    response = client.post(f"/sign/{draft.reference}/commitments/add/", follow=True)
    assert f"can hold {forms.MOST_COMMITMENTS} commitments" in response.content.decode()
    assert draft.commitments.count() == forms.MOST_COMMITMENTS


def test_a_document_holds_so_many_organisations_and_no_more(client, sign_in, draft):
    for number in range(forms.MOST_ORGANISATIONS):
        make_organisation(f"Place {number}")
    sign_in(draft.preparer)
    for number in range(forms.MOST_ORGANISATIONS):
        client.post(f"/sign/{draft.reference}/organisations/", {"organisation": f"Place {number}"})
    assert draft.signatories.count() == forms.MOST_ORGANISATIONS


def test_what_a_partners_name_plainly_means_is_understood_and_what_was_chosen_is_kept(draft):
    chigley, commitment = make_organisation("Chigley"), draft.commitments.get()
    changes.answer(draft, commitment, BY_SLUG["partners"], {"partners": ["Chigley BC", "Pippin Fort", "Chigley"]})
    meanings = {one.name: one.organisation for one in commitment.partners.all()}
    assert meanings == {"Chigley BC": chigley, "Pippin Fort": None, "Chigley": None}
    fort = commitment.partners.get(name="Pippin Fort")
    changes.choose_partner(draft, fort, make_organisation("Camberwick"))
    changes.answer(draft, commitment, BY_SLUG["partners"], {"partners": ["Pippin Fort"]})
    assert commitment.partners.get().organisation.name == "Camberwick"


def test_a_partner_cannot_be_the_same_organisation_twice(draft):
    commitment, chigley = draft.commitments.get(), make_organisation("Chigley")
    changes.answer(draft, commitment, BY_SLUG["partners"], {"partners": ["Chigley", "Pippin Fort"]})
    changes.choose_partner(draft, commitment.partners.get(name="Pippin Fort"), chigley)
    assert commitment.partners.get(name="Pippin Fort").organisation is None


def test_an_answer_that_was_valid_when_given_is_found_when_it_is_no_longer():
    make_principles()
    signature = make_signature(status=Status.DRAFT)
    commitment = signature.commitments.get()
    assert first_unanswered(commitment) is None
    type(commitment).objects.filter(pk=commitment.pk).update(due_on=timezone.localdate())
    commitment.refresh_from_db()
    assert first_unanswered(commitment).slug == "mission"


# ---- After it was submitted in another window


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("commitments/{commitment}/title/", {"title": "Too late"}),
        ("commitments/{commitment}/remove/", {}),
        ("commitments/{commitment}/move/", {"direction": "up"}),
        ("commitments/add/", {}),
        ("organisations/", {"organisation": "Chigley"}),
        ("organisations/{one}/remove/", {}),
        ("organisations/not-listed/", {"name": "The Mill", "website": "https://mill.example"}),
        ("signers/{one}/", {"who": "me", "my_name": "Late", "my_job_title": "Comer"}),
        ("check/", {}),
    ],
)
@pytest.mark.parametrize(
    "status", [Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW, Status.PUBLISHED, Status.REJECTED]
)
def test_a_page_left_open_changes_nothing_after_the_document_was_submitted(client, sign_in, address, data, status):
    make_organisation("Chigley")
    signature = make_signature(status=status)
    sign_in(signature.preparer)
    before = (Signature.objects.values().get(), titles(signature), list(signature.signatories.values()))
    one, commitment = signature.signatories.get().pk, signature.commitments.get().pk
    response = client.post(f"/sign/{signature.reference}/" + address.format(one=one, commitment=commitment), data)
    assert (response.status_code, response.url) == (302, f"/sign/{signature.reference}/")
    assert (Signature.objects.values().get(), titles(signature), list(signature.signatories.values())) == before
    assert not AuditEvent.objects.exists()


def test_a_change_loaded_before_a_submission_is_refused_after_it(draft):
    stale = Signature.objects.get(pk=draft.pk)
    Signature.objects.filter(pk=draft.pk).update(status=Status.AWAITING_SIGN_OFF)
    with pytest.raises(MoveRefused):
        changes.answer(stale, stale.commitments.get(), BY_SLUG["title"], {"title": "Too late"})
    assert titles(draft) == ["Promise 1"]
