"""How the delivery team reviews what councils offer, and writes and corrects it itself."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Status
from localdigital.models import AuditEvent, Look, QueuedEmail, Reason, RegisterVersion
from localdigital.roles import EDITOR, MODERATOR
from programme.models import CaseStudy, Event
from tests.factories import make_access, make_first_reasons, make_person
from tests.pages import text_of
from tests.programme.factories import make_case_study, make_event, make_output, make_picture

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
    make_first_reasons()
    as_role(MODERATOR)
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    page = text_of(admin_client.get(f"/admin/programme/casestudy/{study.pk}/change/"))
    own = Reason.objects.offered("return-offer").values_list("title", flat=True)
    assert own
    assert all(title in page for title in own)
    assert "Stage does not fit the text" not in page


EVENT = {
    "title": "Roadshow", "kind": "roadshow", "description": "Come.", "audience": "", "is_online": "on", "place": "",
    "starts_at_0": "01/04/2027", "starts_at_1": "10am", "ends_at_0": "1 April 2027", "ends_at_1": "2.30pm",
    "booking_url": "", "outcome": "", "materials-TOTAL_FORMS": "0", "materials-INITIAL_FORMS": "0",
}  # fmt: skip


def test_the_team_writes_times_as_officers_do_and_a_save_without_a_change_changes_nothing(admin_client, as_role):
    as_role(EDITOR)
    answer = admin_client.post("/admin/programme/event/add/", EVENT, follow=True)
    assert "A moderator can publish it" in text_of(answer)
    event = Event.objects.get()
    assert [f"{timezone.localtime(at):%H:%M}" for at in (event.starts_at, event.ends_at)] == ["10:00", "14:30"]
    shown = admin_client.get(f"/admin/programme/event/{event.pk}/edit/").text
    again = {"starts_at_0": "01/04/2027", "starts_at_1": "10:00", "ends_at_1": "14:30"}
    assert all(f'value="{value}"' in shown for value in again.values())
    admin_client.post(f"/admin/programme/event/{event.pk}/edit/", EVENT | again)
    assert not AuditEvent.objects.about(event).filter(kind="event.change").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"is_online": ""}, "Enter a place, or say that it is online"),
        ({"starts_at_1": "2"}, "The start time must include am or pm"),
        ({"ends_at_1": "9am"}, "The end time must be after the start time"),
        ({"ends_at_1": ""}, "Enter the date and the end time"),
        ({"starts_at_0": "28/03/2027", "starts_at_1": "1:30am"}, "there is no such time"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_beside_its_field(admin_client, as_role, wrong, words):
    as_role(EDITOR)
    page = text_of(admin_client.post("/admin/programme/event/add/", EVENT | wrong))
    assert words in page
    assert "Constraint" not in page
    assert not Event.objects.exists()


def test_the_licence_of_a_link_is_one_of_the_list(admin_client, as_role):
    as_role(EDITOR)
    study = make_case_study("Drains")
    form = {
        "kind": "case-study", "title": "Drains", "summary": "One form.", "problem": "Calls", "done": "A form",
        "result": "Fewer", "could_be_better": "", "reusable": "", "figures-TOTAL_FORMS": "0",
        "figures-INITIAL_FORMS": "0", "pictures-TOTAL_FORMS": "0", "pictures-INITIAL_FORMS": "0",
        "links-TOTAL_FORMS": "1", "links-INITIAL_FORMS": "0", "links-0-title": "The form", "links-0-position": "1",
        "links-0-url": "example.gov.uk/form", "links-0-licence": "whatever",
    }  # fmt: skip
    here = f"/admin/programme/casestudy/{study.pk}/edit/"
    assert admin_client.post(here, form).status_code == 200
    assert admin_client.post(here, form | {"links-0-licence": "mit"}).status_code == 302
    link = study.links.get()
    assert (link.url, link.licence) == ("https://example.gov.uk/form", "mit")
    page = admin_client.get(f"/admin/programme/casestudy/{study.pk}/change/").text
    assert '<a href="https://example.gov.uk/form" rel="noopener noreferrer' in page


def test_what_is_read_has_lists_images_and_the_slides_of_an_event(admin_client, as_role, officer):
    as_role(MODERATOR)
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, problem="Two:\n- calls\n- <b>mud</b>")
    make_picture(study)
    page = admin_client.get(f"/admin/programme/casestudy/{study.pk}/change/").text
    assert "<li>calls</li><li>&lt;b&gt;mud&lt;/b&gt;</li>" in page
    assert re.search(r'<li><img class="team-picture"[^>]*><br>A red form</li>', page)
    event = make_event("Drains", "Trumpton", proposer=officer, outcome="Forty came")
    event.materials.create(title="The slides", url="https://example.gov.uk/slides")
    page = admin_client.get(f"/admin/programme/event/{event.pk}/change/").text
    assert "Forty came" in page
    assert 'href="https://example.gov.uk/slides"' in page


@pytest.mark.parametrize("name", MAKERS)
def test_drafts_of_the_team_wait_for_a_moderator(admin_client, as_role, officer, name):
    as_role(MODERATOR)
    MAKERS[name]("Roads", status=Status.DRAFT)
    MAKERS[name]("Lanes", "Trumpton", status=Status.DRAFT, proposer=officer)
    home = admin_client.get("/admin/").text
    assert f"/admin/programme/{name}/?state=own-draft" in home
    for address in ("", "?state=own-draft"):
        page = text_of(admin_client.get(f"/admin/programme/{name}/{address}"))
        assert "Roads" in page
        assert "Lanes" not in page
    MAKERS[name]("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    page = text_of(admin_client.get(f"/admin/programme/{name}/"))
    assert "Drains" in page
    assert "Roads" not in page


def test_what_is_not_public_yet_is_read_as_the_public_will_by_the_team_alone(admin_client, as_role, officer):
    as_role(MODERATOR)
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, proposer=officer)
    picture = make_picture(study)
    for thing in (study, make_event("Roadshow", status=Status.DRAFT, place="Town hall")):
        here = f"/admin/programme/{thing._meta.model_name}/{thing.pk}/"
        assert f'href="{here}preview/"' in admin_client.get(f"{here}change/").text
        page = admin_client.get(f"{here}preview/")
        assert page.status_code == 200
        assert thing.title in text_of(page)
        assert "no-store" in page["Cache-Control"] or "private" in page["Cache-Control"]
        assert Client().get(f"{here}preview/").status_code == 302
        assert Client().get(thing.get_absolute_url()).status_code == 404
    address = f"/admin/programme/casestudy/{study.pk}/images/{picture.pk}/"
    assert address in admin_client.get(f"/admin/programme/casestudy/{study.pk}/preview/").text
