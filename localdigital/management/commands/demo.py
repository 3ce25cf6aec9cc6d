"""The whole register on this computer, with real data and invented visitors: `manage.py demo [ADDRESS:PORT]`."""

import os
import re
import secrets
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from localdigital import team
from localdigital.management.commands.build_frontend import build
from localdigital.roles import MODERATOR, ROLES

USERNAME = MODERATOR.lower()  # the first of them, by which the demo knows a database of its own
OTHERS = [role.lower() for role in ROLES if role != MODERATOR]
GUNICORN = Path(settings.BASE_DIR) / "localdigital" / "gunicorn.conf.py"


class Command(BaseCommand):
    help = "Set up and serve the register with real data. Data is kept from run to run."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", metavar="ADDRESS:PORT")
        parser.add_argument("--reset", action="store_true", help="delete the demo's data and start anew")
        parser.add_argument("--no-serve", action="store_true", help="set up only")

    def handle(self, *, address, reset, no_serve, **options):
        if not settings.DEMO:
            raise CommandError("The demo runs in demo mode only: unset REGISTER_MODE")
        host, port = self._read(address)
        here = f"http://{'127.0.0.1' if host in ('0.0.0.0', '') else host}:{port}"  # noqa: S104
        settings.SITE_URL = here  # the emails written below lead to where it will be served
        self._step("Building the style sheets and scripts", lambda: build(if_missing=True, say=self._say))
        self._refuse_a_real_register()
        if reset:
            self._step("Deleting the old data", self._reset)
        self._step("Preparing the database", lambda: call_command("migrate", verbosity=0))
        self._step("Loading 450 organisations", lambda: call_command("import_organisations", stdout=self.stdout))
        self._step("Loading the Declaration", lambda: call_command("load_declaration", stdout=self.stdout))
        self._step("Loading the first signature", lambda: call_command("load_first_signature", stdout=self.stdout))
        self._step("Inventing councils", lambda: call_command("load_demo_signatures", stdout=self.stdout))
        self._step("Loading the fund", lambda: call_command("load_programme", stdout=self.stdout))
        self._step("Inventing what councils share", lambda: call_command("load_demo_programme", stdout=self.stdout))
        password = self._team()
        self.stdout.write(
            f"\nThe register:        {here}/\n"
            f"Its emails:          {here}/demo/mailbox/\n"
            f"The delivery team:   {here}/admin/   user {USERNAME}, password {password}, role {self._role()}\n"
            f"                     or {', '.join(OTHERS)}: a user for each role, with the same password\n"
            "Stop it with Ctrl+C. Run it again to go on, or with --reset to start anew.\n"
        )
        if not no_serve:
            self._serve(host, port, here)

    def _read(self, address):
        found = re.fullmatch(r"(?:(?P<host>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):)?(?P<port>\d{1,5})", address)
        if not found or not 0 < int(found["port"]) < 65536:
            raise CommandError(f"{address}: it must be an address and a port, like 127.0.0.1:8000")
        return found["host"] or "127.0.0.1", found["port"]

    def _say(self, line):
        self.stdout.write(f"   {line}")

    def _step(self, what, action):
        self.stdout.write(self.style.MIGRATE_HEADING(what))
        self.stdout.flush()
        action()

    def _refuse_a_real_register(self):
        """A shell of a deployment has its DATABASE_URL: invented councils must not get into a real register."""
        if not connection.introspection.table_names():
            return
        users = get_user_model()
        real = users._meta.db_table not in connection.introspection.table_names()
        real = real or (users.objects.exists() and not users.objects.filter(username=USERNAME).exists())
        if real:
            raise CommandError("This database was not made by the demo: unset DATABASE_URL, or name an empty database")

    def _reset(self):
        """Forget everything; the audit log refuses to be deleted, so on SQLite the file goes, else the tables."""
        if connection.vendor == "sqlite":
            path = Path(settings.DATABASES["default"]["NAME"])
            connections.close_all()
            for end in ("", "-wal", "-shm"):
                Path(f"{path}{end}").unlink(missing_ok=True)
            return
        with connection.cursor() as cursor:
            ours = [*connection.introspection.django_table_names(only_existing=True), "django_migrations"]
            names = [connection.ops.quote_name(name) for name in ours]
            if names:
                cursor.execute(f"DROP TABLE {', '.join(names)} CASCADE")

    def _team(self):
        """Somebody of the delivery team in each role, whose password this computer remembers."""
        path = settings.VAR_DIR / "demo-password"
        if not path.exists():
            path.write_text(secrets.token_urlsafe(9))
            path.chmod(0o600)
        password = path.read_text()
        users = get_user_model().objects
        for role in ROLES:
            name = role.lower()
            user = users.filter(username=name).first()
            user = user or users.create_user(name, f"{name}@example.gov.uk", password, is_staff=True)
            if not user.groups.exists():
                user.groups.add(Group.objects.get(name=role))
        return password

    def _role(self):
        """What the user that is named may do, as it is: somebody may have changed it."""
        return ", ".join(team.roles_of(get_user_model().objects.get(username=USERNAME))) or "none"

    def _serve(self, host, port, here):
        connections.close_all()
        self.stdout.flush()
        environment = os.environ | {"SITE_URL": here, "BIND": f"{host}:{port}", "WORKERS": "1"}
        if host == "0.0.0.0":  # noqa: S104
            environment["EXTRA_HOSTS"] = "*"
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-c", str(GUNICORN)]
        # In place of this process, so that Ctrl+C and a supervisor's signals reach the server itself.
        os.execve(sys.executable, [*command, "localdigital.wsgi:application"], environment)  # noqa: S606
