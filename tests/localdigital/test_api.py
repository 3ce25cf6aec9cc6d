"""What a program reads of the register: lists, records, answers, and what it is told when it asks wrongly."""

import sqlite3
from contextlib import closing
from time import monotonic

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from localdigital.models import Noting, RegisterVersion
from localdigital.site.api.noting import note_when_due
from localdigital.site.api.shapes import page_of, record_of
from localdigital.site.data.datasets import DATASETS
from tests.factories import make_organisation
from tests.localdigital.full_register import fill_register

pytestmark = [pytest.mark.django_db]

PROBLEM = "application/problem+json"
# A list costs the version, the limit of requests and its rows, then what its rows bring along.
BESIDES_THE_DATASET = 3


def keys(page, dataset):
    return [one[DATASETS[dataset].key] for one in page.json()["items"]]


@pytest.mark.one_database
def test_a_list_and_each_of_its_records_say_what_the_download_says(client):
    fill_register()
    for name, dataset in DATASETS.items():
        records = list(dataset.records())
        assert records, name
        page = client.get(f"/api/v1/{name}?limit=200")
        assert page.json() == {"items": records, "gone": [], "as_of": None, "next": None}
        page_of(dataset, record_of(dataset)).model_validate(page.json())
        for record in records:
            assert client.get(f"/api/v1/{name}/{record[dataset.key]}").json() == record


def test_following_next_leads_through_a_list_once(client):
    codes = {make_organisation(f"Place {number}").code for number in range(7)}
    seen, address = [], "/api/v1/organisations?limit=3&nation=england"
    while address:
        page = client.get(address)
        seen += keys(page, "organisations")
        address = page.json()["next"]
        assert page.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)
    assert len(seen) == 7
    assert set(seen) == codes


NARROWED = [
    ("organisations?signed=yes", 3),
    ("organisations?signed=no", 0),
    ("organisations?signed=all", 3),
    ("organisations?q=chigley", 2),
    ("organisations?type=county", 0),
    ("signatures?organisation=trumpton", 1),
    ("signatories?organisation=trumpton", 1),
    ("signatories?signature_reference={signatures}", 2),
    ("commitments?organisation=chigley", 1),
    ("commitments?organisation={organisations}", 1),
    ("commitments?q=bot", 1),
    ("commitments?stage=no-update&stage=in-progress", 3),
    ("commitments?partner=old-chigley", 1),
    ("partners?organisation=old-chigley", 1),
    ("partners?commitment_id={commitments}", 2),
    ("deliverables?commitment_id=9223372036854775807", 0),
    ("progress?kind=report&commitment_id={commitments}", 1),
    ("evidence?progress_id={progress}", 1),
    ("fund-projects?organisation=trumpton&round=round-90", 1),
    ("case-studies?organisation=trumpton&topic=planning", 1),
    ("outputs?kind=pattern&organisation=chigley", 1),
    ("outputs?region=london", 0),
    ("events?when=past", 0),
    ("events?when=upcoming&where=online", 1),
]


def test_lists_are_narrowed_as_on_their_pages(client):
    there = fill_register()
    for address, found in NARROWED:
        page = client.get(f"/api/v1/{address.format(**there)}")
        assert page.status_code == 200, page.content
        assert len(page.json()["items"]) == found, address


def test_an_organisation_is_found_by_any_key_that_it_has_or_had(client):
    body = make_organisation("Trumpton")
    body.former_slugs.create(slug="old-trumpton")
    for key in (body.code, body.code.lower(), "trumpton", "Trumpton", "old-trumpton"):
        assert client.get(f"/api/v1/organisations/{key}").json()["code"] == body.code


def test_a_signature_is_found_however_its_reference_is_typed(client):
    reference = fill_register()["signatures"]
    typed = reference.lower().replace("-", " ")
    assert client.get(f"/api/v1/signatures/{typed}").json()["reference"] == reference


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("organisations?limit=0", "limit"),
        ("organisations?limit=201", "limit"),
        ("organisations?limit=99999999999999999999999", "limit"),
        ("organisations?limit=5&limit=6", "limit"),
        ("organisations?lim=5", "lim"),
        ("organisations?type=castle", "type"),
        ("organisations?q=%00", "q"),
        ("organisations?year=1066", "year"),
        ("organisations?cursor=%C3%A9", "cursor"),
        ("organisations?cursor=b3JnYW5pc2F0aW9ucyA5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
        ("organisations?cursor=c2lnbmF0dXJlcyAx", "cursor"),
        ("organisations?modified_since=yesterday", "modified_since"),
        ("organisations?modified_since=2026-11-01T00:00:00", "modified_since"),
        ("organisations?modified_since=20261101", "modified_since"),
        ("organisations?modified_since=2026-11-01T", "modified_since"),
        ("organisations?modified_since=", "modified_since"),
        ("organisations/trumpton/signed?on=1585267200", "on"),
        ("organisations/trumpton/signed?on=2020-03-27T00:00:00", "on"),
        ("fund/eligibility?round=round-90&lead=trumpton&on=1585267200", "on"),
        ("organisations?modified_since=2026-11-01T00:00:00Z&nation=wales", "nation"),
        ("commitments/99999999999999999999999", "key"),
        ("commitments/one", "key"),
        ("signatures?signature=1", "signature"),
        ("commitments?signature_reference=1", "signature_reference"),
        ("fund/eligibility?lead=trumpton", "round"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(client, address, parameter):
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 422
    assert response["Content-Type"] == PROBLEM
    assert parameter in [one["parameter"] for one in response.json()["errors"]]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/councils", 404),
        ("get", "/api/v2/organisations", 404),
        ("get", "/api/v1/organisations/nowhere", 404),
        ("get", "/api/v1/organisations/%FF%FE", 404),
        ("get", "/api/v1/organisations/a%2Fb", 404),
        ("post", "/api/v1/organisations", 405),
        ("delete", "/api/v1/signatures/T37Q-VXT7", 405),
        ("post", "/api/v1/councils", 405),
        ("post", "/api/v1/docs", 405),
        ("trace", "/api/v1/docs", 405),
        ("post", "/api/v1", 405),
        ("trace", "/api/v1", 405),
    ],
)
def test_every_error_is_a_problem_with_a_page_that_explains_it(client, method, address, status):
    response = getattr(client, method)(address)
    assert response.status_code == response.json()["status"] == status
    assert response["Content-Type"] == PROBLEM
    kind = response.json()["type"].partition("#")[2]
    assert f'id="{kind}"' in client.get("/api/v1/docs").text
    assert response.headers.get("Allow") == ("GET, HEAD, OPTIONS" if status == 405 else None)


def test_too_many_parameters_are_a_bad_request(client):
    response = client.get("/api/v1/organisations?" + "&".join(f"a{number}=1" for number in range(1001)))
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


def test_a_host_that_is_not_ours_is_told_so_as_a_problem(client):
    response = client.get("/api/v1/organisations", headers={"Host": "elsewhere.example"})
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize(
    ("address", "status"),
    [("organisations", 200), ("organisations?limit=0", 422), ("nowhere", 404), ("organisations/nowhere", 404)],
)
@pytest.mark.parametrize("star", ["*", " * "])
def test_a_star_spares_nobody_the_answer_nor_the_counting(client, address, status, star):
    answer = client.get(f"/api/v1/{address}", headers={"If-None-Match": star})
    assert (answer.status_code, "RateLimit" in answer) == (status, True)


def test_a_condition_is_about_what_is_there(client):
    etag = client.get("/api/v1/organisations")["ETag"]
    weak = client.get("/api/v1/organisations", headers={"If-None-Match": f'"another", W/{etag}'})
    assert weak.status_code == 304
    assert client.get("/api/v1/signatures", headers={"If-None-Match": etag}).status_code == 200
    wrong = client.get("/api/v1/organisations", headers={"If-Match": '"another"'})
    assert (wrong.status_code, wrong["Content-Type"]) == (412, PROBLEM)


def test_our_own_fault_is_a_problem_too(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("localdigital.site.api.lists.narrowed", lambda *args: 1 / 0)
    response = client.get("/api/v1/organisations")
    assert (response.status_code, response["Content-Type"]) == (500, PROBLEM)


def test_an_address_with_a_slash_leads_to_the_one_without(client):
    response = client.get("/api/v1/organisations/?limit=1")
    assert (response.status_code, response["Location"]) == (308, "/api/v1/organisations?limit=1")
    for key in ("a%3Fb", "a%23b", "a%25b", "a%0D%0Ab", "%C3%A9"):
        assert client.get(f"/api/v1/organisations/{key}/")["Location"] == f"/api/v1/organisations/{key}"
    assert client.get("/api/v1/councils/").status_code == 404
    assert client.get("/api/v1/", follow=True).status_code == 200


def test_anyone_may_read_from_any_website_without_a_cookie(client):
    response = client.get("/api/v1/organisations")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in response["Access-Control-Expose-Headers"]
    assert not response.cookies
    assert "Cookie" not in response["Vary"]
    asked = client.options("/api/v1/organisations", headers={"Access-Control-Request-Method": "GET"})
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert client.get("/api/v1/councils")["Access-Control-Allow-Origin"] == "*"
    for address in ("/api/v1/docs", "/api/v1"):
        assert client.options(address).status_code == 204


def test_head_says_what_get_says_without_its_body(client):
    got, asked = client.get("/api/v1/organisations"), client.head("/api/v1/organisations")
    assert asked.content == b""
    assert asked["ETag"] == got["ETag"]


def test_what_has_not_changed_is_answered_by_one_query_until_it_has(client):
    make_organisation("Trumpton")
    response = client.get("/api/v1/organisations")
    assert "max-age=30" in response["Cache-Control"]
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/api/v1/organisations", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content, len(queries)) == (304, b"", 1)
    fill_register()
    RegisterVersion.bump()
    later = client.get("/api/v1/organisations", headers={"If-None-Match": response["ETag"]})
    assert later.status_code == 200


def test_a_network_that_asks_too_often_is_told_when_to_come_back(client, settings):
    settings.API_REQUESTS_A_MINUTE = 2
    first, second, third = (client.get("/api/v1/signatures") for _ in range(3))
    assert first["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first["RateLimit"].startswith('"default";r=1;t=')
    assert second["RateLimit"].startswith('"default";r=0;t=')
    assert (third.status_code, third["Content-Type"]) == (429, PROBLEM)
    assert 1 <= int(third["Retry-After"]) <= 60
    unchanged = client.get("/api/v1/signatures", headers={"If-None-Match": first["ETag"]})
    assert unchanged.status_code == 304
    assert client.get("/api/v1/signatures", REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere writers do not wait for each other")
@pytest.mark.django_db(transaction=True)
def test_while_another_writer_holds_the_database_readers_are_answered_uncounted_and_soon(client):
    make_organisation("Trumpton")
    note_when_due()
    Noting.objects.update(next_at=None)
    RegisterVersion.bump()
    addresses = ("organisations", "organisations/trumpton", "organisations?modified_since=2018-01-01T00:00:00Z")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        began = monotonic()
        answers = [client.get(f"/api/v1/{address}") for address in addresses]
        took = monotonic() - began
        writer.execute("ROLLBACK")
    assert [(one.status_code, "RateLimit" in one) for one in answers] == [(200, False)] * 3
    assert took < 5
    assert "RateLimit" in client.get("/api/v1/organisations")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,), "other writers wait as long as ever"


@pytest.mark.one_database
def test_a_list_costs_the_same_for_one_row_and_for_many(client):
    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    fill_register()
    for name, dataset in DATASETS.items():
        with CaptureQueriesContext(connection) as of_dataset:
            records = list(dataset.records())
        allowed = len(of_dataset) - 1 + BESIDES_THE_DATASET
        one, many = cost(f"/api/v1/{name}?limit=1"), cost(f"/api/v1/{name}")
        assert one <= many <= allowed, name
        assert cost(f"/api/v1/{name}/{records[0][dataset.key]}") <= allowed + (name == "organisations"), name
