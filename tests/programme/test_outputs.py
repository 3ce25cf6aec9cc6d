"""An officer publishes what a commitment promised, or something else that others can use."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Status
from programme import contributions
from programme.models import Output
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature
from tests.pages import heading, text_of
from tests.programme.factories import make_output, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def pugh():
    """Reports for Trumpton."""
    person = make_person()
    make_access(person, "Trumpton")
    return person


@pytest.fixture
def promise(pugh):
    """What Trumpton and Camberwick Green promised together: a framework and a research base."""
    signature = make_signature("Trumpton", "Camberwick Green", commitments=0, preparer=pugh)
    return make_commitment(signature, title="Chatbots", deliverables=("A framework", "A research base"))


def hub(promise):
    return f"/account/commitments/{promise.pk}/"


def begin(client, promise, place=0):
    """Press the button of one deliverable; the page that follows."""
    deliverable = promise.deliverables.all()[place]
    return client.post(f"{hub(promise)}output/", {"deliverable": deliverable.pk}, follow=True)


def answers(**changes):
    both = [str(make_organisation(name).pk) for name in ("Trumpton", "Camberwick Green")]
    return {
        "organisations": both,
        "title": "Framework for chatbots",
        "kind": "framework",
        "description": "How to decide whether a chatbot helps.",
        "url": "https://www.example.gov.uk/framework",
        "licence": "ogl-3",
    } | changes


def errors_of(response):
    return re.findall(r'<a href="#id_(\w+?)(?:_\d)?">([^<]+)</a>', response.content.decode())


def test_what_was_promised_becomes_an_output_of_all_who_promised_it(client, sign_in, promise):
    planning = make_topic("Planning")
    sign_in(make_person())
    assert "Publish what you promised" in text_of(client.get(hub(promise)))
    page = begin(client, promise)
    assert heading(page) == "Publish what you promised"
    assert 'value="A framework"' in page.content.decode()
    assert f'href="/account/case-studies/begin/?commitment={promise.pk}"' in page.content.decode()
    output = Output.objects.get()
    edit = f"/account/outputs/{output.pk}/"
    response = client.post(edit, answers(topics=[str(planning.pk)]))
    assert response.url == f"/account/offers/output/{output.pk}/check/"
    assert "Framework for chatbots" in text_of(client.get(response.url))
    client.post(response.url)
    output.refresh_from_db()
    assert output.status == Status.AWAITING_REVIEW
    assert (output.commitment, output.deliverable.text) == (promise, "A framework")
    assert {one.name for one in output.organisations.all()} == {"Trumpton", "Camberwick Green"}
    assert list(output.topics.all()) == [planning]
    assert client.get(edit).url == f"/account/offers/output/{output.pk}/sent/"


def test_two_clicks_begin_one_output_and_a_colleague_has_their_own(client, sign_in, promise):
    sign_in(make_person())
    begin(client, promise)
    begin(client, promise)
    assert Output.objects.count() == 1
    assert "Go on with it : A framework" in text_of(client.get(hub(promise)))
    colleague = make_person("Mrs Honeyman", "camberwick-green.example.gov.uk")
    make_access(colleague, "Camberwick Green")
    sign_in(colleague)
    assert "Publish it : A framework" in text_of(client.get(hub(promise)))
    begin(client, promise)
    assert Output.objects.count() == 2


def test_once_published_the_commitment_leads_to_it_and_nobody_begins_it_again(client, sign_in, promise, moderator):
    sign_in(make_person())
    begin(client, promise)
    output = Output.objects.get()
    client.post(f"/account/outputs/{output.pk}/", answers())
    contributions.send_in(Output.objects.get(), by=make_person())
    colleague = make_person("Mrs Honeyman", "camberwick-green.example.gov.uk")
    make_access(colleague, "Camberwick Green")
    sign_in(colleague)
    assert "A colleague has sent this in already" in text_of(begin(client, promise))
    contributions.publish(Output.objects.get(), by=moderator)
    assert "This is published already" in text_of(begin(client, promise))
    page = client.get(promise.get_absolute_url())
    assert "A framework Published: Framework for chatbots" in text_of(page)
    assert f'href="/reuse/{output.pk}/"' in page.content.decode()


def test_a_second_output_of_one_deliverable_is_refused_with_a_reason(client, sign_in, promise, moderator):
    deliverable = promise.deliverables.first()
    about = {"commitment": promise, "deliverable": deliverable, "licence": "ogl-3"}
    waiting = make_output("Another framework", "Trumpton", status=Status.AWAITING_REVIEW, **about)
    make_output("The framework", "Trumpton", **about)
    with pytest.raises(contributions.Unfinished, match="published already: The framework"):
        contributions.publish(waiting, by=moderator)


def test_something_that_nobody_promised_is_published_from_the_account(client, sign_in, pugh):
    sign_in(pugh)
    page = client.get("/account/outputs/new/")
    assert heading(page) == "Publish something that others can use"
    assert "in the name of Trumpton Borough Council" in text_of(page)
    for _ in range(2):  # a double click
        response = client.post("/account/outputs/new/", answers())
    output = Output.objects.get()
    assert response.url == f"/account/offers/output/{output.pk}/check/"
    assert [one.name for one in output.organisations.all()] == ["Trumpton"]
    client.post(response.url)
    output.refresh_from_db()
    assert output.status == Status.AWAITING_REVIEW


def test_something_else_of_a_commitment_stands_beside_its_deliverables(client, sign_in, promise, moderator):
    sign_in(make_person())
    client.post(f"{hub(promise)}output/")
    output = Output.objects.get()
    client.post(f"/account/outputs/{output.pk}/", answers(title="Voices of residents", kind="research"))
    contributions.send_in(Output.objects.get(), by=make_person())
    contributions.publish(Output.objects.get(), by=moderator)
    assert "What others can reuse Voices of residents Research" in text_of(client.get(promise.get_absolute_url()))


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"title": "", "kind": "", "description": " ", "url": "", "licence": ""},
         ["Enter a title", "Select what kind of output it is", "Enter what it is and how others can use it",
          "Enter a web address", "Select under which licence others can use it"]),
        ({"url": "http://localhost/x"}, ["Enter a web address that anyone can open"]),
        ({"url": "https://10.0.0.1/"}, ["Enter a web address that anyone can open"]),
        ({"url": "javascript:alert(1)"},
         ["Enter a web address in the correct format, like https://www.example.gov.uk/fault-pattern"]),
        ({"kind": "spell"}, ["Select one of the options"]),
        ({"topics": ["999999"]}, ["Select topics from the list"]),
        ({"organisations": []}, ["Select which organisations offer it"]),
        ({"title": "x" * 201}, ["Title must be 200 characters or fewer"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, sign_in, promise, wrong, errors):
    make_topic()
    sign_in(make_person())
    begin(client, promise)
    page = client.post(f"/account/outputs/{Output.objects.get().pk}/", answers(**wrong))
    assert [error for _, error in errors_of(page)] == errors
    typed = wrong.get("title") or "Framework for chatbots"
    assert wrong.get("title") == "" or typed in page.content.decode()


def test_it_is_offered_at_least_by_an_organisation_of_ones_own(client, sign_in, promise):
    sign_in(make_person())
    begin(client, promise)
    edit = f"/account/outputs/{Output.objects.get().pk}/"
    other = str(make_organisation("Camberwick Green").pk)
    assert "Select at least one organisation that you report for" in text_of(
        client.post(edit, answers(organisations=[other]))
    )


def test_what_was_begun_is_its_officers_alone(client, sign_in, promise):
    sign_in(make_person())
    begin(client, promise)
    output = Output.objects.get()
    make_access(make_person("Windy Miller", "chigley.example.gov.uk"), "Chigley")
    sign_in(make_person("Windy Miller", "chigley.example.gov.uk"))
    assert client.get(f"/account/outputs/{output.pk}/").status_code == 404
    assert client.post(f"/account/outputs/{output.pk}/", answers()).status_code == 404
    assert client.post(f"{hub(promise)}output/").status_code == 404
    sign_in(make_person())
    elsewhere = make_commitment(make_signature("Chigley", commitments=0)).deliverables.first()
    assert client.post(f"{hub(promise)}output/", {"deliverable": elsewhere.pk}).status_code == 404
    assert client.post(f"{hub(promise)}output/", {"deliverable": "\x00"}).status_code == 404


def test_who_reports_for_nobody_is_told_why_they_cannot(client, sign_in):
    sign_in(make_person("Windy Miller", "chigley.example.gov.uk"))
    page = client.get("/account/outputs/new/")
    assert page.status_code == 403
    assert heading(page) == "You cannot publish an output"


def test_of_a_commitment_that_was_withdrawn_nothing_is_begun(client, sign_in, promise):
    promise.move("withdraw", by=None, public_note="x", ended_at=timezone.now())
    sign_in(make_person())
    assert "Publish what you promised" not in text_of(client.get(hub(promise)))
    assert "This commitment has ended" in text_of(begin(client, promise))
    assert Output.objects.count() == 0


def test_the_pages_cost_few_queries(client, sign_in, promise):
    for number in range(8):
        make_topic(f"Topic {number}")
    topics = [str(make_topic(f"Topic {number}").pk) for number in range(8)]
    sign_in(make_person())
    begin(client, promise)
    edit = f"/account/outputs/{Output.objects.get().pk}/"

    def cost(call):
        with CaptureQueriesContext(connection) as asked:
            assert call().status_code in (200, 302)
        return len([one for one in asked if "SAVEPOINT" not in one["sql"]])

    all_topics, few, new = answers(topics=topics), answers(topics=topics[:2]), answers(topics=topics, title="New")
    assert cost(lambda: client.get(edit)) <= 3
    assert cost(lambda: client.post(edit, all_topics)) <= 8
    assert cost(lambda: client.post(edit, few)) <= 8
    assert cost(lambda: client.get("/account/outputs/new/")) <= 3
    # Two clicks at once take turns: one more than others.
    assert cost(lambda: client.post("/account/outputs/new/", new)) <= 9
