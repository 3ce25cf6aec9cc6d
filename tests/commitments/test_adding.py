"""A council adds a commitment to a declaration that it signed, with the questions of the sign-up."""

import os
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments import additions, publishing
from commitments.models import Commitment, Status
from localdigital.models import AuditEvent
from signatories import moderation
from signatories.document import hashes
from signatories.models import Access, Principle
from signatories.models.signature import MoveRefused
from signatories.models.signature import Status as DocumentStatus
from signatories.signup.forms import MOST_COMMITMENTS
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
)
from tests.pages import UNKNOWN_TO_THE_PUBLIC, heading, listed, sitemap_entries, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pugh():
    return make_person("Pugh Barney")


@pytest.fixture
def grubb():
    return make_person("Captain Grubb", at="camberwick-green.example.gov.uk")


@pytest.fixture
def signature(pugh, grubb):
    """A published declaration of two councils with one commitment. Each council has one who reports."""
    make_principles()
    make_access(pugh, "Trumpton")
    make_access(grubb, "Camberwick Green")
    return make_signature("Trumpton", "Camberwick Green")


def add(client, signature):
    """Begin a commitment; its base address."""
    url = client.post(f"/account/signatures/{signature.reference}/add/").url
    assert url.endswith("/answer/title/"), url
    return url.removesuffix("answer/title/")


def answer_all(client, base, **changes):
    """Answer every question as it comes; the address after the last."""
    due_on = timezone.localdate() + timedelta(days=300)
    answers = {
        "title": {"title": "Ring the bells", "language": "en"},
        "principles": {"principles": list(Principle.objects.values_list("pk", flat=True))[:2]},
        "mission": {
            "mission": "Every hour.",
            **{f"due_on-{part}": getattr(due_on, part) for part in ("day", "month", "year")},
        },
        "deliverables": {"deliverables": "- a bell\n- a rope"},
        "partners": {"partners": ""},
        "impact": {"impact": "Everybody hears them."},
    }
    url = f"{base}answer/title/"
    for slug, data in answers.items():
        assert url == f"{base}answer/{slug}/"
        assert client.get(url).status_code == 200
        url = client.post(url, data | changes.get(slug, {})).url
    return url


def whole(client, signature):
    """A commitment with all questions answered, not sent in."""
    base = add(client, signature)
    answer_all(client, base)
    return Commitment.objects.get(pk=base.split("/")[3])


def send(client, commitment):
    response = client.post(f"/account/commitments/{commitment.pk}/check/", {"action": "send"})
    commitment.refresh_from_db()
    return response


# ---- Writing it


def test_an_officer_answers_the_questions_of_the_sign_up_and_sends_it_in(sign_in, pugh, signature):
    client = sign_in(pugh)
    base = add(client, signature)
    assert answer_all(client, base) == f"{base}check/"
    check = client.get(f"{base}check/")
    assert heading(check) == "Check your answers before you send them"
    for words in ("Ring the bells", "Language English", "Every hour.", "a bell", "Partners None", "Everybody hears"):
        assert words in text_of(check).replace(" Change the title", "")
    [commitment] = signature.commitments.exclude(added_at=None)
    assert (commitment.status, commitment.proposer, commitment.position) == (Status.DRAFT, pugh, 2)
    assert send(client, commitment).url == f"{base}check/"
    assert commitment.status == Status.AWAITING_REVIEW
    assert "New commitment sent to the delivery team" in text_of(client.get(f"{base}check/"))


def test_a_double_click_begins_one(sign_in, pugh, grubb, signature):
    client = sign_in(pugh)
    assert add(client, signature) == add(client, signature)
    assert add(sign_in(grubb), signature) != add(sign_in(pugh), signature)
    assert signature.commitments.count() == 3


def test_an_answer_is_changed_from_the_check_page_and_leads_back_to_it(sign_in, pugh, signature):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    check = f"/account/commitments/{commitment.pk}/check/"
    assert f"/account/commitments/{commitment.pk}/answer/impact/?from=check" in client.get(check).content.decode()
    url = f"/account/commitments/{commitment.pk}/answer/impact/?from=check"
    assert client.post(url, {"impact": "Nobody sleeps."}).url == check
    assert "Nobody sleeps." in text_of(client.get(check))


def test_whom_an_unclear_partners_name_means_is_asked_as_in_the_sign_up(sign_in, pugh, signature):
    fort = make_organisation("Pippin Fort")
    make_organisation("Pippin Fort North")
    client = sign_in(pugh)
    base = add(client, signature)
    url = client.post(f"{base}answer/partners/", {"partners": "Pippin"}).url
    assert url == f"{base}which-partners/"
    assert "Which organisation is ‘Pippin’?" in text_of(client.get(url))
    assert client.post(url, {}).status_code == 200
    [partner] = signature.commitments.last().partners.all()
    assert client.post(url, {f"partner-{partner.pk}": fort.code}).url == f"{base}answer/impact/"
    partner.refresh_from_db()
    assert (partner.name, partner.organisation) == ("Pippin", fort)


def test_one_that_is_not_finished_is_not_sent_in_and_says_where(sign_in, pugh, signature):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    Commitment.objects.filter(pk=commitment.pk).update(due_on=timezone.localdate())
    assert "It is not finished" in text_of(client.get(f"/account/commitments/{commitment.pk}/check/"))
    assert send(client, commitment).url == f"/account/commitments/{commitment.pk}/answer/mission/?from=check"
    assert commitment.status == Status.DRAFT


def test_a_declaration_holds_20_commitments_at_the_most(sign_in, pugh, signature):
    for number in range(MOST_COMMITMENTS - 1):
        make_commitment(signature, title=f"Promise {number}")
    response = sign_in(pugh).post(f"/account/signatures/{signature.reference}/add/", follow=True)
    assert "has 20 commitments already" in text_of(response)
    assert signature.commitments.count() == MOST_COMMITMENTS


# ---- Taking it back, deleting it, changing it


def test_it_is_recalled_by_a_colleague_who_then_goes_on_with_it(sign_in, pugh, grubb, signature):
    commitment = whole(sign_in(pugh), signature)
    check = f"/account/commitments/{commitment.pk}/check/"
    client = sign_in(grubb)
    assert client.get(check).status_code == 404, "a colleague's draft is theirs"
    send(sign_in(pugh), commitment)
    client = sign_in(grubb)
    assert "Ring the bells" in text_of(client.get(check))
    client.post(check, {"action": "recall"})
    commitment.refresh_from_db()
    assert (commitment.status, commitment.proposer) == (Status.DRAFT, grubb)
    assert client.get(f"/account/commitments/{commitment.pk}/answer/title/").status_code == 200


def test_what_is_with_the_delivery_team_is_neither_answered_nor_deleted(sign_in, pugh, signature):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    send(client, commitment)
    base = f"/account/commitments/{commitment.pk}/"
    for page in ("answer/title/", "which-partners/", "delete/"):
        assert client.post(f"{base}{page}", {"title": "Other"}).url == f"{base}check/"
    with pytest.raises(MoveRefused):
        additions.delete_draft(commitment, by=pugh)
    commitment.refresh_from_db()
    assert commitment.title == "Ring the bells"


def test_a_draft_is_deleted_after_asking_once(sign_in, pugh, signature):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    address = f"/account/commitments/{commitment.pk}/delete/"
    assert heading(client.get(address)) == "Delete ‘Ring the bells’?"
    assert client.post(address).url == "/account/"
    assert signature.commitments.count() == 1
    assert AuditEvent.objects.filter(kind="commitment.delete_draft").count() == 1
    assert client.post(address).status_code == 404


def test_what_was_signed_is_neither_answered_checked_nor_deleted_here(sign_in, pugh, signature):
    client, signed = sign_in(pugh), signature.commitments.get()
    for page in ("answer/title/", "which-partners/", "check/", "delete/"):
        address = f"/account/commitments/{signed.pk}/{page}"
        assert client.get(address).status_code == client.post(address, {"title": "Other"}).status_code == 404
    with pytest.raises(MoveRefused):
        additions.delete_draft(signed, by=pugh)
    assert signature.commitments.get().title == "Promise 1"


def test_a_returned_one_shows_what_must_change(sign_in, pugh, signature, moderator):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    send(client, commitment)
    publishing.return_for_changes(commitment, by=moderator, note="Which bells?")
    assert "Which bells?" in text_of(client.get(f"/account/commitments/{commitment.pk}/check/"))
    send(client, commitment)
    assert commitment.status == Status.AWAITING_REVIEW


def test_sending_in_twice_sends_in_once(sign_in, pugh, signature):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    assert {send(client, commitment).url for _ in range(2)} == {f"/account/commitments/{commitment.pk}/check/"}
    assert AuditEvent.objects.filter(kind="commitment.submit").count() == 1


# ---- Who may


def test_only_a_person_of_an_organisation_that_signed_may_add(client, sign_in, pugh, signature):
    address = f"/account/signatures/{signature.reference}/add/"
    assert client.post(address).url.startswith("/sign/email/")
    stranger = make_person("Mr Munnings", at="pippin-fort.example.gov.uk")
    make_access(stranger, "Pippin Fort")
    client = sign_in(stranger)
    assert client.post(address).status_code == 404
    assert client.get(address).status_code == 405
    assert client.post("/account/signatures/unknown/add/").status_code == 404
    assert signature.commitments.count() == 1


def test_one_whose_organisation_withdrew_or_whose_access_ended_may_not_add(sign_in, pugh, grubb, signature, moderator):
    address = f"/account/signatures/{signature.reference}/add/"
    Access.objects.filter(person=pugh).update(ended_at=timezone.now())
    camberwick = signature.signatories.get(organisation__name="Camberwick Green")
    moderation.withdraw_signatory(camberwick, by=moderator, note="A mistake.")
    assert [sign_in(person).post(address).status_code for person in (pugh, grubb)] == [404, 404]


@pytest.mark.parametrize("status", [*UNKNOWN_TO_THE_PUBLIC, DocumentStatus.REMOVED])
def test_nothing_is_added_to_a_declaration_that_is_not_public(sign_in, pugh, status):
    make_access(pugh, "Pippin Fort")
    signature = make_signature("Pippin Fort", status=status)
    assert sign_in(pugh).post(f"/account/signatures/{signature.reference}/add/").status_code == 404


def test_nothing_is_added_or_sent_in_once_the_declaration_was_withdrawn(sign_in, pugh, signature, moderator):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    moderation.withdraw(signature, by=moderator, note="A mistake.")
    response = client.post(f"/account/signatures/{signature.reference}/add/", follow=True)
    assert "was withdrawn" in text_of(response)
    send(client, commitment)
    assert commitment.status == Status.DRAFT


def test_an_unknown_question_or_button_is_refused(sign_in, pugh, signature):
    client = sign_in(pugh)
    base = add(client, signature)
    assert client.get(f"{base}answer/colour/").status_code == 404
    assert client.post(f"{base}check/", {"action": "publish"}).status_code == 400


# ---- When it is public


def named_on(client, commitment):
    """On which of the public pages its title stands: the list, its council's page, the signed document."""
    addresses = ["/commitments/", "/organisations/trumpton/", f"/signatures/{commitment.signature.reference}/"]
    return [commitment.title in text_of(client.get(address)) for address in addresses]


def test_nobody_reads_it_before_it_is_published(client, sign_in, pugh, signature):
    signed_in = sign_in(pugh)
    commitment = whole(signed_in, signature)
    address = commitment.get_absolute_url()
    for _ in range(2):
        assert named_on(client, commitment) == [False, False, False]
        for page in (address, f"{address}history/", f"/commitments/{commitment.pk}/x/"):
            assert client.get(page).status_code == 404
        assert not [page for page in sitemap_entries(client) if commitment.slug in page]
        send(signed_in, commitment)


def test_once_published_it_is_listed_and_says_that_it_was_added_but_is_no_part_of_what_was_signed(
    client, sign_in, pugh, signature, moderator
):
    before = hashes(signature)
    signed_in = sign_in(pugh)
    commitment = whole(signed_in, signature)
    send(signed_in, commitment)
    publishing.publish(commitment, by=moderator)
    assert named_on(client, commitment) == [True, True, False]
    assert "Ring the bells" in listed(client.get("/commitments/"))
    page = text_of(client.get(commitment.get_absolute_url()))
    assert "Added on" in page
    assert "after signing" in page
    assert "as first published" in text_of(client.get(f"{commitment.get_absolute_url()}history/"))
    assert hashes(signature) == before
    assert signed_in.get(f"/account/commitments/{commitment.pk}/check/").url == f"/account/commitments/{commitment.pk}/"


def test_a_trusted_council_publishes_at_once(sign_in, pugh, signature):
    trumpton = make_organisation("Trumpton")
    trumpton.publishes_at_once = True
    trumpton.save()
    client = sign_in(pugh)
    commitment = whole(client, signature)
    assert send(client, commitment).url == f"/account/commitments/{commitment.pk}/"
    assert commitment.status == Status.PUBLISHED


# ---- What it costs, and strange input


def test_the_pages_cost_few_queries(sign_in, pugh, signature):
    client = sign_in(pugh)
    commitment = whole(client, signature)
    base = f"/account/commitments/{commitment.pk}/"
    costs = {}
    for name, data in [("answer/title/", None), ("answer/title/?from=check", {"title": "New"}), ("check/", None)]:
        with CaptureQueriesContext(connection) as queries:
            response = client.post(base + name, data) if data else client.get(base + name)
        assert response.status_code in (200, 302)
        costs[name] = len(queries)
    assert costs["answer/title/"] <= 2
    assert costs["answer/title/?from=check"] <= 6
    assert costs["check/"] <= 3 + 3, "three lists"


NASTY = [
    "\x00",
    "\u202eevil",
    "a" * 20_000,
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "²",
    "9" * 400,
    ";" * 300,
    "cy",
]
FIELDS = {
    "title": ["title", "language"],
    "principles": ["principles"],
    "mission": ["mission", "due_on-day", "due_on-month", "due_on-year"],
    "deliverables": ["deliverables"],
    "partners": ["partners"],
    "impact": ["impact"],
}


@settings(
    max_examples=int(os.environ.get("REGISTER_FAULT_ROUNDS", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(slug=st.sampled_from(sorted(FIELDS)), data=st.data())
def test_any_text_in_any_field_is_answered(sign_in, pugh, signature, slug, data):
    client = sign_in(pugh)
    base = add(client, signature)
    text = st.one_of(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(NASTY))
    response = client.post(f"{base}answer/{slug}/", {field: data.draw(text) for field in FIELDS[slug]})
    assert response.status_code in (200, 302)
    assert "<script>alert" not in response.content.decode()
    assert client.get(f"{base}check/").status_code == 200
    signature.commitments.exclude(added_at=None).delete()
