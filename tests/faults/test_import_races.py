"""Two of the delivery team at the same import at once, or at two of the same file: everything is written once."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commitments.models import Commitment, Import, Outcome, Phase
from commitments.spreadsheets import importing
from localdigital.models import AuditEvent
from signatories.models import Signature
from tests.factories import make_declaration, make_organisation, make_user

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "3"))
COUNCILS = [f"Greendale {number}" for number in range(12)]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(importing, "ROWS_A_STEP", 3)


def checked_file(by):
    """An import of a dozen declarations, ready to be confirmed."""
    rows = "".join(f"{name},Answer the phone,We will\n" for name in COUNCILS)
    file = SimpleUploadedFile("a.csv", f"Organisations,Commitment title,Mission\n{rows}".encode())
    source = importing.begin(file, "signatures", by=by)
    while source.phase == Phase.CHECKING:
        importing.go_on(source)
    return source


def confirm_and_write(pk, by):
    """What a moderator's page does: confirm, then go on until it is finished."""
    source = Import.objects.get(pk=pk)
    try:
        importing.confirm(source, by=by)
        confirmed = True
    except importing.NotNow:
        confirmed = False
    while Import.objects.get(pk=pk).phase == Phase.WRITING:
        importing.go_on(Import.objects.get(pk=pk))
    return confirmed


@pytest.fixture
def two():
    make_declaration()
    for name in COUNCILS:
        make_organisation(name)
    return make_user(), make_user("colleague")


def test_an_import_that_two_confirm_is_written_once(at_once, attempt, two):
    source = checked_file(two[0])
    confirmed = at_once(*(lambda by=by: confirm_and_write(source.pk, by) for by in two))
    assert sorted(confirmed) == [False, True]
    assert Signature.objects.count() == Commitment.objects.count() == len(COUNCILS)
    assert set(source.rows.values_list("outcome", flat=True)) == {Outcome.MADE}
    assert AuditEvent.objects.filter(kind="import.finish").count() == 1


def test_the_same_file_in_two_imports_at_once_is_written_once(at_once, attempt, two):
    sources = [checked_file(by) for by in two]
    done = [lambda pk=s.pk, by=by: confirm_and_write(pk, by) for s, by in zip(sources, two, strict=True)]
    assert at_once(*done) == [True, True]
    assert Signature.objects.count() == Commitment.objects.count() == len(COUNCILS)
    outcomes = [row.outcome for source in sources for row in source.rows.all()]
    assert outcomes.count(Outcome.MADE) == len(COUNCILS)
    assert set(outcomes) <= {Outcome.MADE, Outcome.SAME, Outcome.NOT_DONE}
