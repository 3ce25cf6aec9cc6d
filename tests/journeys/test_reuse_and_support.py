"""A council publishes what it promised, another one uses it and asks for help, in a browser."""

import pytest
from django.utils import timezone

from programme import contributions
from programme.models import Output
from tests.factories import make_access, make_commitment, make_person, make_signature
from tests.journeys.inspection import Inspection
from tests.programme.factories import make_output, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "How residents of small towns report a fault, with a long title and https://www.example.gov.uk/an/address/that/goes/on"


@pytest.fixture
def topics(councils):
    return [make_topic(title) for title in ("Housing and homelessness", "Planning and building", "Cyber security")]


@pytest.fixture
def brackett(topics):
    """Reports for Chigley, which promised a framework."""
    person = make_person("Mr Brackett", "chigley.example.gov.uk")
    make_access(person, "Chigley")
    signature = make_signature("Chigley", "Camberwick Green", commitments=0, preparer=person)
    make_commitment(signature, title="Chatbots for taxis", asked_on=timezone.localdate())
    make_output(LONG, "Chigley", "Camberwick Green", kind="research", topics=topics[:2])
    return person


@pytest.fixture
def pugh(councils):
    """Reports for Trumpton."""
    person = make_person()
    make_access(person, "Trumpton")
    return person


def test_what_a_council_promised_is_published_and_used_by_another(visitor, sign_in, brackett, pugh):
    maker = visitor(width=320).use_session_of(sign_in(brackett))
    pages = Inspection(maker)
    maker.open("/account/").follow("Chatbots for taxis").sees("Publish what you promised")
    pages.look("commitment")
    maker.press("Publish it : A framework").sees("This is what you said you would produce")
    pages.look("output")
    maker.type("Web address", "http://localhost/framework").press("Save and check")
    maker.sees("There is a problem", "Select what kind of output it is", "Enter a web address that anyone can open")
    pages.look("output with errors", state_of="output")
    maker.choose("Framework", "Open Government Licence v3.0", "Cyber security")
    maker.type("What is it, and how can others use it?", "How to decide.\n\n- ask\n- measure")
    maker.type("Web address", "www.example.gov.uk/framework").press("Save and check")
    maker.press("Send to the delivery team")
    output = Output.objects.get(title="A framework")
    contributions.publish(output, by=None)
    maker.open(output.commitment.get_absolute_url()).sees("Published: A framework").follow("A framework")
    assert maker.page.url.endswith(f"/reuse/#output-{output.pk}")
    pages.look("reuse")
    maker.page.get_by_text("Filters", exact=True).click()
    maker.page.get_by_label("Kind", exact=True).select_option("framework")
    maker.press("Apply").sees("1 output", "A framework")
    pages.look("reuse filtered")

    reader = visitor().use_session_of(sign_in(pugh))
    others = Inspection(reader)
    reader.open("/reuse/").follow("Say that you use this too : A framework")
    others.look("use")
    reader.press("Trumpton Borough Council uses this too").sees("Anyone can now read that", "In use")
    others.look("used", state_of="use")
    reader.follow("See everything that you use").sees("We no longer use this", "A framework")
    others.look("uses")
    reader.open("/reuse/?kind=framework").sees("Used by Trumpton Borough Council too")
    reader.open("/account/outputs/new/")
    others.look("new output")
    reader.open("/organisations/chigley/").sees("What others can reuse")
    others.look("organisation")
    assert pages.all_problems() + others.all_problems() == ""


def test_councils_that_match_find_each_other(visitor, sign_in, brackett, pugh):
    helper = visitor().use_session_of(sign_in(brackett))
    helper.open("/account/support/").page.get_by_role("group", name="Planning and building").get_by_label(
        "Can help"
    ).check()
    helper.press("Save").sees("Saved. Anyone can now read it")
    reader = visitor(width=320).use_session_of(sign_in(pugh))
    pages = Inspection(reader)
    reader.open("/account/support/")
    for topic, answer in (("Planning and building", "Wants help"), ("Cyber security", "Can help")):
        reader.page.get_by_role("group", name=topic).get_by_label(answer).check()
    reader.press("Save").sees("Who matches", "Chigley Borough Council can help")
    pages.look("own support")
    reader.open("/support/").sees("On 1 topic somebody can help and somebody wants help", "Match")
    pages.look("support")
    reader.page.get_by_label("Topic", exact=True).select_option("planning-and-building")
    reader.press("Apply")
    pages.look("support of one topic")
    reader.follow("Ask to work together with Chigley Borough Council on Planning and building")
    pages.look("ask")
    reader.press("Send message").sees("Enter a message")
    reader.type("Your message", "How did you do it?").press("Send message").sees("Message sent")
    pages.look("sent")
    reader.open("/account/support/trumpton/ask/planning-and-building/").sees("your own organisation")
    pages.look("own")
    assert pages.all_problems() == ""
