"""What an officer offers to everybody, of whatever kind: checked, sent in, taken back, deleted, and whose it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments.models import Status
from localdigital.models import AuditEvent, RegisterVersion
from programme import contributions
from programme.missing import what_is_missing
from programme.models import CaseStudy
from signatories import forgetting, people
from signatories.about_person import found_about
from signatories.models import MoveRefused, Organisation
from signatories.models.signature import Status as Signed
from signatories.signup import submission
from tests.factories import make_access, make_organisation, make_person, make_signature, make_user
from tests.pages import text_of
from tests.programme.factories import make_case_study, make_event, make_output, make_project

pytestmark = pytest.mark.django_db
MAKERS = {"case-study": make_case_study, "output": make_output, "event": make_event}


@pytest.fixture
def officer(sign_in):
    """Somebody who reports for Trumpton, signed in."""
    person = make_person()
    make_access(person, "Trumpton")
    sign_in(person)
    return person


@pytest.mark.parametrize("kind", MAKERS)
def test_an_officer_checks_sends_takes_back_and_deletes_what_they_offer(client, officer, kind):
    thing = MAKERS[kind]("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    here = f"/account/offers/{kind}/{thing.pk}/"
    assert "Drains" in text_of(client.get(f"{here}check/"))
    assert client.post(f"{here}check/").url == f"{here}sent/"
    assert client.post(f"{here}check/").url == f"{here}sent/", "a double click"
    sent = text_of(client.get(f"{here}sent/"))
    assert "is with the delivery team" in sent
    assert "Not saved" not in sent, "a double click loses nothing"
    assert "Title Drains" in sent, "what was sent stays to be read"
    assert "Change" not in sent
    assert "Drains" in text_of(client.get("/account/"))
    client.post(f"{here}recall/")
    assert "Delete this" in text_of(client.get(f"{here}delete/"))
    client.post(f"{here}delete/")
    assert not type(thing).objects.filter(pk=thing.pk).exists()
    told = [one.kind.partition(".")[2] for one in AuditEvent.objects.about(thing)]
    assert told == ["submit", "recall", "delete_draft"]


@pytest.mark.parametrize("kind", MAKERS)
def test_only_what_its_officer_is_asked_can_be_changed_from_the_check_page(client, officer, kind):
    thing = MAKERS[kind]("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    make_signature("Trumpton", "Chigley", commitments=0)  # only organisations that have signed hold events
    check = f"/account/offers/{kind}/{thing.pk}/check/"
    assert "Change organisations" not in text_of(client.get(check))
    assert "Change what was promised" not in text_of(client.get(check))
    make_access(officer, "Chigley")
    assert "Change organisations" in text_of(client.get(check))


def test_the_account_lists_what_its_organisations_published_whoever_wrote_it(client, officer):
    study = make_case_study("Drains", "Trumpton", proposer=officer, kind="business-case")
    output = make_output("Pattern", "Trumpton", proposer=make_person("Mrs Honeyman"))
    make_event("Biscuits", "Chigley")
    page = client.get("/account/").text
    assert f'href="/account/offers/case-study/{study.pk}/sent/"' in page
    assert f'href="{output.get_absolute_url()}"' in page
    assert "Business case, published on" in page
    assert "Biscuits" not in page


def test_it_is_nobody_elses(client, officer):
    strangers = make_case_study("Drains", "Chigley", status=Status.DRAFT, proposer=make_person("Brackett"))
    assert client.get(f"/account/offers/case-study/{strangers.pk}/check/").status_code == 404
    assert client.get("/account/offers/nonsense/1/check/").status_code == 404
    mine = make_case_study("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    officer.accesses.update(ended_at=mine.changed_at)
    assert client.get(f"/account/offers/case-study/{mine.pk}/check/").status_code == 404


def test_what_is_not_complete_cannot_be_sent_in_and_the_page_says_what_lacks(client, officer):
    thing = make_case_study("Drains", "Trumpton", status=Status.DRAFT, proposer=officer, problem="")
    answer = client.post(f"/account/offers/case-study/{thing.pk}/check/")
    assert "There is a problem" in text_of(answer)
    assert "Enter what the problem was" in text_of(answer)
    thing.refresh_from_db()
    assert thing.status == Status.DRAFT


def test_a_trusted_organisations_officer_publishes_at_once(client, officer):
    Organisation.objects.update(publishes_at_once=True)
    thing = make_case_study("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    before = RegisterVersion.current().number
    answer = client.post(f"/account/offers/case-study/{thing.pk}/check/", follow=False)
    assert answer.status_code == 302
    assert CaseStudy.objects.newest().get() == thing
    assert RegisterVersion.current().number > before


def test_a_second_moderator_cannot_decide_again_and_nobody_decides_about_another_text(officer):
    thing = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    one, two = make_user("one"), make_user("two")
    with pytest.raises(MoveRefused):
        contributions.publish(thing, by=one, seen=thing.submitted_at - timedelta(seconds=1))
    thing.refresh_from_db()
    contributions.publish(thing, by=one, seen=thing.changed_at)
    stale = CaseStudy.objects.get(pk=thing.pk)
    stale.status = Status.AWAITING_REVIEW
    with pytest.raises(MoveRefused):
        contributions.return_for_changes(stale, by=two, note="Too late")


def test_the_team_publishes_only_its_own_without_asking(officer):
    theirs = make_case_study("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    with pytest.raises(MoveRefused):
        contributions.publish_own(theirs, by=make_user("one"))
    own = make_case_study("Roads", status=Status.DRAFT)
    contributions.publish_own(own, by=make_user("two"))
    assert CaseStudy.objects.newest().get() == own


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_under_way_goes_to_the_colleague_who_takes_over(officer, kind):
    theirs = MAKERS[kind]("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    colleague = make_person("Mrs Honeyman")
    people.hand_over(officer.accesses.get(), colleague.email, by=officer)
    theirs.refresh_from_db()
    assert theirs.proposer == colleague


@pytest.mark.parametrize("kind", MAKERS)
def test_who_asks_to_be_forgotten_leaves_no_draft_and_nothing_of_its_history(officer, kind):
    draft = MAKERS[kind]("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    public = MAKERS[kind]("Roads", "Trumpton", proposer=officer)
    held = {section.title: section.rows for section in found_about(officer.email).sections}
    assert [row["Number"] for row in held["Sent in for a council"]] == [draft.pk, public.pk]
    forgetting.erase(officer, by=make_user())
    assert not type(draft).objects.filter(pk=draft.pk).exists()
    assert not type(draft).history.filter(id=draft.pk).exists()
    assert type(public).objects.newest().get() == public


def test_what_was_emptied_in_another_window_is_not_sent_in(officer):
    as_read = make_case_study("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    CaseStudy.objects.filter(pk=as_read.pk).update(problem="")
    with pytest.raises(contributions.Unfinished):
        contributions.send_in(as_read, by=officer)


@pytest.mark.parametrize("name_it", [make_case_study, lambda title, body: make_project(title, lead=body)])
def test_a_proposed_organisation_that_something_names_stays_when_its_sign_up_is_deleted(officer, name_it):
    proposed = make_organisation("Pippin Fort", checked_at=None)
    name_it("Drains", proposed)
    submission.delete_draft(make_signature("Trumpton", status=Signed.DRAFT, preparer=officer), by=officer)
    assert Organisation.objects.filter(pk=proposed.pk).exists()


def test_an_event_that_is_over_is_not_sent_in_but_the_team_may_publish_it(client, officer, moderator):
    over = timezone.now() - timedelta(days=3)
    event = make_event("Drains", "Trumpton", status=Status.DRAFT, proposer=officer, starts_at=over)
    assert "it is over" in text_of(client.post(f"/account/offers/event/{event.pk}/check/", follow=True))
    event.refresh_from_db()
    assert event.status == Status.DRAFT
    waited = make_event("Sinks", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer, starts_at=over)
    contributions.publish(waited, by=moderator)
    contributions.publish_own(make_event("Pipes", status=Status.DRAFT, starts_at=over), by=moderator)
    assert type(event).objects.published().count() == 2


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\u2800", "\u00ad", "\ufeff", "\u200e \ufe0f"])
def test_what_cannot_be_seen_is_no_answer(client, officer, unseen):
    study = make_case_study("Drains", "Trumpton", status=Status.DRAFT, proposer=officer)
    client.post(f"/account/case-studies/{study.pk}/about/", {"kind": "case-study", "title": unseen, "summary": unseen})
    study.refresh_from_db()
    assert study.title == "Drains"
    assert list(what_is_missing(make_case_study(unseen, result=unseen))) == ["Enter a title", "Enter what came of it"]
