"""How a very large file of open data is sent: `manage.py measure_download [--rows 1000000]`.

It makes a register of its own in a throw-away SQLite database, with so many progress updates, and reads
/data/progress.csv from a real server process, as a program does.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from localdigital.site.data.measuring import fill

ADDRESS = "/data/progress.csv"
AT_ONCE = 65_536
PATIENCE = 30  # seconds until the server must answer
MANAGE = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", str(Path(settings.BASE_DIR) / "localdigital" / "gunicorn.conf.py")]


class Command(BaseCommand):
    help = "Measure how the file of so many progress updates is sent: its first byte, rows a second, memory"

    def add_arguments(self, parser):
        parser.add_argument("--rows", type=int, default=1_000_000)
        # What this command asks of a process of its own, whose memory is not measured
        parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)

    def handle(self, *, rows, **options):
        if options["fill"] is not None:
            return self._fill(options["fill"])
        if rows < 10:
            raise CommandError("--rows must be 10 or more")
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            database = f"sqlite:///{folder}/measured.sqlite3"
            ours = {"REGISTER_MODE": "demo", "DATABASE_URL": database, "MAIL_THREAD": "0", "WORKERS": "1"}
            environment = os.environ | ours | {"BIND": f"127.0.0.1:{port}", "SITE_URL": f"http://127.0.0.1:{port}"}
            self.stdout.write(f"Making {rows:,} progress updates …")
            subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], env=environment, check=True)  # noqa: S603
            subprocess.run([*MANAGE, "measure_download", "--fill", str(rows)], env=environment, check=True)  # noqa: S603
            with server(environment, port) as process:
                self._read(port, rows, process)
        return None

    def _fill(self, rows):
        try:
            fill(rows)
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _read(self, port, rows, process):
        connection = HTTPConnection("127.0.0.1", port)
        memory = {0: memory_of(process)}
        begun = perf_counter()
        connection.request("GET", ADDRESS)
        response = connection.getresponse()
        piece, lines, size = response.read1(AT_ONCE), 0, 0
        first = perf_counter() - begun
        while piece:
            lines, size = lines + piece.count(b"\r\n"), size + len(piece)
            if lines >= rows // 10:
                memory.setdefault(10, memory_of(process))
            piece = response.read1(AT_ONCE)
        took = perf_counter() - begun
        memory[100] = memory_of(process)
        if lines != rows + 1:
            raise CommandError(f"{lines:,} lines came, not {rows + 1:,}")
        self.stdout.write(
            f"{rows:,} rows, {size / 1e6:,.0f} MB in {took:,.1f} s: {rows / took:,.0f} rows a second\n"
            f"first byte after {first * 1000:,.0f} ms\n"
            f"most memory of the server: {memory[0]} before, {memory[10]} at a tenth, {memory[100]} at the end"
        )


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def server(environment, port):
    """The register's own server, from when it answers."""
    command = [*GUNICORN, "--no-control-socket", "localdigital.wsgi:application"]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)  # noqa: S603
    try:
        until = perf_counter() + PATIENCE
        while not _answers(port):
            if perf_counter() > until or process.poll() is not None:
                raise CommandError("the server does not answer")
            sleep(0.2)
        yield process
    finally:
        process.terminate()
        process.wait()


def _answers(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/data/evidence.csv")  # what a first request loads is loaded then
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def memory_of(process):
    """The most memory that the server's worker has had so far, in words; on Linux only."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        return "not known"
    status = Path(f"/proc/{children.read_text().split()[0]}/status").read_text()
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return f"{int(peak) / 1024:,.0f} MB"
