"""Nothing public is silently changed: every version is there to compare, and the signed document stays as signed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import partners, publishing, rewording, succession
from commitments.history import due_date_moves
from commitments.models import Commitment, Revision, Status
from localdigital.models import RegisterVersion
from signatories import moderation
from signatories.document import commitments_of, hashes
from signatories.models import Signature
from signatories.models.signature import Status as DocumentStatus
from tests.factories import make_commitment, make_organisation, make_person, make_signature
from tests.pages import UNKNOWN_TO_THE_PUBLIC, heading, text_of, title

pytestmark = pytest.mark.django_db

TITLE = "Answer the phone with a bot"
LONG_AGO = timezone.now() - timedelta(days=400)


@pytest.fixture
def promise():
    """A published commitment of two councils, with a partner of each kind."""
    signature = make_signature("Trumpton", "Camberwick Green", commitments=0, published_at=LONG_AGO)
    named = [make_organisation("Chigley"), "The Biscuit Factory"]
    return make_commitment(signature, title=TITLE, partners=named, due_on=date(2030, 3, 27), published_at=LONG_AGO)


def change(promise, reason="The work grew.", now=None, **changes):
    """Propose and publish a changed text of that commitment."""
    pugh, now = make_person(), now or timezone.now()
    text = rewording.current_text(Commitment.objects.get(pk=promise.pk))
    answers = {name: getattr(text, name) for name in rewording.ANSWERS} | {"reason": reason} | changes
    revision = rewording.keep(promise, answers, by=pugh, now=now)
    rewording.send_in(revision, by=pugh, seen=rewording.version_of(revision), now=now)
    publishing.publish(revision, by=None, now=now)
    promise.refresh_from_db()
    return revision


def history_of(promise):
    return f"/commitments/{promise.pk}/{promise.slug}/history/"


# ---- The page


def test_a_commitment_that_never_changed_says_that_there_is_one_version(client, promise):
    response = client.get(history_of(promise))
    assert heading(response) == "History of this commitment"
    text = text_of(response)
    assert "There is one version of this commitment. Its text has not changed." in text
    assert "Version 1, as signed" in text
    assert "Signed by Trumpton Borough Council and Camberwick Green Borough Council" in text


def test_every_version_is_shown_newest_first_with_who_when_why_and_what(client, promise):
    first, second = timezone.now() - timedelta(days=40), timezone.now() - timedelta(days=2)
    change(promise, now=first, mission="We will find out what people ask us least.", reason="It is quieter.")
    change(promise, now=second, title="Answer the phone with two bots", partners=[], reason="It is louder.")
    text = text_of(client.get(history_of(promise)))
    assert "There are 3 versions" in text
    third, other = text.index("Version 3"), text.index("Version 2")
    assert third < other < text.index("Version 1, as signed")
    newest, before = text[third:other], text[other:]
    both = "Changed by Trumpton Borough Council and Camberwick Green Borough Council, published"
    for words in (both, f"{timezone.localtime(second):%-d %B %Y}", "It is louder.", "[removed: a bot ]"):
        assert words in newest, words
    assert "Partners [removed: Chigley Borough Council ] [removed: The Biscuit Factory ]" in newest
    assert "Mission" not in newest
    for words in (
        both,
        f"{timezone.localtime(first):%-d %B %Y}",
        "It is quieter.",
        "[removed: most. ] [added: least. ]",
    ):
        assert words in before, words


def test_no_persons_name_or_address_is_on_it(client, promise):
    change(promise, title="Two bots")
    page = client.get(history_of(promise)).content.decode()
    assert make_person().name not in page
    assert "@" not in page.partition("<main")[2].partition("</main")[0]


def test_who_answered_for_it_then_is_told_and_not_who_does_today(client, promise, moderator):
    change(promise, title="Two bots", now=timezone.now() - timedelta(days=2))
    trumpton = promise.signature.signatories.get(organisation__name="Trumpton")
    moderation.withdraw_signatory(trumpton, by=moderator, note="It left.")
    change(promise, title="Three bots")
    text = text_of(client.get(history_of(promise)))
    assert "Changed by Camberwick Green Borough Council, published" in text
    assert "Changed by Trumpton Borough Council and Camberwick Green Borough Council, published" in text


def test_a_successor_is_named_for_what_it_changed(client, promise):
    yesterday = timezone.localdate() - timedelta(days=1)
    chigley = make_organisation("Greater Chigley")
    for name in ("Trumpton", "Camberwick Green"):
        body = make_organisation(name)
        body.ends_on = yesterday
        body.save()
        body.successors.add(chigley)
    succession.adopt(promise, chigley, by=make_person())
    change(promise, title="Two bots")
    assert "Changed by Greater Chigley Borough Council, published" in text_of(client.get(history_of(promise)))


def test_one_that_said_it_is_no_partner_is_not_in_a_comparison(client, promise):
    chigley = promise.partners.get(position=1)
    partners.answer(chigley, confirmed=False, by=make_person())
    change(promise, title="Two bots")
    assert "Chigley" not in text_of(client.get(history_of(promise)))


def test_what_is_written_in_it_is_escaped(client, promise):
    change(promise, title="<script>alert(1)</script>", reason="<b>Because</b>")
    page = client.get(history_of(promise)).content.decode()
    assert "<script>alert" not in page
    assert "<b>Because" not in page


def test_what_is_not_published_is_not_in_it(client, promise):
    revision = change(promise, title="Two bots")
    Revision.objects.create(commitment=promise, title="Secret", reason="Hidden", status=Status.AWAITING_REVIEW)
    text = text_of(client.get(history_of(promise)))
    assert "Secret" not in text
    assert "Hidden" not in text
    assert revision.title in text


# ---- Its address


def test_a_wrong_slug_leads_to_the_right_one_also_after_the_title_changed(client, promise):
    old = history_of(promise)
    change(promise, title="Two bots")
    for address in (old, f"/commitments/{promise.pk}/x/history/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (301, f"/commitments/{promise.pk}/two-bots/history/")


@pytest.mark.parametrize("status", [*UNKNOWN_TO_THE_PUBLIC, DocumentStatus.REMOVED])
@pytest.mark.parametrize("slug", ["answer-the-phone-with-a-bot", "x"])
def test_what_is_not_public_is_not_found_or_gone_and_its_slug_not_told(client, status, slug):
    promise = make_commitment(make_signature("Trumpton", status=status, commitments=0), title=TITLE)
    response = client.get(f"/commitments/{promise.pk}/{slug}/history/")
    assert response.status_code == (410 if status == DocumentStatus.REMOVED else 404)
    assert "Location" not in response.headers
    assert TITLE not in response.content.decode()


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_an_unknown_commitment_is_not_found(client, pk):
    assert client.get(f"/commitments/{pk}/x/history/").status_code == 404


def test_it_is_a_public_page_that_changes_when_a_change_is_published(client, promise):
    first = client.get(history_of(promise))
    assert "public" in first["Cache-Control"]
    assert client.get(history_of(promise), headers={"If-None-Match": first["ETag"]}).status_code == 304
    change(promise, mission="Something else.")
    assert client.get(history_of(promise), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_costs_the_same_for_one_version_and_for_ten(client, promise):
    RegisterVersion.current()
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(history_of(promise))
        costs.append(len(queries))
        for number in range(9):
            change(promise, mission=f"Version {number}.")
    assert costs[0] == costs[1] <= 8


def test_its_title_says_of_which_commitment_it_is(client, promise):
    assert title(client.get(history_of(promise))) == f"History of commitment {promise.pk}: {TITLE}"


# ---- Due dates


def test_every_move_of_the_due_date_is_told_with_its_reason(client, promise):
    at = timezone.now() - timedelta(days=3)
    change(promise, due_on=date(2031, 1, 1), reason="It takes longer.", now=at)
    change(promise, title="Two bots")
    change(promise, due_on=None, reason="Nobody knows.")
    moves = due_date_moves(promise.revisions.history())
    assert [(one.before, one.after, one.reason) for one in moves] == [
        (date(2030, 3, 27), date(2031, 1, 1), "It takes longer."),
        (date(2031, 1, 1), None, "Nobody knows."),
    ]
    assert moves[0].at == at
    text = text_of(client.get(history_of(promise)))
    assert "It takes longer. What changed Due date [removed: 27 March 2030 ] [added: 1 January 2031 ]" in text


# ---- The signed document


def test_the_document_shows_what_was_signed_and_leads_to_the_history(client, promise):
    signed = hashes(promise.signature)
    pippin = make_organisation("Pippin Fort")
    for number in range(2):
        named = [{"name": "Pippin Fort", "organisation": pippin.pk}]
        change(promise, title=f"{number + 2} bots", mission="Other.", impact="Else.", due_on=None, partners=named)
    assert hashes(Signature.objects.get(pk=promise.signature_id)) == signed
    response = client.get(f"/signatures/{promise.signature.reference}/")
    text = text_of(response)
    for words in (TITLE, "what people ask us most", "Residents get an answer", "27 March 2030", "The Biscuit Factory"):
        assert words in text, words
    for words in ("bots", "Other.", "Else.", "Pippin Fort"):
        assert words not in text, words
    page = response.content.decode()
    assert 'href="/organisations/chigley/"' in page
    assert f'href="/commitments/{promise.pk}/3-bots/"' in page
    assert f'href="/commitments/{promise.pk}/3-bots/history/"' in page
    assert "The text has changed since" in text


def test_a_document_whose_text_stands_says_nothing_of_changes(client, promise):
    Revision.objects.create(commitment=promise, title="Draft")
    text = text_of(client.get(f"/signatures/{promise.signature.reference}/"))
    assert "has changed" not in text
    assert "Draft" not in text


def test_the_document_goes_on_naming_one_that_disowned_it_and_says_so(client, promise):
    partners.answer(promise.partners.get(position=1), confirmed=False, by=make_person())
    address = f"/signatures/{promise.signature.reference}/"
    said = "Chigley Borough Council has since said that it is not a partner"
    assert said in text_of(client.get(address))
    change(promise, title="Two bots")
    assert said in text_of(client.get(address))
    assert "Chigley" not in text_of(client.get(promise.get_absolute_url()))


def test_the_document_costs_the_same_however_often_its_texts_changed(client, promise):
    RegisterVersion.current()
    make_commitment(promise.signature, title="Another", published_at=LONG_AGO)
    address = f"/signatures/{promise.signature.reference}/"
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
        for commitment in promise.signature.commitments.all():
            change(commitment, mission="Something else.")
            change(commitment, mission="Something else again.")
    assert costs[0] == costs[1] <= 8
    change(promise, partners=[])
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 9, "one more for the organisations that only the signed text names"


def test_a_document_that_is_not_public_asks_for_no_changes(django_assert_num_queries):
    signature = make_signature("Trumpton", status=DocumentStatus.DRAFT)
    with django_assert_num_queries(4):
        assert [one.has_changed for one in commitments_of(signature)] == [False]
