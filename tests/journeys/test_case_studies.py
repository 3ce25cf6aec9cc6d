"""The story of a case study in a real browser: written from a commitment, with figures and an image, read, published
and found. Every page on the way for everybody, on every screen, valid."""

import pytest
from PIL import Image, ImageDraw

from programme import contributions
from programme.models import CaseStudy
from tests.factories import make_access, make_commitment, make_person, make_signature, make_update
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import PUGH
from tests.programme.factories import make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def promise(councils):
    """A commitment of two councils with an update, whose officer reports for the first."""
    make_access(make_person("Pugh Barney"), "Trumpton")
    make_topic("Planning")
    promise = make_commitment(
        make_signature("Trumpton", "Camberwick Green", commitments=0), title="One form for drains"
    )
    code = ("The source code of the form", "https://www.example.gov.uk/drains/a-form-for-everybody", "code")
    make_update(promise, went_well="Half as many calls.", could_be_better="We asked late.", evidence=[code])
    return promise


@pytest.fixture
def drawing(tmp_path):
    """A drawing in a file, wider than any page."""
    drawn = Image.new("RGB", (2400, 1200), "#eef2f1")
    for number in range(5):
        height = 200 * (number + 1)
        ImageDraw.Draw(drawn).rectangle((400 * number + 150, 1150 - height, 400 * number + 400, 1150), "#17424b")
    drawn.save(tmp_path / "drawing.webp")
    return tmp_path / "drawing.webp"


def test_the_story_of_a_case_study(visitor, promise, drawing, tmp_path, moderator):
    pugh = visitor().sign_in(PUGH)
    pages = Inspection(pugh)
    pugh.open(f"/account/commitments/{promise.pk}/").follow("Write a case study about it")
    pages.look("begin")
    pugh.press("Continue").sees("What is it about?")
    pugh.type("Title", "").press("Save and continue").sees("Enter a title", "Enter a summary")
    pages.look("about wrong", state_of="about")
    pugh.type("Title", "One form for blocked drains").type("Summary", "Two towns made one form, and people ring less.")
    pugh.choose("Case study").press("Save and continue").sees("What happened")
    pages.look("story")
    pugh.press("Save and continue").sees("Costs and savings")
    pugh.choose("Saving").type("What does it cost or save?", "Answering calls about blocked drains in both towns")
    pugh.type("Amount in pounds", "12,500").choose("Each year")
    pugh.type("How was this measured?", "Calls in March before and after, at £4 a call.").press("Add")
    pugh.sees("You have added 1 figure", "£12,500 a year")
    pages.look("figures")
    pugh.press("Continue").sees("What others can learn and reuse")
    assert pugh.page.get_by_label("What could have gone better? (optional)").input_value() == "We asked late."
    pages.look("lessons")
    pugh.press("Save and continue").sees("The source code of the form", "Licence: Not stated")
    pages.look("links")
    pugh.press("Continue").choose("Planning")
    pages.look("subjects")
    pugh.press("Save and continue").sees("Images (optional)")
    (tmp_path / "letter.txt").write_text("Dear Sir")
    pugh.type("What does the image show?", "A chart of five bars, each higher than the one before")
    pugh.page.get_by_label("Upload an image", exact=True).set_input_files(tmp_path / "letter.txt")
    pugh.press("Add").sees("The selected file must be a JPG, PNG or WebP")
    pages.look("images wrong")
    pugh.page.get_by_label("Upload an image", exact=True).set_input_files(drawing)
    pugh.press("Add").sees("You have added 1 image")
    pages.look("images", state_of="images wrong")
    pugh.press("Continue").press("Send to the delivery team")
    study = CaseStudy.objects.get()
    contributions.publish(study, by=moderator)
    reader = visitor(width=320)
    read = Inspection(reader)
    reader.open("/case-studies/?q=drain&topic=planning").sees("1 case study", "Two towns made one form")
    read.look("list")
    reader.follow("One form for blocked drains").sees("£12,500", "Calls in March", "We asked late.")
    reader.page.get_by_alt_text("A chart of five bars", exact=False).scroll_into_view_if_needed()
    width = "document.querySelector('main img').naturalWidth"
    reader.page.wait_for_function(f"{width} > 0")
    assert reader.page.evaluate(width) == 1600
    read.look("case study")
    reader.open(promise.get_absolute_url()).sees("Case studies", "One form for blocked drains")
    assert pages.all_problems() + read.all_problems() == ""
