"""The badge "Signed the Local Digital Declaration", for the websites of those that did."""

import html
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from signatories.models import FormerSlug
from signatories.models.partial_date import Precision
from signatories.models.signature import Status
from tests.factories import make_declaration, make_organisation, make_signature

pytestmark = pytest.mark.django_db
BADGE = "/organisations/trumpton/badge.svg"
SVG = "{http://www.w3.org/2000/svg}"


def words_of(response):
    """Its accessible title, and the words in the picture."""
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    return root.find(f"{SVG}title").text, [one.text for one in root.iter(f"{SVG}text")]


def test_it_names_who_signed_and_the_years(client):
    make_signature("Trumpton", on=date(2018, 11, 9))
    make_signature("Trumpton", on=date(2021, 1, 1), declaration=make_declaration("2021"))
    name, words = words_of(client.get(BADGE))
    assert name == "Signed the Local Digital Declaration: Trumpton Borough Council, 2018 and 2021"
    assert words == ["Signed the", "Local Digital Declaration", "Trumpton Borough Council", "2018 and 2021"]


def test_a_year_that_nobody_knows_is_left_out(client):
    make_signature("Trumpton").signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    assert words_of(client.get(BADGE))[0] == "Signed the Local Digital Declaration: Trumpton Borough Council"


def test_a_hostile_or_long_name_is_text_on_several_lines(client):
    name = '"><script>alert(1)</script> & \x07\u202eof the United Parishes of a Long Way Away'
    make_signature(make_organisation("Trumpton", official_name=name))
    response = client.get(BADGE)
    assert b"<script" not in response.content
    told, words = words_of(response)
    assert '"><script>alert(1)</script> & of the United' in told
    assert all(len(line) <= 26 for line in words[2:])


def test_other_websites_may_show_it(client):
    make_signature("Trumpton")
    response = client.get(BADGE)
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert client.get(BADGE, headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PUBLISHED])
def test_only_those_that_stand_by_what_they_signed_have_one(client, status):
    make_signature("Trumpton", status=status)
    assert client.get(BADGE).status_code == 404
    assert "badge.svg" not in client.get("/organisations/trumpton/").content.decode()


def test_who_withdrew_alone_ended_or_is_unknown_has_none(client):
    make_signature("Trumpton", "Chigley").signatories.filter(organisation__name="Trumpton").update(
        withdrawn_at=timezone.now(), live=False
    )
    make_signature(make_organisation("Camberwick", ends_on=timezone.localdate() - timedelta(days=1)))
    for slug in ("trumpton", "camberwick", "nowhere"):
        assert client.get(f"/organisations/{slug}/badge.svg").status_code == 404
    assert "badge.svg" not in client.get("/organisations/camberwick/").content.decode()
    assert client.get("/organisations/chigley/badge.svg").status_code == 200


def test_a_badge_at_an_old_address_goes_on_being_shown(client):
    make_signature("Trumpton")
    FormerSlug.objects.create(slug="trumpton-rural", organisation=make_organisation("Trumpton"))
    assert client.get("/organisations/trumpton-rural/badge.svg")["Location"] == BADGE


def test_its_page_gives_code_to_paste_that_links_to_it(client):
    make_signature(make_organisation("Trumpton", official_name='Trumpton "& Sons" Council'))
    page = client.get("/organisations/trumpton/").content.decode()
    pasted = html.unescape(re.search(r"(?s)<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page)[1])
    assert pasted == (
        '<a href="http://testserver/organisations/trumpton/"><img src="http://testserver/organisations/trumpton/badge.svg"'
        ' alt="Signed the Local Digital Declaration: Trumpton &#34;&amp; Sons&#34; Council" width="320"></a>'
    )
    assert f'src="{BADGE}"' in page
