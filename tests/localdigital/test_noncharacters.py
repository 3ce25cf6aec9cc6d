"""What is no character is no part of what somebody types, and breaks no drawing of what was stored before."""

from xml.etree import ElementTree

import pytest

from localdigital.forms import is_blank, tidy
from signatories.signup.forms import NotListedForm
from tests.factories import make_organisation, make_signature

NONE = "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff"
NAME = f"Trump{NONE}\x0bton"


def test_what_is_no_character_is_left_out_of_what_is_typed():
    form = NotListedForm({"name": f"Trump{NONE}ton Mill", "website": "https://mill.example"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Trumpton Mill"
    assert (tidy(NONE), is_blank(NONE)) == ("", True)
    assert tidy("\ufdcf\ufdf0\ufffd\U0001fffd") == "\ufdcf\ufdf0\ufffd\U0001fffd"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["map", "partners"])
def test_a_chart_is_drawn_whatever_a_name_holds(client, key):
    make_signature(
        make_organisation(NAME, slug="trumpton", official_name=NAME, code="E07000223"),
        make_organisation("Chigley", code="E07000032"),
    )
    drawn = client.get(f"/movement/{key}.svg")
    assert "Trump" in "".join(ElementTree.fromstring(drawn.content).itertext())
    assert client.get(f"/movement/{key}.png").content.startswith(b"\x89PNG")


@pytest.mark.django_db
def test_a_badge_is_drawn_whatever_a_name_holds(client):
    make_signature(make_organisation("Trumpton", official_name=NAME))
    badge = ElementTree.fromstring(client.get("/organisations/trumpton/badge.svg").content)
    assert "Trumpton" in [text.text for text in badge.iter("{http://www.w3.org/2000/svg}text")]
