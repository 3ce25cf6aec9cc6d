"""Spreadsheets of what was signed on paper: uploaded, mended, confirmed, written once, exported in the same columns."""

import csv
import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commitments.daily import apply_retention
from commitments.models import Commitment, Import, ImportRow, Phase, ProgressUpdate, SearchText
from commitments.spreadsheets.columns import COLUMNS
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories.models import Signature
from tests.factories import (
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db

TOWNS = [
    "Trumpton", "Camberwick Green", "Chigley", "Pippin Fort", "Winkstead Hall", "Wintergreen", "Clutterbuck",
    "Farthing", "Mopp", "Murphy", "Carraway", "Munnings", "Philby", "Lovelace", "Platt", "Honeyman", "Crockett",
    "Snort", "Grubb", "Hopkins",
]  # fmt: skip


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def as_csv(rows, sheet="signatures", delimiter=",", encoding="utf-8-sig"):
    """A file of rows given by the names of the columns."""
    columns = [one for one in COLUMNS[sheet] if any(one.name in row for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([one.heading for one in columns])
    writer.writerows([[row.get(one.name, "") for one in columns] for row in rows])
    return out.getvalue().encode(encoding)


def as_xlsx(table, sheet="signatures"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in table:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client, data, sheet="signatures", name="paper.csv"):
    """Upload a file and look at the preview, which checks it. Returns the Import and the page."""
    answer = client.post("/admin/import/", {"sheet": sheet, "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, text(answer)
    return Import.objects.latest("pk"), reloaded(client, client.get(answer["Location"]))


def reloaded(client, page):
    """The page as it is when it reloads itself no more: on a slow machine it works for longer than it may."""
    while 'http-equiv="refresh"' in page.content.decode():
        page = client.get(page.request["PATH_INFO"])
    return page


def decide(client, source, **what):
    """Press a button on the preview. Returns where it leads, when the work is done."""
    what |= seen(client.get(f"/admin/import/{source.pk}/"))
    return reloaded(client, client.post(f"/admin/import/{source.pk}/decide/", what, follow=True))


def seen(page):
    """What every form of a page sends along, to say what was seen."""
    found = set(re.findall(r'<input type="hidden" name="seen" value="(\d+)">', page.content.decode()))
    assert len(found) == 1, text(page)
    return {"seen": found.pop()}


def bring_in(client, data, sheet="signatures"):
    """Upload and confirm. Returns the outcomes of the rows."""
    source, page = upload(client, data, sheet)
    decide(client, source, do="confirm")
    source.refresh_from_db()
    assert source.phase == Phase.FINISHED, text(page)
    return [row.outcome for row in source.rows.order_by("number")]


def exported(client, sheet="signatures", file_format="csv"):
    answer = client.get(f"/admin/export/{sheet}.{file_format}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.fixture(autouse=True)
def register():
    make_declaration()
    make_principles()


def paper(name, **others):
    return {"organisations": f"{name} Borough Council", "signed_on": "2018-11", "title": f"{name} answers the phone",
            "mission": "We will find out what people ask.", "principles": "1; 4"} | others  # fmt: skip


def test_twenty_paper_signatures_with_two_bad_rows_are_mended_in_the_page_and_imported(admin_client, moderator):
    for town in TOWNS:
        make_organisation(town)
    rows = [paper(town) for town in TOWNS]
    rows[4] |= {"signed_on": "31 November 2018"}
    rows[7] |= {"organisations": "Nowhere Parish"}
    source, page = upload(admin_client, as_csv(rows))
    shown = text(page)
    assert "2 rows to mend" in shown
    assert "18 to be made" in shown
    assert "The date must be a real date" in shown
    assert "“Nowhere Parish” is not in the register" in shown
    assert not Signature.objects.exists()
    assert "changed since you opened this page" in text(decide(admin_client, source, do="confirm"))
    assert not Signature.objects.exists()

    for number, name, value in ((6, "signed_on", "30 November 2018"), (9, "organisations", "Farthing Borough Council")):
        address = f"/admin/import/{source.pk}/rows/{number}/"
        form = admin_client.get(address)
        assert "error" in text(form)
        cells = ImportRow.objects.get(source=source, number=number).cells
        assert admin_client.post(address, cells | {name: value} | seen(form)).status_code == 302
    before = RegisterVersion.current().number
    report = text(decide(admin_client, source, do="confirm"))
    assert "Made (20)" in report
    assert Signature.objects.standing().count() == 20
    mended = Signature.objects.get(signatories__organisation__name="Winkstead Hall")
    assert str(mended.signatories.get().signed_date) == "30 November 2018"
    plain = Signature.objects.get(signatories__organisation__name="Trumpton")
    assert str(plain.signatories.get().signed_date) == "November 2018"
    assert plain.source_note == "Signed paper form"
    assert plain.reference in report
    commitment = plain.commitments.get()
    assert [one.number for one in commitment.principles.all()] == [1, 4]
    assert SearchText.objects.filter(commitment=commitment).exists()
    assert RegisterVersion.current().number > before
    assert not QueuedEmail.objects.exists()
    assert AuditEvent.objects.filter(kind="signature.record_paper", actor_id=moderator.pk).count() == 20
    kinds = list(AuditEvent.objects.filter(object_type="commitments.import").values_list("kind", flat=True))
    assert kinds == ["import.upload", "import.confirm", "import.finish"]
    assert "Farthing" in text(admin_client.get("/signatories/?q=Farthing"))


def test_the_same_file_twice_makes_nothing_twice(admin_client):
    make_organisation("Trumpton"), make_organisation("Chigley")
    data = as_csv([paper("Trumpton"), paper("Chigley", title="", mission="", principles="")])
    assert bring_in(admin_client, data) == ["made", "made"]
    source, page = upload(admin_client, data)
    assert f"Already signed: {Signature.objects.order_by('pk')[0].reference}" in text(page)
    decide(admin_client, source, do="confirm")
    assert [row.outcome for row in source.rows.all()] == ["same", "same"]
    assert Signature.objects.count() == 2
    assert Commitment.objects.count() == 1


def test_a_loosely_written_name_is_confirmed_once_for_all_its_rows(admin_client):
    rotherham = make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")
    rows = [paper("Trumpton", organisations="Rotherham MBC", document="A"), paper("Chigley", document="A")]
    make_organisation("Chigley")
    source, page = upload(admin_client, as_csv(rows))
    assert "Confirm which organisation “Rotherham MBC” is" in text(page)
    name = source.names.get()
    address = f"/admin/import/{source.pk}/names/"
    wrong = admin_client.post(address, {f"name-{name.pk}": "other", f"other-{name.pk}": "Atlantis"} | seen(page))
    assert "“Atlantis” is not in the register" in text(wrong)
    chosen = {f"name-{name.pk}": rotherham.pk} | seen(wrong)
    page = text(reloaded(admin_client, admin_client.post(address, chosen, follow=True)))
    assert "“Rotherham MBC” is Rotherham Metropolitan Borough Council" in page
    decide(admin_client, source, do="confirm")
    signature = Signature.objects.get()
    assert [one.organisation.name for one in signature.signatories.all()] == ["Rotherham", "Chigley"]
    assert [one.title for one in signature.commitments.all()] == [
        "Trumpton answers the phone",
        "Chigley answers the phone",
    ]


def test_undated_and_signerless_rows_are_kept_as_such_and_several_organisations_have_their_own_signers(admin_client):
    make_organisation("Trumpton"), make_organisation("Chigley"), make_organisation("Mopp")
    rows = [
        {
            "organisations": "Trumpton; Chigley",
            "signer_names": "Mr Troop; Lord Belborough",
            "signed_on": "2018; 9/11/2018",
        },
        {"organisations": "Mopp", "source_note": "A scan"},
    ]
    assert bring_in(admin_client, as_csv(rows, delimiter=";", encoding="cp1252")) == ["made", "made"]
    both = Signature.objects.get(signatories__organisation__name="Trumpton")
    said = [(one.organisation.name, one.signer_name, str(one.signed_date)) for one in both.signatories.all()]
    assert said == [("Trumpton", "Mr Troop", "2018"), ("Chigley", "Lord Belborough", "9 November 2018")]
    alone = Signature.objects.get(signatories__organisation__name="Mopp")
    assert alone.source_note == "A scan"
    assert str(alone.signatories.get().signed_date) == "date not known"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([paper("Trumpton", signed_on="2031")], "must not be in the future"),
        ([paper("Trumpton", signed_on="1999-01-01")], "must be in 2018 or later"),
        ([paper("Trumpton", mission="")], "Enter what they will do"),
        ([paper("Trumpton", principles="9")], "There is no principle 9"),
        ([paper("Trumpton", reference="2222-2222")], "No declaration has this reference"),
        ([paper("Trumpton", reference="what")], "This is not a reference"),
        ([paper("Trumpton", declaration="1918")], "There is no published version of this name"),
        ([paper("Trumpton", signer_names="A; B")], "There is one organisation, and there are 2"),
        ([paper("Trumpton"), paper("Trumpton")], "Trumpton Borough Council is in row 2 already"),
        (
            [paper("Trumpton", document="A"), paper("Trumpton", document="a")],
            "Row 2 of the same document has this title",
        ),
        ([{"organisations": "Trumpton", "document": "A", "signed_on": d} for d in ("2018", "2019")], "says “2018”"),
        ([{"title": "Alone", "mission": "Nobody"}], "Enter the organisations that signed"),
    ],
)
def test_a_problem_is_told_in_plain_words(admin_client, rows, problem):
    make_organisation("Trumpton")
    rows = [{"organisations": ""} | row for row in rows]
    _, page = upload(admin_client, as_csv(rows))
    assert problem in text(page)


def test_rows_of_one_document_wait_for_each_other_and_can_be_left_out(admin_client):
    make_organisation("Trumpton")
    rows = [paper("Trumpton", document="A"), paper("Trumpton", document="A", title="Second", principles="77")]
    source, page = upload(admin_client, as_csv(rows))
    assert "Row 3 is part of the same document: mend that one" in text(page)
    assert "Ready to be written" in text(decide(admin_client, source, **{"leave-out": "3"}))
    decide(admin_client, source, do="confirm")
    assert [row.outcome for row in source.rows.order_by("number")] == ["made", "left-out"]
    assert Commitment.objects.get().title == "Trumpton answers the phone"


def make_past():
    """A paper signature, one made on the web, and reports on both."""
    paper_one = Signature.objects.create(declaration=make_declaration(), source_note="=A scan; of paper")
    for position, name in enumerate(["Trumpton", "Chigley"], start=1):
        paper_one.signatories.create(
            organisation=make_organisation(name), declaration=paper_one.declaration, position=position,
            signer_name=f"+{name}; \\ Mayor",
        )  # fmt: skip
    promise = make_commitment(
        paper_one, title="- Drains", partners=["A; B", "The choir"], deliverables=["=SUM(1)", "Two"], language="cy",
        mission="@one\r\n\r\n- two\n\t three",
    )  # fmt: skip
    from signatories.moderation import record_paper

    record_paper(paper_one, by=None)
    web = make_signature("Pippin Fort", "Mopp", commitments=2)
    promise.refresh_from_db()
    for commitment, person in ((promise, None), (web.commitments.first(), make_person())):
        make_update(
            commitment, proposer=person, delivered=commitment.deliverables.all()[:1], went_well="'quoted",
            reported_on=timezone.localdate() - timedelta(days=9),
            submitted_at=timezone.now() if person else None,
            evidence=[("A | B", "https://example.gov.uk/a", "blog"), ("C", "https://example.gov.uk/c", "code")],
        )  # fmt: skip
    return paper_one, web


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("sheet", ["signatures", "progress"])
def test_an_export_imported_again_changes_nothing_and_is_exported_the_same(admin_client, sheet, file_format):
    make_past()
    data = exported(admin_client, sheet, file_format)
    events = AuditEvent.objects.filter(kind=f"export.{sheet}")
    assert events.get().details == {"rows": 3 if sheet == "signatures" else 2, "format": file_format}
    source, page = upload(admin_client, data, sheet, f"past.{file_format}")
    assert "Finish: nothing to write" in text(page)
    decide(admin_client, source, do="confirm")
    assert {row.outcome for row in source.rows.all()} == {"same"}
    assert set(re.findall(rb"[^\r\n]+", exported(admin_client, sheet))) >= (
        set(re.findall(rb"[^\r\n]+", data)) if file_format == "csv" else set()
    )


def edited(data, sheet, name, value, row=0):
    """An exported CSV file with one cell of one row changed."""
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    place = [one.name for one in COLUMNS[sheet]].index(name)
    table[row + 1][place] = value
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode()


def test_what_the_team_typed_in_of_a_paper_signature_is_corrected_and_shown_first(admin_client, moderator):
    paper_one, _ = make_past()
    data = exported(admin_client)
    data = edited(data, "signatures", "title", "Drains for all")
    data = edited(data, "signatures", "signed_on", "2018; 2019-05-06")
    data = edited(data, "signatures", "deliverables", "=SUM(1)\nTwo\nThree")
    source, page = upload(admin_client, data)
    shown = text(page)
    assert "1 to be changed" in shown
    assert "<ins>Drains for all</ins>" in shown
    assert Commitment.objects.filter(title="- Drains").exists()
    decide(admin_client, source, do="confirm")
    commitment = paper_one.commitments.get()
    assert commitment.title == "Drains for all"
    assert [one.text for one in commitment.deliverables.all()] == ["=SUM(1)", "Two", "Three"]
    assert commitment.mission == "@one\r\n\r\n- two\n\t three"
    assert [str(one.signed_date) for one in paper_one.signatories.all()] == ["2018", "6 May 2019"]
    event = AuditEvent.objects.get(kind="signature.correct_paper")
    assert event.details["columns"] == ["deliverables", "title", "signed_on"]
    assert "drain" in SearchText.objects.get(commitment=commitment).title


def test_an_empty_cell_clears_nothing(admin_client):
    make_past()
    data = exported(admin_client)
    for name in ("source_note", "mission", "deliverables", "partners", "due_on", "principles", "signed_on", "title"):
        data = edited(data, "signatures", name, "")
    assert bring_in(admin_client, data) == ["same", "same", "same"]


@pytest.mark.parametrize(
    ("sheet", "name", "row"), [("signatures", "mission", 1), ("signatures", "signer_names", 1), ("progress", "done", 1)]
)
def test_the_words_of_a_council_that_signed_on_the_web_are_never_changed(admin_client, sheet, name, row):
    make_past()
    source, page = upload(admin_client, edited(exported(admin_client, sheet), sheet, name, "Other words", row), sheet)
    assert "an import never changes its words" in text(page)
    decide(admin_client, source, do="leave-problems-out")
    decide(admin_client, source, do="confirm")
    assert b"Other words" not in exported(admin_client, sheet)


def test_progress_is_made_once_and_what_was_imported_can_be_corrected(admin_client):
    commitment = make_signature("Trumpton").commitments.get()
    other = make_signature("Chigley").commitments.get()
    row = {"commitment": str(commitment.pk), "reported_on": "27/3/2019", "stage": "in progress", "done": "Nine clubs.",
           "delivered": "A framework", "evidence": "Blog post | Clubs | https://example.gov.uk/clubs"}  # fmt: skip
    theirs = row | {"commitment": str(other.pk)}
    assert bring_in(admin_client, as_csv([row, theirs], "progress"), "progress") == ["made", "made"]
    assert bring_in(admin_client, as_csv([row], "progress"), "progress") == ["same"]
    commitment.refresh_from_db()
    assert (commitment.stage, commitment.updated_on.isoformat()) == ("in-progress", "2019-03-27")
    assert commitment.deliverables.get().delivered_on.isoformat() == "2019-03-27"
    source, page = upload(admin_client, as_csv([row | {"done": "Ten clubs."}], "progress"), "progress")
    assert "<del>Nine clubs.</del>" in text(page)
    decide(admin_client, source, do="confirm")
    update = ProgressUpdate.objects.get(commitment=commitment)
    assert (update.done, update.evidence.get().title) == ("Ten clubs.", "Clubs")
    assert not QueuedEmail.objects.exists()
    assert "Ten clubs." in text(admin_client.get(commitment.get_absolute_url()))


def test_somebody_who_signs_on_the_web_meanwhile_is_not_recorded_from_paper_too(admin_client):
    make_organisation("Trumpton"), make_organisation("Chigley")
    source, _ = upload(admin_client, as_csv([paper("Trumpton"), paper("Chigley")]))
    make_signature("Trumpton")
    report = text(decide(admin_client, source, do="confirm"))
    assert "In the register already (1)" in report
    assert Signature.objects.count() == 2


def test_an_xlsx_file_with_dates_numbers_and_formulas_is_read_as_what_it_shows(admin_client):
    make_organisation("Trumpton")
    headings = ["organisations", "SIGNED ON", "Commitment title", "Mission", "principles", "Colour"]
    row = ["Trumpton", timezone.datetime(2018, 11, 9), 7, "=1+1", 4, "red"]
    source, page = upload(admin_client, as_xlsx([headings, row]), name="no-matter.csv")
    assert "Columns that were not read: Colour" in text(page)
    cells = source.rows.get().cells
    assert cells == {"organisations": "Trumpton", "signed_on": "2018-11-09", "title": "7", "principles": "4"}


def test_the_template_has_the_columns_and_explains_them(admin_client):
    answer = admin_client.get("/admin/import/template/signatures.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in book["signatures"][1]] == [one.heading for one in COLUMNS["signatures"]]
    explained = [row[0].value for row in book["guidance"].iter_rows()]
    assert all(one.heading in explained for one in COLUMNS["signatures"])
    assert "Signed on" in text(admin_client.get("/admin/import/columns/"))


def test_who_may_only_look_exports_and_imports_nothing(client):
    from django.contrib.auth.models import Group
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_static.models import StaticDevice

    user = make_user("viewer", is_superuser=False)
    user.groups.add(Group.objects.get(name="Viewer"))
    client.force_login(user, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user, name="test").persistent_id
    session.save()
    assert "Upload and check" not in text(client.get("/admin/import/"))
    refused = client.post(
        "/admin/import/", {"sheet": "signatures", "file": SimpleUploadedFile("a.csv", as_csv([paper("A")]))}
    )
    assert refused.status_code == 403
    assert b"Organisations" in exported(client)
    source = Import.objects.create(sheet="signatures")
    assert "Look again" in text(client.get(f"/admin/import/{source.pk}/"))
    for path in ("decide/", "names/", "rows/1/"):
        assert client.post(f"/admin/import/{source.pk}/{path}").status_code == 403


def test_what_was_in_the_rows_is_erased_after_90_days(admin_client):
    make_organisation("Trumpton")
    bring_in(admin_client, as_csv([paper("Trumpton", signer_names="Mr Troop")]))
    apply_retention(timezone.now() + timedelta(days=89))
    assert "Mr Troop" in str(ImportRow.objects.get().cells)
    assert apply_retention(timezone.now() + timedelta(days=91))["imported spreadsheets erased"] == 1
    row = ImportRow.objects.get()
    assert (row.cells, row.notes, row.outcome) == ({}, {}, "made")
    assert Import.objects.get().file_name == ""
    assert "was erased" in text(admin_client.get(f"/admin/import/{row.source_id}/"))


def test_giving_up_throws_the_rows_away(admin_client):
    source, _ = upload(admin_client, as_csv([paper("Trumpton")]))
    assert decide(admin_client, source, do="give-up").redirect_chain[-1][0] == "/admin/import/"
    assert not ImportRow.objects.exists()
    assert "given up" in text(admin_client.get(f"/admin/import/{source.pk}/"))


def test_a_long_import_says_how_far_it_is_and_reloads_itself_without_a_script(admin_client, monkeypatch):
    from commitments.admin import importing as pages
    from commitments.spreadsheets import importing

    monkeypatch.setattr(importing, "ROWS_A_STEP", 2)
    monkeypatch.setattr(pages, "AT_WORK_FOR", timedelta(0))
    make_organisation("Trumpton")
    answer = admin_client.post("/admin/import/", {"sheet": "signatures", "file": SimpleUploadedFile("a.csv", FIVE)})
    while importing.go_on(Import.objects.get()) and Import.objects.get().step < 2:
        pass
    page = admin_client.get(answer["Location"])
    assert '<progress id="done" class="import-progress" max="5" value="4">' in text(page)
    assert '<meta http-equiv="refresh" content="0">' in text(page)


FIVE = as_csv([paper("Trumpton", title=f"Promise {number}") for number in range(5)])


def test_the_pages_of_an_import_cost_the_same_for_many_rows(admin_client, django_assert_max_num_queries):
    make_organisation("Trumpton")
    source, _ = upload(admin_client, as_csv([paper("Trumpton", signed_on="x")] * 60))
    for path in (f"/admin/import/{source.pk}/", f"/admin/import/{source.pk}/rows/2/", "/admin/import/"):
        with django_assert_max_num_queries(10):
            assert admin_client.get(path).status_code == 200
