"""What must never be false of what the programme offers, the database itself refuses, past every function of ours."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commitments.models import Status
from programme.models import (
    CaseStudy,
    Event,
    Figure,
    Follow,
    Follower,
    FundProject,
    Output,
    Picture,
    ProjectPart,
    RoundRule,
    SupportOffer,
    Use,
)
from tests.factories import make_commitment, make_organisation, make_principles, make_signature
from tests.programme.factories import (
    make_case_study,
    make_event,
    make_output,
    make_project,
    make_round,
    make_rule,
    make_topic,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


def a_second_output_of_one_deliverable():
    promise = make_commitment(make_signature("Trumpton", commitments=0), deliverables=["A form"])
    for title in ("One", "Two"):
        make_output(title, deliverable=promise.deliverables.get())


def the_same_use_twice():
    output, trumpton = make_output(), make_organisation("Trumpton")
    for _ in range(2):
        Use.objects.create(output=output, organisation=trumpton)


def a_figure_without(**fields):
    about = {"kind": "cost", "amount_gbp": 1, "what": "Work", "how_measured": "By hand"}
    Figure.objects.create(case_study=make_case_study(), **about | fields)


def picture(study, **fields):
    about = {"alternative_text": "A drain", "content": b"x", "content_type": "image/png", "digest": "d"}
    Picture.objects.create(case_study=study, width=1, height=1, **about | fields)


def the_same_picture_twice():
    study = make_case_study()
    picture(study)
    picture(study)


def follow(**subject):
    follower = Follower.objects.get_or_create(email="florence@example.com")[0]
    Follow.objects.create(follower=follower, **subject)


def the_register_followed_twice():
    follow()
    follow()


def one_thing_followed_twice():
    principle = make_principles()[0]
    follow(principle=principle)
    follow(principle=principle)


def two_rules_of_a_kind():
    found = make_round()
    for _ in range(2):
        make_rule(found, "lead-signed")


def the_same_partner_twice():
    trumpton = make_organisation("Trumpton")
    project = make_project(lead=trumpton)
    ProjectPart.objects.create(project=project, organisation=trumpton, name="Trumpton")


def two_things_said_of_a_topic():
    about = {"organisation": make_organisation("Trumpton"), "topic": make_topic()}
    for way in SupportOffer.Way:
        SupportOffer.objects.create(way=way, **about)


WRONG = {
    "a_public_output_says_when_it_was_published": lambda: Output.objects.create(title="Drains", status="published"),
    "a_public_casestudy_says_when_it_was_published": lambda: CaseStudy.objects.create(status=Status.REMOVED),
    "a_public_event_says_when_it_was_published": lambda: Event.objects.create(
        status=Status.PUBLISHED, starts_at=NOW, ends_at=LATER, is_online=True
    ),
    "a_deliverable_is_one_published_output": a_second_output_of_one_deliverable,
    "an_organisation_uses_an_output_once": the_same_use_twice,
    "a_figure_says_how_it_was_measured": lambda: a_figure_without(how_measured=""),
    "a_case_study_shows_a_picture_once": the_same_picture_twice,
    "a_picture_has_alternative_text": lambda: picture(make_case_study(), alternative_text=""),
    "an_event_ends_after_it_starts": lambda: make_event(starts_at=NOW, ends_at=NOW - timedelta(seconds=1)),
    "an_event_is_online_or_at_a_place": lambda: make_event(is_online=False, place=""),
    "who_has_confirmed_is_told_from_some_moment": lambda: Follower.objects.create(confirmed_at=NOW),
    "a_follow_is_of_one_thing_or_of_everything": lambda: follow(
        organisation=make_organisation("Trumpton"), principle=make_principles()[0]
    ),
    "a_thing_is_followed_once": one_thing_followed_twice,
    "a_round_closes_after_it_opens": lambda: make_round(opens_at=LATER, closes_at=NOW),
    "a_largest_award_is_not_below_the_smallest": lambda: make_round(smallest_award_gbp=2, largest_award_gbp=1),
    "a_round_was_awarded_on_a_date_of_which_something_is_known": lambda: make_round(awarded_on=date(2020, 1, 1)),
    "a_round_has_a_rule_of_a_kind_once": two_rules_of_a_kind,
    "a_rule_that_counts_has_a_number": lambda: make_rule(make_round(), "signed-at-least"),
    "a_project_outside_the_rounds_says_why": lambda: FundProject.objects.create(title="Drains", slug="drains"),
    "a_project_was_awarded_on_a_date_of_which_something_is_known": lambda: make_project(awarded_precision="day"),
    "an_organisation_takes_part_in_a_project_once": the_same_partner_twice,
    "an_organisation_says_one_thing_of_a_topic": two_things_said_of_a_topic,
}


def names_in(error):
    """What the database says: PostgreSQL names every constraint, SQLite of a unique one only its columns."""
    return str(error.value)


@pytest.mark.parametrize("name", WRONG)
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        WRONG[name]()
    assert name in names_in(error) or "UNIQUE constraint failed" in names_in(error)


def test_the_whole_register_is_followed_once_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        the_register_followed_twice()


def test_a_rule_that_counts_nothing_has_no_number():
    with pytest.raises(IntegrityError, match="a_rule_that_counts_has_a_number"), transaction.atomic():
        RoundRule.objects.create(round=make_round(), kind="lead-signed", number=2)
