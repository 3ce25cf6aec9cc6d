"""An import in a real browser: a bad row is mended, a name confirmed, and nothing is wider than a phone."""

import re

import pytest

from tests.commitments.test_admin_import import as_csv, paper
from tests.factories import make_declaration, make_organisation, make_principles
from tests.signatories.test_admin_browser import complaints, inside, look  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_moderator_mends_a_row_confirms_a_name_and_imports(inside, live_server, tmp_path, complaints):  # noqa: F811
    make_declaration()
    make_principles()
    for name in ("Trumpton", "Chigley"):
        make_organisation(name)
    make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")
    rows = [paper("Trumpton"), paper("Chigley", signed_on="31 November 2018"), paper("", organisations="Rotherham MBC")]
    file, page = tmp_path / "paper.csv", inside
    file.write_bytes(as_csv(rows))
    page.goto(f"{live_server.url}/admin/import/")
    page.get_by_label("Spreadsheet").set_input_files(str(file))
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("heading", name="1 name to confirm, 1 row to mend").wait_for()
    look(page)
    page.get_by_role("link", name="Mend row 3").click()
    page.get_by_label("Signed on").fill("30 November 2018")
    look(page)
    page.get_by_role("button", name="Save and check row 3").click()
    page.get_by_role("button", name="Confirm these names").click()
    page.get_by_role("button", name="Write 3 new rows").click()
    page.get_by_role("heading", name="What was imported").wait_for()
    look(page)
    assert page.get_by_text(re.compile("^Made$")).count() == 3
    assert complaints == []
