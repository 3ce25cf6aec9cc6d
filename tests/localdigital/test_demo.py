"""The demo: one command from nothing to a register with real data, and again without losing it."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo.sqlite3"


@pytest.fixture(scope="module")
def environment(database):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATABASE_URL": f"sqlite:///{database}"}


def demo(environment, *arguments):
    command = [sys.executable, "manage.py", "demo", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def count(database, table):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_it_loads_real_data_keeps_it_and_starts_anew_when_asked(environment, database):
    first = demo(environment, "--no-serve", "127.0.0.1:8765")
    assert first.returncode == 0, first.stdout + first.stderr
    for said in ("450 organisations", "recorded and published", "Waiting for review", "http://127.0.0.1:8765/admin/"):
        assert said in first.stdout
    assert count(database, "signatories_signature") == 4

    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE signatories_organisation SET website = 'https://kept.example.gov.uk' WHERE id = 1")
    again = demo(environment, "--no-serve")
    assert "0 added, 0 changed" in again.stdout
    assert count(database, "signatories_signature") == 4
    assert count(database, "signatories_organisation WHERE website = 'https://kept.example.gov.uk'") == 1

    anew = demo(environment, "--no-serve", "--reset")
    assert anew.returncode == 0, anew.stdout + anew.stderr
    assert count(database, "signatories_organisation WHERE website = 'https://kept.example.gov.uk'") == 0
    assert count(database, "signatories_signature") == 4


def test_it_serves_with_a_banner_a_mailbox_and_no_second_factor(environment):
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "manage.py", "demo", address]
    server = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        page = wait_for(f"http://{address}/", server)
        assert "This is a demo" in page
        mailbox = read(f"http://{address}/demo/mailbox/")
        assert "We have your declaration" in mailbox
        assert f"http://{address}/sign/" in mailbox or "http://127.0.0.1" in mailbox
        assert "token" not in read(f"http://{address}/admin/login/").lower().replace("csrfmiddlewaretoken", "")
    finally:
        server.send_signal(signal.SIGTERM)
        output = server.communicate(timeout=30)[0]
    assert re.search(r"user moderator, password \S+, role Moderator\n", output)


def test_it_keeps_away_from_a_database_that_it_did_not_make(environment, tmp_path):
    path = tmp_path / "real.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE something_real (id INTEGER)")
    refused = demo(environment | {"DATABASE_URL": f"sqlite:///{path}"}, "--no-serve", "--reset")
    assert refused.returncode != 0
    assert "was not made by the demo" in refused.stderr
    assert count(path, "something_real") == 0


def test_a_wrong_address_is_refused_in_words(environment):
    refused = demo(environment, "--no-serve", "127.0.0.1:99999")
    assert refused.returncode != 0
    assert "it must be an address and a port" in refused.stderr


def test_the_mailbox_exists_in_no_other_mode(client):
    assert client.get("/demo/mailbox/").status_code == 404


def read(url):
    with urllib.request.urlopen(url, timeout=20) as response:
        return response.read().decode()


def wait_for(url, server):
    """The page at that address as soon as it answers; the test fails with the server's words when it ends before."""
    for _ in range(600):
        try:
            return read(url)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert server.poll() is None, server.stdout.read()
            time.sleep(0.2)
    raise AssertionError("the demo did not answer")
