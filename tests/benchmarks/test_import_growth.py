"""An import of many rows: so many queries a row, and no more memory than for few.

The full measure, which also prints how long it takes:
REGISTER_IMPORT_ROWS=5000 uv run pytest -n 0 -s tests/benchmarks/test_import_growth.py
"""

import gc
import os
import resource
import tracemalloc
from time import perf_counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Phase
from commitments.spreadsheets import importing
from commitments.spreadsheets.exporting import export
from signatories.models import Signature
from tests.benchmarks.test_growth import add_organisations
from tests.factories import make_declaration, make_principles, make_user

FULL = "REGISTER_IMPORT_ROWS" in os.environ  # without the tracing of memory, which takes most of the time
ROWS = int(os.environ.get("REGISTER_IMPORT_ROWS", "48"))
FEW = ROWS // 4

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]


def file_of(organisations):
    rows = "".join(
        f"{one.name};2018-11;Mr Troop;Promise of {one.name};We will find out;Greendale 1;1 4;Residents see.\n"
        for one in organisations
    )
    headings = "Organisations;Signed on;Signer names;Commitment title;Mission;Partners;Principles;Impact\n"
    return SimpleUploadedFile("paper.csv", (headings + rows).encode())


def go_through(organisations, by):
    """Import these from the upload to the report. Returns what it cost."""
    file = file_of(organisations)
    begun = perf_counter()
    source = importing.begin(file, "signatures", by=by)
    with CaptureQueriesContext(connection):
        queries = 0
        if not FULL:
            tracemalloc.start()
        while source.phase != Phase.FINISHED:
            if source.phase == Phase.PREVIEW:
                importing.confirm(source, by=by)
            importing.go_on(source)
            queries += len(connection.queries_log)
            connection.queries_log.clear()  # the log itself would grow with every query
            gc.collect(1)  # what only waits for the collector is not held
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if FULL else tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert not source.rows.exclude(outcome="made").exists()
    return {"queries": queries, "peak": peak, "seconds": perf_counter() - begun}


def test_an_import_costs_the_same_for_each_row_and_no_more_memory_for_many(monkeypatch):
    make_declaration()
    make_principles()
    if not FULL:
        monkeypatch.setattr(importing, "ROWS_A_STEP", 6)
    organisations, by = add_organisations(ROWS + FEW), make_user()
    few = go_through(organisations[:FEW], by)
    many = go_through(organisations[FEW:], by)
    print(f"{FEW} rows: {few}; {ROWS} rows: {many}")
    assert Signature.objects.count() == ROWS + FEW
    assert many["queries"] < few["queries"] * 5
    assert many["peak"] < few["peak"] * 2
    assert sum(1 for _ in export("signatures", "csv", by=by)) == ROWS + FEW
