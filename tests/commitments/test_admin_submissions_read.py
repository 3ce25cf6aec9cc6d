"""The delivery team reads what councils send in: the first page, the queues, and the review pages."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment, Partner, ProgressUpdate, Revision, Stage, Status
from localdigital.models import AuditEvent
from localdigital.waiting import waited
from signatories import moderation
from tests.commitments.submissions import (
    COLUMNS,
    MODELS,
    address,
    make_waiting,
    queue,
    review,
    seen_by,
    text,
)
from tests.factories import (
    make_access,
    make_organisation,
    make_person,
    make_update,
    make_user,
    role_of,
)

pytestmark = pytest.mark.django_db

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


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
