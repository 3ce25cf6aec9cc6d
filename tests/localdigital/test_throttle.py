"""How often one address, network or person may ask; what is believed of the reader's network; nothing is kept plain."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from localdigital.models import RateLimit
from localdigital.throttle import network_of, within_limit

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_the_limit_is_the_number_allowed_and_the_next_is_one_too_many():
    assert [within_limit("ask", "me", limit=3, now=NOW) for _ in range(5)] == [True] * 3 + [False] * 2


def test_each_key_and_each_thing_is_counted_apart():
    assert within_limit("ask", "me", limit=1, now=NOW)
    assert within_limit("ask", "you", limit=1, now=NOW)
    assert within_limit("tell", "me", limit=1, now=NOW)
    assert not within_limit("ask", "me", limit=1, now=NOW)


def test_the_count_begins_anew_when_its_hour_is_over_and_asking_does_not_make_the_hour_longer():
    for minutes in (0, 20, 40, 59):
        within_limit("ask", "me", limit=1, now=NOW + timedelta(minutes=minutes))
    assert RateLimit.objects.get().ends_at == NOW + timedelta(hours=1)
    assert within_limit("ask", "me", limit=1, now=NOW + timedelta(hours=1))
    assert not within_limit("ask", "me", limit=1, now=NOW + timedelta(hours=1, minutes=1))
    assert RateLimit.objects.get().ends_at == NOW + timedelta(hours=2)


def test_keys_are_kept_hashed(settings):
    within_limit("ask", "pugh.barney@trumpton.example.gov.uk", limit=1)
    first = RateLimit.objects.get().key
    assert len(first) == 64
    assert "pugh" not in first
    settings.SECRET_KEY = "another"
    within_limit("ask", "pugh.barney@trumpton.example.gov.uk", limit=1)
    assert RateLimit.objects.count() == 2


def request(address="192.0.2.1", forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **headers)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_64_of_an_ipv6_one(address, network):
    assert network_of(request(address)) == network


def test_what_a_reader_says_of_their_own_address_is_not_believed(settings):
    settings.TRUSTED_PROXIES = 0
    assert network_of(request(forwarded="203.0.113.9")) == "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "nonsense", "unknown"),
        (1, "203.0.113.9:5678", "203.0.113.9"),
        (1, "[2001:db8:1:2:3::6]:443", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2:3::6]", "2001:db8:1:2::/64"),
        (1, " , ,203.0.113.9, ", "203.0.113.9"),
    ],
)
def test_behind_proxies_of_ours_the_last_that_they_wrote_counts(settings, proxies, forwarded, network):
    settings.TRUSTED_PROXIES = proxies
    assert network_of(request(forwarded=forwarded)) == network


def ask(client, number, **extra):
    return client.post("/sign/email/", {"email": f"officer{number}@trumpton.example.gov.uk"}, **extra).status_code


def test_a_whole_council_behind_one_address_can_sign_in_and_a_machine_cannot_go_on(client):
    answers = [ask(client, number) for number in range(201)]
    assert answers == [302] * 200 + [429]
    assert client.get("/sign/email/").status_code == 200
    assert ask(client, 999, REMOTE_ADDR="198.51.100.7") == 302


def test_a_made_up_forwarded_address_escapes_no_limit(client):
    for number in range(200):
        ask(client, number, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert ask(client, 200, HTTP_X_FORWARDED_FOR="198.51.100.1") == 429


def test_too_many_is_a_helpful_page(client):
    for number in range(200):
        ask(client, number)
    response = client.post("/sign/email/", {"email": "a@b.example.gov.uk"})
    assert response.status_code == 429
    assert "<h1" in response.content.decode()
