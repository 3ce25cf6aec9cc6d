"""Two organisations of the register are one: of what the newer parts know of both, nothing is lost."""

import pytest

from localdigital.models import QueuedEmail
from programme.follow.following import ask, stop
from programme.follow.subjects import Subject
from programme.models import Use
from programme.reuse import using
from signatories import duplicates
from tests.factories import make_organisation, make_person
from tests.programme.factories import make_output, make_project
from tests.programme.followers import make_follower

pytestmark = pytest.mark.django_db


@pytest.fixture
def chigley():
    return make_organisation("Chigley")


@pytest.fixture
def twice():
    """Chigley once more, by mistake."""
    return make_organisation("Chigly")


def test_a_project_keeps_its_lead(chigley, twice, moderator):
    project = make_project(lead=twice, partners=[chigley])
    other = make_project("Other", lead=chigley, partners=[twice])
    duplicates.put_together(twice, chigley, by=moderator)
    for one in (project, other):
        assert [(part.organisation, part.leads) for part in one.parts.all()] == [(chigley, True)]


def test_who_confirmed_to_follow_either_follows_it(chigley, twice, moderator):
    reader = make_follower(Subject(organisation=twice))
    ask(reader.email, Subject(organisation=chigley))
    other = make_follower(Subject(organisation=chigley), email="other@example.com")
    ask(other.email, Subject(organisation=twice))
    duplicates.put_together(twice, chigley, by=moderator)
    for one in (reader, other):
        assert [follow.organisation for follow in one.follows.confirmed()] == [chigley]
    for one in (reader, other):
        stop(one)
    assert not QueuedEmail.objects.filter(to_address__contains="@").exists()


def test_nobody_uses_what_they_made_themselves(chigley, twice, moderator):
    theirs, others = make_output("Theirs", twice), make_output("Others", "Trumpton")
    for output, body in ((theirs, chigley), (others, chigley), (others, twice)):
        using.say_that_it_is_used(output, body, by=make_person())
    duplicates.put_together(twice, chigley, by=moderator)
    assert [(one.output, one.organisation) for one in Use.objects.select_related("output", "organisation")] == [
        (others, chigley)
    ]
