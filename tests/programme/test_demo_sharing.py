"""What invented councils share in the demo: everything that it shows can be tried."""

import re

import pytest

from commitments import collaboration
from programme.demo import announcements, sharing
from programme.models import Announcement, CaseStudy, Output, SupportOffer
from signatories.demo_signatures import load_reporting_signature, load_waiting_signatures
from signatories.models import Organisation, Person
from tests.factories import make_declaration, make_organisation, make_principles
from tests.pages import text_of
from tests.programme.factories import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared():
    make_declaration()
    make_principles()
    make_organisation("Bromsgrove")
    load_waiting_signatures()
    load_reporting_signature()
    for slug in sharing.TOPICS:
        make_topic(slug)
    for part in (announcements, sharing, announcements, sharing):
        part.load()


def test_it_is_made_once_and_nothing_is_announced_twice(client):
    titles = list(Announcement.objects.values_list("title", flat=True))
    assert len(titles) == len(set(titles)) == 3
    assert CaseStudy.objects.published().count() == 1
    output = Output.objects.published().get()
    assert output.deliverable.text == "Open source code of the calendar"
    study = CaseStudy.objects.get()
    for text in (study.problem, study.done, study.result, study.could_be_better):
        assert text
        assert "set out to do" not in text


def test_the_captain_can_ask_a_council_whose_help_matches(client):
    captain = Person.objects.get(email=sharing.CAPTAIN)
    chigley = Organisation.objects.get(code=sharing.CHIGLEY)
    offer = SupportOffer.objects.filter(organisation=chigley).select_related("topic").first()
    assert f'/account/support/{chigley.slug}/ask/{offer.topic.slug}/"' in client.get("/support/").content.decode()
    collaboration.ask_to_work_together(chigley, by=captain, message="How do you do it?", topic=offer.topic.title)
    assert re.search("Trumpton Borough Council [A-Za-z ]*Cannot be reached", text_of(client.get("/support/")))
