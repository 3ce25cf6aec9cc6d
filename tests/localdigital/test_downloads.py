"""Files of open data: what they hold, as it stands and stood on a day; how they are sent; each list as it is
filtered."""

import csv
import io
import json
import re
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commitments.models import Adoption, Commitment, Revision
from localdigital import open_data
from localdigital.models import RegisterVersion
from localdigital.site.data.datasets import DATASETS
from localdigital.site.data.files import joined, split
from localdigital.tables import MARK
from programme.case_studies import search as case_study_search
from programme.models import CaseStudy
from signatories.models import Organisation, Signatory, Signature
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature, make_update
from tests.localdigital.varied import at, make_varied_register
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def file_of(client, address, **asked):
    response = client.get(address, asked)
    assert response.status_code == 200, text_of(response)
    return response.getvalue().decode()


def rows(client, address, **asked):
    return list(csv.DictReader(io.StringIO(file_of(client, address, **asked), newline="")))


# ---- What a file is


def test_a_csv_file_is_that_of_rfc_4180(client):
    make_signature("Trumpton", commitments=0)
    make_commitment(Signature.objects.get(), title='a "b", c', mission="one\ntwo")
    response = client.get("/data/commitments.csv")
    text = response.getvalue().decode()
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert text.startswith("id,signature_reference,position,title,")
    assert '"a ""b"", c","one\ntwo"' in text
    assert text.endswith("\r\n")
    assert len(text.split("\r\n")) == 3
    assert file_of(client, "/data/commitments.csv", **{"for": "excel"}) == MARK + text


def test_an_empty_dataset_is_a_header_or_an_empty_array(client):
    assert file_of(client, "/data/events.csv").count("\r\n") == 1
    assert json.loads(file_of(client, "/data/events.json")) == []


@given(st.lists(st.text(st.sampled_from(";\\u003b =\n,"), min_size=1)))
def test_what_stands_in_one_cell_comes_apart_as_it_was(values):
    assert split(joined(values)) == values
    assert not values or joined(values).count(";") == len(values) - 1


def test_a_file_says_its_name_its_terms_and_where_it_is_described(client, settings):
    response = client.get("/data/signatures.json", {"on": "2020-03-31"})
    assert response["Content-Disposition"] == 'attachment; filename="signatures-2020-03-31.json"'
    assert 'version/3/>; rel="license"' in response["Link"]
    assert f'<{settings.SITE_URL}/data/datapackage.json>; rel="describedby"' in response["Link"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    today = client.get("/data/signatures.csv")["Content-Disposition"]
    assert today == f'attachment; filename="signatures-{timezone.localdate()}.csv"'


def test_who_has_the_file_already_gets_nothing_for_one_query(client, django_assert_num_queries):
    make_signature("Trumpton")
    first = client.get("/data/commitments.csv")
    assert "public" in first["Cache-Control"]
    assert first["Last-Modified"]
    with django_assert_num_queries(1):
        again = client.get("/data/commitments.csv", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with django_assert_num_queries(1):
        head = client.head("/data/commitments.csv")
    assert (head.getvalue(), head["ETag"]) == (b"", first["ETag"])
    RegisterVersion.bump(timezone.now())
    assert client.get("/data/commitments.csv", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"on": "2020-02-30"}, "Date must be a real date, written like 2020-03-31"),
        ({"on": "yesterday"}, "Date must be a real date"),
        ({"on": "2018-07-03"}, "Date must be 4 July 2018 or later"),
        ({"on": "9999-01-01"}, "Date must be today or in the past"),
        ({"for": "numbers"}, "must be “excel”"),
    ],
)
def test_what_cannot_be_asked_is_explained(client, asked, says):
    response = client.get("/data/progress.csv", asked)
    assert response.status_code == 400
    assert says in text_of(response)
    assert "?on=2020-03-31" in text_of(response)
    assert "ETag" not in response


def test_there_is_no_other_dataset_and_nothing_is_sent_to_it(client):
    assert client.get("/data/people.csv").status_code == 404
    assert client.post("/data/progress.csv").status_code == 405


# ---- How it is sent


def make_many(number):
    """So many commitments of one document, each with what belongs to it."""
    signature = make_signature("Trumpton", "Chigley", on=date(2018, 11, 9))
    first = signature.commitments.get()
    now = timezone.now()
    Commitment.objects.bulk_create(
        Commitment(signature=signature, position=one, title=f"Promise {one}", status=first.status, published_at=now)
        for one in range(2, number + 1)
    )


def test_rows_are_read_in_pieces_by_as_many_queries_each(client, monkeypatch):
    make_many(12)
    costs = {}
    for size in (3, 6):
        monkeypatch.setattr(open_data, "AT_A_TIME", size)
        for query in ("", "?on=2020-03-31"):
            response = client.get(f"/data/commitments.json{query}")
            chunks = iter(response.streaming_content)
            with CaptureQueriesContext(connection) as queries:
                next(chunks), next(chunks)
            costs[size, query] = len(queries)
    assert costs[3, ""] == costs[6, ""] <= 6


def test_no_row_comes_twice_or_is_missing_while_others_write(client, monkeypatch):
    monkeypatch.setattr(open_data, "AT_A_TIME", 2)
    make_many(6)
    ids = list(Commitment.objects.order_by("pk").values_list("pk", flat=True))
    chunks = iter(client.get("/data/commitments.csv").streaming_content)
    text = next(chunks)
    Commitment.objects.filter(pk=ids[0]).delete()
    Commitment.objects.filter(pk=ids[3]).update(title="Changed", changed_at=timezone.now(), position=99)
    make_commitment(Signature.objects.get(), title="New")
    text += b"".join(chunks)
    read = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
    assert [int(row["id"]) for row in read[:6]] == ids
    assert [row["title"] for row in read[2:]] == ["Promise 3", "Changed", "Promise 5", "Promise 6", "New"]


def test_a_failure_in_its_midst_is_no_whole_file(client, monkeypatch):
    monkeypatch.setattr(open_data, "AT_A_TIME", 2)
    make_many(5)
    chunks = iter(client.get("/data/commitments.json").streaming_content)
    text = next(chunks)
    with (
        mock.patch("localdigital.open_data.Dataset.records_of", side_effect=OperationalError),
        pytest.raises(OperationalError),
    ):
        text += next(chunks)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_a_failure_before_anything_is_sent_is_an_error_page():
    client = Client(raise_request_exception=False)
    with mock.patch("localdigital.open_data.Dataset.records_of", side_effect=OperationalError):
        make_signature("Trumpton")
        response = client.get("/data/commitments.csv")
    assert response.status_code == 500
    assert "Content-Disposition" not in response


# ---- What it holds


def test_nothing_is_in_the_files_that_is_not_public(client):
    make_varied_register()
    files = {name: file_of(client, f"/data/{name}.json") for name in DATASETS}
    hidden = {
        "signatures": "Wintergreen", "signatories": "Wintergreen", "organisations": "Pippin Fort",
        "commitments": "Not published", "fund-rounds": "Round 91", "fund-projects": "Hidden project",
        "outputs": "Output draft",
    }  # fmt: skip
    assert {name for name, text in hidden.items() if text in files[name]} == set()
    assert "Output removed" not in files["outputs"]
    assert {one["project"] for one in json.loads(files["case-studies"])} >= {None}
    assert not re.search(r"\w@\w+\S*\.gov\.uk", "".join(files.values()))  # nobody's address


def test_the_register_tells_what_was_so_each_year(client):
    """Signed in 2018, its text changed in 2020, due in 2021, withdrawn in 2022; another taken on in 2023."""
    trumpton, chigley = make_organisation("Trumpton", ends_on=date(2023, 3, 31)), make_organisation("Chigley")
    signature = make_signature(trumpton, on=date(2018, 11, 9), commitments=0)
    kept = make_commitment(signature, title="Kept", deliverables=["A form"], due_on=date(2030, 1, 1))
    ended = at(date(2022, 3, 1))
    given_up = make_commitment(
        signature, title="New words", due_on=date(2021, 1, 1), status="withdrawn", ended_at=ended
    )
    for number, (title, on) in enumerate({"Old words": date(2018, 11, 9), "New words": date(2020, 2, 1)}.items(), 1):
        about = {"title": title, "due_on": date(2020 + number - 1, 1, 1), "status": "published", "number": number}
        Revision.objects.create(commitment=given_up, published_at=at(on), **about)
    form = kept.deliverables.get()
    make_update(kept, reported_on=date(2019, 5, 1))
    make_update(kept, reported_on=date(2021, 5, 1), stage="delivered", delivered=[form])
    make_update(kept, reported_on=date(2022, 5, 1), stage="in-progress")
    Adoption.objects.create(commitment=kept, organisation=chigley, adopted_at=at(date(2023, 4, 2)))

    def told(year):
        of = {row["title"]: row for row in rows(client, "/data/commitments.csv", on=f"{year}-12-31")}
        change = of.get("Old words") or of.get("New words")
        [tick] = rows(client, "/data/deliverables.csv", on=f"{year}-12-31")[:1]
        reports = len(rows(client, "/data/progress.csv", on=f"{year}-12-31"))
        return (
            change["title"], change["status"], change["is_overdue"],
            of["Kept"]["stage"], tick["delivered_on"], reports, of["Kept"]["organisation_codes"].count(";") + 1,
        )  # fmt: skip

    assert rows(client, "/data/commitments.csv", on="2018-11-08") == []
    assert {year: told(year) for year in range(2018, 2024)} == {
        2018: ("Old words", "stands", "false", "", "", 0, 1),
        2019: ("Old words", "stands", "false", "in-progress", "", 1, 1),
        2020: ("New words", "stands", "false", "in-progress", "", 1, 1),
        2021: ("New words", "stands", "true", "delivered", "2021-05-01", 2, 1),
        2022: ("New words", "withdrawn", "false", "in-progress", "", 3, 1),
        2023: ("New words", "withdrawn", "false", "in-progress", "", 3, 2),
    }
    signed = {row["code"]: row["signed"] for row in rows(client, "/data/organisations.csv", on="2018-11-08")}
    assert set(signed.values()) == {"not-signed"}
    [row] = [row for row in rows(client, "/data/organisations.csv", on="2018-11-09") if row["code"] == trumpton.code]
    assert (row["signed"], row["signed_on"], row["ends_on"]) == ("signed", "2018-11-09", "")


@pytest.mark.parametrize(
    ("precision", "first"), [("year", date(2018, 7, 4)), ("month", date(2018, 7, 4)), ("day", date(2018, 7, 1))]
)
def test_a_date_that_is_known_in_part_counts_from_the_first_day_that_it_can_mean(precision, first):
    make_declaration(dated_on=date(2018, 7, 4))
    signature = make_signature("Trumpton", on=date(2018, 7, 1))
    Signatory.objects.update(signed_on_precision=precision)
    before = first - timedelta(days=1)
    for name in ("signatures", "signatories", "commitments"):
        assert [len(list(DATASETS[name].records(on=on))) for on in (before, first)] == [0, 1]
    [body] = DATASETS["organisations"].records(Organisation.objects.filter(signatories__signature=signature), on=before)
    assert body["signed"] == "not-signed"


def test_as_of_today_is_how_things_stand():
    make_varied_register()
    for name, dataset in DATASETS.items():
        assert list(dataset.records(on=timezone.localdate())) == list(dataset.records()), name


def test_a_council_that_signed_after_the_other_comes_in_on_its_own_day(client):
    signature = make_signature("Trumpton", "Chigley", on=date(2019, 5, 1))
    Signatory.objects.filter(signature=signature, position=2).update(signed_on=date(2019, 5, 9))
    on = {"on": "2019-05-05"}
    assert len(rows(client, "/data/signatories.csv", **on)) == 1
    assert rows(client, "/data/signatures.csv", **on)[0]["signed_on"] == "2019-05-01"
    assert ";" not in rows(client, "/data/commitments.csv", **on)[0]["organisation_codes"]
    assert ";" in rows(client, "/data/commitments.csv", on="2019-05-09")[0]["organisation_codes"]


# ---- Download these


LISTS = [
    "/signatories/", "/signatories/?year=2019&region=west-midlands", "/signatories/?signed=all&q=pippin",
    "/signatories/?signed=no", "/commitments/", "/commitments/?stage=no-update&state=overdue&state=not-yet-asked",
    "/commitments/?year=2018&principle=people&sort=due", "/fund/projects/?region=west-midlands&phase=alpha",
    "/case-studies/?kind=case-study", "/reuse/?kind=pattern", "/events/?when=upcoming",
]  # fmt: skip


def pages_of(client, address):
    """All pages of a list, as one text."""
    pages = [client.get(address).content.decode()]
    while following := re.search(r'href="([^"]+)" rel="next"', pages[-1]):
        pages.append(client.get(following[1].replace("&amp;", "&")).content.decode())
    return "".join(pages)


@pytest.mark.slow
@pytest.mark.one_database
def test_a_list_can_be_taken_away_as_it_is_filtered(client):
    make_varied_register()
    case_study_search.index(CaseStudy.objects.published())
    for number in range(20):  # together with the others more than a page
        make_signature(f"Pippin {number}", on=date(2019, 5, 1), commitments=number % 2)
    for address in LISTS:
        pages = pages_of(client, address)
        links = set(re.findall(r'href="([^"]+/download\.csv[^"]*)"', pages))
        link, for_excel = sorted((one.replace("&amp;", "&") for one in links), key=len)
        read = rows(client, link)
        assert file_of(client, for_excel) == MARK + file_of(client, link)
        assert re.search(rf"Download (this \w|these {len(read)} )", pages), address
        shown = set(re.findall(r'app-list__title">\s*<a[^>]*href="([^"]+)"', pages))
        assert "/reuse/" in address or shown == {re.sub("^https?://[^/]+", "", row["url"]) for row in read}, address
        assert len(json.loads(file_of(client, link.replace(".csv", ".json")))) == len(read) > 0


@pytest.mark.parametrize(
    "address",
    [
        "/signatories/download.csv?region=nowhere", "/commitments/download.csv?stage=nearly",
        "/commitments/download.json?principle=none", "/fund/projects/download.csv?phase=omega",
        "/case-studies/download.csv?topic=none", "/reuse/download.csv?kind=none", "/events/download.csv?topic=none",
        "/signatories/download.csv?for=numbers",
    ],
)  # fmt: skip
def test_a_wrong_choice_is_refused_as_the_list_does(client, address):
    assert client.get(address).status_code == 400


def test_a_list_with_nothing_in_it_offers_no_file(client):
    assert "download.csv" not in client.get("/commitments/").content.decode()
