"""The account: one thing to do next, everything that a Person signs, prepares and reports on, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Adoption, Commitment, Revision
from signatories import people
from signatories.models import Signature, Succession
from signatories.models.signature import Status
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
)
from tests.pages import heading, text_of

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.localdate() - timedelta(days=400)
NOTHING = "Nothing needs your attention today."


@pytest.fixture
def pugh(sign_in):
    """Someone who reports for Trumpton, signed in."""
    person = make_person()
    make_access(person, "Trumpton")
    sign_in(person)
    return person


def make_promise(*names, title="Ring the bells", **fields):
    """One commitment of those councils, in a published document that somebody else prepared."""
    signature = make_signature(*names or ["Trumpton"], preparer=make_person("Mrs Honeyman"), commitments=0)
    return make_commitment(signature, title=title, **fields)


def next_action(client):
    """The heading of the one thing to do next, and where its button leads; None when there is nothing."""
    page = client.get("/account/")
    section = page.content.decode().partition('aria-labelledby="next"')[2].partition("</section>")[0]
    if not section:
        return None
    words = section.partition('id="next">')[2].partition("<")[0]
    return " ".join(words.split()), section.partition('class="govuk-button" href="')[2].partition('"')[0]


# ---- One clear next action, the most urgent first


def test_without_anything_waiting_there_is_nothing_to_do(client, pugh):
    make_promise()
    assert next_action(client) is None
    assert NOTHING in text_of(client.get("/account/"))


def test_what_is_urgent_comes_first_and_the_rest_when_that_is_done(client, pugh):
    """Everything that may wait for somebody waits at once, and each is taken away in turn."""
    today = timezone.localdate()
    steps = []
    quiet = make_promise(title="Quiet", due_on=today + timedelta(days=90), asked_on=LONG_AGO)
    steps.append(("Report how a commitment is going", f"/account/commitments/{quiet.pk}/report/", quiet))
    late = make_commitment(quiet.signature, title="Late", due_on=today - timedelta(days=1))
    steps.append(("Report on a commitment that is overdue", f"/account/commitments/{late.pk}/report/", late))
    chigley = make_organisation("Chigley", ends_on=LONG_AGO)
    Succession.objects.create(predecessor=chigley, successor=make_organisation("Trumpton"))
    orphan = make_promise(chigley, title="Orphan")
    steps.append(("Decide what becomes of a commitment", f"/account/commitments/{orphan.pk}/adopt/", orphan))
    named = make_promise("Camberwick Green", title="Together", partners=[make_organisation("Trumpton")])
    steps.append(("Say whether you are a partner", f"/account/commitments/{named.pk}/partners/", named))
    declaration = make_signature("Pippin Fort", status=Status.DRAFT, preparer=pugh)
    steps.append(("Finish your declaration", f"/sign/{declaration.reference}/", declaration))
    begun = make_update(make_commitment(quiet.signature), status="draft", proposer=pugh)
    steps.append(("Finish your progress update", f"/account/updates/{begun.pk}/check/", begun))
    back = make_update(make_commitment(quiet.signature), status="returned", proposer=pugh, message="Say more.")
    steps.append(("Change your progress update", f"/account/updates/{back.pk}/check/", back))
    returned = make_signature("Pippin Hill", status=Status.RETURNED, preparer=pugh, message_to_preparer="Say more.")
    steps.append(("Change your declaration", f"/sign/{returned.reference}/", returned))
    to_sign = make_signature("Winkstead", status=Status.AWAITING_SIGN_OFF, signers=[pugh])
    steps.append(("Sign the Declaration", f"/account/sign/{to_sign.reference}/", to_sign))
    for words, address, thing in reversed(steps):
        assert next_action(client) == (words, address)
        is_signature = isinstance(thing, Signature)
        Signature.objects.filter(pk=thing.pk).update(status=Status.REJECTED) if is_signature else thing.delete()
    assert next_action(client) is None


def test_a_commitment_whose_update_waits_to_be_read_is_nobodys_next_thing(client, pugh):
    promise = make_promise(due_on=timezone.localdate() - timedelta(days=1))
    make_update(promise, status="awaiting-review", proposer=make_person("Mrs Honeyman"))
    assert next_action(client) is None
    text = text_of(client.get("/account/"))
    assert "With the delivery team Progress update on Ring the bells Awaiting review Sent by a colleague on" in text


@pytest.mark.parametrize("stage", ["delivered", "stopped"])
def test_of_one_that_is_over_nothing_is_expected(client, pugh, stage):
    make_promise(due_on=LONG_AGO, asked_on=LONG_AGO, stage=stage)
    assert next_action(client) is None
    page = client.get("/account/").content.decode()
    assert "Nothing has changed" not in page
    assert "Overdue" not in page


def test_the_longest_overdue_is_first(client, pugh):
    promise = make_promise(due_on=timezone.localdate() - timedelta(days=5))
    older = make_commitment(promise.signature, due_on=timezone.localdate() - timedelta(days=50))
    assert next_action(client)[1] == f"/account/commitments/{older.pk}/report/"


# ---- What is on the page


def test_each_commitment_says_how_it_stands(client, pugh):
    today = timezone.localdate()
    promise = make_promise("Trumpton", "Chigley", due_on=today - timedelta(days=1))
    make_update(promise, reported_on=today - timedelta(days=300), stage="in-progress")
    text = text_of(client.get("/account/"))
    for words in ("Ring the bells In progress Overdue Update overdue", "Due ", "Last update "):
        assert words in text
    assert f'href="/account/commitments/{promise.pk}/"' in client.get("/account/").content.decode()


def test_who_reports_for_two_organisations_sees_whose_each_commitment_is(client, pugh):
    make_access(pugh, "Chigley")
    make_promise("Chigley", title="Biscuits")
    text = text_of(client.get("/account/"))
    biscuits = text[text.index("Biscuits No update yet") :]
    assert "Chigley Borough Council Report progress" in biscuits
    assert text.count("No update yet") == 1, "its tag says it"
    for slug in ("chigley", "trumpton"):
        assert f'href="/account/organisations/{slug}/people/"' in client.get("/account/").content.decode()


def test_a_commitment_that_was_taken_on_is_there(client, pugh):
    promise = make_promise(make_organisation("Chigley", ends_on=LONG_AGO))
    assert "Ring the bells" not in text_of(client.get("/account/"))
    Adoption.objects.create(commitment=promise, organisation=make_organisation("Trumpton"))
    assert "Ring the bells" in text_of(client.get("/account/"))


def test_a_commitment_that_was_withdrawn_says_so_and_offers_nothing(client, pugh):
    make_promise(status="withdrawn", ended_at=timezone.now(), public_note="No money.", due_on=LONG_AGO)
    page = client.get("/account/")
    assert "Ring the bells Withdrawn" in text_of(page)
    assert "Nothing has changed" not in page.content.decode()


def test_a_changed_text_and_an_added_commitment_that_were_begun_are_there(client, pugh):
    promise = make_promise()
    change = Revision.of(promise, proposer=pugh)
    change.save()
    make_commitment(
        promise.signature, title="Added", status="draft", published_at=None, added_at=timezone.now(), proposer=pugh
    )
    text = text_of(client.get("/account/"))
    assert "Changed text on Ring the bells Draft" in text
    assert "New commitment on Added Draft" in text


# ---- What is nobody else's


def test_a_person_with_no_role_left_sees_nothing_of_any_council(client, pugh):
    make_promise()
    people.end_access(pugh.accesses.get(), by=None)
    text = text_of(client.get("/account/"))
    assert "Ring the bells" not in text
    assert "Trumpton" not in text.replace(pugh.email, "")
    assert "Prepare a declaration" in text
    assert "Sign out" in text
    assert NOTHING not in text


def test_a_person_of_an_organisation_that_ended_sees_its_commitments_no_longer(client, pugh):
    make_promise()
    make_organisation("Trumpton").__class__.objects.update(ends_on=LONG_AGO)
    assert "Ring the bells" not in text_of(client.get("/account/"))


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_SIGN_OFF, Status.RETURNED, Status.REMOVED])
def test_a_document_that_is_not_public_is_its_preparers_alone(client, pugh, status):
    """A stranger may name a council in a document of theirs."""
    signature = make_signature("Trumpton", status=status, preparer=make_person("A Stranger"), commitments=0)
    promise = make_commitment(signature, title="A strange promise")
    assert "strange" not in text_of(client.get("/account/"))
    for page in ("", "report/", "withdraw/"):
        assert client.get(f"/account/commitments/{promise.pk}/{page}").status_code == 404


def test_what_colleagues_have_begun_is_theirs(client, pugh):
    promise, honeyman = make_promise(), make_person("Mrs Honeyman")
    make_update(promise, status="draft", proposer=honeyman, done="Not for others.")
    added = make_commitment(
        promise.signature, title="Added", status="draft", published_at=None, added_at=timezone.now(), proposer=honeyman
    )
    for page in ("/account/", f"/account/commitments/{promise.pk}/"):
        text = text_of(client.get(page))
        assert "Draft" not in text
        assert "Added" not in text
    assert client.get(f"/account/commitments/{added.pk}/", follow=True).status_code == 404
    Commitment.objects.filter(pk=added.pk).update(status="awaiting-review", submitted_at=timezone.now())
    assert client.get(f"/account/commitments/{added.pk}/", follow=True).status_code == 200


# ---- One commitment


def test_a_commitments_page_says_how_it_stands_and_what_can_be_done(client, pugh):
    promise = make_promise(deliverables=["A bell", "A rope"], partners=[make_organisation("Chigley"), "The ringers"])
    make_update(promise, delivered=[promise.deliverables.first()])
    response = client.get(f"/account/commitments/{promise.pk}/")
    assert heading(response) == "<span>Ring the bells</span>"
    text = text_of(response)
    for words in (
        "Stage In progress",
        "1 of 2 delivered",
        "A bell (delivered, reported for",
        "Chigley Borough Council: not yet confirmed",
        "Report progress",
        "Nothing has changed",
        "Propose a change of its text or due date",
        "Withdraw it",
    ):
        assert words in text, words
    assert promise.get_absolute_url() in response.content.decode()


def test_a_changed_text_is_for_all_colleagues_to_go_on_with(client, pugh):
    promise = make_promise()
    change = Revision.of(promise, proposer=make_person("Mrs Honeyman"))
    change.save()
    for page in ("/account/", f"/account/commitments/{promise.pk}/"):
        response = client.get(page)
        assert "Changed by a colleague on" in text_of(response)
        assert f'href="/account/changes/{change.pk}/check/"' in response.content.decode()
    assert next_action(client) is None, "it is for the colleague to finish"


def test_a_commitment_can_be_added_to_each_declaration_that_stands(client, pugh):
    promise = make_promise()
    withdrawn = make_signature("Trumpton", status=Status.WITHDRAWN, preparer=make_person("Mrs Honeyman"))
    page = client.get("/account/").content.decode()
    assert f'action="/account/signatures/{promise.signature.reference}/add/"' in page
    assert withdrawn.reference not in page


def test_a_returned_update_shows_what_the_team_asks_for_to_who_sent_it_alone(client, pugh, sign_in):
    promise, honeyman = make_promise(), make_person("Mrs Honeyman")
    make_access(honeyman, "Trumpton")
    update = make_update(promise, status="returned", proposer=pugh, message="Which bells?")
    text = text_of(client.get(f"/account/commitments/{promise.pk}/"))
    assert "Progress update Returned for changes" in text
    assert "Which bells?" in text
    assert "Which bells?" in text_of(client.get(f"/account/updates/{update.pk}/check/"))
    sign_in(honeyman)
    assert "Which bells?" not in text_of(client.get(f"/account/commitments/{promise.pk}/"))


@pytest.mark.parametrize(("status", "words"), [("withdrawn", "was withdrawn on"), ("lapsed", "lapsed on")])
def test_one_that_has_ended_says_so_instead_of_offering_anything(client, pugh, status, words):
    promise = make_promise(status=status, ended_at=timezone.now(), public_note="No money.")
    text = text_of(client.get(f"/account/commitments/{promise.pk}/"))
    assert f"This commitment {words}" in text
    assert "No money." in text
    for offer in ("Report progress", "Withdraw it", "Nothing has changed"):
        assert offer not in text
    for page in ("report/", "withdraw/"):
        assert client.get(f"/account/commitments/{promise.pk}/{page}").url == f"/account/commitments/{promise.pk}/"


def test_one_whose_declaration_was_withdrawn_says_so(client, pugh):
    signature = make_signature("Trumpton", status=Status.WITHDRAWN, preparer=make_person("Mrs Honeyman"))
    text = text_of(client.get(f"/account/commitments/{signature.commitments.get().pk}/"))
    assert "The declaration that this commitment is part of was withdrawn on" in text


def test_a_stranger_is_told_nothing_and_nobody_signed_in_is_asked_who_they_are(client, sign_in):
    promise = make_promise()
    page = f"/account/commitments/{promise.pk}/"
    assert client.get(page).url.startswith("/sign/email/")
    sign_in(make_person("A Stranger"))
    for address in ("", "report/", "withdraw/"):
        assert client.get(page + address).status_code == 404
    assert client.post(f"{page}no-change/").status_code == 404
    assert client.get("/account/commitments/99999999999999999999/").status_code == 404


def test_a_welsh_title_says_that_it_is_welsh(client, pugh):
    promise = make_promise(title="Canu'r clychau", language="cy")
    for page in ("/account/", f"/account/commitments/{promise.pk}/", f"/account/commitments/{promise.pk}/report/"):
        assert '<span lang="cy">Canu' in client.get(page).content.decode()


# ---- What it costs


def cost(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("many", [1, 12])
def test_the_account_costs_the_same_for_one_commitment_and_for_many(client, pugh, many):
    today = timezone.localdate()
    chigley = make_organisation("Chigley", ends_on=LONG_AGO)
    Succession.objects.create(predecessor=chigley, successor=make_organisation("Trumpton"))
    signature = make_signature("Trumpton", "Pippin Fort", preparer=make_person("Mrs Honeyman"), commitments=0)
    make_signature("Winkstead", preparer=pugh, commitments=0)
    for number in range(many):
        make_promise(make_organisation(f"Old Place {number}", ends_on=LONG_AGO)).adoptions.create(
            organisation=make_organisation("Trumpton")
        )
        promise = make_commitment(signature, due_on=today - timedelta(days=1))
        make_update(promise, status="draft", proposer=pugh)
        make_update(promise, status="awaiting-review", proposer=make_person("Mrs Honeyman"))
        Revision.of(promise, proposer=pugh).save()
        make_commitment(
            signature, title="Added", status="draft", published_at=None, added_at=timezone.now(), proposer=pugh
        )
        make_promise(f"Place {number}", title="Together", partners=[make_organisation("Trumpton")])
        make_signature(f"Town {number}", status=Status.DRAFT, preparer=pugh)
        make_signature(f"City {number}", status=Status.AWAITING_SIGN_OFF, signers=[pugh])
    orphans = make_signature(chigley, preparer=make_person("Mrs Honeyman"), commitments=many)
    assert orphans.commitments.count() == many
    queries = cost(client, "/account/")
    assert len(queries) <= 18, "\n".join(queries)


@pytest.mark.parametrize("many", [1, 12])
def test_a_commitments_page_costs_the_same_for_one_of_each_and_for_many(client, pugh, many):
    promise = make_promise(
        deliverables=["A"] * many, partners=[make_organisation(f"Place {number}") for number in range(many)]
    )
    for number in range(many):
        make_update(promise, status="awaiting-review", proposer=make_person(f"Person {number}"))
    queries = cost(client, f"/account/commitments/{promise.pk}/")
    assert len(queries) <= 7, "\n".join(queries)
