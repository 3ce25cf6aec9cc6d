"""The review page: what changed since it was last seen, who looks at it, its neighbours, and the team's reasons."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing
from commitments.models import ProgressUpdate, Revision
from commitments.models import Status as Sent
from localdigital import looks
from localdigital.models import AuditEvent, Look, QueuedEmail, Reason
from signatories import moderation
from signatories.models import Signature
from signatories.models.signature import Status
from tests.commitments.submissions import make_waiting
from tests.factories import make_first_reasons, make_person, make_signature, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/signatories/signature/"


def waiting(name="Trumpton", days=0, **fields):
    at = timezone.now() - timedelta(days=days, minutes=1)
    return make_signature(name, status=Status.AWAITING_REVIEW, submitted_at=at, **fields)


def review(thing):
    return f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/{thing.pk}/change/"


def decide(thing, decision):
    return review(thing).replace("change", f"decide/{decision}")


def look(thing):
    return f"/admin/looks/{thing._meta.label_lower}/{thing.pk}/"


def answers(thing, note="", **others):
    return {"seen": type(thing).objects.get(pk=thing.pk).changed_at.isoformat(), "note": note, **others}


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def colleague():
    return make_user("alex@example.gov.uk", first_name="Alex", last_name="Miller")


# ---- What changed


class TestWhatChanged:
    def returned(self, moderator):
        signature = waiting(signers=[make_person("Mr Munnings")])
        moderation.return_for_changes(signature, by=moderator, note="Name the residents")
        return signature

    def test_of_a_document_that_comes_back_is_shown_word_by_word(self, admin_client, moderator):
        signature = self.returned(moderator)
        signature.commitments.update(mission="We will find out what tenants ask us most.")
        signature.signatories.update(signer_name="Miss Lovelace")
        signature.move("submit_as_signed", by=signature.preparer)
        page = admin_client.get(review(signature)).content.decode()
        assert "What changed since you last saw it" in page
        assert re.search(r"<del>[^§]*?people[^§]*?</del>\s*<ins>[^§]*?tenants", page)
        assert re.search(r"<ins>[^§]*?Miss Lovelace", page)
        assert "Name the residents" in page
        assert "Impact" not in page[page.index('id="changed"') : page.index('id="checks"')]

    def test_is_said_when_it_is_nothing(self, admin_client, moderator):
        signature = self.returned(moderator)
        signature.move("submit_as_signed", by=signature.preparer)
        assert "Nothing in the text: it came back as it was." in text(admin_client.get(review(signature)))

    def test_is_not_there_the_first_time_and_is_forgotten_on_publishing(self, admin_client, moderator):
        signature = waiting()
        assert "What changed since" not in text(admin_client.get(review(signature)))
        moderation.return_for_changes(signature, by=moderator, note="Better")
        assert Signature.objects.get().last_read
        signature.move("submit_as_signed", by=signature.preparer)
        moderation.publish(signature, by=moderator)
        assert Signature.objects.get().last_read is None

    @pytest.mark.parametrize("back", ["returned", "recalled"])
    def test_of_what_a_council_sent_in_is_shown_too(self, admin_client, moderator, back):
        update = make_waiting(ProgressUpdate)
        if back == "returned":
            publishing.return_for_changes(update, by=moderator, note="Say which residents")
        else:
            publishing.recall(update, by=update.proposer)
        ProgressUpdate.objects.update(done="We talked to twelve tenants.")
        update.evidence.create(position=1, title="Our code", url="https://example.gov.uk/code", kind="code")
        publishing.send_in(update, by=update.proposer)
        page = admin_client.get(review(update)).content.decode()
        assert re.search(r"<del>[^§]*?residents[^§]*?</del>\s*<ins>[^§]*?tenants", page)
        assert re.search(r"<ins>[^§]*?Our code \(code\)", page)


def test_the_text_comes_before_the_decision_and_a_link_leads_to_it(admin_client):
    page = text(admin_client.get(review(waiting())))
    order = [page.index(part) for part in ('href="#decide"', 'id="text"', 'id="decide"', 'id="facts"', 'id="history"')]
    assert order == sorted(order)
    assert "{#" not in page


def test_the_checks_say_what_is_fine_too(admin_client):
    signature = waiting()
    page = text(admin_client.get(review(signature)))
    assert "Checks found nothing" in page
    assert "Every signer writes from a domain of their organisation." in page
    signature.commitments.update(impact="Ring 01632 960 001 or write to pugh@example.gov.uk")
    page = text(admin_client.get(review(signature)))
    assert "An email address or a telephone number stands in “Promise 1”" in page
    assert "No organisation has signed another version." in page


# ---- I am looking at this


class TestLooking:
    @pytest.mark.parametrize("kind", [Signature, ProgressUpdate])
    def test_is_said_to_colleagues_in_the_list_and_on_the_page(self, admin_client, moderator, client, kind):
        thing = waiting() if kind is Signature else make_waiting(kind)
        looks.begin(thing, by=colleague())
        since = f"{timezone.localtime(Look.objects.get().began_at):%H:%M}"
        assert f"Alex Miller, since {since}" in text(admin_client.get(review(thing).split(f"{thing.pk}/")[0]))
        page = text(admin_client.get(review(thing)))
        assert "Alex Miller has been looking at this since <time datetime=" in page
        assert f">{since}</time>" in page
        assert "Take over" in page
        assert "/decide/publish/" not in page

    def test_reading_alone_says_nothing(self, admin_client):
        admin_client.get(review(waiting()))
        assert not Look.objects.exists()

    def test_begins_from_the_list_and_ends_by_a_press(self, admin_client, moderator):
        signature = waiting()
        assert f'formaction="{look(signature)}"' in text(admin_client.get(QUEUE))
        page = text(admin_client.post(look(signature), {"action": "", "q": ""}, follow=True))
        assert "You have been looking at this since" in page
        assert Look.objects.get().user == moderator
        assert admin_client.post(look(signature), {"stop": "1"})["Location"] == QUEUE
        assert not Look.objects.exists()

    def test_a_decision_waits_until_it_is_taken_over_and_nothing_typed_is_lost(self, admin_client, moderator):
        signature, alex = waiting(), colleague()
        looks.begin(signature, by=alex)
        for button in ("preview", "confirm"):
            answer = admin_client.post(decide(signature, "return"), answers(signature, "My words", **{button: "1"}))
            assert answer.status_code == 409
            assert "My words</textarea>" in text(answer)
        assert Signature.objects.get().status == Status.AWAITING_REVIEW
        given = answers(signature, "My words", **{"take-over": str(alex.pk)})
        assert "Check before you confirm" in text(admin_client.post(decide(signature, "return"), given))
        assert Look.objects.get().user == moderator
        event = AuditEvent.objects.get(kind="look.take_over")
        assert (event.actor_id, event.details) == (moderator.pk, {"colleague": alex.pk})
        admin_client.post(decide(signature, "return"), answers(signature, "My words", confirm="1"))
        assert Signature.objects.get().status == Status.RETURNED
        assert not Look.objects.exists()

    def test_of_two_who_take_over_the_second_hears_of_the_first(self, admin_client, moderator):
        signature, alex, windy = waiting(), colleague(), make_user("windy.miller")
        looks.begin(signature, by=alex)
        looks.take_over(signature, by=windy, colleague_id=alex.pk)
        page = text(admin_client.post(look(signature), {"take-over": str(alex.pk)}, follow=True))
        assert "windy.miller has been looking at this since" in page
        assert Look.objects.get().user == windy

    def test_ends_by_itself_after_two_hours(self, admin_client, moderator):
        signature = waiting()
        looks.begin(signature, by=colleague(), now=timezone.now() - looks.LASTS)
        assert "No colleague is looking at this." in text(admin_client.get(review(signature)))
        admin_client.post(look(signature))
        assert Look.objects.get().user == moderator

    @pytest.mark.parametrize("forged", ["", "0", "x", "9" * 30, "²"])
    def test_nonsense_takes_nothing_over(self, admin_client, forged):
        signature, alex = waiting(), colleague()
        looks.begin(signature, by=alex)
        assert admin_client.post(look(signature), {"take-over": forged}).status_code == 302
        assert Look.objects.get().user == alex

    def test_is_for_what_waits_and_who_may_decide(self, admin_client, moderator):
        assert admin_client.get(look(waiting())).status_code == 405
        assert admin_client.post("/admin/looks/localdigital.user/1/").status_code == 404
        assert admin_client.post("/admin/looks/nothing/1/").status_code == 404
        published = make_signature("Chigley")
        assert "does not wait" in text(admin_client.post(look(published), follow=True))
        type(moderator).objects.update(is_superuser=False)
        assert admin_client.post(look(published)).status_code == 403
        assert not Look.objects.exists()


# ---- The place in the queue


def test_previous_and_next_are_linked_oldest_first(admin_client):
    third, first, second = (waiting(f"Council {days}", days=days) for days in (1, 9, 5))
    page = text(admin_client.get(review(second)))
    assert f'<a rel="prev" href="{review(first)}">' in page
    assert f'<a rel="next" href="{review(third)}">' in page
    assert 'rel="prev"' not in text(admin_client.get(review(first)))
    assert 'rel="next"' not in text(admin_client.get(review(third)))


def test_after_a_decision_comes_the_next_that_no_colleague_looks_at(admin_client, moderator):
    taken, free, mine = (waiting(f"Council {days}", days=days) for days in (9, 5, 1))
    looks.begin(taken, by=colleague())
    answer = admin_client.post(decide(mine, "return"), answers(mine, "Say more", confirm="1"))
    assert answer["Location"] == review(free)
    assert Look.objects.about(free).get().user == moderator


# ---- Reasons


class TestReasons:
    @pytest.fixture(autouse=True)
    def first_reasons(self):
        """Made again: tests with real commits empty the database after them, of what migrations wrote too."""
        make_first_reasons()

    def two(self, decision="return"):
        return [
            Reason.objects.create(decision=decision, title=f"Reason {number}", text=f"Text {number}", position=90)
            for number in (1, 2)
        ]

    def test_are_combined_in_the_box_edited_and_noted_as_used(self, admin_client):
        signature, chosen = waiting(), self.two()
        numbers = [str(one.pk) for one in chosen]
        page = text(admin_client.get(review(signature)))
        assert all(one.title in page for one in chosen)
        given = answers(signature, "Dear all", reasons=numbers, preview="1")
        answer = admin_client.post(decide(signature, "return"), given)
        assert "The reasons that you ticked are in the box below" in text(answer)
        assert "Dear all Text 1 Text 2</textarea>" in text(answer)
        assert not QueuedEmail.objects.exists()
        given = answers(signature, "Dear all, Text one", reasons=numbers, filled=",".join(numbers))
        assert "Check before you confirm" in text(admin_client.post(decide(signature, "return"), given))
        admin_client.post(decide(signature, "return"), given | {"confirm": "1"})
        [email] = QueuedEmail.objects.all()
        assert "Dear all, Text one" in email.body
        assert "Text 2" not in email.body
        assert AuditEvent.objects.about(signature).get().details == {"reasons": [one.pk for one in chosen]}
        assert not Reason.objects.filter(pk__in=numbers, used_at=None).exists()

    def test_confirming_with_a_reason_not_yet_in_the_box_shows_it_first(self, admin_client):
        signature, [one, _] = waiting(), self.two("reject")
        answer = admin_client.post(decide(signature, "reject"), answers(signature, reasons=[one.pk], confirm="1"))
        assert "Text 1</textarea>" in text(answer)
        assert Signature.objects.get().status == Status.AWAITING_REVIEW

    def test_of_another_decision_or_switched_off_are_refused(self, admin_client):
        signature, [one, off] = waiting(), self.two("reject")
        Reason.objects.filter(pk=off.pk).update(decision="return", is_active=False)
        for forged in (one.pk, off.pk, "x"):
            given = answers(signature, "Words", reasons=[forged], preview="1")
            assert "<title>Error: " in text(admin_client.post(decide(signature, "return"), given))

    def test_serve_what_councils_send_in_too(self, admin_client):
        change, [one, _] = make_waiting(Revision), self.two("return-submission")
        given = answers(change, "Text 1", reasons=[one.pk], filled=str(one.pk), confirm="1")
        admin_client.post(decide(change, "return"), given)
        assert Revision.objects.get().status == Sent.RETURNED
        assert AuditEvent.objects.about(change).get().details == {"reasons": [one.pk]}

    def test_there_are_some_to_begin_with(self):
        for decision in Reason.Decision:
            assert 4 <= Reason.objects.offered(decision).count() <= 7


class TestKeepingReasons:
    ADDRESS = "/admin/localdigital/reason/"

    def given(self, **changes):
        return {
            "decision": "return",
            "title": "No map",
            "text": "Draw one.",
            "position": "3",
            "is_active": "on",
        } | changes

    def test_they_are_added_changed_and_logged_with_their_history(self, admin_client, moderator):
        admin_client.post(f"{self.ADDRESS}add/", self.given())
        reason = Reason.objects.get(title="No map")
        admin_client.post(f"{self.ADDRESS}{reason.pk}/change/", self.given(text="Draw a map."))
        assert list(AuditEvent.objects.about(reason).values_list("kind", flat=True)) == ["reason.add", "reason.change"]
        assert [one.text for one in reason.history.all()] == ["Draw a map.", "Draw one."]
        assert admin_client.get(f"{self.ADDRESS}{reason.pk}/history/").status_code == 200

    def test_one_that_was_used_is_switched_off_not_deleted(self, admin_client, moderator):
        reason = Reason.objects.create(decision="return", title="No map", text="Draw one.", used_at=timezone.now())
        page = text(admin_client.get(f"{self.ADDRESS}{reason.pk}/change/"))
        assert "cannot be deleted" in page
        assert f"{reason.pk}/delete/" not in page
        answer = admin_client.post(f"{self.ADDRESS}{reason.pk}/delete/", {"post": "yes"}, follow=True)
        assert "cannot be deleted" in text(answer)
        with pytest.raises(IntegrityError), transaction.atomic():
            reason.delete()
        assert Reason.objects.filter(pk=reason.pk).exists()

    def test_an_unused_one_is_deleted(self, admin_client):
        reason = Reason.objects.create(decision="return", title="No map", text="Draw one.")
        admin_client.post(f"{self.ADDRESS}{reason.pk}/delete/", {"post": "yes"})
        assert not Reason.objects.filter(pk=reason.pk).exists()
        assert AuditEvent.objects.filter(kind="reason.delete", object_id=reason.pk).exists()


def test_a_moderator_by_role_reads_the_queue_and_a_page_of_it_in_ten_queries_each(admin_client, moderator):
    moderator.is_superuser = False
    moderator.save()
    moderator.groups.add(Group.objects.get(name="Moderator"))
    signature = waiting("Trumpton")
    waiting("Camberwick", days=1)
    for address in (QUEUE, review(signature)):
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address).status_code == 200
        assert len(queries) <= 10, "\n".join(one["sql"][:160] for one in queries)
