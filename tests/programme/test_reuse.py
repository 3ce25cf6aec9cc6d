"""One page lists everything open that councils made: by kind, with filters, and with the councils that use it too."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.models import Status
from programme.models import Output, Use
from programme.reuse import listing
from tests.factories import make_commitment, make_organisation, make_signature
from tests.pages import heading, text_of, title
from tests.programme.factories import make_output, make_project, make_topic

pytestmark = pytest.mark.django_db


def titles(response):
    return re.findall(r'app-output__title"[^>]*><a[^>]*>([^<]+)<', response.content.decode())


def used_by(output, *names):
    for name in names:
        Use.objects.create(output=output, organisation=make_organisation(name))


@pytest.fixture
def outputs():
    """Code of Trumpton about planning, a framework of Chigley about housing, and what is not public."""
    make_organisation("Chigley", region="north-west")
    code = make_output("Bot for bins", "Trumpton", kind="code", topics=[make_topic("Planning")])
    about = {"kind": "framework", "topics": [make_topic("Housing")], "description": "The café’s policy."}
    framework = make_output("How to choose a chatbot", "Chigley", **about)
    for status in Status:
        if status not in (Status.PUBLISHED, Status.WITHDRAWN, Status.LAPSED):
            make_output(f"Secret {status}", "Trumpton", status=status)
    return code, framework


def test_the_page_lists_what_is_public_kind_by_kind_with_whose_it_is(client, outputs):
    page = client.get("/reuse/")
    assert heading(page) == "Reuse what councils made"
    assert titles(page) == ["Bot for bins", "How to choose a chatbot"]
    text = text_of(page)
    assert "Code Bot for bins Trumpton Borough Council A form that any council can use." in text
    assert "Secret" not in page.content.decode()
    assert outputs[0].url in page.content.decode()
    assert "Licence Not stated" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=code", ["Bot for bins"]),
        ("topic=housing", ["How to choose a chatbot"]),
        ("region=north-west", ["How to choose a chatbot"]),
        ("q=chatbots", ["How to choose a chatbot"]),
        ("q=trumpton+bin", ["Bot for bins"]),
        ("q=100%25", []),
        ("q=policies", ["How to choose a chatbot"]),
        ("q=POLICY", ["How to choose a chatbot"]),
        ("q=caf%C3%A9", ["How to choose a chatbot"]),
        ("q=%3F%3F%3F", []),
        ("kind=code&topic=housing", []),
        ("q=&kind=&topic=&region=", ["Bot for bins", "How to choose a chatbot"]),
    ],
)
def test_it_is_filtered_by_kind_topic_region_and_words(client, outputs, query, found):
    page = client.get(f"/reuse/?{query}")
    assert titles(page) == found
    number = len(found) or "No"
    assert title(page).rpartition(" – ")[2].startswith(f"{number} output")
    if not found:
        assert "Nothing matches what you asked for" in text_of(page)


def test_the_choices_say_how_many_outputs_they_leave(client, outputs):
    make_output("Another bot", "Chigley", kind="code")
    text = text_of(client.get("/reuse/?q=bot&region=north-west"))
    assert "Code (1)" in text
    assert "Framework (1)" in text
    assert "Housing (1)" in text
    assert "Planning (0)" in text


@pytest.mark.parametrize("query", ["kind=spell", "topic=nothing", "region=moon", "q=%00", "page=0", "topic=%00"])
def test_what_cannot_be_asked_is_refused(client, outputs, query):
    assert client.get(f"/reuse/?{query}").status_code == 400


@given(text=st.text(max_size=30), name=st.sampled_from(["q", "kind", "topic", "region", "page"]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered_or_refused(client, text, name):
    query = quote(text.encode("utf-8", "surrogatepass"))
    assert client.get(f"/reuse/?{name}={query}").status_code in (200, 400, 404)


def test_few_who_use_it_are_named_and_many_are_counted_and_folded_away(client, outputs):
    used_by(outputs[0], "Chigley", "Camberwick Green")
    assert "Used by Camberwick Green Borough Council and Chigley Borough Council too" in text_of(client.get("/reuse/"))
    used_by(outputs[0], "Pippin Fort", "Winkstead")
    page = client.get("/reuse/")
    assert "Used by 4 other councils too" in text_of(page)
    folded = re.search(r"(?s)<details class=\"govuk-details app-output.*?</details>", page.content.decode())[0]
    assert "Pippin Fort" in folded


def test_a_council_that_ended_uses_nothing_any_more(client, outputs):
    used_by(outputs[0], "Chigley")
    ended = timezone.localdate() - timedelta(days=1)
    type(make_organisation("Chigley")).objects.filter(name="Chigley").update(ends_on=ended)
    assert "Used by" not in text_of(client.get("/reuse/"))
    assert "What it uses of others" not in text_of(client.get("/organisations/chigley/"))


def test_it_leads_to_the_commitment_and_project_that_it_came_from_while_these_are_public(client, outputs):
    signature = make_signature("Camberwick Green", commitments=0)
    promise = make_commitment(signature, title="A common approach to bots")
    project = make_project("User research into bots")
    Output.objects.filter(pk=outputs[0].pk).update(commitment=promise, project=project)
    page = client.get("/reuse/").content.decode()
    assert promise.get_absolute_url() in page
    assert project.get_absolute_url() in page
    type(signature).objects.filter(pk=signature.pk).update(status="removed", status_before_removal="published")
    type(project).objects.filter(pk=project.pk).update(is_public=False)
    page = client.get("/reuse/?q=").content.decode()
    assert "A common approach to bots" not in page
    assert "User research into bots" not in page


def test_the_address_of_an_output_leads_to_its_place_on_its_page(client, outputs, monkeypatch):
    code, framework = outputs
    monkeypatch.setattr(listing, "SIZE", 1)
    assert client.get(f"/reuse/{code.pk}/").url == f"/reuse/#output-{code.pk}"
    assert client.get(f"/reuse/{framework.pk}/").url == f"/reuse/?page=2#output-{framework.pk}"
    hidden = Output.objects.exclude(status=Status.PUBLISHED).first()
    assert client.get(f"/reuse/{hidden.pk}/").status_code == 404
    assert client.get("/reuse/?page=3").status_code == 404


def test_the_page_of_an_organisation_says_what_it_made_and_uses(client, outputs):
    used_by(outputs[0], "Chigley")
    text = text_of(client.get("/organisations/chigley/"))
    assert "What others can reuse How to choose a chatbot Framework" in text
    assert "What it uses of others Bot for bins Code" in text
    assert "What others can reuse" not in text_of(client.get(make_organisation("Winkstead").get_absolute_url()))


def test_nothing_published_yet_is_said(client):
    assert "No outputs have been published yet" in text_of(client.get("/reuse/"))


def test_it_costs_four_queries_for_few_and_for_many(client, outputs):
    costs = []
    client.get("/reuse/")
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/reuse/?q=bot&kind=code&page=1&region=west-midlands&topic=planning&x={number}")
        costs.append(len(asked))
        for more in range(12):
            output = make_output(f"Bot {more}", "Trumpton", kind="code", topics=[make_topic("Planning")])
            used_by(output, "Chigley", "Winkstead")
    assert costs[0] == costs[1] <= 4


def test_what_an_organisation_shares_costs_one_query(client, outputs):
    def cost(slug):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/organisations/{slug}/")
        return len(asked)

    make_organisation("Winkstead")
    cost("winkstead")
    assert cost("trumpton") == cost("winkstead") + 1
