"""Councils say with which topics they can help and with which they want help; anyone reads both, and who matches."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments import collaboration
from commitments.models import Approach
from localdigital.models import AuditEvent, RegisterVersion
from programme.models import SupportOffer
from programme.support.saying import say
from signatories import people
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature
from tests.pages import heading, text_of
from tests.programme.factories import make_topic

pytestmark = pytest.mark.django_db
CAN, WANTS = "can-help", "wants-help"


@pytest.fixture
def planning():
    return make_topic("Planning")


@pytest.fixture
def housing():
    return make_topic("Housing")


@pytest.fixture
def pugh():
    """Reports for Trumpton."""
    person = make_person()
    make_access(person, "Trumpton")
    return person


def offers(topic, way, *names, **fields):
    for name in names:
        SupportOffer.objects.create(topic=topic, way=way, organisation=make_organisation(name, **fields))


def own_page(slug="trumpton"):
    return f"/account/support/{slug}/"


# ---- Saying it


def test_an_officer_answers_for_every_topic_at_once_and_everybody_reads_it(client, sign_in, pugh, planning, housing):
    sign_in(pugh)
    page = client.get("/account/support/", follow=True)
    assert page.redirect_chain == [(own_page(), 302)]
    assert heading(page) == "Where can you help, and where do you want help?"
    answers = {f"topic-{planning.pk}": CAN, f"topic-{housing.pk}": WANTS}
    assert "Saved. Anyone can now read it" in text_of(client.post(own_page(), answers, follow=True))
    version = RegisterVersion.current().number
    assert "You changed nothing" in text_of(client.post(own_page(), answers, follow=True))
    assert RegisterVersion.current().number == version
    text = text_of(client.get("/support/"))
    assert "Housing Can help Nobody offers help with this yet. Want help (1) Trumpton Borough Council" in text
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Support between councils It can help with Planning It wants help with Housing" in text
    client.post(own_page(), {f"topic-{planning.pk}": "neither", f"topic-{housing.pk}": CAN})
    assert [(one.topic, one.way) for one in SupportOffer.objects.select_related("topic")] == [(housing, CAN)]
    events = AuditEvent.objects.filter(kind="support_offer.change").order_by("pk")
    assert [(one.actor_id, one.details) for one in events] == [
        (pugh.pk, {"can_help": 1, "wants_help": 1}),
        (pugh.pk, {"can_help": 1, "wants_help": 0}),
    ]


def test_what_was_said_before_is_shown_and_what_is_not_on_the_page_stays(client, sign_in, pugh, planning, housing):
    offers(planning, CAN, "Trumpton")
    sign_in(pugh)
    page = client.get(own_page()).content.decode()
    chosen = re.findall(r'name="(topic-\d+)" type="radio" value="([^"]*)" checked', page)
    assert chosen == [(f"topic-{housing.pk}", "neither"), (f"topic-{planning.pk}", CAN)]
    client.post(own_page(), {f"topic-{housing.pk}": WANTS})  # a topic that the team added while the page was open
    assert SupportOffer.objects.count() == 2


def test_a_wrong_answer_is_said_beside_its_topic(client, sign_in, pugh, planning):
    sign_in(pugh)
    page = client.post(own_page(), {f"topic-{planning.pk}": "magic"})
    assert f'<a href="#id_topic-{planning.pk}">Select what you say about Planning</a>' in page.content.decode()
    assert SupportOffer.objects.count() == 0


def test_it_is_said_by_its_own_people_alone(client, sign_in, pugh, planning):
    make_organisation("Chigley")
    assert client.get(own_page()).url.startswith("/sign/email/?next=")
    sign_in(pugh)
    assert client.get(own_page("chigley")).status_code == 404
    assert client.post(own_page("chigley"), {f"topic-{planning.pk}": CAN}).status_code == 404
    make_access(pugh, "Chigley")
    assert heading(client.get("/account/support/")) == "Which organisation is it about?"
    sign_in(make_person("Windy Miller", "camberwick-green.example.gov.uk"))
    assert heading(client.get("/account/support/")) == "You cannot offer or ask for support"


def test_a_council_says_one_thing_of_a_topic(planning):
    offers(planning, CAN, "Trumpton")
    with pytest.raises(IntegrityError), transaction.atomic():
        offers(planning, WANTS, "Trumpton")


# ---- Reading it


def test_topics_where_somebody_can_help_somebody_come_first(client, planning, housing):
    offers(housing, CAN, "Trumpton")
    offers(planning, CAN, "Chigley")
    offers(planning, WANTS, "Trumpton", "Camberwick Green")
    make_topic("Nothing said")
    text = text_of(client.get("/support/"))
    assert "On 1 topic somebody can help and somebody wants help. It comes first." in text
    main = client.get("/support/").content.decode().partition("<main")[2]
    assert re.findall(r'<h2[^>]*id="(\w+)-title"', main) == ["planning", "housing"]
    assert main.count(">Match<") == 1
    assert "Can help (1) Chigley Borough Council" in text
    assert "Want help (2) Camberwick Green Borough Council" in text


def test_one_topic_and_one_region_can_be_asked_for(client, planning, housing):
    offers(planning, CAN, "Chigley", region="north-west")
    offers(planning, CAN, "Trumpton")
    offers(housing, CAN, "Trumpton")
    main = client.get("/support/?topic=planning&region=north-west").content.decode().partition("<main")[2]
    assert "Chigley Borough Council" in main
    assert "Trumpton Borough Council" not in main
    assert 'id="housing"' not in main
    assert "Nobody offers or wants help with what you asked for" in text_of(client.get("/support/?region=wales"))


def test_of_many_the_first_few_are_shown_and_the_rest_one_link_away(client, planning):
    offers(planning, CAN, *(f"Town {number}" for number in range(7)))
    page = client.get("/support/").content.decode()
    assert page.count('href="/organisations/town-') == 5
    assert "And 2 others" in page
    assert client.get("/support/?topic=planning").content.decode().count('href="/organisations/town-') == 7


def test_only_who_has_people_on_the_register_can_be_asked(client, sign_in, planning, pugh):
    """Who comes and who leaves is seen at once, also by a browser that keeps the page."""
    offers(planning, CAN, "Chigley")
    offers(planning, WANTS, "Trumpton")
    chigley, brackett = make_organisation("Chigley"), make_person("Mr Brackett", "chigley.example.gov.uk")
    sign_in(pugh)

    def is_asked(page, **kept):
        answer = client.get(page, headers=kept)
        assert answer.status_code == 200
        unreached = "cannot be reached through the register yet" in text_of(answer).lower()
        assert unreached != (f'href="{ASK}"' in answer.content.decode())
        return not unreached

    assert not is_asked("/support/")
    assert not is_asked(own_page())
    for change in (
        lambda: people.give_access(chigley, brackett, by=None),
        lambda: people.end_access(brackett.accesses.get(), by=brackett),
    ):
        kept = {"if-none-match": client.get("/support/")["ETag"]}
        change()
        assert is_asked("/support/", **kept) == is_asked(own_page()) == brackett.accesses.live().exists()


def test_a_council_that_ended_neither_helps_nor_wants_help(client, planning):
    offers(planning, CAN, "Chigley", ends_on=timezone.localdate() - timedelta(days=1))
    assert "No council has said yet where it can help" in text_of(client.get("/support/"))
    assert "It can help with" not in text_of(client.get("/organisations/chigley/"))


@given(text=st.text(max_size=30), name=st.sampled_from(["topic", "region"]))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered_or_refused(client, text, name):
    assert client.get("/support/", {name: text.encode("utf-8", "replace").decode()}).status_code in (200, 400)


def test_an_officer_sees_who_matches(client, sign_in, pugh, planning, housing):
    offers(planning, WANTS, "Trumpton")
    offers(planning, CAN, "Chigley")
    make_access(make_person("Mr Brackett", "chigley.example.gov.uk"), "Chigley")
    offers(housing, CAN, "Winkstead")
    sign_in(pugh)
    page = client.get(own_page())
    assert "Who matches Planning: Chigley Borough Council can help" in text_of(page)
    assert "Winkstead" not in text_of(page)
    assert 'href="/account/support/chigley/ask/planning/"' in page.content.decode()


# ---- Writing to them


@pytest.fixture
def chigley(planning):
    """Can help with planning; two people report for it."""
    offers(planning, CAN, "Chigley")
    for name in ("Lord Belborough", "Mr Brackett"):
        make_access(make_person(name, "chigley.example.gov.uk"), "Chigley")
    return make_organisation("Chigley")


ASK = "/account/support/chigley/ask/planning/"


def test_an_officer_writes_to_the_people_of_a_council_about_a_topic(client, sign_in, pugh, chigley, outbox_text):
    assert f'href="{ASK}"' in client.get("/support/").content.decode()
    text = text_of(sign_in(pugh).get(ASK))
    assert "Chigley Borough Council Can help with: Planning" in text
    assert "chigley.example.gov.uk" not in text
    assert "Enter a message" in text_of(client.post(ASK, {"message": " "}))
    for _ in range(2):  # a double click
        answer = client.post(ASK, {"message": "Dear all,\nhow did you do it?"}, follow=True)
    assert "Message sent" in text_of(answer)
    emails = outbox_text()[-2:]
    assert [to for to, _, _ in emails] == [
        "lord.belborough@chigley.example.gov.uk",
        "mr.brackett@chigley.example.gov.uk",
    ]
    _, subject, body = emails[0]
    assert subject == "Trumpton Borough Council would like to work with you on “Planning”"
    assert "> Dear all,\n> how did you do it?\n" in body
    assert "/account/support/\n\nTo answer, write to pugh.barney@trumpton.example.gov.uk" in body
    assert "mr.brackett" not in body
    event = AuditEvent.objects.get(kind="approach.make")
    assert event.details == {"organisation": chigley.pk}


@pytest.fixture
def message(pugh, chigley):
    return collaboration.ask_to_work_together(chigley, by=pugh, message="Buy my clocks", topic="Planning")


def test_one_of_its_people_reports_it(client, sign_in, pugh, message):
    report = f"/account/messages/{message.pk}/report/"
    assert sign_in(pugh).get(report).status_code == 404
    sign_in(make_person("Mr Brackett", "chigley.example.gov.uk"))
    assert "to the people of Chigley Borough Council about this topic: Planning" in text_of(client.get(report))
    client.post(report)
    assert Approach.objects.reported().get() == message


def test_the_team_reads_what_was_reported_and_settles_it(admin_client, message):
    collaboration.report(message, by=make_person("Mr Brackett", "chigley.example.gov.uk"))
    queue = "/admin/commitments/approach/?state=reported"
    assert "Planning Chigley Borough Council" in text_of(admin_client.get(queue))
    assert "Buy my clocks" in text_of(admin_client.get(f"/admin/commitments/approach/{message.pk}/change/"))
    admin_client.post(queue, {"action": "settle", "_selected_action": [message.pk]})
    assert not Approach.objects.reported().exists()


def test_messages_to_councils_and_about_commitments_are_counted_together(pugh, chigley):
    signature = make_signature("Chigley", commitments=0)
    promises = [make_commitment(signature, title=f"Promise {number}") for number in range(4)]
    for one in promises:
        collaboration.ask_to_work_together(one, by=pugh, message="x")
    collaboration.ask_to_work_together(chigley, by=pugh, message="x", topic="Planning")
    with pytest.raises(collaboration.Hindered) as hindered:
        collaboration.ask_to_work_together(chigley, by=pugh, message="x", topic="Housing")
    assert hindered.value.why == collaboration.Hindrance.TOO_MANY


def test_who_cannot_write_is_told_why_and_nothing_typed_is_lost(client, sign_in, pugh, chigley, planning):
    sign_in(make_person("Mr Brackett", "chigley.example.gov.uk"))
    assert "This is your own organisation" in text_of(client.get(ASK))
    sign_in(make_person("Windy Miller", "camberwick-green.example.gov.uk"))
    assert "Only people who report for an organisation" in text_of(client.get(ASK))
    offers(planning, CAN, "Winkstead")
    sign_in(pugh)
    answer = client.post("/account/support/winkstead/ask/planning/", {"message": "Hello there"})
    assert answer.status_code == 403
    assert "Nobody has access to this organisation" in text_of(answer)
    assert "Your message was not sent Hello there" in text_of(answer)
    make_topic("Housing")
    for page in ("/account/support/chigley/ask/housing/", "/account/support/nowhere/ask/planning/", f"{ASK}sent/"):
        assert client.get(page).status_code == 404


def test_an_approach_is_to_the_people_of_one_thing(pugh, chigley):
    promise = make_commitment(make_signature("Chigley", commitments=0))
    for wrong in ({}, {"commitment": promise, "organisation": chigley}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approach.objects.create(person=pugh, **wrong)


# ---- The team, and what it costs


def test_the_team_takes_away_what_is_not_so(admin_client, moderator, planning):
    offers(planning, CAN, "Trumpton")
    assert "Trumpton Borough Council" in text_of(admin_client.get("/admin/programme/supportoffer/"))
    admin_client.post(f"/admin/programme/supportoffer/{SupportOffer.objects.get().pk}/delete/", {"post": "yes"})
    assert SupportOffer.objects.count() == 0
    event = AuditEvent.objects.get(kind="support_offer.remove")
    assert (event.actor_id, event.details) == (moderator.pk, {"topic": planning.pk, "way": CAN})


def test_the_pages_cost_few_queries(client, sign_in, pugh):
    topics = [make_topic(f"Topic {number}") for number in range(15)]
    for topic in topics[:8]:
        offers(topic, CAN, "Chigley", "Winkstead")
    say(make_organisation(), {topic.pk: WANTS for topic in topics[:8]}, by=pugh)
    with CaptureQueriesContext(connection) as asked:
        client.get("/support/")
    assert len(asked) <= 3
    sign_in(pugh)
    answers = {f"topic-{topic.pk}": CAN if number % 2 else "neither" for number, topic in enumerate(topics)}
    with CaptureQueriesContext(connection) as asked:
        client.get(own_page())
    assert len(asked) <= 4  # who matches is one of them
    with CaptureQueriesContext(connection) as asked:
        client.post(own_page(), answers)
    # Adding, changing and taking away at once; the limit, the topics kept from being deleted meanwhile and what is said
    # afterwards are one each.
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 11
