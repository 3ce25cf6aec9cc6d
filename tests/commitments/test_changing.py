"""A council changes the text of a commitment: one open change at a time, which its people check and others publish."""

import os
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments import partners, publishing, rewording
from commitments.council.change_form import NOTHING_CHANGES
from commitments.models import Commitment, Revision, Status
from localdigital.models import AuditEvent
from signatories import moderation
from signatories.models.signature import MoveRefused
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature
from tests.pages import heading, text_of
from tests.signatories.test_strange_input import shown

pytestmark = pytest.mark.django_db

TITLE = "Answer the phone with a bot"


@pytest.fixture
def pugh():
    return make_person("Pugh Barney")


@pytest.fixture
def grubb():
    return make_person("Captain Grubb", at="camberwick-green.example.gov.uk")


@pytest.fixture
def promise(pugh, grubb):
    """A published commitment of two councils, with a partner of each kind. Each council has one who reports."""
    signature = make_signature("Trumpton", "Camberwick Green", commitments=0)
    make_access(pugh, "Trumpton")
    make_access(grubb, "Camberwick Green")
    return make_commitment(signature, title=TITLE, partners=[make_organisation("Chigley"), "The Biscuit Factory"])


def path(promise):
    return f"/account/commitments/{promise.pk}/change/"


def answers(promise, reason="The work grew.", seen="", **changes):
    """The form as it is prefilled with the text as it is now, with some answers changed."""
    names = "\n".join(one.name for one in promise.partners.all())
    due_on = changes.pop("due_on", promise.due_on)
    filled = {"title": promise.title, "mission": promise.mission, "impact": promise.impact, "partners": names}
    parts = {f"due_on-{part}": getattr(due_on, part) if due_on else "" for part in ("day", "month", "year")}
    return filled | parts | {"reason": reason, "seen": seen} | changes


def seen_in(response):
    """What a page keeps of the change that it shows."""
    return re.search(r'name="seen" value="([^"]*)"', response.content.decode())[1]


def propose(client, promise, **changes):
    """Fill in the form; the change that was kept."""
    response = client.post(path(promise), answers(promise, **changes))
    assert response.status_code == 302, text_of(response)
    revision = promise.revisions.open().get()
    assert response.url == f"/account/changes/{revision.pk}/check/"
    return revision


def send(client, revision):
    check = f"/account/changes/{revision.pk}/check/"
    client.post(check, {"action": "send", "seen": seen_in(client.get(check))})
    revision.refresh_from_db()
    return revision


# ---- Writing it


def test_the_form_is_prefilled_with_the_text_as_it_is_now(sign_in, pugh, promise):
    response = sign_in(pugh).get(path(promise))
    assert heading(response) == "Change this commitment"
    page = response.content.decode()
    expected = answers(promise)
    assert {name: shown(page, name) for name in expected} == {name: str(value) for name, value in expected.items()} | {
        "partners": "Chigley Borough Council\nThe Biscuit Factory",
        "reason": "",
    }
    assert 'name="language"' not in page


def test_nothing_is_kept_before_the_first_good_answer(sign_in, pugh, promise):
    client = sign_in(pugh)
    client.get(path(promise))
    response = client.post(path(promise), answers(promise, title="", mission="Something else"))
    assert "Enter a title" in text_of(response)
    assert "Something else" in response.content.decode()
    assert not Revision.objects.exists()


def test_a_change_is_kept_as_a_draft_that_shows_the_difference(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, title="Answer the phone with two bots")
    assert (revision.status, revision.proposer, revision.number) == (Status.DRAFT, pugh, None)
    check = client.get(f"/account/changes/{revision.pk}/check/")
    assert "[removed: a bot ] [added: two bots ]" in text_of(check)
    assert "The work grew." in text_of(check)
    assert "Mission" not in text_of(check)
    promise.refresh_from_db()
    assert promise.title == TITLE


def test_a_change_that_changes_nothing_is_refused_in_words(sign_in, pugh, promise):
    response = sign_in(pugh).post(path(promise), answers(promise))
    assert response.status_code == 200
    assert NOTHING_CHANGES in text_of(response)
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "Enter why it is changing"),
        ({"reason": "x" * 501}, "Why it is changing must be 500 characters or fewer"),
        ({"mission": ""}, "Enter what you will do"),
        ({"impact": ""}, "Enter the difference that it will make"),
        ({"due_on": None}, "Enter a due date"),
        ({"title": "x" * 201}, "Title must be 200 characters or fewer"),
        ({"partners": "\n".join(f"Partner {n}" for n in range(61))}, "Enter 60 partners or fewer"),
    ],
)
def test_what_is_missing_or_wrong_is_said(sign_in, pugh, promise, changes, words):
    response = sign_in(pugh).post(path(promise), answers(promise, **({"title": "New"} | changes)))
    assert words in text_of(response)
    assert not Revision.objects.exists()


def test_a_due_date_in_the_past_can_stay(sign_in, pugh, promise):
    Commitment.objects.filter(pk=promise.pk).update(due_on=date(2019, 11, 9))
    promise.refresh_from_db()
    assert propose(sign_in(pugh), promise, title="New").due_on == date(2019, 11, 9)


@pytest.mark.parametrize(("days", "words"), [(0, "must be in the future"), (3661, "within the next 10 years")])
def test_a_due_date_moves_into_the_future_and_no_further_than_10_years(sign_in, pugh, promise, days, words):
    client, today = sign_in(pugh), timezone.localdate()
    assert words in text_of(client.post(path(promise), answers(promise, due_on=today + timedelta(days=days))))
    assert propose(client, promise, due_on=today + timedelta(days=1)).due_on == today + timedelta(days=1)


def test_what_a_paper_document_left_out_can_stay_left_out(sign_in, pugh, promise):
    Commitment.objects.filter(pk=promise.pk).update(due_on=None, impact="", mission="One\r\ntwo")
    promise.refresh_from_db()
    client = sign_in(pugh)
    assert NOTHING_CHANGES in text_of(client.post(path(promise), answers(promise)))
    revision = propose(client, promise, title="New")
    assert (revision.due_on, revision.impact) == (None, "")
    assert [one.label for one in rewording.what_changes(revision)] == ["Title"]


def test_a_partner_keeps_its_organisation_and_a_new_one_is_understood_as_in_the_sign_up(sign_in, pugh, promise):
    pippin = make_organisation("Pippin Fort")
    partners_now = "The Biscuit Factory; Chigley Borough Council\nPippin Fort\nSomebody\nPippin Fort Borough Council"
    revision = propose(sign_in(pugh), promise, partners=partners_now)
    assert revision.partners == [
        {"name": "The Biscuit Factory", "organisation": None},
        {"name": "Chigley Borough Council", "organisation": make_organisation("Chigley").pk},
        {"name": "Pippin Fort", "organisation": pippin.pk},
        {"name": "Somebody", "organisation": None},
        {"name": "Pippin Fort Borough Council", "organisation": None},
    ]


def test_one_that_said_it_is_no_partner_is_not_named_again(sign_in, pugh, promise):
    client = sign_in(pugh)
    disowned = promise.partners.get(position=1)
    partners.answer(disowned, confirmed=False, by=pugh)
    assert shown(client.get(path(promise)).content.decode(), "partners") == "The Biscuit Factory"
    response = client.post(path(promise), answers(promise, partners="The Biscuit Factory\nChigley"))
    assert "Chigley has said that it is not a partner" in text_of(response)
    revision = propose(client, promise, title="New", partners="The Biscuit Factory")
    assert [one.label for one in rewording.what_changes(revision)] == ["Title"]


def test_a_commitment_that_has_ended_cannot_be_changed(sign_in, pugh, promise, moderator):
    client = sign_in(pugh)
    revision = propose(client, promise, title="New")
    moderation.withdraw(promise.signature, by=moderator, note="A mistake.")
    for address in (path(promise), f"/account/changes/{revision.pk}/check/"):
        assert client.post(address, answers(promise, action="send")).url == f"/account/commitments/{promise.pk}/"
    assert "has ended" in text_of(client.get(f"/account/changes/{revision.pk}/check/"))
    revision.refresh_from_db()
    assert revision.status == Status.DRAFT


# ---- Sending it in


def test_a_change_is_sent_in_recalled_changed_and_sent_in_again(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = send(client, propose(client, promise, title="Two bots"))
    assert revision.status == Status.AWAITING_REVIEW
    check = f"/account/changes/{revision.pk}/check/"
    assert "Change sent to the delivery team" in heading(client.get(check)) + text_of(client.get(check))
    assert client.get(path(promise)).url == check
    client.post(check, {"action": "recall"})
    page = client.get(path(promise))
    assert shown(page.content.decode(), "title") == "Two bots"
    propose(client, promise, title="Three bots", seen=seen_in(page))
    assert send(client, revision).title == "Three bots"
    assert Revision.objects.count() == 1
    assert [event.kind for event in AuditEvent.objects.about(revision)] == [
        "revision.submit", "revision.recall", "revision.submit",
    ]  # fmt: skip


def test_what_is_published_takes_the_place_of_the_old_text_everywhere_but_in_the_signed_document(
    client, sign_in, pugh, promise, moderator
):
    signed_in = sign_in(pugh)
    revision = send(signed_in, propose(signed_in, promise, title="Two bots", partners="The Biscuit Factory"))
    publishing.publish(revision, by=moderator)
    promise.refresh_from_db()
    assert (promise.title, [one.name for one in promise.partners.all()]) == ("Two bots", ["The Biscuit Factory"])
    assert list(promise.revisions.history().values_list("number", "title")) == [(2, "Two bots"), (1, TITLE)]
    page = signed_in.get(f"/account/changes/{revision.pk}/check/")
    assert page.url == f"/commitments/{promise.pk}/two-bots/history/"


def test_a_trusted_council_publishes_its_change_at_once(sign_in, pugh, promise):
    trumpton = make_organisation("Trumpton")
    trumpton.publishes_at_once = True
    trumpton.save()
    client = sign_in(pugh)
    revision = propose(client, promise, title="Two bots")
    assert "Publish" in text_of(client.get(f"/account/changes/{revision.pk}/check/"))
    assert send(client, revision).status == Status.PUBLISHED
    promise.refresh_from_db()
    assert promise.title == "Two bots"


def test_a_returned_change_shows_what_must_change(sign_in, pugh, promise, moderator):
    client = sign_in(pugh)
    revision = send(client, propose(client, promise, title="Two bots"))
    publishing.return_for_changes(revision, by=moderator, note="Which bots?")
    for address in (path(promise), f"/account/changes/{revision.pk}/check/"):
        assert "Which bots?" in text_of(client.get(address))
    assert send(client, revision).status == Status.AWAITING_REVIEW


def test_a_draft_is_deleted_after_asking_once(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, title="Two bots")
    address = f"/account/changes/{revision.pk}/delete/"
    assert "Delete this change?" in heading(client.get(address))
    assert client.post(address).url == f"/account/commitments/{promise.pk}/"
    assert not Revision.objects.exists()
    assert AuditEvent.objects.filter(kind="revision.delete_draft").count() == 1
    assert client.post(address).status_code == 404


def test_what_is_with_the_delivery_team_is_not_deleted(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = send(client, propose(client, promise, title="Two bots"))
    assert client.post(f"/account/changes/{revision.pk}/delete/").status_code == 302
    with pytest.raises(MoveRefused):
        rewording.delete_draft(revision, by=pugh)
    assert Revision.objects.count() == 1


def test_a_new_due_date_that_has_passed_meanwhile_is_not_sent_in(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, due_on=timezone.localdate() + timedelta(days=1))
    Revision.objects.update(due_on=timezone.localdate())
    check = f"/account/changes/{revision.pk}/check/"
    response = client.post(check, {"action": "send", "seen": seen_in(client.get(check))}, follow=True)
    assert "Due date must be in the future" in text_of(response)
    revision.refresh_from_db()
    assert revision.status == Status.DRAFT


def test_a_text_that_was_published_meanwhile_is_said(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, title="Two bots")
    check = f"/account/changes/{revision.pk}/check/"
    assert "Another text was published" not in text_of(client.get(check))
    fields = {"status": Status.PUBLISHED, "published_at": timezone.now()}
    Revision.of(promise, number=1, **fields).save()
    assert "Another text was published since this one was written" in text_of(client.get(check))


# ---- Colleagues and strangers


def test_a_colleague_sees_the_open_change_goes_on_with_it_and_hears_what_becomes_of_it(
    sign_in, pugh, grubb, promise, moderator, outbox_text
):
    revision = propose(sign_in(pugh), promise, title="Two bots")
    client = sign_in(grubb)
    page = client.get(path(promise))
    assert "A colleague has begun a change of this text" in text_of(page)
    assert f"/account/changes/{revision.pk}/check/" in page.content.decode()
    assert pugh.name not in text_of(page)
    propose(client, promise, title="Three bots", seen=seen_in(page))
    send(client, revision)
    publishing.publish(revision, by=moderator)
    assert [to for to, *_ in outbox_text()] == [grubb.email]


def test_a_colleague_may_send_in_recall_and_delete_it(sign_in, pugh, grubb, promise):
    revision = propose(sign_in(pugh), promise, title="Two bots")
    client = sign_in(grubb)
    assert send(client, revision).proposer == grubb
    client = sign_in(pugh)
    client.post(f"/account/changes/{revision.pk}/check/", {"action": "recall"})
    revision.refresh_from_db()
    assert (revision.status, revision.proposer) == (Status.DRAFT, pugh)
    sign_in(grubb).post(f"/account/changes/{revision.pk}/delete/")
    assert not Revision.objects.exists()


def test_a_colleagues_text_is_not_overwritten_unseen_and_nothing_typed_is_lost(sign_in, pugh, grubb, promise):
    client = sign_in(grubb)
    client.get(path(promise))
    propose(sign_in(pugh), promise, title="Two bots")
    response = sign_in(grubb).post(path(promise), answers(promise, title="Nine bots"))
    assert response.status_code == 200
    assert "A colleague has changed this text" in text_of(response)
    assert 'value="Nine bots"' in response.content.decode()
    assert promise.revisions.get().title == "Two bots"
    # Having read theirs, saving again takes its place.
    propose(client, promise, title="Nine bots", seen=seen_in(response))
    assert promise.revisions.get().title == "Nine bots"


def test_a_change_that_a_colleague_sent_in_meanwhile_is_taken_back_before_another_is_saved(
    sign_in, pugh, grubb, promise
):
    client = sign_in(pugh)
    send(client, propose(client, promise, title="Two bots"))
    response = sign_in(grubb).post(path(promise), answers(promise, title="Nine bots"))
    assert "A colleague has sent in a change" in text_of(response)
    assert 'value="Nine bots"' in response.content.decode()
    assert promise.revisions.get().title == "Two bots"


def test_a_change_that_was_changed_since_it_was_read_is_not_sent_in(sign_in, pugh, grubb, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, title="Two bots")
    check = f"/account/changes/{revision.pk}/check/"
    read = seen_in(client.get(check))
    propose(sign_in(grubb), promise, title="Nine bots", seen=read)
    response = sign_in(pugh).post(check, {"action": "send", "seen": read}, follow=True)
    assert "Read it again" in text_of(response)
    revision.refresh_from_db()
    assert revision.status == Status.DRAFT


def test_saving_the_same_twice_makes_one_and_changes_nothing(sign_in, pugh, promise):
    client = sign_in(pugh)
    first = propose(client, promise, title="Two bots")
    assert propose(client, promise, title="Two bots").changed_at == first.changed_at
    assert Revision.objects.count() == 1


def test_sending_in_twice_sends_in_once(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, title="Two bots")
    check = f"/account/changes/{revision.pk}/check/"
    data = {"action": "send", "seen": seen_in(client.get(check))}
    assert {client.post(check, data).url for _ in range(2)} == {check}
    assert AuditEvent.objects.filter(kind="revision.submit").count() == 1


def test_nobody_else_sees_or_changes_it(client, sign_in, pugh, promise):
    revision = propose(sign_in(pugh), promise, title="Two bots")
    addresses = [path(promise), *(f"/account/changes/{revision.pk}/{page}/" for page in ("check", "delete"))]
    stranger = sign_in(make_person("Mr Munnings", at="pippin-fort.example.gov.uk"))
    for address in addresses:
        assert stranger.get(address).status_code == stranger.post(address, answers(promise)).status_code == 404
    stranger.post("/account/leave/")
    for address in addresses:
        assert stranger.get(address).url.startswith("/sign/email/")
    assert promise.revisions.get().title == "Two bots"


def test_the_database_refuses_a_second_open_change(promise):
    Revision.of(promise).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.of(promise, status=Status.AWAITING_REVIEW).save()


def test_an_unknown_button_and_an_unknown_change_are_refused(sign_in, pugh, promise):
    client = sign_in(pugh)
    revision = propose(client, promise, title="Two bots")
    check = f"/account/changes/{revision.pk}/check/"
    assert [client.post(check, data).status_code for data in ({}, {"action": "publish"})] == [400, 400]
    assert client.get("/account/changes/999999/check/").status_code == 404
    assert client.get(f"/account/changes/{'9' * 40}/check/").status_code == 404


# ---- What it costs, and strange input


def test_the_pages_cost_few_queries_whatever_the_size(sign_in, pugh, promise):
    client = sign_in(pugh)
    for number in range(20):
        promise.partners.create(position=number + 3, name=f"Partner {number}")
    limits = {"shown": 4, "kept": 8 + 2, "checked": 5}  # a list of partners; two of the second are the test's own
    costs = {}
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path(promise))
    costs["shown"] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        revision = propose(client, promise, title="Two bots", seen=seen_in(page))
    costs["kept"] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/account/changes/{revision.pk}/check/")
    costs["checked"] = len(queries)
    assert {name: cost for name, cost in costs.items() if cost > limits[name]} == {}


NASTY = [
    "\x00", "\ud800", "\u202eevil", "a" * 20_000, "\r\n" * 500, "<script>alert(1)</script>", "{{ 7 * 7 }}", "%s%n",
    "²", "9" * 400, "\t", "\u0301" * 300, ";" * 300, "[link 1]",
]  # fmt: skip
TEXT = st.one_of(st.text(max_size=80), st.sampled_from(NASTY))
FIELDS = ["title", "mission", "impact", "partners", "due_on-day", "due_on-month", "due_on-year", "reason", "seen"]


@settings(
    max_examples=int(os.environ.get("REGISTER_FAULT_ROUNDS", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(field=st.sampled_from(FIELDS), text=TEXT)
def test_any_text_in_any_field_is_answered_and_what_is_kept_can_be_shown_and_published(
    sign_in, pugh, promise, moderator, field, text
):
    client = sign_in(pugh)
    Revision.objects.all().delete()
    sent = answers(promise, **({"title": "Two bots"} | {field: text}))
    body = urlencode({name: str(value).encode("utf-8", "surrogatepass") for name, value in sent.items()})
    response = client.post(path(promise), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 302)
    assert "<script>alert" not in response.content.decode()
    if response.status_code == 302:
        revision = promise.revisions.open().get()
        page = client.get(response.url)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        with transaction.atomic():
            send(client, revision)
            publishing.publish(revision, by=moderator)
            address = Commitment.objects.get(pk=promise.pk).get_absolute_url()
            assert client.get(f"{address}history/").status_code == 200
            transaction.set_rollback(True)
