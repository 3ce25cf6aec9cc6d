"""The whole API against its own description, asked by schemathesis: no server error, no answer that is not documented.

REGISTER_API_CASES says how many cases are tried: few by default, ten thousand before a release.
"""

import os
import warnings
from collections import Counter

import hypothesis
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from localdigital.site.api.noting import note_when_due
from localdigital.wsgi import application
from tests.localdigital.full_register import fill_register

CASES = int(os.environ.get("REGISTER_API_CASES", "58"))

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def one_connection():
    """Requests neither close nor open the test's connection, as with Django's own client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_every_answer_is_a_documented_one(settings, one_connection):
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    settings.API_REQUESTS_A_MINUTE = 10**9
    there = fill_register()
    note_when_due()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    held = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    each = -(-CASES // (len(operations) * len(modes)))
    tried = Counter()
    for operation in operations:
        known = there.get(operation.path.split("/")[3])
        for mode in modes:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # hypothesis's own, about what cannot be made wrong
                ask(operation.as_strategy(generation_mode=mode), each, held, known, tried)
    print(f"{sum(tried.values())} cases of {len(tried)} operations")
    assert len(tried) == len(operations)
    assert sum(tried.values()) >= CASES * 0.8


def ask(strategy, count, held, known, tried):
    """Ask that many cases; every third of one record for one that is there."""

    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=strategy)
    def answers(case):
        label = case.operation.label
        tried[label] += 1
        if known and tried[label] % 3 == 0 and "key" in (case.path_parameters or {}):
            case.path_parameters["key"] = known
        case.validate_response(case.call(), checks=held)

    answers()
