"""How the delivery team reviews what councils offer, and writes and corrects it itself."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Status
from localdigital.models import AuditEvent, Look, QueuedEmail, Reason, RegisterVersion
from localdigital.roles import EDITOR, MODERATOR
from programme.models import CaseStudy, Event
from tests.factories import make_access, make_person
from tests.pages import text_of
from tests.programme.factories import make_case_study, make_event, make_output

pytestmark = pytest.mark.django_db
MAKERS = {"casestudy": make_case_study, "output": make_output, "event": make_event}


@pytest.fixture
def as_role(admin_client, moderator):
    """The client of somebody of the team who has that role alone."""

    def become(role):
        moderator.is_superuser = False
        moderator.save()
        moderator.groups.set(Group.objects.filter(name=role))
        return moderator

    return become


@pytest.fixture
def officer():
    person = make_person()
    make_access(person, "Trumpton")
    return person


def decide(client, thing, slug, **fields):
    """Both pages of a decision."""
    thing.refresh_from_db()
    here = f"/admin/programme/{thing._meta.model_name}/{thing.pk}/decide/{slug}/"
    given = {"seen": thing.changed_at.isoformat(), "note": "", **fields}
    shown = client.post(here, given | {"preview": "1"})
    return shown, client.post(here, given | {"confirm": "1"})


@pytest.mark.parametrize("name", MAKERS)
def test_a_moderator_reads_and_publishes_what_an_officer_sent_in(admin_client, as_role, officer, name):
    as_role(MODERATOR)
    thing = MAKERS[name]("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer, published_at=None)
    assert "Drains" in text_of(admin_client.get(f"/admin/programme/{name}/"))
    page = text_of(admin_client.get(f"/admin/programme/{name}/{thing.pk}/change/"))
    assert "reports for an organisation whose it is" in page
    shown, _ = decide(admin_client, thing, "publish", note="Thank you")
    assert "Thank you" in text_of(shown)
    thing.refresh_from_db()
    assert thing.is_public
    assert QueuedEmail.objects.get().to_address == officer.email


def test_returned_with_reasons_it_comes_back_and_the_team_reads_what_changed(admin_client, as_role, officer):
    as_role(MODERATOR)
    reason = Reason.objects.create(decision="return-offer", title="Figures", text="Say how it was measured.")
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    decide(admin_client, study, "return", note="Say how it was measured.", reasons=[reason.pk], filled=str(reason.pk))
    study.refresh_from_db()
    assert study.status == Status.RETURNED
    CaseStudy.objects.filter(pk=study.pk).update(result="A third fewer calls.")
    study.refresh_from_db()
    study.move("submit", by=officer, submitted_at=study.submitted_at)
    page = text_of(admin_client.get(f"/admin/programme/casestudy/{study.pk}/change/"))
    assert "What changed since you last saw it" in page
    assert "third" in page


def test_what_is_not_complete_is_not_published_and_the_page_says_why(admin_client, as_role, officer):
    as_role(MODERATOR)
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer, problem="")
    _, answer = decide(admin_client, study, "publish")
    assert "Enter what the problem was" in text_of(answer)
    study.refresh_from_db()
    assert study.status == Status.AWAITING_REVIEW


def test_an_editor_drafts_corrects_and_cannot_publish(admin_client, as_role):
    as_role(EDITOR)
    form = {
        "title": "Roadshow in Trumpton", "kind": "roadshow", "description": "Come.", "audience": "Anyone",
        "starts_at_0": "2027-04-01", "starts_at_1": "10:00", "ends_at_0": "2027-04-01", "ends_at_1": "12:00",
        "is_online": "", "place": "Trumpton town hall", "booking_url": "", "outcome": "",
        "materials-TOTAL_FORMS": "0", "materials-INITIAL_FORMS": "0",
    }  # fmt: skip
    admin_client.post("/admin/programme/event/add/", form)
    event = Event.objects.get()
    assert event.status == Status.DRAFT
    answer = admin_client.post(f"/admin/programme/event/{event.pk}/edit/", form | {"title": "Roadshow in Chigley"})
    assert answer.status_code == 302, text_of(answer)
    event.refresh_from_db()
    assert event.title == "Roadshow in Chigley"
    assert "Chigley" in text_of(admin_client.get(f"/admin/programme/event/{event.pk}/history/"))
    _, answer = decide(admin_client, event, "publish-own")
    assert answer.status_code == 403
    as_role(MODERATOR)
    before = RegisterVersion.current().number
    decide(admin_client, event, "publish-own")
    event.refresh_from_db()
    assert event.is_public
    assert RegisterVersion.current().number > before
    kinds = list(AuditEvent.objects.about(event).values_list("kind", flat=True))
    assert kinds == ["event.add", "event.change", "event.publish_at_once"]


def test_what_an_officer_is_writing_is_theirs_until_it_is_public(admin_client, as_role, officer):
    as_role(EDITOR)
    waiting = make_output("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    assert admin_client.get(f"/admin/programme/output/{waiting.pk}/edit/").status_code == 403
    public = make_output("Roads", "Trumpton", proposer=officer)
    before = RegisterVersion.current().number
    form = {"title": "Roads and lanes", "kind": "code", "description": "All of it.", "url": public.url}
    form |= {"licence": "mit", "organisations": [one.pk for one in public.organisations.all()]}
    assert admin_client.post(f"/admin/programme/output/{public.pk}/edit/", form).status_code == 302
    public.refresh_from_db()
    assert (public.title, public.is_public) == ("Roads and lanes", True)
    assert RegisterVersion.current().number > before


@pytest.mark.parametrize("name", MAKERS)
def test_the_queue_and_the_review_page_cost_the_same_for_few_and_for_many(admin_client, as_role, officer, name):
    user = as_role(MODERATOR)
    costs = []
    for many in (1, 12):
        for number in range(many):
            thing = MAKERS[name](f"Drains {number}", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
            Look.objects.create(about_type=thing._meta.label_lower, about_id=thing.pk, user=user)
        counted = []
        for path in ("", f"{thing.pk}/change/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                admin_client.get(f"/admin/programme/{name}/{path}")
            counted.append(len(queries))
        costs.append(counted)
    assert costs[0] == costs[1]
    queue, page = costs[0]
    assert queue <= 11
    assert page <= 20


def test_a_moderator_cancels_an_event_that_is_to_come_and_its_page_says_so(admin_client, as_role, officer):
    as_role(MODERATOR)
    event = make_event("Drains", "Trumpton", proposer=officer)
    assert "Cancel the event" in text_of(admin_client.get(f"/admin/programme/event/{event.pk}/change/"))
    decide(admin_client, event, "cancel", note="The hall is flooded.")
    event.refresh_from_db()
    assert event.cancelled_at
    assert event.is_public
    assert "flooded" in QueuedEmail.objects.get().body
    study = make_case_study("Drains", "Trumpton", proposer=officer)
    assert decide(admin_client, study, "cancel")[1].status_code == 409


def test_what_is_offered_is_returned_for_reasons_of_its_own(admin_client, as_role, officer):
    as_role(MODERATOR)
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    page = text_of(admin_client.get(f"/admin/programme/casestudy/{study.pk}/change/"))
    own = Reason.objects.offered("return-offer").values_list("title", flat=True)
    assert own
    assert all(title in page for title in own)
    assert "Stage does not fit the text" not in page
