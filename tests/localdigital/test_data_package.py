"""Our own files are what the data package says of them: the public tool for Frictionless data says so, and our own
reader. No file names anything that is not in the files of the same day."""

import csv
import json

import pytest
from frictionless import Package, system

from localdigital.site.data.datasets import DATASETS
from localdigital.site.data.files import read_cell, split
from tests.localdigital.varied import HOSTILE, make_varied_register

pytestmark = pytest.mark.django_db

DAYS = ["", "2018-12-31", "2019-06-15", "2020-06-15", "2022-01-31", "2023-04-30"]


@pytest.fixture
def here(client, tmp_path):
    """Where the package and all its files are, of today or another day."""
    make_varied_register()

    def fetched(on=""):
        (tmp_path / "datapackage.json").write_bytes(client.get("/data/datapackage.json").content)
        for name in DATASETS:
            response = client.get(f"/data/{name}.csv", {"on": on} if on else {})
            (tmp_path / f"{name}.csv").write_bytes(response.getvalue())
        return tmp_path

    return fetched


def problems(folder, only=None):
    """What the public tool has to say against the package and its files, or one of them."""
    with system.use_context(trusted=True):
        package = Package(str(folder / "datapackage.json"))
        report = (package.get_resource(only) if only else package).validate()
    return [(task.name, error.type, error.note) for task in report.tasks for error in task.errors]


def rows(folder, name):
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def keys(folder, refers_to):
    name, _, column = refers_to.partition(".")
    return {row[column] for row in rows(folder, name)}


def test_all_files_are_as_the_package_says(here):
    folder = here()
    assert problems(folder) == []
    counted = {name: len(rows(folder, name)) for name in DATASETS}
    assert all(counted.values()), counted


def test_so_are_the_files_of_a_day_in_the_past(here):
    assert problems(here("2019-06-15")) == []


def test_nothing_names_what_is_not_in_the_files_of_that_day(here):
    """The tool sees it of single values only; this of lists too, and of many days."""
    for on in DAYS:
        folder = here(on)
        for name, dataset in DATASETS.items():
            referring = [column for column in dataset.columns if column.refers_to]
            lines = rows(folder, name)
            for column in referring:
                named = {one for row in lines for one in split(row[column.name])}
                assert named <= keys(folder, column.refers_to), (on, name, column.name)


@pytest.mark.one_database
def test_the_tool_sees_a_column_that_lies(here):
    folder = here()
    for name, column, lie in (
        ("commitments", "signature_reference", "2222-2222"),  # refers to nothing
        ("commitments", "stage", "nearly"),  # none of the values
        ("commitments", "title", ""),  # required
        ("signatories", "signed_on", "9 November 2018"),  # fits no pattern
        ("organisations", "population", "12,345"),  # no number
        ("events", "is_cancelled", "maybe"),
        ("progress", "id", "1"),  # one key twice
    ):
        lines = rows(folder, name)
        whole = (folder / f"{name}.csv").read_bytes()
        for line in lines:
            line[column] = lie
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, lines[0])
            writer.writeheader()
            writer.writerows(lines)
        assert problems(folder, only=name), (name, column)
        (folder / f"{name}.csv").write_bytes(whole)


def test_the_descriptor_says_whose_it_is_and_under_which_terms(client, settings):
    response = client.get("/data/datapackage.json")
    said = json.loads(response.content)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert Package.validate_descriptor(said).valid
    assert said["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [one["name"] for one in said["licenses"]] == ["OGL-UK-3.0"]
    assert "mySociety" in json.dumps(said["sources"])
    assert said["version"] == "1.0.0"
    assert [one["name"] for one in said["resources"]] == list(DATASETS)
    organisations = said["resources"][0]
    assert "CC BY 4.0, changed" in organisations["description"]
    assert organisations["schema"]["primaryKey"] == ["code"]
    assert organisations["schema"]["foreignKeys"][0] == {
        "fields": ["county_code"], "reference": {"resource": "", "fields": ["code"]}
    }  # fmt: skip


def test_csv_and_json_say_the_same_of_every_row(client, here):
    folder = here()
    for name, dataset in DATASETS.items():
        kinds = {column.name: column.type for column in dataset.columns}
        read = [{one: read_cell(text, kinds[one]) for one, text in row.items()} for row in rows(folder, name)]
        assert read == json.loads(client.get(f"/data/{name}.json").getvalue()), name


def test_a_text_that_a_spreadsheet_would_run_is_shown_and_comes_back_as_it_was(here):
    folder = here()
    titles = [row["title"] for row in rows(folder, "commitments")]
    for text in HOSTILE:
        assert (f"'{text}" if text[0] in "=+-@'\t" else text) in titles
    assert {row["longitude"] for row in rows(folder, "organisations")} == {"", "-2.061834"}  # no formula, a number
    named = {row["partner_names"] for row in rows(folder, "fund-projects")}
    assert r"Camberwick Green Borough Council;Smith\u003b Jones \\ Sons;-Fort" in named
