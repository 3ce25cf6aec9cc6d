"""The page of open data and its dictionary, made of the columns themselves; and that no column changes untold."""

import re
from datetime import date
from html import unescape

import pytest

from localdigital.models import RegisterVersion
from localdigital.site.data.column_changes import Change, Kind, replayed, untold, version
from localdigital.site.data.datasets import DATASETS
from tests.factories import make_signature
from tests.pages import heading, text_of, title


def test_every_change_of_a_column_is_told():
    """Whoever changes a column writes a line into CHANGES of localdigital/site/data/column_changes.py."""
    assert list(untold(DATASETS)) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([("organisations", "slogan", Kind.ADDED, "string")], "organisations.slogan is gone"),
        ([("organisations", "name", Kind.REMOVED)], "organisations.name is new"),
        ([("organisations", "name", Kind.RENAMED, "title")], "organisations.title is gone"),
        ([("organisations", "name", Kind.RETYPED, "list")], "organisations.name was list and is string"),
    ],
)
def test_a_change_that_nothing_tells_is_seen(changes, says):
    told = [Change(date(2027, 1, 1), *change) for change in changes]
    assert says in " ".join(untold(DATASETS, told))


def test_the_version_says_whether_a_program_may_break():
    added = Change(date(2027, 1, 1), "events", "url_of_slides", Kind.ADDED, "uri")
    renamed = Change(date(2027, 2, 1), "events", "url_of_slides", Kind.RENAMED, "slides_url")
    assert [version(one) for one in ((), (added,), (added, renamed))] == ["1.0.0", "1.1.0", "2.0.0"]
    assert replayed([added, renamed])["events"]["slides_url"] == "uri"


def test_every_dataset_says_what_a_day_in_the_past_means_and_every_column_gives_an_example():
    without = {"withdrawn_on", "ended_on", "delivered_on", "added_on", "round_note", "project"}  # most rows have none
    for name, dataset in DATASETS.items():
        assert dataset.as_of.endswith("."), name
        assert [one.name for one in dataset.columns if one.example is None and one.name not in without] == [], name


def test_every_example_is_one_that_the_column_can_have():
    for name, dataset in DATASETS.items():
        for column in dataset.columns:
            examples = column.example if isinstance(column.example, list) else [column.example]
            for example in examples if column.example is not None else ():
                assert not column.choices or example in column.choices, (name, column.name)
                assert not column.pattern or re.search(column.pattern, example), (name, column.name)


@pytest.mark.django_db
def test_the_dictionary_says_everything_of_every_column(client, django_assert_max_num_queries):
    RegisterVersion.current()
    with django_assert_max_num_queries(1):
        response = client.get("/data/dictionary/")
    text, page = unescape(text_of(response)), response.content.decode()
    assert (heading(response), title(response)) == ("Data dictionary", "Data dictionary")
    for dataset in DATASETS.values():
        assert dataset.as_of in text
        for column in dataset.columns:
            assert f'id="{dataset.name}-{column.name}"' in page
            assert column.description in text
            assert all(f"{value} : {words}" in text for value, words in getattr(column.choices, "words", {}).items())
    assert 'href="#organisations-code"' in page
    assert "22 November 2026: first published" in text


@pytest.mark.django_db
def test_the_page_offers_every_file_with_its_rows(client, django_assert_max_num_queries):
    make_signature("Trumpton", "Chigley", on=date(2018, 11, 9), commitments=3)
    RegisterVersion.current()
    with django_assert_max_num_queries(2):
        response = client.get("/data/")
    page = response.content.decode()
    for name in DATASETS:
        for address in (f"/data/{name}.csv", f"/data/{name}.csv?for=excel", f"/data/{name}.json"):
            assert f'href="{address}"' in page
    assert re.search(r"(?s)>Commitments<.*?numeric\">3<span", page)


@pytest.mark.django_db
def test_the_page_offers_the_files_of_a_day_in_the_past(client):
    make_signature("Trumpton", on=date(2018, 11, 9), commitments=3)
    make_signature("Chigley", on=date(2019, 11, 9))
    asked = {"on-day": "31", "on-month": "3", "on-year": "2019"}
    response = client.get("/data/", asked)
    page = response.content.decode()
    assert "Downloads as of 31 March 2019" in text_of(response)
    assert 'href="/data/commitments.csv?on=2019-03-31"' in page
    assert 'href="/data/commitments.csv?on=2019-03-31&amp;for=excel"' in page
    assert re.search(r"(?s)>Commitments<.*?numeric\">3<span", page)
    wrong = client.get("/data/", asked | {"on-month": "13"})
    assert wrong.status_code == 400
    assert "Date must be a real date" in text_of(wrong)
    assert 'value="13"' in wrong.content.decode()
    assert "Date must be 4 July 2018 or later" in text_of(client.get("/data/", asked | {"on-year": "1999"}))
