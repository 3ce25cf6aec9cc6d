"""Editors write down rounds and projects: what they enter is checked, logged, and public at once."""

import html
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from programme.models import FundProject, FundRound
from tests.factories import make_organisation, make_signature
from tests.programme.factories import make_project, make_round, make_rule

pytestmark = pytest.mark.django_db

ROUNDS, PROJECTS = "/admin/programme/fundround/", "/admin/programme/fundproject/"
ROUND = {
    "name": "Round 90", "slug": "round-90", "position": "90", "is_public": "on", "summary": "",
    "opens_at_0": "01/12/2026", "opens_at_1": "09:00", "closes_at_0": "01/02/2027", "closes_at_1": "17:00",
    "awarded_on": "",
    "awarded_precision": "unknown", "largest_award_gbp": "350000", "phases": ["alpha", "beta"], "sources": "",
    "questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0", "questions-0-question": "Who?",
    "questions-0-position": "1",
    "questions-0-answer": "Councils: ask fund@example.gov.uk.", "rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "0",
    "rules-0-kind": "signed-at-least", "rules-0-number": "3",
}  # fmt: skip
PROJECT = {
    "title": "Drains", "slug": "drains", "is_public": "on", "round": "", "round_note": "Outside the rounds",
    "phase": "", "amount_gbp": "", "awarded_on": "1 October 2019", "awarded_precision": "month", "sources": "https://example.gov.uk/",
    "parts-TOTAL_FORMS": "0", "parts-INITIAL_FORMS": "0",
}  # fmt: skip


def said(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_a_round_is_added_with_a_rule_and_a_question_and_is_public_at_once(admin_client, client):
    version = RegisterVersion.current().number
    assert admin_client.post(f"{ROUNDS}add/", ROUND).status_code == 302
    one = FundRound.objects.get()
    assert (one.phases, one.rules.get().number, one.questions.get().question) == (["alpha", "beta"], 3, "Who?")
    assert timezone.localtime(one.closes_at).hour == 17
    event = AuditEvent.objects.get(kind="fund_round.add")
    assert "fund@" not in str(event.details)
    assert "rules" in event.details["fields"]
    assert RegisterVersion.current().number > version
    assert "At least 3 councils" in said(client.get("/fund/round-90/"))
    assert "alpha, beta" in said(admin_client.get(f"{ROUNDS}{one.pk}/history/"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"slug": "projects"}, "This address has another page of the fund"),
        ({"closes_at_0": "30/11/2026"}, "It must close after it opens"),
        ({"smallest_award_gbp": "350001"}, "It must not be below the smallest award"),
        ({"sources": "https://example.gov.uk/\nsomewhere"}, "Enter one web address a line"),
        ({"sources": "javascript:alert(1)"}, "Enter one web address a line"),
        ({"awarded_precision": "month"}, "Enter the date, or say that it is not known"),
        ({"rules-0-number": ""}, "Enter a number, like 3"),
        ({"rules-0-kind": "funded-before"}, "Select the rounds"),
        ({"rules-0-kind": "lead-is"}, "Select types or nations"),
        ({"phases": ["gamma"]}, "gamma"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(admin_client, wrong, words):
    assert words in said(admin_client.post(f"{ROUNDS}add/", ROUND | wrong))
    assert not FundRound.objects.exists()


def test_what_a_kind_of_rule_has_no_use_for_is_refused_and_not_dropped_unsaid(admin_client):
    before = make_round("Round 80")
    rule = {"rules-0-kind": "lead-is", "rules-0-types": ["district"], "rules-0-nations": ["wales"]}
    for stray in ({}, {"rules-0-number": "", "rules-0-rounds": [before.pk]}):
        assert "it is no part of" in said(admin_client.post(f"{ROUNDS}add/", ROUND | rule | stray))
    assert not FundRound.objects.filter(name="Round 90").exists()
    admin_client.post(f"{ROUNDS}add/", ROUND | rule | {"rules-0-number": ""})
    made = FundRound.objects.get(name="Round 90").rules.get()
    assert (made.number, made.types, made.nations, made.rounds.count()) == (None, ["district"], ["wales"], 0)


def test_the_list_of_rounds_says_no_more_of_a_date_than_is_known(admin_client):
    make_round(awarded_on=date(2021, 11, 1), awarded_precision="month")
    page = said(admin_client.get(ROUNDS))
    assert "November 2021" in page
    assert "1 November 2021" not in page
    assert "1 Nov 2021" not in page


def test_a_project_is_added_with_who_takes_part_and_its_commitments(admin_client, client):
    chigley = make_organisation("Chigley")
    promise = make_signature("Trumpton").commitments.get()
    secret = make_signature("Camberwick", status="draft").commitments.get()
    parts = {
        "parts-TOTAL_FORMS": "2", "parts-0-organisation": chigley.pk, "parts-0-leads": "on", "parts-0-position": "1",
        "parts-0-name": "", "parts-1-name": "Pippin Fort Volunteers", "parts-1-position": "2",
    }  # fmt: skip
    assert "errornote" in said(admin_client.post(f"{PROJECTS}add/", PROJECT | parts | {"commitments": [secret.pk]}))
    assert admin_client.post(f"{PROJECTS}add/", PROJECT | parts | {"commitments": [promise.pk]}).status_code == 302
    project = FundProject.objects.get()
    assert [(one.name, one.leads) for one in project.parts.all()] == [
        ("Chigley Borough Council", True),
        ("Pippin Fort Volunteers", False),
    ]
    assert AuditEvent.objects.filter(kind="funded_project.add").exists()
    page = said(client.get("/fund/projects/drains/"))
    assert "October 2019" in page
    assert "1 October 2019" not in page
    assert "Drains" in said(client.get(promise.get_absolute_url()))


def test_a_project_outside_the_rounds_says_why_and_names_an_organisation_once(admin_client):
    chigley = make_organisation("Chigley")
    twice = {
        f"parts-{n}-{name}": value for n in (0, 1) for name, value in [("organisation", chigley.pk), ("position", n)]
    }
    wrong = PROJECT | twice | {"round_note": "", "parts-TOTAL_FORMS": "2"}
    page = said(admin_client.post(f"{PROJECTS}add/", wrong))
    assert "Select a round, or say why it has none" in page
    assert "This organisation is in the list already" in page


def test_projects_are_found_by_their_bodies_and_pages_keep_their_budget(admin_client):
    round_ = make_round(opens_at=timezone.now() - timedelta(days=1))
    for name in ("Trumpton", "Chigley", "Camberwick Green"):
        lead = make_organisation(name)
        project = make_project(
            f"Drains of {name}", round_, lead=lead, partners=[make_organisation("Pippin Fort"), "Mill"]
        )
    for kind in ("lead-is", "lead-signed", "funded-before"):
        make_rule(round_, kind, rounds=[make_round(f"Before {kind}")])
    page = said(admin_client.get(f"{PROJECTS}?q=camberwick"))
    assert "Drains of Camberwick Green" in page
    assert "Drains of Trumpton" not in page
    for address in (ROUNDS, PROJECTS, f"{ROUNDS}{round_.pk}/change/", f"{PROJECTS}{project.pk}/change/"):
        with CaptureQueriesContext(connection) as queries:
            page = said(admin_client.get(address))
        assert len(queries) <= 12, address
    assert "Trumpton Borough Council" not in page, "no select holds all organisations"
