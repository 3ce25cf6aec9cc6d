"""Finding a council by the names that people really use."""

import csv
import io
from datetime import date

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from signatories import organisation_import, organisation_table
from signatories.models import Organisation, OrganisationName
from signatories.models.names import LONGEST_NAME, core, fold

TODAY = date(2026, 7, 4)
SEED_DAY = date(2018, 11, 9)

# The partners of the register's first document, as they stand in it, and their codes.
PARTNERS_OF_THE_FIRST_DOCUMENT = {
    "Oxford City Council": "E07000178",
    "Hertsmere District Council": "E07000098",
    "Cheltenham Borough Council": "E07000078",
    "Doncaster Council": "E08000017",
    "Preston City Council": "E07000123",
    "North East Derbyshire District Council": "E07000038",
    "Bolsover District Council": "E07000033",
    "Calderdale Council": "E08000033",
    "Rotherham MBC": "E08000018",
}


@pytest.fixture(scope="module")
def real_organisations(django_db_setup, django_db_blocker):
    """The register's own table, brought in once for this file's tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        with organisation_table.OUR_TABLE.open("rb") as file:
            organisation_import.apply(organisation_table.read(file))
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_organisations")]


def found(text):
    return list(Organisation.objects.called(text))


def meant(text, on=TODAY):
    return [organisation.code for organisation in Organisation.objects.exactly_called(text, on=on)]


@pytest.mark.parametrize(
    ("typed", "official_name"),
    [
        ("Rotherham MBC", "Rotherham Metropolitan Borough Council"),
        ("Hertsmere District Council", "Hertsmere Borough Council"),
        ("hull", "Hull City Council"),
        ("St Helens", "St Helens Council"),
        ("St. Helens", "St Helens Council"),
        ("Saint Helens MBC", "St Helens Council"),
        ("King's Lynn", "Borough Council of King's Lynn and West Norfolk"),
        ("King’s Lynn", "Borough Council of King's Lynn and West Norfolk"),
        ("Ynys Mon", "Isle of Anglesey County Council"),
        ("Ynys Môn", "Isle of Anglesey County Council"),
        ("Cyngor Sir Gâr", "Carmarthenshire County Council"),
        ("Doncaster Council", "City of Doncaster Council"),
        ("Durham County Council", "Durham County Council"),
        ("durham", "Durham County Council"),
        ("Bristol", "Bristol City Council"),
        ("city of london", "City of London Corporation"),
        ("westminster", "City of Westminster"),
        ("Westminster City Council", "City of Westminster"),
        ("Camden", "London Borough of Camden"),
        ("LB Camden", "London Borough of Camden"),
        ("London Borough of Cam", "London Borough of Camden"),
        ("GLA", "Greater London Authority"),
        ("GMCA", "Greater Manchester Combined Authority"),
        ("BCP", "Bournemouth, Christchurch and Poole Council"),
        ("Bournemouth Christchurch Poole", "Bournemouth, Christchurch and Poole Council"),
        ("Stoke City Council", "Stoke-on-Trent City Council"),
        ("Western Isles", "Comhairle nan Eilean Siar"),
        ("Derry and Strabane", "Derry City and Strabane District Council"),
        ("North Herts", "North Hertfordshire District Council"),
        ("NE Lincs", "North East Lincolnshire Council"),
        ("MHCLG", "Ministry of Housing, Communities and Local Government"),
        ("Department for Levelling Up", "Ministry of Housing, Communities and Local Government"),
        ("GDS", "Government Digital Service"),
        ("telford & wrekin", "Telford and Wrekin Council"),
    ],
)
def test_a_council_is_found_first_by_a_name_that_people_use(typed, official_name):
    assert found(typed)[0].official_name == official_name


@pytest.mark.parametrize("typed", ["Adur & Worthing", "Adur & Worthing Councils", "Adur and Worthing"])
def test_a_name_of_two_councils_that_work_as_one_finds_both(typed):
    assert {one.slug for one in found(typed)} == {"adur", "worthing"}


@pytest.mark.parametrize("typed", ["Broadland and South Norfolk", "Lewes and Eastbourne Councils"])
def test_joint_services_find_exactly_their_two_councils(typed):
    assert len(found(typed)) == 2


def test_every_step_of_typing_a_full_name_keeps_the_council_in_sight():
    for name, slug in [("Camden Council", "camden"), ("Hertsmere District Council", "hertsmere"), ("Hull CC", "hull")]:
        for length in range(3, len(name) + 1):
            slugs = [one.slug for one in found(name[:length])]
            assert any(slug in each for each in slugs), name[:length]


def test_names_that_are_the_same_come_before_those_that_begin_so_and_those_with_it_inside():
    names = [one.name for one in found("derby")]
    assert names[0] == "Derby"
    assert names.index("Derbyshire") < names.index("North East Derbyshire") < len(names)


def test_an_organisation_with_several_matching_names_is_found_once():
    results = found("anglesey")
    assert len(results) == len(set(results)) == 1


def test_searching_for_nothing_lists_all_and_for_signs_lists_nothing():
    assert Organisation.objects.called("  ").count() == 450
    assert found("???") == []
    assert found("\x00") == []


def test_a_town_council_is_not_taken_for_the_district_of_that_name():
    assert meant("Harlow Town Council") == []
    assert meant("Harlow Council") == ["E07000073"]


@pytest.mark.parametrize(("name", "code"), PARTNERS_OF_THE_FIRST_DOCUMENT.items())
def test_every_partner_of_the_first_document_is_known_for_sure(name, code):
    assert meant(name, on=SEED_DAY) == [code]


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("Somerset Council", TODAY, "E06000066"),
        ("Somerset County Council", TODAY, "E06000066"),
        ("Somerset County Council", SEED_DAY, "E10000027"),
        ("Somerset", SEED_DAY, "E10000027"),
        ("Dorset", SEED_DAY, "E10000009"),
        ("Dorset", TODAY, "E06000059"),
        ("North Yorkshire", TODAY, "E06000065"),
        ("North Yorkshire CC", SEED_DAY, "E10000023"),
        ("North East Combined Authority", SEED_DAY, "E47000010"),
        ("North East Combined Authority", TODAY, "E47000014"),
        ("Bournemouth Borough Council", TODAY, "E06000028"),
        ("Lancashire CC", TODAY, "E10000017"),
        ("Lancashire", TODAY, "E10000017"),
        ("Lancashire Combined County Authority", TODAY, "E47000018"),
        ("Greater London", TODAY, "E61000001"),
        ("City of London", TODAY, "E09000001"),
        ("City of London Council", TODAY, "E09000001"),
    ],
)
def test_a_shared_name_means_the_body_that_existed_on_the_date(name, on, code):
    assert meant(name, on=on) == [code]


def test_without_a_date_a_shared_name_is_ambiguous():
    assert len(meant("Somerset", on=None)) == 2


@pytest.mark.parametrize("name", ["", "???", "Trumpton", "London", "Publica Group", "Lewisham Homes"])
def test_what_no_organisation_is_called_is_unknown(name):
    assert meant(name) == []


def test_asking_what_a_name_means_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        meant("Rotherham MBC")


def test_only_organisations_of_the_query_are_meant():
    london = Organisation.objects.filter(region="london")
    assert london.exactly_called("Rotherham MBC", on=TODAY) == []


def test_every_official_and_short_name_of_the_table_means_its_own_council_alone():
    with io.StringIO(organisation_table.OUR_TABLE.read_text(encoding="utf-8")) as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        on = date.fromisoformat(row["ends_on"]) if row["ends_on"] else TODAY
        assert meant(row["official_name"], on=on) == [row["code"]], row["official_name"]


@given(st.text(max_size=250))
@settings(deadline=None)  # how long a query takes depends on who else uses the machine
def test_any_text_can_be_searched_for_and_asked_about(text):
    list(Organisation.objects.called(text)[:5])
    Organisation.objects.exactly_called(text, on=TODAY)


@given(st.text(max_size=250))
def test_a_name_as_it_is_compared_fits_its_column_and_folds_to_itself(text):
    folded = fold(text)
    assert len(folded) <= LONGEST_NAME
    assert len(core(text)) <= LONGEST_NAME
    assert fold(folded) == folded


def test_knowing_a_name_again_adds_nothing():
    hull = Organisation.objects.get(slug="kingston-upon-hull")
    before = OrganisationName.objects.filter(organisation=hull).count()
    hull.know_names("HULL", "hull city council")
    assert OrganisationName.objects.filter(organisation=hull).count() == before
