"""A file of few rows and one of many times as many: the same memory, and as many queries for each piece."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from localdigital import open_data
from localdigital.site.data.measuring import fill

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]

PIECE, PIECES = 20, 30


def chunks_of(client):
    return iter(client.get("/data/progress.csv").streaming_content)


def test_memory_and_queries_are_the_same_for_each_piece_of_a_long_file(client, monkeypatch):
    monkeypatch.setattr(open_data, "AT_A_TIME", PIECE)
    fill(PIECE * PIECES)
    chunks, costs = chunks_of(client), set()
    next(chunks)  # it was read before the answer began
    for _ in range(PIECES - 1):
        with CaptureQueriesContext(connection) as queries:
            next(chunks)
        costs.add(len(queries))
    assert costs == {2}
    connection.queries_log.clear()
    tracemalloc.start()
    peaks = [tracemalloc.get_traced_memory()[1] for _ in chunks_of(client)]
    tracemalloc.stop()
    assert len(peaks) == PIECES
    assert peaks[-1] < 1.5 * peaks[4]
