"""The delivery team's review of what councils send in: queues, review pages, decisions, and who came first."""

import html
import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from commitments import publishing
from commitments.models import Commitment, Partner, ProgressUpdate, Revision, Stage, Status
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from localdigital.waiting import waited
from signatories import moderation
from signatories.models import Organisation
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    make_user,
    role_of,
)

pytestmark = pytest.mark.django_db

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)
MODELS = [ProgressUpdate, Revision, Commitment]
DECISIONS = {"publish": Status.PUBLISHED, "return": Status.RETURNED}
COLUMNS = {
    "progressupdate": "progress updates to review",
    "revision": "changed texts to review",
    "commitment": "added commitments to review",
}


def make_waiting(model, name="Trumpton", title="Ring the bells", days=0, status=Status.AWAITING_REVIEW, **fields):
    """One of that kind that waits for review, about a commitment of that council's whose officer sent it in."""
    officer, organisation = make_person(), make_organisation(name)
    make_access(officer, organisation)
    sent = {"status": status, "proposer": officer, "submitted_at": timezone.now() - timedelta(days=days, minutes=1)}
    signature = make_signature(organisation, commitments=0)
    if model is Commitment:
        return make_commitment(
            signature, **{"title": title, "added_at": timezone.now(), "published_at": None} | sent | fields
        )
    promise = make_commitment(signature, title=title)
    if model is ProgressUpdate:
        return make_update(promise, **sent | fields)
    change = Revision.of(promise, **sent, reason="It is clearer")
    for field, value in ({"mission": "We will find out what residents ask us most."} | fields).items():
        setattr(change, field, value)
    change.save()
    return change


def queue(model):
    return f"/admin/commitments/{model._meta.model_name}/"


def review(thing):
    return f"{queue(type(thing))}{thing.pk}/change/"


def address(thing, decision):
    return f"{queue(type(thing))}{thing.pk}/decide/{decision}/"


def stored(thing):
    return type(thing).objects.get(pk=thing.pk)


def answers(thing, note="Because of the date", **others):
    return {"seen": stored(thing).changed_at.isoformat(), "note": note, **others}


def text(response):
    return html.unescape(response.content.decode())


def seen_by(user, client):
    """The client with that user signed in, second factor included."""
    client.force_login(user, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user, name="test").persistent_id
    session.save()
    return client


# ---- The queues


@pytest.mark.parametrize("model", MODELS)
class TestQueue:
    def test_shows_what_awaits_review_oldest_first_with_its_age(self, admin_client, model):
        young = make_waiting(model, "Trumpton", "Ring the bells", days=1)
        old = make_waiting(model, "Chigley", "Mend the clock", days=12)
        make_waiting(model, "Pippin Fort", "Paint the pier", status=Status.RETURNED)
        page = text(admin_client.get(queue(model)))
        assert page.index("Mend the clock") < page.index("Ring the bells")
        assert "Paint the pier" not in page
        assert "Chigley Borough Council" in page
        assert waited(old.submitted_at, timezone.now()) in page
        assert review(young) in page
        assert review(old) in page

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED])
    def test_can_be_filtered_by_status(self, admin_client, model, status):
        made = {
            one: make_waiting(model, f"Council {one}", status=one)
            for one in (Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED)
        }
        page = text(admin_client.get(queue(model), {} if status == Status.AWAITING_REVIEW else {"state": status}))
        assert [one for one, thing in made.items() if review(thing) in page] == [status]

    @pytest.mark.parametrize("by", ["title", "reference"])
    def test_finds_a_title_or_a_reference_in_any_status(self, admin_client, model, by):
        wanted = make_waiting(model, "Trumpton", "Ring the bells", status=Status.RETURNED)
        other = make_waiting(model, "Chigley", "Mend the clock")
        reference = publishing.commitment_of(wanted).signature.reference
        page = text(admin_client.get(queue(model), {"q": "bells" if by == "title" else reference}))
        assert review(wanted) in page
        assert review(other) not in page

    @pytest.mark.parametrize("query", ["q=%00", "state=%00", "p=99999999999999999999", "q=???", "state=none"])
    def test_nonsense_in_the_address_is_no_server_error(self, admin_client, model, query):
        assert admin_client.get(f"{queue(model)}?{query}").status_code < 500

    def test_costs_the_same_for_3_and_30(self, admin_client, model):
        counts = []
        for number in (3, 30):
            for index in range(number):
                make_waiting(model, f"Council {number} {index}")
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(queue(model)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10

    def test_offers_no_way_to_add_edit_or_delete(self, admin_client, model):
        thing = make_waiting(model)
        before = model.objects.values().get(pk=thing.pk)
        assert admin_client.get(f"{queue(model)}add/").status_code == 403
        assert admin_client.get(f"{queue(model)}{thing.pk}/delete/").status_code == 403
        admin_client.post(review(thing), {"status": "published", "title": "Mine", "done": "Mine"})
        given = {"action": "delete_selected", "_selected_action": thing.pk, "post": "yes"}
        assert admin_client.post(queue(model), given).status_code < 500
        assert model.objects.values().get(pk=thing.pk) == before


# ---- The review page


class TestReview:
    def test_of_an_update_shows_all_of_it_and_what_changes(self, admin_client):
        update = make_waiting(ProgressUpdate, stage=Stage.DELIVERED, went_well="The masons.", next_step="Rest.")
        clock = update.commitment.deliverables.create(position=2, text="A clock")
        update.commitment.deliverables.filter(text="A framework").update(delivered_on=MARCH)
        update.delivered.add(clock)
        update.evidence.create(position=1, title="Our code", url="https://example.gov.uk/code", kind="code")
        page = " ".join(text(admin_client.get(review(update))).split())
        for words in (
            "We talked to twelve residents.",
            "The masons.",
            "Rest.",
            'href="https://example.gov.uk/code"',
            "(code)",
            "Stage: no stage yet → Delivered",
            "Newly delivered: A clock",
            "No longer delivered: A framework",
            "Pugh Barney, Digital officer, pugh.barney@trumpton.example.gov.uk",
            "Reports for Trumpton Borough Council",
            "Answers for this commitment",
        ):
            assert words in page, words
        assert "What needs care" not in page

    def test_of_an_update_older_than_what_is_public_says_that_the_stage_stays(self, admin_client):
        update = make_waiting(ProgressUpdate, stage=Stage.DELIVERED, reported_on=MARCH)
        make_update(update.commitment, reported_on=MAY, proposer=make_person("Miss Lovelace"))
        page = text(admin_client.get(review(update)))
        assert "A report of 1 May 2026 is public already" in page
        assert "Stage:" not in page

    @pytest.mark.parametrize(("kind", "words"), [("withdrawal", "becomes withdrawn"), ("lapse", "becomes lapsed")])
    def test_of_an_update_that_ends_a_commitment_says_so_and_shows_the_reason(self, admin_client, kind, words):
        update = make_waiting(ProgressUpdate, kind=kind, stage="", done="The money is gone.")
        page = text(admin_client.get(review(update)))
        assert f"The commitment {words}" in page
        assert "The money is gone." in page

    def test_of_a_changed_text_shows_the_difference_word_by_word_and_the_reason(self, admin_client):
        change = make_waiting(Revision, due_on=MAY)
        page = admin_client.get(review(change)).content.decode()
        assert re.search(r"<del>.*?people</span>?.*?</del>|<del>[^§]*?people", page)
        assert re.search(r"<ins>[^§]*?residents", page)
        assert "1 May 2026" in page
        assert "It is clearer" in page

    def test_of_a_published_change_shows_what_it_changed(self, admin_client, moderator):
        change = make_waiting(Revision)
        publishing.publish(change, by=moderator)
        page = admin_client.get(review(change)).content.decode()
        assert "<del>" in page
        first = Revision.objects.get(number=1)
        assert "We will find out what people ask us most." in text(admin_client.get(review(first)))

    def test_of_an_added_commitment_shows_it_in_full(self, admin_client):
        added = make_waiting(Commitment, partners=[make_organisation("Chigley"), "The parish choir"])
        page = text(admin_client.get(review(added)))
        for words in (
            "We will find out",
            "A framework",
            "Chigley Borough Council",
            "Residents get an answer",
            "People",
        ):
            assert words in page, words
        assert "Partners that the register does not know: The parish choir." in page

    @pytest.mark.parametrize("model", MODELS)
    def test_warns_of_someone_who_no_longer_answers_for_it(self, admin_client, model):
        thing = make_waiting(model)
        thing.proposer.accesses.update(ended_at=timezone.now())
        make_access(thing.proposer, "Chigley")
        page = text(admin_client.get(review(thing)))
        assert "Pugh Barney reports for no organisation that answers for this commitment today." in page
        assert "Reports for Chigley Borough Council" in page
        assert "Does not answer for this commitment today" in page

    @pytest.mark.parametrize("model", MODELS)
    def test_is_there_without_anyone_who_sent_it_in(self, admin_client, model):
        thing = make_waiting(model)
        model.objects.update(proposer=None)
        assert "nobody will be emailed" in text(admin_client.get(review(thing)))

    @pytest.mark.parametrize("model", [ProgressUpdate, Revision])
    def test_says_when_the_commitment_has_ended(self, admin_client, moderator, model):
        thing = make_waiting(model)
        moderation.withdraw(thing.commitment.signature, by=moderator, note="They asked")
        assert "can no longer be published, only returned" in text(admin_client.get(review(thing)))

    def test_says_which_partners_said_that_they_are_none(self, admin_client):
        change, chigley = make_waiting(Revision), make_organisation("Chigley")
        Partner.objects.create(
            commitment=change.commitment, position=1, name="Chigley", organisation=chigley,
            answer="disowned", answered_at=timezone.now(),
        )  # fmt: skip
        Revision.objects.update(partners=[{"name": "Chigley", "organisation": chigley.pk}])
        assert "Chigley said of being named: not a partner." in text(admin_client.get(review(change)))

    @pytest.mark.parametrize("model", MODELS)
    def test_shows_the_history_and_the_emails(self, admin_client, moderator, model):
        thing = make_waiting(model)
        publishing.return_for_changes(thing, by=moderator, note="Name the tower")
        page = text(admin_client.get(review(thing)))
        assert "returned for changes" in page
        assert "moderator" in page
        assert "Awaiting review → Returned for changes" in page
        assert page.count("Name the tower") >= 2
        assert "before we publish it" in page

    @pytest.mark.parametrize("model", MODELS)
    def test_shows_words_of_strangers_as_they_were_typed(self, admin_client, model):
        thing = make_waiting(model, title="<script>alert(1)</script>")
        texts = {ProgressUpdate: "done", Revision: "reason", Commitment: "mission"}
        model.objects.update(**{texts[model]: "<b>bold</b>"})
        page = admin_client.get(review(thing)).content.decode()
        assert "<script>alert" not in page
        assert "<b>bold" not in page
        assert "&lt;b&gt;bold" in page

    @pytest.mark.parametrize("model", MODELS)
    def test_costs_the_same_however_long_it_is(self, admin_client, model):
        short, long = make_waiting(model, "Trumpton"), make_waiting(model, "Chigley")
        promise = publishing.commitment_of(long)
        for number in range(8):
            council = make_organisation(f"Council {number}")
            promise.deliverables.create(position=number + 2, text=f"A clock {number}")
            promise.partners.create(position=number + 1, name=council.name, organisation=council)
            make_access(long.proposer, council)
            if model is ProgressUpdate:
                long.evidence.create(position=number, title="Code", url="https://example.gov.uk/", kind="code")
        publishing.commitment_of(short).partners.create(position=1, name="A", organisation=make_organisation("A"))
        if model is ProgressUpdate:
            long.delivered.set(promise.deliverables.all())
        for thing, times in ((short, 1), (long, 9)):
            for number in range(times):
                AuditEvent.record("revision.submit", thing, by=make_person(f"Person {number}"))
                AuditEvent.record("revision.recall", thing, by=make_user(f"user{thing.pk}{number}"))
        counts = []
        for thing in (short, long):
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(review(thing)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 10

    @pytest.mark.parametrize("model", MODELS)
    def test_of_something_unknown_leads_home(self, admin_client, model):
        assert admin_client.get(f"{queue(model)}999999/change/").status_code == 302

    @pytest.mark.parametrize("model", MODELS)
    def test_is_not_for_the_public(self, client, model):
        thing = make_waiting(model)
        for page in (queue(model), review(thing), address(thing, "publish")):
            assert client.get(page)["Location"].startswith("/admin/login/")


# ---- Deciding


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("decision", DECISIONS)
def test_the_email_shown_before_a_decision_is_the_one_that_is_queued(admin_client, moderator, model, decision):
    thing, note = make_waiting(model), "First <line> & more\r\n\r\n- second “line”"
    assert admin_client.get(address(thing, decision)).status_code == 200
    shown = text(admin_client.post(address(thing, decision), answers(thing, note, preview="1")))
    assert stored(thing).status == Status.AWAITING_REVIEW
    assert not QueuedEmail.objects.exists()

    answer = admin_client.post(address(thing, decision), answers(thing, note, confirm="1"))

    assert answer.status_code == 302
    assert stored(thing).status == DECISIONS[decision]
    email = QueuedEmail.objects.about(thing).get()
    assert email.to_address == thing.proposer.email
    assert f"<dd>{email.to_address}</dd>" in shown
    assert f"<dd>{email.subject}</dd>" in shown
    assert f'<pre class="email__body">{email.body}</pre>' in shown
    assert "First <line> & more\n\n- second “line”" in email.body
    event = AuditEvent.objects.about(thing).get()
    assert (event.actor_id, event.note) == (moderator.pk, note.replace("\r\n", "\n"))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("button", ["preview", "confirm"])
def test_returning_needs_a_reason(admin_client, model, button):
    thing = make_waiting(model)
    answer = text(admin_client.post(address(thing, "return"), answers(thing, "  ", **{button: "1"})))
    assert "<title>Error: " in answer
    assert "Say what must change" in answer
    assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_opening_a_decision_or_pressing_neither_button_decides_nothing(admin_client, model):
    thing = make_waiting(model)
    admin_client.get(address(thing, "publish"))
    admin_client.post(address(thing, "publish"), answers(thing))
    page = text(admin_client.post(address(thing, "publish"), answers(thing, "My words", change="1")))
    assert "My words</textarea>" in page
    assert "Error:" not in page
    assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_after_a_decision_comes_the_one_that_has_waited_longest(admin_client, model):
    first = make_waiting(model, "Trumpton", days=3)
    oldest, younger = make_waiting(model, "Chigley", days=9), make_waiting(model, "Pippin Fort", days=1)
    order = [first, oldest, younger]
    for thing, following in zip(order, [review(oldest), review(younger), queue(model)], strict=True):
        answer = admin_client.post(address(thing, "publish"), answers(thing, "", confirm="1"))
        assert answer["Location"] == following
    page = text(admin_client.get(queue(model)))
    assert "Nothing else of this kind waits." in page


@pytest.mark.parametrize("model", MODELS)
class TestTwoModerators:
    def test_the_second_is_told_who_did_what(self, admin_client, model):
        thing = make_waiting(model)
        given = answers(thing, "Fine", confirm="1")
        publishing.return_for_changes(thing, by=make_user("windy.miller"), note="Name the tower")
        answer = admin_client.post(address(thing, "publish"), given)
        assert answer.status_code == 409
        page = text(answer)
        assert "returned for changes</strong> by windy.miller" in page
        assert "Name the tower" in page
        assert stored(thing).status == Status.RETURNED
        assert QueuedEmail.objects.count() == 1

    def test_a_second_press_of_ones_own_button_leads_on_and_changes_nothing(self, admin_client, model):
        thing = make_waiting(model)
        given = answers(thing, "", confirm="1")
        pressed = [admin_client.post(address(thing, "publish"), given) for _ in range(2)]
        assert [one.status_code for one in pressed] == [302, 302]
        assert AuditEvent.objects.about(thing).count() == QueuedEmail.objects.about(thing).count() == 1

    def test_a_text_that_changed_since_it_was_read_is_not_decided_about(self, admin_client, model):
        thing = make_waiting(model)
        given = answers(thing, "", confirm="1")
        publishing.recall(thing, by=thing.proposer)
        publishing.send_in(thing, by=thing.proposer)
        assert admin_client.post(address(thing, "publish"), given).status_code == 409
        assert stored(thing).status == Status.AWAITING_REVIEW

    @pytest.mark.parametrize("forged", ["", "yesterday", "2020-01-01T00:00:00", "2020-01-01T00:00:00+00:00"])
    def test_a_decision_without_the_moment_that_was_read_is_not_made(self, admin_client, model, forged):
        thing = make_waiting(model)
        given = answers(thing, "Fine", confirm="1") | {"seen": forged}
        assert admin_client.post(address(thing, "publish"), given).status_code in (200, 409)
        assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_what_can_no_longer_be_published_is_said_in_words_and_can_be_returned(admin_client, moderator, model):
    thing = make_waiting(model)
    given = answers(thing, "Fine", confirm="1")
    moderation.withdraw(publishing.commitment_of(thing).signature, by=moderator, note="They asked")
    answer = text(admin_client.post(address(thing, "publish"), given))
    assert "nothing can be published about it" in answer
    assert stored(thing).status == Status.AWAITING_REVIEW
    admin_client.post(address(thing, "return"), answers(thing, confirm="1"))
    assert stored(thing).status == Status.RETURNED


@pytest.mark.one_database
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("decision", ["publish", "return", "remove"])
@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_REVIEW, Status.RETURNED, Status.PUBLISHED])
def test_a_decision_can_be_opened_only_where_it_can_be_made(admin_client, model, decision, status):
    public = {"published_at": timezone.now()} if status == Status.PUBLISHED else {}
    if public and model is Revision:
        public["number"] = 2
    thing = make_waiting(model, status=status, **public)
    expected = 409
    if decision == "remove":
        expected = 404 if model is not ProgressUpdate else 200 if status == Status.PUBLISHED else 409
    elif status == Status.AWAITING_REVIEW:
        expected = 200
    assert admin_client.get(address(thing, decision)).status_code == expected
    given = answers(thing, confirm="1")
    assert admin_client.post(address(thing, decision), given).status_code == (302 if expected == 200 else expected)
    assert (f"/decide/{decision}/" in text(admin_client.get(review(thing)))) == (
        expected == 200 and stored(thing).status == status
    )


def test_a_published_update_is_removed_with_a_reason(admin_client):
    update = make_update(make_commitment(make_signature("Trumpton", commitments=0)), stage=Stage.DELIVERED)
    assert "<title>Error: " in text(admin_client.post(address(update, "remove"), answers(update, "", confirm="1")))
    admin_client.post(address(update, "remove"), answers(update, "It names a resident", confirm="1"))
    assert stored(update).status == Status.REMOVED
    assert stored(update.commitment).stage == ""
    [email] = QueuedEmail.objects.all()
    assert "It names a resident" in email.body


def test_an_update_that_ended_a_commitment_offers_no_removal(admin_client, moderator):
    update = make_waiting(ProgressUpdate, kind="withdrawal", stage="", done="The money is gone.")
    publishing.publish(update, by=moderator)
    assert "/decide/remove/" not in text(admin_client.get(review(update)))
    assert admin_client.get(address(update, "remove")).status_code == 409


@pytest.mark.parametrize("model", MODELS)
def test_an_unknown_decision_or_thing_is_not_found(admin_client, model):
    thing = make_waiting(model)
    assert admin_client.get(address(thing, "shred")).status_code == 404
    assert admin_client.get(f"{queue(model)}999999/decide/publish/").status_code == 404


@pytest.mark.parametrize("model", MODELS)
def test_who_may_only_look_decides_nothing(client, model):
    reader = make_user("reader", is_superuser=False)
    role_of(reader).permissions.add(Permission.objects.get(codename=f"view_{model._meta.model_name}"))
    thing = make_waiting(model)
    page = seen_by(reader, client).get(review(thing))
    assert page.status_code == 200
    assert "another permission" in text(page)
    assert "/decide/" not in text(page)
    assert client.get(queue(model)).status_code == 200
    assert client.get(address(thing, "publish")).status_code == 403
    assert client.post(address(thing, "publish"), answers(thing, confirm="1")).status_code == 403
    assert stored(thing).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("model", MODELS)
def test_who_may_change_decides_and_others_see_nothing(client, model):
    decider = make_user("decider", is_superuser=False)
    role_of(decider).permissions.add(Permission.objects.get(codename=f"change_{model._meta.model_name}"))
    thing = make_waiting(model)
    assert seen_by(decider, client).post(address(thing, "publish"), answers(thing, "", confirm="1")).status_code == 302
    assert stored(thing).status == Status.PUBLISHED
    seen_by(make_user("nobody", is_superuser=False), client)
    assert client.get(queue(model)).status_code == 403
    assert client.get(review(thing)).status_code == 403


def test_a_published_decision_costs_few_queries(admin_client):
    counts = {}
    make_waiting(Revision, "Pippin Fort")
    RegisterVersion.current()
    for number, model in enumerate(MODELS):
        thing = make_waiting(model, f"Council {number}")
        given = answers(thing, "", confirm="1")
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.post(address(thing, "publish"), given).status_code == 302
        asked = [one["sql"] for one in queries if not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", one["sql"])]
        counts[model] = len(asked)
    # Seven are the admin's own: who asks, what about, who looks at it, what comes next; and two say that one now looks
    # at that. A decision may cost fifteen and two an email.
    limits = {ProgressUpdate: 7 + 13, Revision: 9 + 14, Commitment: 7 + 11}
    assert {model: count for model, count in counts.items() if count > limits[model]} == {}


# ---- The first page


class TestFirstPage:
    def test_says_what_waits_and_since_when(self, admin_client):
        make_waiting(ProgressUpdate, "Trumpton", days=9)
        make_waiting(ProgressUpdate, "Chigley", days=2)
        make_waiting(Revision, "Pippin Fort", days=1)
        make_waiting(Commitment, "Camberwick Green", status=Status.RETURNED)
        page = " ".join(text(admin_client.get("/admin/")).split())
        oldest = waited(timezone.now() - timedelta(days=9, minutes=1), timezone.now())
        assert (
            f'count">2</span> progress updates to review</a></h3> <p class="hint">The oldest has waited {oldest}<'
            in page
        )
        assert 'count">1</span> changed text to review' in page
        assert 'count">0</span> added commitments to review' in page

    @pytest.mark.parametrize("model", MODELS)
    def test_leads_to_the_queue(self, admin_client, model):
        thing = make_waiting(model)
        lines = {line.label: line for line in admin_client.get("/admin/").context["waiting"]}
        one = COLUMNS[model._meta.model_name].replace("s to", " to")
        assert review(thing) in text(admin_client.get(lines[one].address))

    @pytest.mark.parametrize("model", MODELS)
    def test_shows_nobody_more_than_they_may_see(self, client, model):
        reader = make_user("reader", is_superuser=False)
        role_of(reader).permissions.add(Permission.objects.get(codename=f"view_{model._meta.model_name}"))
        lines = seen_by(reader, client).get("/admin/").context["waiting"]
        assert [line.label for line in lines] == [COLUMNS[model._meta.model_name]]


def test_an_added_commitment_of_a_council_that_ended_leads_to_what_becomes_of_it(admin_client, moderator):
    added = make_waiting(Commitment)
    publishing.publish(added, by=moderator)
    assert "/succession/" not in text(admin_client.get(review(added)))
    Organisation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert f"/admin/commitments/commitment/{added.pk}/succession/" in text(admin_client.get(review(added)))
