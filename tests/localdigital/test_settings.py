"""What the settings make of the environment. They are loaded afresh for each question, from a copy of the file."""

import os
import re
import runpy
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from localdigital.management.commands import build_frontend

ROOT = Path(settings.BASE_DIR)
DEPLOYMENT = {
    "REGISTER_MODE": "production",
    "SITE_URL": "https://register.example.gov.uk",
    "SECRET_KEY": "long-enough-and-only-for-these-tests-of-the-settings-2018-11-09",
    "CONTACT_EMAIL": "register@example.gov.uk",
    "DEFAULT_FROM_EMAIL": "register@example.gov.uk",
    "EMAIL_URL": "smtp+tls://register:secret@mail.example.gov.uk:587",
    "TRUSTED_PROXIES": "1",
    "RELEASE": "7",
}
POSTGRESQL = "postgres://register:secret@database.example/register"


@pytest.fixture
def load(tmp_path, monkeypatch):
    """The settings for an environment, as a dictionary; a value of None leaves that variable out."""
    # A copy, since what the settings keep in var/ belongs to the checkout's own demo.
    copy = tmp_path / "localdigital" / "settings.py"
    copy.parent.mkdir()
    (tmp_path / "static").mkdir()
    shutil.copy(ROOT / "localdigital" / "settings.py", copy)

    def load(**environment):
        for name in os.environ.keys() - {"DJANGO_ALLOW_ASYNC_UNSAFE"}:  # an earlier test may have used the browser
            monkeypatch.delenv(name)
        for name, value in environment.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(copy))

    return load


def manage(*arguments, **environment):
    """Run manage.py in an environment of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(DEPLOYMENT.keys() - {"REGISTER_MODE"}))
def test_a_deployment_without_a_setting_that_it_needs_is_told_its_name(load, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**DEPLOYMENT | {name: None})


@pytest.mark.parametrize("name", ["SITE_URL", "CONTACT_EMAIL", "DEFAULT_FROM_EMAIL", "TRUSTED_PROXIES", "RELEASE"])
def test_an_empty_setting_is_as_bad_as_a_missing_one(load, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**DEPLOYMENT | {name: " "})


@pytest.mark.parametrize("name", ["SECRET_KEY", "EMAIL_URL"])
def test_a_command_of_a_deployment_stops_with_the_name_of_what_is_missing(name):
    environment = {key: value for key, value in DEPLOYMENT.items() if key not in (name, "REGISTER_MODE")}
    # No mode is set: whatever says nothing is a deployment.
    stopped = manage("check", **environment)
    assert stopped.returncode != 0
    assert f"Set the {name} environment variable" in stopped.stderr


def test_every_mode_but_the_three_is_refused(load):
    for mode in ("prod", "Production", "debug", ""):
        with pytest.raises(ImproperlyConfigured, match="must be production, demo or test"):
            load(**DEPLOYMENT | {"REGISTER_MODE": mode})
    with pytest.raises(ImproperlyConfigured, match="REGISTER_MODE"):
        load(**DEPLOYMENT | {"REGISTER_MODE": None})


@pytest.mark.parametrize("address", ["http://register.example.gov.uk", "register.example.gov.uk"])
def test_a_deployment_is_at_an_https_address(load, address):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        load(**DEPLOYMENT | {"SITE_URL": address})


def test_the_check_of_deployments_finds_nothing(tmp_path):
    build_frontend.build(if_missing=True)
    for database in (f"sqlite:///{tmp_path}/register.sqlite3", POSTGRESQL):
        checked = manage("check", "--deploy", "--fail-level", "WARNING", DATABASE_URL=database, **DEPLOYMENT)
        assert checked.returncode == 0, checked.stderr
        assert "no issues (0 silenced)" in checked.stdout


def test_a_deployment_never_shows_errors_to_readers(load):
    for mode in ("production", "demo", "test"):
        assert load(**DEPLOYMENT | {"REGISTER_MODE": mode})["DEBUG"] is False


def test_the_cookies_of_a_deployment_can_be_set_by_this_host_alone(load):
    deployment = load(**DEPLOYMENT)
    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert deployment[f"{cookie}_NAME"].startswith("__Host-")
        assert deployment[f"{cookie}_SECURE"] is True
        assert deployment[f"{cookie}_HTTPONLY"] is True
        # What the prefix asks for: the whole host, and no other.
        assert f"{cookie}_DOMAIN" not in deployment
        assert f"{cookie}_PATH" not in deployment


def test_a_proxy_is_believed_about_https_only_when_there_is_one(load):
    assert load(**DEPLOYMENT)["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert "SECURE_PROXY_SSL_HEADER" not in load(**DEPLOYMENT | {"TRUSTED_PROXIES": "0"})


def test_only_the_demo_signs_in_without_a_second_factor(load):
    assert load(**DEPLOYMENT)["SECOND_FACTOR"] is True
    assert load(REGISTER_MODE="test")["SECOND_FACTOR"] is True
    assert load(REGISTER_MODE="demo")["SECOND_FACTOR"] is False


def test_the_demo_keeps_its_secret_and_no_deployment_uses_it(load):
    first, second = load(REGISTER_MODE="demo"), load(REGISTER_MODE="demo")
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    kept = first["VAR_DIR"] / "demo-secret-key"
    assert kept.stat().st_mode & 0o077 == 0
    assert load(**DEPLOYMENT)["SECRET_KEY"] == DEPLOYMENT["SECRET_KEY"]


def test_the_embedded_database_is_the_default(load):
    assert load(**DEPLOYMENT)["DATABASES"]["default"]["NAME"].endswith("/var/register.sqlite3")
    assert load(REGISTER_MODE="demo")["DATABASES"]["default"]["NAME"].endswith("/var/demo.sqlite3")


@pytest.fixture
def connect(load, django_db_blocker):
    """A deployment's own connection to the database at an address."""
    opened = []

    def connect(address):
        databases = load(**DEPLOYMENT | {"DATABASE_URL": address})["DATABASES"]
        opened.append(ConnectionHandler(databases)["default"])
        return opened[-1]

    with django_db_blocker.unblock():
        yield connect
        for connection in opened:
            connection.close()


@pytest.mark.parametrize("parameters", ["", "?timeout=1&transaction_mode=DEFERRED&cached_statements=64"])
def test_the_embedded_database_lets_readers_read_while_one_writes(connect, tmp_path, parameters):
    path = tmp_path / "register.sqlite3"
    connection = connect(f"sqlite:///{path}{parameters}")
    with connection.cursor() as cursor:
        asked = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        answers = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in asked}
    assert answers == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 20_000, "foreign_keys": 1}

    # A transaction of ours holds the writer's place from its first moment, before it has written anything.
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("SELECT count(*) FROM sqlite_master")
    other.close()
    connection.rollback()


def test_parameters_of_the_database_address_are_kept_beside_ours(load):
    sqlite = load(**DEPLOYMENT | {"DATABASE_URL": "sqlite:////tmp/register.sqlite3?cached_statements=64"})
    assert sqlite["DATABASES"]["default"]["OPTIONS"]["cached_statements"] == 64
    assert sqlite["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    postgresql = load(**DEPLOYMENT | {"DATABASE_URL": f"{POSTGRESQL}?sslmode=require"})
    assert postgresql["DATABASES"]["default"]["OPTIONS"]["sslmode"] == "require"
    assert "pool" in postgresql["DATABASES"]["default"]["OPTIONS"]


def test_postgresql_is_reached_through_a_pool_that_has_a_connection_for_every_thread(load):
    database = load(**DEPLOYMENT | {"DATABASE_URL": POSTGRESQL})["DATABASES"]["default"]
    assert database["CONN_HEALTH_CHECKS"] is True  # without them a restart of the database is an error for readers
    assert database["CONN_MAX_AGE"] == 0  # Django refuses a pool beside connections of its own
    threads = runpy.run_path(str(ROOT / "localdigital" / "gunicorn.conf.py"))["threads"]
    assert database["OPTIONS"]["pool"]["max_size"] > threads  # and one for the thread that sends mail
    larger = load(**DEPLOYMENT | {"DATABASE_URL": POSTGRESQL, "DATABASE_POOL": "50"})
    assert larger["DATABASES"]["default"]["OPTIONS"]["pool"]["max_size"] == 50


def test_compose_asks_for_every_setting_that_a_deployment_needs():
    compose = (ROOT / "compose.yaml").read_text()
    for name in DEPLOYMENT.keys() - {"REGISTER_MODE", "TRUSTED_PROXIES"}:
        assert re.search(rf"\b{name}: \${{{name}:\?", compose), f"compose.yaml does not ask for {name}"
    assert "TRUSTED_PROXIES:" in compose


def test_a_command_without_a_mode_says_what_to_set_in_one_sentence():
    bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "send_reminders", "--dry-run"]
    told = subprocess.run(manage, env=bare, capture_output=True, text=True)
    assert told.returncode == 1
    assert "SECRET_KEY" in told.stderr or "SITE_URL" in told.stderr
    assert "set REGISTER_MODE=demo" in told.stderr
    assert "Traceback" not in told.stderr
