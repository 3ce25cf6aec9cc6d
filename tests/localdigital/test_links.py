"""Emailed links: made from a secret that is stored nowhere, claimed once, in time, and by a POST only."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from localdigital import links
from localdigital.models import EmailedLink
from tests.factories import make_person

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def make(purpose="sign-in", **more):
    return links.make(purpose, person_id=make_person().pk, now=NOW, **more)


def test_a_token_finds_its_link_and_holds_256_bits_that_are_not_stored():
    link = make()
    token = links.token(link)
    assert links.find(token) == link
    pk, seal = token.split("-", 1)
    assert pk == str(link.pk)
    assert len(seal) == 43
    assert seal not in str(EmailedLink.objects.values().get())
    assert links.token(EmailedLink.objects.get()) == token


def test_a_token_with_any_one_character_changed_added_or_left_out_finds_nothing():
    token = links.token(make())
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert links.find(token[:place] + other + token[place + 1 :]) is None
        assert links.find(token[:place] + token[place + 1 :]) is None
        assert links.find(token[:place] + other + token[place:]) is None


@pytest.mark.parametrize(
    "token", ["", "-", "1-", "-x", "1", "0-0", "١-x", "9" * 30 + "-x", "1-\x00", "-1-x", "1e3-x", " 1-x"]
)
def test_a_token_that_is_none_finds_nothing(token):
    make()
    assert links.find(token) is None


def test_the_seal_of_one_link_opens_no_other():
    one, other = make(), make()
    seal = links.token(one).split("-", 1)[1]
    assert links.find(f"{other.pk}-{seal}") is None


@given(st.text(max_size=60))
def test_no_text_opens_a_link(text):
    assert links.find(text) is None
    assert links.find(f"1-{text}") is None


def test_a_link_outlives_a_change_of_the_secret_key_only_while_the_old_one_is_named(settings):
    link, old = make(), settings.SECRET_KEY
    token = links.token(link)
    settings.SECRET_KEY = "another"
    assert links.find(token) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert links.find(token) == link
    assert links.token(link) != token


def test_a_link_is_claimed_once_and_in_time():
    link = make()
    assert links.claim(link, now=NOW + timedelta(minutes=29))
    assert not links.claim(link, now=NOW + timedelta(minutes=29))
    assert not links.is_open(EmailedLink.objects.get())

    late = make()
    assert not links.claim(late, now=NOW + timedelta(minutes=30))
    late.refresh_from_db()
    assert late.used_at is None
    assert not links.is_open(late, now=NOW + timedelta(minutes=30))


@pytest.mark.parametrize(("purpose", "life"), [("sign-in", timedelta(minutes=30)), ("sign-off", timedelta(days=30))])
def test_a_link_lives_as_long_as_its_purpose_says(purpose, life):
    assert make(purpose).expires_at - NOW == life


def test_retiring_ends_the_open_links_of_one_person_to_one_object_only():
    mine = make("sign-off", object_id=7)
    others = [
        make("sign-off", object_id=8),
        make("sign-in", object_id=7),
        links.make("sign-off", person_id=mine.person_id + 1, object_id=7, now=NOW),
    ]
    links.retire("sign-off", object_id=7, person_id=mine.person_id, now=NOW)
    mine.refresh_from_db()
    assert not links.is_open(mine, now=NOW)
    for other in others:
        other.refresh_from_db()
        assert links.is_open(other, now=NOW)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_only_a_post_claims_a_link(client, method):
    link = links.make("sign-in", person_id=make_person().pk)
    response = getattr(client, method)(f"/link/{links.token(link)}/")
    assert response.status_code in (200, 405)
    link.refresh_from_db()
    assert link.used_at is None
    assert "person" not in client.session
    assert client.post(f"/link/{links.token(link)}/").status_code == 302


def test_a_link_is_not_claimed_from_another_site(client):
    from django.test import Client

    link = links.make("sign-in", person_id=make_person().pk)
    response = Client(enforce_csrf_checks=True).post(f"/link/{links.token(link)}/")
    assert response.status_code == 403
    link.refresh_from_db()
    assert link.used_at is None


def test_the_page_of_a_link_is_kept_by_nobody_and_its_address_is_told_to_no_other_site(client):
    link = links.make("sign-in", person_id=make_person().pk)
    response = client.get(f"/link/{links.token(link)}/")
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"
    text = response.content.decode()
    assert "<meta http-equiv" not in text
    assert make_person().email in text, "whom it signs in, so that nobody is led into another's account"
    assert "canonical" not in text


@pytest.mark.parametrize("token", ["nonsense", "1-nonsense", "99999999999999999999-x"])
def test_a_link_that_is_none_is_a_helpful_404(client, token):
    for path in (f"/link/{token}/", f"/link/{token}/fresh/"):
        response = client.post(path)
        assert response.status_code == 404
        assert "This link is not complete" in response.content.decode()
