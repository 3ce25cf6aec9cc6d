"""The images of case studies in the delivery team's pages: seen before they are public, described, added, taken out."""

import re

import pytest
import zeal
from django.core.files.uploadedfile import SimpleUploadedFile

from commitments.models import Status
from localdigital.models import AuditEvent
from tests.programme.factories import an_image, make_case_study, make_picture

pytestmark = pytest.mark.django_db


def form_of(client, study):
    """What the edit form would send as it is."""
    response = client.get(f"/admin/programme/casestudy/{study.pk}/edit/")
    page, form = response.text, response.context["adminform"].form
    values = {name: form[name].value() or [] for name in form.fields}
    hidden = re.findall(r'<input type="hidden" name="([\w-]+)"(?: value="([^"]*)")?', page)
    return values | {name: value for name, value in hidden if not name.startswith("csrf")}


def edit(client, study, **changes):
    sent = form_of(client, study) | changes
    with zeal.zeal_ignore([{"model": "programme.Picture", "field": "get()"}]):  # Django reads each row of a formset
        return client.post(f"/admin/programme/casestudy/{study.pk}/edit/", sent)


def test_a_moderator_sees_the_images_before_they_are_public(admin_client):
    study = make_case_study("Drains", "Trumpton", status=Status.AWAITING_REVIEW, published_at=None)
    picture = make_picture(study)
    page = admin_client.get(f"/admin/programme/casestudy/{study.pk}/change/").text
    address = f"/admin/programme/casestudy/{study.pk}/images/{picture.pk}/"
    assert f'src="{address}" width="80" height="60" alt="A red form"' in page
    response = admin_client.get(address)
    assert response["Content-Type"] == "image/png"
    assert "no-store" in response["Cache-Control"]
    admin_client.logout()
    assert admin_client.get(address).status_code == 302


def test_the_team_adds_an_image_to_what_it_wrote_and_describes_it(admin_client):
    study = make_case_study("Of the team", status=Status.DRAFT)
    one = {"pictures-TOTAL_FORMS": 1, "pictures-0-alternative_text": "A form", "pictures-0-position": 0}
    for wrong, said in [
        ({}, "Select an image"),
        ({"pictures-0-image": SimpleUploadedFile("a.png", b"MZ")}, "must be a JPG, PNG or WebP"),
        ({"pictures-0-image": an_image(), "pictures-0-alternative_text": ""}, "This field is required"),
    ]:
        assert said in edit(admin_client, study, **one | wrong).text
    assert not study.pictures.exists()
    assert edit(admin_client, study, **one, **{"pictures-0-image": an_image()}).status_code == 302
    kept = study.pictures.get()
    assert (kept.alternative_text, kept.width, kept.content_type) == ("A form", 80, "image/png")
    again = {"pictures-0-id": kept.pk, "pictures-0-alternative_text": "A red form", "pictures-0-position": 0}
    second = {"pictures-TOTAL_FORMS": 2, "pictures-1-alternative_text": "Again", "pictures-1-position": 1}
    refused = edit(admin_client, study, **again, **second, **{"pictures-1-image": an_image()})
    assert "It is there already" in refused.text
    assert edit(admin_client, study, **again).status_code == 302
    kept.refresh_from_db()
    assert kept.alternative_text == "A red form"
    assert AuditEvent.objects.filter(kind="case_study.change").count() == 2
    assert edit(admin_client, study, **again, **{"pictures-0-DELETE": "on"}).status_code == 302
    assert not study.pictures.exists()


def rows_of(study):
    """What the form sends for the images that there are."""
    sent = {}
    for number, one in enumerate(study.pictures.all()):
        kept = {"id": one.pk, "alternative_text": one.alternative_text, "position": one.position}
        sent |= {f"pictures-{number}-{name}": value for name, value in kept.items()}
    return sent


@pytest.fixture
def of_two():
    """A case study of the team's with a red image and a blue one."""
    study = make_case_study("Of the team", status=Status.DRAFT)
    for colour in ("red", "blue"):
        make_picture(study, colour)
    return study


def test_an_image_takes_the_place_of_another_and_that_one_goes_by_one_save(admin_client, of_two):
    red, blue = of_two.pictures.all()
    changes = {"pictures-0-image": an_image("blue"), "pictures-1-DELETE": "on"}
    assert edit(admin_client, of_two, **rows_of(of_two), **changes).status_code == 302
    [kept] = of_two.pictures.all()
    assert (kept.pk, kept.digest) == (red.pk, blue.digest)


def test_two_images_are_not_swapped_by_uploading_each_in_the_place_of_the_other(admin_client, of_two):
    before = list(of_two.pictures.values_list("pk", "digest"))
    swap = {"pictures-0-image": an_image("blue"), "pictures-1-image": an_image("red")}
    refused = edit(admin_client, of_two, **rows_of(of_two), **swap)
    assert "to change the order of images, change their numbers" in refused.text
    assert list(of_two.pictures.values_list("pk", "digest")) == before


def test_ten_images_are_added_at_once(admin_client):
    study = make_case_study("Of the team", status=Status.DRAFT)
    sent = {"pictures-TOTAL_FORMS": 10}
    for number in range(10):
        about = {"alternative_text": f"Number {number}", "position": number, "image": an_image((number, 0, 0))}
        sent |= {f"pictures-{number}-{name}": value for name, value in about.items()}
    assert edit(admin_client, study, **sent).status_code == 302
    assert study.pictures.count() == 10


def test_what_an_image_shows_is_not_told_by_letters_that_nobody_sees(admin_client, of_two):
    refused = edit(admin_client, of_two, **rows_of(of_two) | {"pictures-0-alternative_text": "\u200b\u3164"})
    assert "This field is required" in refused.text
