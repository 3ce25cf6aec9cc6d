"""A table of organisations is brought in whole or not at all, and an empty cell empties nothing."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from localdigital.models import AuditEvent, RegisterVersion
from signatories import organisation_import, organisation_table
from signatories.models import Organisation, OrganisationName, Succession
from signatories.organisation_table import COLUMNS

pytestmark = pytest.mark.django_db

TRUMPTON = {
    "code": "E07000901",
    "scheme": "gss",
    "name": "Trumpton",
    "official_name": "Trumpton Borough Council",
    "slug": "trumpton",
    "other_names": "Trumpton MBC;The Clock Town",
    "type": "district",
    "nation": "england",
    "region": "west-midlands",
    "email_domains": "trumpton.gov.uk;trumptonbc.gov.uk",
    "starts_on": "1974-04-01",
    "population_2020": "1966",
    "latitude": "51.5",
    "longitude": "-1.25",
    "website": "https://www.trumpton.gov.uk",
}
CAMBERWICK = {
    "code": "E07000902",
    "scheme": "gss",
    "name": "Camberwick Green",
    "official_name": "Camberwick Green District Council",
    "slug": "camberwick-green",
    "type": "district",
}
SHIRE = {
    "code": "E10000901",
    "scheme": "gss",
    "name": "Trumptonshire",
    "official_name": "Trumptonshire County Council",
    "slug": "trumptonshire",
    "type": "county",
}


def table_of(*rows):
    """A file with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def bring_in(*rows, **options):
    return organisation_import.apply(organisation_table.read(io.BytesIO(table_of(*rows))), **options)


def problems_of(content):
    """What is said of a file: the line and the reason of each problem."""
    before = list(Organisation.objects.values_list("code", "name"))
    with pytest.raises(organisation_import.TableRefused) as refused:
        organisation_import.apply(organisation_table.read(io.BytesIO(content)))
    assert list(Organisation.objects.values_list("code", "name")) == before
    return [str(problem) for problem in refused.value.problems]


def problem_of(*rows):
    (problem,) = problems_of(table_of(*rows))
    return problem


def everything():
    """All that an import may write, to compare before and after."""
    return (
        list(Organisation.objects.order_by("pk").values()),
        list(OrganisationName.objects.order_by("pk").values()),
        list(Succession.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
        RegisterVersion.current().number,
    )


def test_a_row_becomes_an_organisation_that_anyone_can_find():
    bring_in(TRUMPTON)
    trumpton = Organisation.objects.checked().called("trumpton mbc").get()
    assert str(trumpton) == "Trumpton Borough Council"
    assert trumpton.starts_on == date(1974, 4, 1)
    assert trumpton.population == 1966
    assert trumpton.longitude == Decimal("-1.25")
    assert trumpton.sort_name == "trumpton"
    assert {domain.domain for domain in trumpton.email_domains.all()} == {"trumpton.gov.uk", "trumptonbc.gov.uk"}
    assert Organisation.objects.called("clock town").get() == trumpton


def test_a_county_and_a_successor_may_stand_further_down_than_the_rows_that_name_them():
    district = TRUMPTON | {"county_code": "E10000901", "successor_codes": "E07000902", "ends_on": "2023-03-31"}
    bring_in(district, CAMBERWICK, SHIRE)
    trumpton = Organisation.objects.get(slug="trumpton")
    assert trumpton.county.slug == "trumptonshire"
    assert [one.slug for one in trumpton.successors.all()] == ["camberwick-green"]


def test_bringing_in_the_same_table_again_writes_nothing():
    bring_in(TRUMPTON, CAMBERWICK | {"county_code": "E10000901"}, SHIRE)
    before = everything()
    report = bring_in(TRUMPTON, CAMBERWICK | {"county_code": "E10000901"}, SHIRE)
    assert str(report) == "0 added, 0 changed, 3 unchanged"
    assert everything() == before


def test_an_empty_cell_keeps_every_value():
    bring_in(TRUMPTON | {"county_code": "E10000901"}, SHIRE)
    before = everything()
    bring_in({"code": "E07000901"})
    assert everything() == before


def test_a_changed_cell_changes_that_field_alone_and_the_log_says_which():
    bring_in(TRUMPTON)
    report = bring_in({"code": "E07000901", "population_2020": "2001", "other_names": "Trumpers"})
    trumpton = Organisation.objects.get(slug="trumpton")
    assert trumpton.population == 2001
    assert trumpton.official_name == "Trumpton Borough Council"
    assert str(report.changed[0]) == "change E07000901 Trumpton Borough Council: population, other_names"
    event = AuditEvent.objects.about(trumpton).last()
    assert event.kind == "organisation.change"
    assert event.details["changed"] == {"population": ["1966", "2001"], "other_names": ["Trumpers"]}


def test_a_new_name_keeps_the_council_findable_by_the_old_one():
    bring_in(TRUMPTON)
    bring_in({"code": "E07000901", "name": "Chigley", "official_name": "Chigley Borough Council"})
    chigley = Organisation.objects.called("Trumpton Borough Council").get()
    assert chigley.sort_name == "chigley"


def test_fewer_names_domains_and_successors_take_none_away():
    bring_in(TRUMPTON | {"successor_codes": "E07000902;E10000901"}, CAMBERWICK, SHIRE)
    bring_in(TRUMPTON | {"successor_codes": "E07000902", "email_domains": "trumpton.gov.uk", "other_names": "T"})
    trumpton = Organisation.objects.get(slug="trumpton")
    assert trumpton.successors.count() == 2
    assert trumpton.email_domains.count() == 2
    assert Organisation.objects.called("clock town").exists()


def test_each_change_is_logged_and_the_register_version_counts_one_run():
    number = RegisterVersion.current().number
    bring_in(TRUMPTON, CAMBERWICK)
    assert RegisterVersion.current().number == number + 1
    assert AuditEvent.objects.filter(kind="organisation.add", actor_id=None).count() == 2


def test_an_organisation_that_a_preparer_proposed_is_checked_by_being_in_the_table():
    Organisation.objects.create(code="E07000901", scheme="gss", name="Trumpton", slug="proposed", type="district")
    report = bring_in(TRUMPTON)
    assert Organisation.objects.get(code="E07000901").checked_at
    assert "checked_at" in report.changed[0].details


def test_a_dry_run_tells_all_and_changes_nothing():
    before = everything()
    report = bring_in(TRUMPTON, dry_run=True)
    assert str(report) == "1 added, 0 changed, 0 unchanged"
    assert everything() == before


def test_the_table_may_come_from_excel_with_a_byte_order_mark_and_blank_lines():
    content = b"\xef\xbb\xbf" + table_of(TRUMPTON) + b"\r\n" + b"," * (len(COLUMNS) - 1) + b"\r\n"
    organisation_import.apply(organisation_table.read(io.BytesIO(content)))
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"type": "parish"}, "type: 'parish' is not one of district, "),
        ({"nation": "France"}, "nation: 'France' is not one of england, "),
        ({"region": "north"}, "region: 'north' is not one of east-midlands, "),
        ({"scheme": "ons"}, "scheme: 'ons' is not one of gss, ldd"),
        ({"starts_on": "01/04/1974"}, "starts_on: '01/04/1974' is not a date like 2019-04-01"),
        ({"starts_on": "2019-02-29"}, "starts_on: '2019-02-29' is not a date like 2019-04-01"),
        ({"starts_on": "20190401"}, "starts_on: '20190401' is not a date like 2019-04-01"),
        ({"ends_on": "1974-03-31"}, "ends_on: 1974-03-31 is before it starts on 1974-04-01"),
        ({"code": "trumpton"}, "code: 'trumpton' is not a code"),
        ({"code": ""}, "code: is empty"),
        ({"slug": "Trumpton Borough"}, "slug: 'Trumpton Borough' is not an address"),
        ({"name": "T" * 201}, "name: is 201 characters long and may be 200"),
        ({"name": "日本"}, "name: has no letter from A to Z"),
        ({"official_name": "Trump\x00ton"}, "official_name: has a character that cannot be shown"),
        ({"name": ""}, "name: is empty, and E07000901 is not in the register yet"),
        ({"email_domains": "clerk@trumpton.gov.uk"}, "email_domains: 'clerk@trumpton.gov.uk' is not a domain"),
        ({"email_domains": "trumpton"}, "email_domains: 'trumpton' is not a domain"),
        ({"population_2020": "1,966"}, "population_2020: '1,966' is not a number of people"),
        ({"population_2020": "9999999999"}, "population_2020: '9999999999' is not a number of people"),
        ({"latitude": "91"}, "latitude: '91' is not a number of degrees"),
        ({"longitude": "NaN"}, "longitude: 'NaN' is not a number of degrees"),
        ({"website": "javascript:alert(1)"}, "website: 'javascript:alert(1)' is not the address of a website"),
        ({"successor_codes": "E07000999"}, "successor_codes: E07000999 is not in this file nor in the register"),
        ({"successor_codes": "E07000901"}, "successor_codes: an organisation cannot succeed itself"),
        ({"county_code": "E10000999"}, "county_code: E10000999 is not in this file nor in the register"),
        ({"county_code": "E07000901"}, "county_code: E07000901 is not of type county"),
        ({"combined_authority_code": "E07000901"}, "combined_authority_code: E07000901 is not of type combined-auth"),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_reason(cells, reason):
    assert problem_of(TRUMPTON | cells).startswith(f"line 2: {reason}")


def test_every_bad_row_is_told_and_nothing_is_brought_in():
    problems = problems_of(table_of(TRUMPTON | {"type": "parish", "nation": "x"}, CAMBERWICK, SHIRE | {"slug": "-"}))
    assert [problem.split(":")[0] for problem in problems] == ["line 2", "line 2", "line 4"]


def test_a_code_or_an_address_that_stands_twice_is_told():
    assert problem_of(TRUMPTON, TRUMPTON | {"slug": "other"}) == "line 3: code: 'E07000901' is on line 2 too"
    assert problem_of(TRUMPTON, CAMBERWICK | {"slug": "trumpton"}) == "line 3: slug: 'trumpton' is on line 2 too"


def test_the_address_of_another_organisation_is_refused():
    bring_in(TRUMPTON)
    assert problem_of(CAMBERWICK | {"slug": "trumpton"}) == "line 2: slug: 'trumpton' is the address of E07000901"


def test_an_end_before_the_start_that_the_register_knows_is_refused():
    bring_in(TRUMPTON)
    assert "before it starts" in problem_of({"code": "E07000901", "ends_on": "1970-01-01"})


def test_successors_that_lead_back_are_refused_also_with_those_the_register_knows():
    circle = [
        TRUMPTON | {"successor_codes": "E07000902"},
        CAMBERWICK | {"successor_codes": "E10000901"},
        SHIRE | {"successor_codes": "E07000901"},
    ]
    assert len(problems_of(table_of(*circle))) == 3
    bring_in(*circle[:2], SHIRE)
    assert "leads back" in problem_of(circle[2])


def test_a_row_that_only_leads_into_a_circle_is_not_blamed():
    outside = TRUMPTON | {"successor_codes": "E07000902"}
    circle = [CAMBERWICK | {"successor_codes": "E10000901"}, SHIRE | {"successor_codes": "E07000902"}]
    problems = problems_of(table_of(outside, *circle))
    assert [problem.split(":")[0] for problem in problems] == ["line 3", "line 4"]


def test_a_row_with_too_few_or_too_many_cells_is_told():
    content = table_of(TRUMPTON) + b"E07000902,gss\r\n" + b"," * 30 + b"x\r\n"
    assert problems_of(content) == [
        f"line 3: has 2 cells, the first line has {len(COLUMNS)}",
        f"line 4: has 31 cells, the first line has {len(COLUMNS)}",
    ]


def test_a_missing_a_repeated_and_an_unknown_column_are_told():
    header = ",".join(COLUMNS).replace("slug", "name").replace("website", "www").encode()
    assert problems_of(header + b"\n") == [
        "line 1: 'www' is not a column of this table",
        "line 1: there are 2 columns 'name'",
        "line 1: there is no column 'slug'",
        "line 1: there is no column 'website'",
    ]


def test_a_file_that_is_not_utf_8_is_told_with_the_line_of_the_first_bad_letter():
    content = table_of(TRUMPTON, CAMBERWICK | {"name": "Ynys Môn"}).decode().encode("latin-1")
    assert problems_of(content) == ["line 3: is not UTF-8: save the file as “CSV UTF-8”"]


def test_a_quote_that_never_ends_and_an_empty_file_are_told():
    assert problems_of(table_of(TRUMPTON) + b'"E07') == ["line 3: cannot be read as a table: unexpected end of data"]
    assert problems_of(b"") == ["line 1: the file is empty"]


def test_lines_are_counted_as_an_editor_shows_them_when_a_cell_holds_a_line_break():
    content = table_of(TRUMPTON | {"official_name": "Trumpton\nBorough"}, CAMBERWICK | {"type": "x"})
    assert problems_of(content)[0].startswith("line 4: type")


def test_few_queries_whatever_the_number_of_rows(django_assert_max_num_queries):
    with django_assert_max_num_queries(40), organisation_table.OUR_TABLE.open("rb") as file:
        organisation_import.apply(organisation_table.read(file))


def test_the_registers_own_table_comes_in_and_comes_in_again_unchanged(capsys):
    call_command("import_organisations")
    assert capsys.readouterr().out == "Organisations: 450 added, 0 changed, 0 unchanged\n"
    number = RegisterVersion.current().number
    call_command("import_organisations")
    assert capsys.readouterr().out == "Organisations: 0 added, 0 changed, 450 unchanged\n"
    assert RegisterVersion.current().number == number
    today = Organisation.objects.filter(scheme="gss").existing(date(2026, 1, 1))
    assert today.count() == 398
    cumbria = Organisation.objects.get(code="E10000006")
    assert {one.name for one in cumbria.successors.all()} == {"Cumberland", "Westmorland and Furness"}
    taunton_deane = Organisation.objects.get(slug="taunton-deane")
    assert [one.successors.get().name for one in taunton_deane.successors.all()] == ["Somerset"]


def test_the_command_fails_and_names_each_bad_row(tmp_path, capsys):
    path = tmp_path / "bad.csv"
    path.write_bytes(table_of(TRUMPTON | {"type": "x"}))
    with pytest.raises(CommandError, match="Nothing was imported: 1 to put right"):
        call_command("import_organisations", str(path))
    assert "bad.csv, line 2: type: 'x' is not one of" in capsys.readouterr().err
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_organisations", str(tmp_path / "none.csv"))


def test_the_commands_dry_run_says_what_would_change(tmp_path, capsys):
    path = tmp_path / "one.csv"
    path.write_bytes(table_of(TRUMPTON))
    call_command("import_organisations", str(path), "--dry-run")
    assert capsys.readouterr().out == (
        "would add E07000901 Trumpton Borough Council\nWould be: 1 added, 0 changed, 0 unchanged\n"
    )
    assert not Organisation.objects.exists()


# ---- Whatever is in the file
HEADER = ",".join(COLUMNS)
cells = st.text(st.characters(codec="utf-8"), max_size=8)
good_values = {name: st.sampled_from(["", value]) for name, value in TRUMPTON.items()}
any_row = st.lists(cells, min_size=len(COLUMNS), max_size=len(COLUMNS)).map('","'.join)
# No deadline: how long a write takes depends on who else uses the machine.
no_fresh_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


def try_to_bring_in(content):
    table = organisation_table.read(io.BytesIO(content))
    try:
        organisation_import.apply(table)
    except organisation_import.TableRefused as refused:
        problems = refused.problems
    else:
        return
    assert problems
    assert all(problem.line >= 1 and problem.reason for problem in problems)


@given(st.binary(max_size=200))
@example(b"\x00")
@example(b"\xef\xbb\xbf")
@no_fresh_database
def test_any_bytes_are_brought_in_or_refused_with_reasons(content):
    try_to_bring_in(content)
    try_to_bring_in(HEADER.encode() + b"\n" + content)


@given(st.lists(any_row, max_size=3))
@no_fresh_database
def test_any_text_in_the_cells_is_brought_in_or_refused_with_reasons(rows):
    try_to_bring_in("\n".join([HEADER, *(f'"{row}"' for row in rows)]).encode())


@given(st.fixed_dictionaries(good_values | {"code": st.just("E07000901")}))
@no_fresh_database
def test_whatever_cells_are_left_empty_no_value_is_ever_emptied(row):
    bring_in(TRUMPTON)
    before = everything()
    bring_in(row)
    assert everything() == before


OTHER_VALUES = TRUMPTON | {
    "name": "Chigley",
    "slug": "chigley",
    "other_names": "Trumpton;CHIGLEY;Winkstead Hall",
    "email_domains": "Chigley.gov.uk;chigley.gov.uk",
    "starts_on": "1973-01-01",
    "ends_on": "2030-12-31",
    "latitude": "51.50000049",
    "region": "london",
}


@given(st.fixed_dictionaries({name: st.sampled_from(["", value]) for name, value in OTHER_VALUES.items()}))
@no_fresh_database
def test_whatever_a_row_changes_bringing_it_in_again_changes_nothing(row):
    row |= {"code": "E07000901"}
    bring_in(TRUMPTON)
    bring_in(row)
    before = everything()
    bring_in(row)
    assert everything() == before
