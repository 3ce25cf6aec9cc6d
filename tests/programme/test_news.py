"""What happened in the register: what each subject's news tells, and that it is only what is public now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Adoption, Revision
from commitments.models import Status as Sent
from programme.follow.subjects import EVERYTHING, Subject
from programme.models import Announcement
from programme.news import news
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_principles, make_signature, make_update
from tests.programme.factories import make_case_study, make_event, make_output

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def ago(days):
    return NOW - timedelta(days=days)


def titles(subject, **limits):
    return [entry.title for entry in news(subject, **limits)]


def make_announcement(title="The fund is open", **fields):
    return Announcement.objects.create(
        **{"title": title, "slug": "news", "summary": "Apply now.", "body": "Apply.", "published_at": NOW} | fields
    )


@pytest.fixture
def signature():
    """Trumpton and Chigley signed 30 days ago, with one commitment."""
    return make_signature("Trumpton", "Chigley", published_at=ago(30))


@pytest.fixture
def promise(signature):
    return signature.commitments.get()


def test_the_register_tells_everything_newest_first(signature, promise):
    make_update(promise, published_at=ago(20), stage="delivered")
    make_commitment(signature, "Ring", added_at=ago(26), published_at=ago(25))
    Revision.of(promise, number=1, status=Sent.PUBLISHED, published_at=ago(15)).save()
    Revision.of(promise, number=2, status=Sent.PUBLISHED, published_at=ago(15), reason="Clearer").save()
    make_case_study("Drains", "Trumpton", published_at=ago(10))
    make_output("Pattern", "Trumpton", published_at=ago(9))
    make_event("Meet us", "Trumpton", published_at=ago(8))
    make_announcement(published_at=ago(7))
    assert titles(EVERYTHING) == [
        "The fund is open",
        "Event: Meet us",
        "Output: Pattern",
        "Case study: Drains",
        "Changed commitment: Promise 1",
        "Progress update: Promise 1 (delivered)",
        "New commitment: Ring",
        "Trumpton Borough Council and Chigley Borough Council signed the Local Digital Declaration",
    ]


def test_an_organisation_has_the_news_of_its_own_signatures_commitments_and_offers(promise):
    other = make_signature("Camberwick Green")
    make_update(promise, published_at=ago(20))
    make_update(other.commitments.get())
    make_case_study("Drains", "Chigley", published_at=ago(10))
    make_case_study("Parks", "Camberwick Green")
    make_announcement()
    assert titles(Subject(organisation=make_organisation("Chigley"))) == [
        "Case study: Drains",
        "Progress update: Promise 1 (in progress)",
        "Trumpton Borough Council and Chigley Borough Council signed the Local Digital Declaration",
    ]


def test_who_adopted_a_commitment_has_its_news(promise):
    heir = make_organisation("Pippin Fort")
    assert titles(Subject(organisation=heir)) == []
    Adoption.objects.create(commitment=promise, organisation=heir)
    make_update(promise)
    assert titles(Subject(organisation=heir)) == ["Progress update: Promise 1 (in progress)"]


def test_a_principle_has_the_commitments_that_serve_it_and_case_studies_about_it(promise):
    people, _, _, _, openness = make_principles()
    make_update(promise, published_at=ago(20))
    make_case_study("Drains").principles.add(people)
    assert titles(Subject(principle=people)) == [
        "Case study: Drains",
        "Progress update: Promise 1 (in progress)",
        "New commitment: Promise 1",
    ]
    assert titles(Subject(principle=openness)) == []


def test_a_commitment_tells_of_itself_alone(signature, promise):
    other = make_commitment(signature, "Ring")
    make_update(other)
    make_update(promise, kind="no-change", stage="", done="", published_at=ago(3))
    make_output("Pattern", "Trumpton", commitment=promise, published_at=ago(2))
    found = news(Subject(commitment=promise))
    assert [entry.title for entry in found] == [
        "Output: Pattern",
        "Progress update: Promise 1",
        "New commitment: Promise 1",
    ]
    assert found[1].text == "Trumpton Borough Council and Chigley Borough Council. Nothing has changed."


def test_those_who_withdrew_together_are_one_piece_of_news_and_one_who_left_alone_another(signature):
    leaver = signature.signatories.get(organisation__name="Chigley")
    signature.signatories.filter(pk=leaver.pk).update(withdrawn_at=ago(5), live=False, public_note="We merged.")
    alone, _signed = news(EVERYTHING)
    assert alone.title == "Chigley Borough Council withdrew from the Local Digital Declaration"
    assert alone.text == "We merged."
    left = {"status": Status.WITHDRAWN, "published_at": ago(9), "withdrawn_at": NOW}
    make_signature("Pippin Fort", "Camberwick Green", **left)
    assert titles(EVERYTHING, since=ago(1)) == [
        "Pippin Fort Borough Council and Camberwick Green Borough Council withdrew from the Local Digital Declaration"
    ]


def test_a_commitment_that_ended_says_why(promise):
    type(promise).objects.filter(pk=promise.pk).update(status="withdrawn", ended_at=NOW, public_note="No money.")
    ended = news(Subject(commitment=promise))[0]
    assert ended.title == "Commitment withdrawn: Promise 1"
    assert ended.text.endswith("No money.")


def test_nothing_is_told_that_is_not_public_now(promise):
    for status in (Status.DRAFT, Status.AWAITING_REVIEW, Status.REJECTED, Status.REMOVED):
        hidden = make_signature(f"Hidden {status}", status=status)
        make_update(hidden.commitments.get())
    for status in (Sent.DRAFT, Sent.AWAITING_REVIEW, Sent.RETURNED, Sent.REMOVED):
        make_update(promise, status=status, published_at=NOW, kind="report", proposer=None)
        for make in (make_case_study, make_output, make_event):
            make("Hidden", "Trumpton", status=status, published_at=NOW)
        make_commitment(promise.signature, "Hidden", status=status, added_at=NOW, published_at=NOW)
    make_announcement(published_at=None)
    assert len(news(EVERYTHING)) == 1
    assert len(news(Subject(organisation=make_organisation("Trumpton")))) == 1
    assert len(news(Subject(commitment=promise))) == 1


def test_it_is_the_newest_fifty_between_two_moments_and_costs_the_same_however_many(promise):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            news(EVERYTHING)
        return len(queries)

    make_update(promise, published_at=ago(20))
    make_case_study("Drains", "Trumpton")
    few = cost()
    for number in range(60):
        make_update(promise, published_at=ago(number / 10))
    make_case_study("Parks", "Trumpton")
    make_signature("Pippin Fort", "Camberwick Green")
    assert cost() == few <= 14
    assert len(news(EVERYTHING)) == 50
    assert len(news(EVERYTHING, since=ago(2.05), until=ago(1.05))) == 10
