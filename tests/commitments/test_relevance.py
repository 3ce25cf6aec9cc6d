"""The search and the likeness of commitments, measured on the titles of 40 real projects (project_titles.csv)."""

import csv
from pathlib import Path

import pytest
from django.db import transaction

from commitments import search
from commitments.matching import by_relevance, matching, words_of
from commitments.models import Commitment
from commitments.similar import similar_for_page
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("project_titles.csv")
# What every commitment says: a title must be found, and told apart, in spite of it.
MISSION = (
    "We will find out what residents need, work with other councils and share what we learn: user research, a "
    "prototype, code and data that anyone can use. We will publish a business case and agree an open standard."
)
IMPACT = "Residents get a better digital service that is easier to use and costs less; staff have time for families."


def projects():
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def register(django_db_setup, django_db_blocker):
    """One commitment of each title, by its title: made once for this file's tests and rolled back after them."""
    promises = {}
    with django_db_blocker.unblock(), transaction.atomic():
        for number, project in enumerate(projects()):
            lead = make_organisation(project["lead"], official_name=project["lead"])
            signature = make_signature(lead, commitments=0, declaration=make_declaration(f"v{number}"))
            title = project["title"]
            promises[title] = make_commitment(signature, title=title, mission=MISSION, impact=IMPACT)
        search.index(promises.values())
        yield promises
        transaction.set_rollback(True)


def found(typed):
    words = words_of(typed)
    return [promise.title for promise in by_relevance(matching(Commitment.objects.public(), words), words)]


def test_the_table_has_more_than_thirty_different_projects():
    titles = [project["title"] for project in projects()]
    assert len(set(titles)) == len(titles) >= 40


def rank(project):
    """At which place the search that somebody types for a project shows it; 99 for nowhere."""
    titles = found(project["typed"])
    return titles.index(project["title"]) + 1 if project["title"] in titles else 99


def test_each_project_is_found_among_the_first_three_by_a_few_of_its_words_and_nearly_all_as_the_first(register):
    ranks = {project["title"]: rank(project) for project in projects()}
    assert {title: place for title, place in ranks.items() if place > 3} == {}
    assert sum(place == 1 for place in ranks.values()) >= len(ranks) - 1, ranks


# ---- Likeness

FAMILIES = [
    {"Housing repairs online: improvement", "Common service pattern for online housing repairs"},
    {"Improving code sharing between councils (LocalGov Drupal)", "LocalGov Drupal"},
    {"Reducing invalid planning applications", "Planning: fewer invalid applications, biodiversity checklist"},
    {"Family context for children's social workers", "Family context for social workers"},
    {"Open community directory", "Open community data service model"},
    {"Income management and e-payment systems", "GOV.UK Pay as a viable alternative e-payment provider"},
    {"User research into chatbots and AI", "Using analytics and AI to aid the production of EHCPs"},
    {
        "Predicting demand for children's social care",
        "Demand modelling tool for children's services",
        "Improving decision making in children's services departments",
        "Improving data and evidence on children in care",
    },
    {"User-centred back office planning system", "User-centred digital planning application system"},
    {"Digital inclusion toolkit", "Inclusive digital place-based engagement"},
]
ALONE = [
    "Taxi licensing applications: fixing complexity, inefficiency and risk",
    "Digital waste service",
    "Beach Check app",
    "How busy is Toon",
    "Future work design",
    "Tell us once move-in process",
    "Early Help data for service heads",
    "VCS and council data exchange",
    "Digital data protection impact assessment (DPIA) tool",
    "Virtual assistants (Alexa, Siri) in adult care",
]


def like(promise):
    return [one.commitment.title for one in similar_for_page(Commitment.objects.get(pk=promise.pk))]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: min(family))
def test_projects_about_the_same_find_each_other(register, family):
    # A council's own commitments are not shown beside each other.
    leads = {project["title"]: project["lead"] for project in projects()}
    for title in family:
        others = {other for other in family if leads[other] != leads[title]}
        assert others <= set(like(register[title])), title


@pytest.mark.parametrize("title", ALONE)
def test_a_project_like_no_other_shows_none(register, title):
    assert like(register[title]) == []


def test_nothing_unlike_is_shown(register):
    """Each pair shown shares a word of its titles that says what it is about."""
    telling = {
        *(
            "ai",
            "payment",
            "family",
            "context",
            "children",
            "repair",
            "housing",
            "planning",
            "communit",
            "registration",
        ),
        *("localgov", "drupal", "invalid", "pattern", "inclusi", "engagement"),
    }
    for title, promise in register.items():
        for other in like(promise):
            shared = {word for word in telling if word in title.lower() and word in other.lower()}
            assert shared, (title, other)
