"""Reporting on a commitment: an update in three pages, no change with one click, withdrawing; and who may not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing
from commitments.council import drafts
from commitments.models import Commitment, ProgressUpdate
from localdigital import links
from localdigital.models import AuditEvent, RegisterVersion
from signatories import people
from signatories.models import MoveRefused, Organisation
from tests.factories import make_access, make_commitment, make_person, make_signature, make_update
from tests.pages import text_of

pytestmark = pytest.mark.django_db

LINK = {"title": "What residents ask", "url": "www.example.gov.uk/research", "kind": "user-research"}


@pytest.fixture
def promise():
    """A commitment of Trumpton with two deliverables."""
    signature = make_signature("Trumpton", preparer=make_person("Mrs Honeyman"), commitments=0)
    return make_commitment(signature, title="Ring the bells", deliverables=["A bell", "A rope"])


@pytest.fixture
def pugh(sign_in, promise):
    """Someone who reports for Trumpton, signed in."""
    person = make_person()
    make_access(person, "Trumpton")
    sign_in(person)
    return person


def answers(on=None, **changes):
    on = on or timezone.localdate()
    date = {f"reported_on-{part}": getattr(on, part) for part in ("day", "month", "year")}
    return {"stage": "in-progress", "done": "We bought a bell.", **date} | changes


def page_of(promise, name="report"):
    return f"/account/commitments/{promise.pk}/{name}/"


def begin(client, promise, **changes):
    """Answer the first page; the update that it makes."""
    response = client.post(page_of(promise), answers(**changes))
    assert response.status_code == 302, text_of(response)
    return promise.updates.latest("pk")


def errors_of(response):
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    return text_of(response)


# ---- The first page


def test_a_report_is_kept_as_a_draft_sent_in_and_published(client, pugh, promise, moderator):
    bell = promise.deliverables.first()
    update = begin(
        client, promise, delivered=[bell.pk], went_well="It rings.", could_be_better="The rope.", next_step="Ring."
    )
    assert (update.status, update.proposer, update.kind) == ("draft", pugh, "report")
    response = client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"then": "continue"})
    assert response.url == f"/account/updates/{update.pk}/check/"
    text = text_of(client.get(response.url))
    for words in (
        "Stage In progress",
        "Delivered 1 of 2 A bell",
        "We bought a bell.",
        "It rings.",
        "The rope.",
        "Next step Ring.",
        "What residents ask, user research https://www.example.gov.uk/research",
    ):
        assert words in text, words
    response = client.post(response.url, follow=True)
    assert "Progress update sent to the delivery team" in text_of(response)
    update.refresh_from_db()
    publishing.publish(update, by=moderator)
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == ("in-progress", timezone.localdate())
    assert [one.text for one in promise.deliverables.exclude(delivered_on=None)] == ["A bell"]


def test_a_trusted_council_is_told_that_it_is_published(client, pugh, promise):
    Organisation.objects.update(publishes_at_once=True)
    update = begin(client, promise)
    check = f"/account/updates/{update.pk}/check/"
    assert "Send to the delivery team" not in text_of(client.get(check))
    assert "Progress update published" in text_of(client.post(check, follow=True))
    promise.refresh_from_db()
    assert promise.stage == "in-progress"


def test_the_first_page_shows_how_it_stands_and_then_what_was_begun(client, pugh, promise):
    bell, rope = promise.deliverables.all()
    make_update(promise, delivered=[bell], stage="in-progress", proposer=make_person("Mrs Honeyman"))
    page = client.get(page_of(promise)).content.decode()
    today = timezone.localdate()
    assert f'name="reported_on-day" type="text" value="{today.day}"' in page
    assert f'value="{bell.pk}" checked' in page
    assert f'value="{rope.pk}" checked' not in page
    assert 'value="in-progress" checked' in page
    begin(client, promise, stage="stopped", delivered=[rope.pk], done="We lost the bell.", on=today - timedelta(days=9))
    page = client.get(page_of(promise)).content.decode()
    assert "We lost the bell." in page
    assert 'value="stopped" checked' in page
    assert f'value="{rope.pk}" checked' in page
    assert f'value="{bell.pk}" checked' not in page


def test_reporting_again_goes_on_with_the_same_draft(client, pugh, promise):
    first = begin(client, promise)
    assert begin(client, promise, done="More.") == first
    assert promise.updates.get().done == "More."
    assert client.post(f"{page_of(promise)}?from=check", answers()).url == f"/account/updates/{first.pk}/check/"


def test_deliverables_can_be_unticked(client, pugh, promise):
    begin(client, promise, delivered=[one.pk for one in promise.deliverables.all()])
    update = begin(client, promise)
    assert update.delivered.count() == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stage": ""}, "Select what stage it is at"),
        ({"stage": "finished"}, "Select one of the options"),
        ({"done": " "}, "Enter what you have done"),
        ({"done": "x" * 5001}, "Your answer must be 5,000 characters or fewer"),
        ({"reported_on-day": ""}, "The date of the update must include a day"),
        ({"reported_on-day": "31", "reported_on-month": "2"}, "The date of the update must be a real date"),
        ({"reported_on-year": "2017"}, "The date of the update must be on or after 4 July 2018"),
        ({"reported_on-year": "2999"}, "The date of the update must be today or in the past"),
        ({"delivered": ["99999999999999999999"]}, "Select what has been delivered from the list"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client, pugh, promise, wrong, words):
    response = client.post(page_of(promise), answers(next_step="Ring.") | wrong)
    assert words in errors_of(response)
    assert "Ring." in response.content.decode()
    assert not promise.updates.exists()


def test_tomorrow_is_no_date_to_report_for_and_the_first_day_is(client, pugh, promise):
    today = timezone.localdate()
    errors_of(client.post(page_of(promise), answers(today + timedelta(days=1))))
    first_day = {"reported_on-day": 4, "reported_on-month": 7, "reported_on-year": 2018}
    assert client.post(page_of(promise), answers() | first_day).status_code == 302
    errors_of(client.post(page_of(promise), answers() | first_day | {"reported_on-day": 3}))


def test_a_deliverable_of_another_commitment_is_none_of_it(client, pugh, promise):
    other = make_commitment(promise.signature, deliverables=["A clock"]).deliverables.get()
    errors_of(client.post(page_of(promise), answers(delivered=[other.pk])))


def test_a_commitment_without_deliverables_is_not_asked_for_them(client, pugh, promise):
    promise.deliverables.all().delete()
    assert "What has been delivered" not in text_of(client.get(page_of(promise)))
    begin(client, promise)


def test_delivered_without_everything_ticked_is_allowed_and_pointed_out(client, pugh, promise):
    update = begin(client, promise, stage="delivered", delivered=[promise.deliverables.first().pk])
    text = text_of(client.get(f"/account/updates/{update.pk}/check/"))
    assert "You say that this commitment is delivered, but only 1 of its 2 deliverables is ticked." in text
    update = begin(client, promise, stage="delivered", delivered=[one.pk for one in promise.deliverables.all()])
    assert "but" not in text_of(client.get(f"/account/updates/{update.pk}/check/"))


# ---- Evidence


def test_links_are_added_one_at_a_time_and_removed(client, pugh, promise):
    update = begin(client, promise)
    page = f"/account/updates/{update.pk}/evidence/"
    assert client.post(page, LINK | {"then": "add"}).url == page
    client.post(page, {"title": "Code", "url": "http://example.gov.uk/code", "kind": "code", "then": "add"})
    text = text_of(client.get(page))
    assert "You have added 2 links What residents ask https://www.example.gov.uk/research User research" in text
    first = update.evidence.first()
    client.post(f"{page}{first.pk}/remove/")
    client.post(f"{page}{first.pk}/remove/")
    assert [link.title for link in update.evidence.all()] == ["Code"]


def test_the_same_link_twice_is_one(client, pugh, promise):
    update = begin(client, promise)
    for _ in range(2):
        client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"then": "add"})
    assert update.evidence.count() == 1


def test_going_on_without_a_link_is_fine_and_with_half_of_one_it_is_not(client, pugh, promise):
    update = begin(client, promise)
    page = f"/account/updates/{update.pk}/evidence/"
    blank = {"title": " ", "url": "", "then": "continue"}
    assert client.post(page, blank).url == f"/account/updates/{update.pk}/check/"
    text = errors_of(client.post(page, blank | {"title": "Half"}))
    assert "Enter a web address" in text
    assert "Select what kind of evidence it is" in text
    assert "Enter a title for the link" in errors_of(client.post(page, blank | {"then": "add"}))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://example.gov.uk/x", "https://gov.uk@example.org/", "data:text/html,x", "nowhere",
        "https://example.gov.uk:99999/", "http://[a", "//", "mailto:a@example.gov.uk", "x" * 600,
        "https://example.gov.uk/" + "x" * 500,
    ],
)  # fmt: skip
def test_only_pages_on_the_web_are_evidence(client, pugh, promise, url):
    update = begin(client, promise)
    errors_of(client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"url": url, "then": "add"}))
    assert not update.evidence.exists()


def test_twenty_links_are_enough(client, pugh, promise):
    update = begin(client, promise)
    for number in range(20):
        drafts.add_evidence(update, title="x", url=f"https://example.gov.uk/{number}", kind="code")
    response = client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"then": "add"})
    assert "An update can hold 20 links. Remove one first" in errors_of(response)
    assert update.evidence.count() == 20


# ---- Sent in, taken back, returned, deleted


def test_while_one_waits_to_be_read_another_is_not_begun(client, pugh, promise):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/check/")
    text = text_of(client.get(page_of(promise)))
    assert "Your progress update is with the delivery team" in text
    response = client.post(page_of(promise), answers(done="Typed meanwhile."))
    assert "You sent this to the delivery team in another window" in errors_of(response)
    assert "Typed meanwhile." in response.content.decode()
    assert promise.updates.get().done == "We bought a bell."


def test_one_that_waits_can_be_taken_back_changed_and_sent_again(client, pugh, promise):
    update = begin(client, promise)
    check = f"/account/updates/{update.pk}/check/"
    client.post(check)
    assert client.get(check).url == f"/account/updates/{update.pk}/sent/"
    response = client.post(f"/account/updates/{update.pk}/recall/", follow=True)
    assert "You can change it now" in text_of(response)
    begin(client, promise, done="Better.")
    assert "sent to the delivery team" in text_of(client.post(check, follow=True))
    update.refresh_from_db()
    assert (update.status, update.done) == ("awaiting-review", "Better.")


def test_one_that_was_decided_cannot_be_taken_back(client, pugh, promise, moderator):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/check/")
    update.refresh_from_db()
    publishing.publish(update, by=moderator)
    text = text_of(client.post(f"/account/updates/{update.pk}/recall/", follow=True))
    assert "It is too late to take this back" in text
    assert "Progress update published" in text


def test_a_returned_one_shows_the_message_and_is_sent_again(client, pugh, promise, moderator):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/check/")
    update.refresh_from_db()
    publishing.return_for_changes(update, by=moderator, note="Which bell?")
    for page in (page_of(promise), f"/account/updates/{update.pk}/check/"):
        assert "Which bell?" in text_of(client.get(page))
    assert begin(client, promise, done="The big one.") == update
    client.post(f"/account/updates/{update.pk}/check/")
    update.refresh_from_db()
    assert (update.status, update.message) == ("awaiting-review", "")


def test_sending_in_twice_sends_in_once(client, pugh, promise):
    update = begin(client, promise)
    for _ in range(2):
        response = client.post(f"/account/updates/{update.pk}/check/")
        assert response.url == f"/account/updates/{update.pk}/sent/"
    assert AuditEvent.objects.filter(kind="progress_update.submit").count() == 1


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_what_was_begun_can_be_deleted(client, pugh, promise, status):
    update = make_update(promise, status=status, proposer=pugh, evidence=[("x", "https://example.gov.uk", "code")])
    page = f"/account/updates/{update.pk}/delete/"
    assert "This cannot be undone" in text_of(client.get(page))
    assert "It has been deleted" in text_of(client.post(page, follow=True))
    assert not promise.updates.exists()
    event = AuditEvent.objects.get(kind="progress_update.delete")
    assert (event.object_id, event.actor_id, event.from_status) == (update.pk, pugh.pk, status)
    assert client.post(page).status_code == 404


def test_what_was_sent_in_can_be_neither_deleted_nor_changed(client, pugh, promise):
    update = make_update(promise, status="awaiting-review", proposer=pugh)
    sent = f"/account/updates/{update.pk}/sent/"
    assert client.post(f"/account/updates/{update.pk}/delete/").url == sent
    assert client.post(f"/account/updates/{update.pk}/evidence/", LINK).url == sent
    assert client.post(f"/account/updates/{update.pk}/evidence/1/remove/").url == sent
    for change in (
        lambda: drafts.delete(update, by=pugh),
        lambda: drafts.add_evidence(update, **LINK),
        lambda: drafts.remove_evidence(update, 1),
    ):
        with pytest.raises(MoveRefused):
            change()
    assert not update.evidence.exists()


def test_a_window_that_is_older_than_the_update_changes_nothing(pugh, promise):
    """Loaded as a draft, sent in meanwhile: each change finds that out by itself."""
    old = make_update(promise, status="draft", proposer=pugh)
    publishing.send_in(ProgressUpdate.objects.get(pk=old.pk), by=pugh)
    for change in (lambda: drafts.delete(old, by=pugh), lambda: drafts.add_evidence(old, **LINK)):
        with pytest.raises(MoveRefused):
            change()


def test_a_commitment_that_ended_meanwhile_is_no_error(client, pugh, promise):
    update = begin(client, promise)
    Commitment.objects.update(status="withdrawn", ended_at=timezone.now())
    hub = f"/account/commitments/{promise.pk}/"
    for page in ("check", "evidence", "delete"):
        assert client.post(f"/account/updates/{update.pk}/{page}/", LINK).url == hub
    assert client.post(page_of(promise), answers()).url == hub
    assert "no need to report" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    with pytest.raises(publishing.Stale):
        drafts.save_report(promise, {"reported_on": timezone.localdate(), "done": "x"}, by=pugh)


def test_a_commitment_that_ends_while_it_is_sent_in_is_no_error(client, pugh, promise, monkeypatch):
    update = begin(client, promise)

    def end_and_refuse(*args, **kwargs):
        raise publishing.Stale

    monkeypatch.setattr(publishing, "send_in", end_and_refuse)
    response = client.post(f"/account/updates/{update.pk}/check/", follow=True)
    assert "This commitment has ended" in text_of(response)


# ---- Nothing has changed


def test_no_change_is_one_click_and_public_at_once(client, pugh, promise):
    Commitment.objects.update(stage="in-progress", updated_on=timezone.localdate() - timedelta(days=300))
    text = text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert "No change reported" in text
    update = promise.updates.get()
    assert (update.kind, update.status, update.stage) == ("no-change", "published", "in-progress")
    promise.refresh_from_db()
    assert (promise.updated_on, promise.is_update_overdue(timezone.localdate())) == (timezone.localdate(), False)


def test_twice_in_a_day_is_once_and_on_the_next_day_again(client, pugh, promise):
    assert "No change reported" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert "It was reported today already" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert promise.updates.count() == 1
    drafts.no_change(promise, by=pugh, now=timezone.now() + timedelta(days=1))
    assert promise.updates.count() == 2


def test_no_change_leads_back_to_where_it_was_pressed(client, pugh, promise):
    assert client.post(page_of(promise, "no-change"), {"from": "account"}).url == "/account/"
    assert client.post(page_of(promise, "no-change")).url == f"/account/commitments/{promise.pk}/"
    assert client.get(page_of(promise, "no-change")).status_code == 405


def test_no_change_takes_nothing_from_a_report_that_was_begun(client, pugh, promise):
    begun = begin(client, promise, done="Half of it.")
    client.post(page_of(promise, "no-change"))
    begun.refresh_from_db()
    assert (begun.status, begun.done) == ("draft", "Half of it.")
    assert promise.updates.published().get().kind == "no-change"


def test_no_change_does_not_undo_a_report_that_was_still_to_be_read(client, pugh, promise, moderator):
    yesterday = timezone.localdate() - timedelta(days=1)
    report = begin(client, promise, stage="delivered", on=yesterday)
    publishing.send_in(report, by=pugh)
    drafts.no_change(promise, by=make_person("Nobby Nutter"))
    publishing.publish(report, by=moderator)
    promise.refresh_from_db()
    assert (promise.stage, promise.updated_on) == ("delivered", timezone.localdate())


def test_while_ones_own_report_waits_to_be_read_no_change_is_refused_and_says_what_waits(client, pugh, promise):
    publishing.send_in(begin(client, promise), by=pugh)
    text = text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert "Your progress update on ‘Ring the bells’ waits to be read" in text
    assert promise.updates.count() == 1


@pytest.mark.parametrize("stage", ["delivered", "stopped"])
def test_of_what_is_over_no_change_is_not_news(client, pugh, promise, stage):
    Commitment.objects.update(stage=stage)
    assert "no need to report" in text_of(client.post(page_of(promise, "no-change"), follow=True))
    assert not promise.updates.exists()


# ---- Withdrawing


def test_withdrawing_is_read_by_the_team_before_anyone_else(client, pugh, promise, moderator):
    response = client.post(page_of(promise, "withdraw"), {"reason": "There is no money."})
    update = promise.updates.get()
    assert (update.kind, update.status) == ("withdrawal", "draft")
    assert "There is no money." in text_of(client.get(response.url))
    assert "Withdrawal sent to the delivery team" in text_of(client.post(response.url, follow=True))
    promise.refresh_from_db()
    assert promise.is_standing
    assert "The withdrawal is with the delivery team" in text_of(client.get(page_of(promise, "withdraw")))
    update.refresh_from_db()
    publishing.publish(update, by=moderator)
    promise.refresh_from_db()
    assert (promise.status, promise.public_note) == ("withdrawn", "There is no money.")
    assert "This commitment was withdrawn on" in text_of(client.get(f"/account/commitments/{promise.pk}/"))


def test_a_trusted_council_withdraws_at_once(client, pugh, promise):
    Organisation.objects.update(publishes_at_once=True)
    response = client.post(page_of(promise, "withdraw"), {"reason": "There is no money."})
    assert "Commitment withdrawn" in text_of(client.post(response.url, follow=True))


def test_withdrawing_needs_a_reason(client, pugh, promise):
    assert "Enter why you are withdrawing it" in errors_of(client.post(page_of(promise, "withdraw"), {"reason": " "}))
    assert not promise.updates.exists()


def test_a_withdrawal_that_was_begun_is_gone_on_with_and_leaves_a_report_alone(client, pugh, promise):
    report = begin(client, promise)
    for reason in ("No money.", "No bells."):
        client.post(page_of(promise, "withdraw"), {"reason": reason})
    assert "No bells." in client.get(page_of(promise, "withdraw")).content.decode()
    assert sorted(promise.updates.values_list("kind", "done")) == [
        ("report", "We bought a bell."),
        ("withdrawal", "No bells."),
    ]
    withdrawal = promise.updates.exclude(pk=report.pk).get()
    assert client.get(f"/account/updates/{withdrawal.pk}/evidence/").url.endswith("/check/")


def test_what_a_colleague_withdraws_is_not_withdrawn_a_second_time(client, pugh, promise):
    make_update(promise, kind="withdrawal", status="awaiting-review", proposer=make_person("Mrs Honeyman"), stage="")
    response = client.post(page_of(promise, "withdraw"), {"reason": "Me too."})
    text = text_of(response)
    assert "The withdrawal is with the delivery team" in text
    assert "A colleague sent it on" in text
    assert "Take it back" not in text
    assert promise.updates.count() == 1


# ---- Who may


@pytest.fixture
def update(pugh, promise):
    """Something that Pugh has begun."""
    return make_update(promise, status="draft", proposer=pugh)


PAGES = ["evidence", "check", "sent", "delete", "recall", "evidence/1/remove"]


@pytest.mark.parametrize("address", PAGES)
def test_what_somebody_has_begun_is_nobody_elses(client, sign_in, update, address):
    for name, council in (("Mrs Honeyman", "Trumpton"), ("Windy Miller", "Chigley")):
        other = make_person(name)
        make_access(other, council)
        sign_in(other)
        assert client.post(f"/account/updates/{update.pk}/{address}/", LINK).status_code == 404
    update.refresh_from_db()
    assert update.status == "draft"
    assert not update.evidence.exists()


@pytest.mark.parametrize("address", PAGES)
def test_whose_access_has_ended_comes_to_nothing_of_theirs(client, pugh, update, address):
    people.end_access(pugh.accesses.get(), by=None)
    assert client.post(f"/account/updates/{update.pk}/{address}/").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_without_signing_in_nothing_is_changed(client, update, address):
    client.post("/account/leave/")
    assert client.post(f"/account/updates/{update.pk}/{address}/").url.startswith("/sign/email/")


def test_an_emailed_link_to_report_opens_the_form_of_its_commitment(client, pugh, promise):
    client.post("/account/leave/")
    link = links.make("report", person_id=pugh.pk, object_id=promise.pk)
    response = client.post(f"/link/{links.token(link)}/", follow=True)
    assert response.redirect_chain[-1][0] == page_of(promise)
    text = text_of(response)
    assert "Ring the bells Report progress" in text
    assert "What stage is it at?" in text


# ---- What it costs


def cost(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    ignored = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in queries if not query["sql"].startswith(ignored)]


def within(limit, queries):
    assert len(queries) <= limit, f"{len(queries)} queries\n" + "\n".join(queries)


@pytest.mark.parametrize("many", [1, 12])
def test_the_pages_cost_the_same_for_one_deliverable_and_for_many(client, pugh, promise, many):
    promise.deliverables.all().delete()
    for number in range(many):
        promise.deliverables.create(position=number, text="A bell")
    everything = [one.pk for one in promise.deliverables.all()]
    within(4, cost(lambda: client.get(page_of(promise))))  # whose it is, what was begun, and the list of deliverables
    within(8 + 1, cost(lambda: begin(client, promise, delivered=everything)))  # one of them is the test's own
    within(4, cost(lambda: client.get(page_of(promise))))
    within(8 + 1, cost(lambda: begin(client, promise, delivered=everything)))
    update = promise.updates.get()
    evidence = f"/account/updates/{update.pk}/evidence/"
    within(3, cost(lambda: client.get(evidence)))
    for number in range(many):
        within(5, cost(lambda n=number: client.post(evidence, LINK | {"url": f"example.gov.uk/{n}"})))
    within(5, cost(lambda: client.get(f"/account/updates/{update.pk}/check/")))  # with two lists
    within(7, cost(lambda: client.post(f"/account/updates/{update.pk}/check/")))
    withdraw = page_of(promise, "withdraw")
    within(4, cost(lambda: client.get(withdraw)))  # whose it is, what was begun, and the list of its organisations
    within(8, cost(lambda: client.post(withdraw, {"reason": "No money"})))


def test_saying_that_nothing_has_changed_costs_a_decision(client, pugh, promise):
    RegisterVersion.current()
    # Who asks (2), the message kept for the next page (1), and a decision that makes the commitment findable anew
    within(3 + 21, cost(lambda: client.post(page_of(promise, "no-change"))))
    assert promise.updates.get().kind == "no-change"


@pytest.mark.parametrize(
    "url", ["http://localhost/x", "http://127.0.0.1/", "10.1.2.3/plan", "http://[::1]/", "https://wiki.trumpton.local/"]
)
def test_a_link_that_not_everyone_can_open_is_refused_beside_the_field(client, pugh, promise, url):
    update = begin(client, promise)
    text = errors_of(client.post(f"/account/updates/{update.pk}/evidence/", LINK | {"url": url}))
    assert text.count("Enter a web address that anyone can open") == 2
    assert not update.evidence.exists()


def test_what_was_sent_in_is_shown_while_it_waits(client, pugh, promise):
    update = begin(client, promise)
    client.post(f"/account/updates/{update.pk}/evidence/", LINK)
    publishing.send_in(update, by=pugh)
    for page in (f"/account/updates/{update.pk}/sent/", page_of(promise)):
        text = text_of(client.get(page))
        assert "What you sent" in text
        assert "We bought a bell." in text
        assert "What residents ask" in text


def test_whoever_opens_a_page_of_another_council_reads_who_is_signed_in(client, pugh):
    theirs = make_signature("Chigley").commitments.get()
    response = client.get(page_of(theirs))
    assert response.status_code == 404
    assert f"You are signed in as {pugh.email}" in text_of(response)
    assert f"/sign/email/?next={page_of(theirs)}" in response.content.decode().replace("%2F", "/")
    assert "no-store" in response["Cache-Control"]
    assert "You are signed in" not in text_of(client.get("/nowhere/"))
