"""Real threads on real connections: many things at once."""

import threading

import pytest


@pytest.fixture
def at_once():
    """Run functions in threads of their own from one starting line; what each returned, or the exception it raised."""
    from django.db import connection

    def run(*functions):
        start, answers = threading.Barrier(len(functions)), [None] * len(functions)

        def one(place, function):
            try:
                connection.ensure_connection()
                start.wait(timeout=20)
                answers[place] = function()
            except Exception as error:
                answers[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in threads)
        return answers

    return run
