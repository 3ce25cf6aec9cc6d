"""Rows of a spreadsheet that somebody mends in the page, and names that somebody confirms, before it is written."""

import re

import pytest

from commitments.models import Commitment, ImportRow
from tests.commitments.test_admin_import import as_csv, decide, paper, text, upload
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
    return {name: (form[name].value() or "").replace("\n", "\r\n") for name in form.fields}


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
