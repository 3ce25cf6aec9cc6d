"""Rows of a spreadsheet that somebody mends in the page, and names that somebody confirms, before it is written."""

import re
from datetime import date

import pytest

from commitments.models import Commitment, ImportRow
from tests.commitments.test_admin_import import as_csv, decide, paper, reloaded, seen, text, upload
from tests.factories import make_declaration, make_organisation, make_principles, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register():
    make_declaration()
    make_principles()


def address(source, number):
    return f"/admin/import/{source.pk}/rows/{number}/"


def as_shown(page):
    """What the boxes of a page hold, as a browser sends it."""
    form = page.context["form"]
    boxes = re.findall(r"<(?:textarea|input) [^>]*name=", page.content.decode())
    assert len(boxes) > len(form.fields)
    return {name: (form[name].value() or "").replace("\n", "\r\n") for name in form.fields} | seen(page)


def mend(client, source, number, **cells):
    """Change some cells of a row in its page, and leave the others as they are there."""
    return client.post(address(source, number), as_shown(client.get(address(source, number))) | cells)


def test_a_row_keeps_its_line_breaks_when_another_of_its_cells_is_mended(admin_client):
    make_organisation("Trumpton")
    cells = {
        "partners": "Chigley\nThe choir",
        "mission": "We will listen.\n\n- first\n- second",
        "deliverables": "One form\nTwo forms",
        "source_note": "Box 3",
    }
    source, _ = upload(admin_client, as_csv([paper("Trumpton", **cells) | {"signed_on": "31/02/2019"}]))
    assert mend(admin_client, source, 2, signed_on="2019-02").status_code == 302
    kept = ImportRow.objects.get(source=source).cells
    assert {name: kept[name] for name in cells} == cells
    decide(admin_client, source, do="confirm")
    commitment = Commitment.objects.get()
    assert [one.text for one in commitment.deliverables.all()] == ["One form", "Two forms"]
    assert commitment.mission == cells["mission"]
    assert commitment.partners.count() == 2


def test_the_page_of_a_row_says_error_in_its_title_only_after_it_was_sent(admin_client):
    make_organisation("Trumpton")
    source, _ = upload(admin_client, as_csv([paper("Trumpton", signed_on="31/02/2019")]))
    page = admin_client.get(address(source, 2))
    assert "must be a real date" in text(page)
    assert "<title>Mend row 2" in text(page)
    assert "<title>Error: Mend row 2" in text(mend(admin_client, source, 2, signed_on="32/02/2019"))


def test_the_evidence_of_a_report_keeps_its_lines_when_its_date_is_mended(admin_client):
    promise = make_signature("Trumpton").commitments.get()
    evidence = "\n".join(f"Blog post | {title} | https://example.gov.uk/{title}" for title in ("one", "two"))
    cells = {"commitment": str(promise.pk), "reported_on": "yesterday", "stage": "In progress", "done": "A\n\nB"}
    source, _ = upload(admin_client, as_csv([cells | {"evidence": evidence}], "progress"), "progress")
    mend(admin_client, source, 2, reported_on="2019-03-27")
    kept = ImportRow.objects.get(source=source).cells
    assert (kept["evidence"], kept["done"]) == (evidence, "A\n\nB")


def heading(page):
    """What a preview says first."""
    return " ".join(
        re.search(r"<h2>(.*?)</h2>", page.content.decode().partition('id="content-main"')[2], re.S)[1].split()
    )


@pytest.fixture
def rotherham():
    make_organisation("Trumpton"), make_organisation("Chigley")
    return make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")


def test_a_row_that_is_mended_to_an_unclear_name_leads_to_the_names_to_confirm(admin_client, rotherham):
    source, _ = upload(admin_client, as_csv([paper("Nowhere")]))
    answer = mend(admin_client, source, 2, organisations="Rotherham MBC")
    assert answer["Location"] == f"/admin/import/{source.pk}/#names-to-confirm"
    page = admin_client.get(answer["Location"])
    assert "Row 2 is saved. Confirm below which organisation is meant." in text(page)
    assert 'id="names-to-confirm"' in page.content.decode()
    assert "“Rotherham MBC” in row 2" in text(page)
    both = mend(admin_client, source, 2, organisations="Rotherham MBC", signed_on="31/02/2019")
    assert f'href="/admin/import/{source.pk}/#names-to-confirm"' in both.content.decode()


def test_names_are_confirmed_only_for_rows_that_take_part_and_have_that_name(admin_client, rotherham):
    rows = [paper("Rotherham", organisations="Rotherham MBC", title=title) for title in ("One", "Two")]
    source, page = upload(admin_client, as_csv([paper("Trumpton"), *rows]))
    assert "“Rotherham MBC” in row 3" in text(page)
    assert "“Rotherham MBC” in row 4" in text(decide(admin_client, source, **{"leave-out": "3"}))
    page = decide(admin_client, source, **{"leave-out": "4"})
    assert "Rotherham MBC” in" not in text(page)
    assert heading(page) == "Ready to be written"
    assert heading(decide(admin_client, source, **{"take-in": "4"})) == "1 name to confirm"
    mend(admin_client, source, 4, organisations="Chigley Borough Council")
    assert heading(decide(admin_client, source, do="check-again")) == "Ready to be written"


def test_rows_that_wait_for_a_name_are_counted_apart_and_not_left_out_with_the_problems(admin_client, rotherham):
    rows = [
        paper("Trumpton"),
        paper("Chigley", signed_on="31/02/2019"),
        paper("Rotherham", organisations="Rotherham MBC", document="A"),
        {"organisations": "", "document": "A", "title": "Second", "mission": "We will."},
    ]
    source, page = upload(admin_client, as_csv(rows))
    assert heading(page) == "1 name to confirm, 1 row to mend"
    assert "2 rows wait for a name" in text(page)
    assert "Row 4 is part of the same document: confirm its name" in text(page)
    page = decide(admin_client, source, do="confirm")
    assert "changed since you opened this page" in text(page)
    assert text(page).index("Confirm these names") < text(page).index("Leave out 1 row with problems")
    page = decide(admin_client, source, do="leave-problems-out")
    assert heading(page) == "1 name to confirm"
    assert "with problems" not in text(page)
    assert list(source.rows.filter(is_left_out=True).values_list("number", flat=True)) == [3]
    name = source.names.get()
    chosen = {f"name-{name.pk}": rotherham.pk} | seen(page)
    page = admin_client.post(f"/admin/import/{source.pk}/names/", chosen, follow=True)
    assert "3 to be made" in text(reloaded(admin_client, page))


@pytest.mark.parametrize(
    ("written", "is_asked"),
    [
        ("Newcastle", True),
        ("Newcastle Borough Council", True),
        ("Newcastle City Council", False),
        ("Newcastle upon Tyne", False),
        ("Newcastle-under-Lyme", False),
        ("Trumpton", False),
    ],
)
def test_the_name_of_a_place_with_which_another_name_begins_is_asked_about(admin_client, written, is_asked):
    make_organisation("Trumpton"), make_organisation("Trumptonshire")
    tyne = make_organisation("Newcastle upon Tyne", official_name="Newcastle City Council")
    tyne.know_names("Newcastle")
    lyme = make_organisation("Newcastle-under-Lyme")
    source, page = upload(admin_client, as_csv([paper("", organisations=written)]))
    assert heading(page) == ("1 name to confirm" if is_asked else "Ready to be written")
    assert [name.candidates for name in source.names.all()] == [[tyne.pk, lyme.pk]] * is_asked


def test_a_body_that_had_ended_by_then_makes_no_name_unclear(admin_client):
    make_organisation("Trumpton")
    make_organisation("Trumpton Hill", ends_on=date(2018, 10, 31))
    _, page = upload(admin_client, as_csv([paper("Trumpton", organisations="Trumpton")]))
    assert heading(page) == "Ready to be written"


def test_the_preview_of_a_new_row_shows_what_would_be_made_of_it(admin_client):
    make_organisation("Trumpton"), make_organisation("Chigley")
    rows = [
        paper("Trumpton", organisations="trumpton", signed_on="3/9/2018", signer_names="Mr Troop", due_on="1.2.2020",
              deliverables="- One form\n\n- Two forms", partners="The choir", principles="4,1"),
        paper("Chigley", signed_on="unknown"),
    ]  # fmt: skip
    source, page = upload(admin_client, as_csv(rows))
    shown = text(page)
    assert "<strong>Trumpton Borough Council</strong>, signed on 3 September 2018 by Mr Troop" in shown
    assert "<strong>Chigley Borough Council</strong>, date not known" in shown
    details = page.content.decode().partition("<details>")[2].partition("</details>")[0]
    said = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", details, re.S))
    assert said == {
        "Mission": "We will find out what people ask.",
        "Deliverables": "One form\nTwo forms",
        "Partners": "The choir",
        "Principles": "1; 4",
        "Due on": "1 February 2020",
    }
    assert "3 September 2018" in text(decide(admin_client, source, do="confirm"))
