"""Makes the first user of the delivery team, with the second factor that the admin asks for."""

import getpass
import io
import secrets
import sys

import qrcode
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from localdigital import second_factor
from localdigital.models import AuditEvent, User
from localdigital.roles import ADMINISTRATOR


class Command(BaseCommand):
    help = (
        "Make a user with the role of administrator, a password and a second factor. Prints what an authenticator app "
        "needs, and recovery codes, once."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument(
            "--reset-second-factor",
            action="store_true",
            help="enrol a user that exists again: their old codes stop working, their password stays",
        )

    @transaction.atomic
    def handle(self, *, username, email, password_stdin, reset_second_factor, **options):
        username = User.name_as_kept(username)
        user = User.objects.filter(username=username).first()
        if reset_second_factor:
            if user is None:
                raise CommandError(f"there is no user {username}")
        else:
            if user:
                raise CommandError(f"{username} exists already; to enrol them again use --reset-second-factor")
            if not email:
                raise CommandError("give an email address after the username")
            user = self._make(username, email, password_stdin)
        self._enrol(user)

    def _make(self, username, email, password_stdin):
        user = User(username=username, email=email, is_staff=True)
        password = self._ask_for_password(password_stdin)
        generated = not password
        password = password or secrets.token_urlsafe(15)
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        AuditEvent.record("user.add", user, by=None, roles=[ADMINISTRATOR])
        self.stdout.write(f"{username} can sign in at /admin/.")
        if generated:
            self.stdout.write(f"Password (shown only now): {password}")
        return user

    def _ask_for_password(self, password_stdin):
        """What was typed; blank to have one made."""
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            if not password:
                raise CommandError("standard input held no password")
            return password
        if not sys.stdin.isatty():
            return ""
        password = getpass.getpass("Password (leave blank to have one made): ")
        if password and getpass.getpass("The same again: ") != password:
            raise CommandError("the two passwords differ")
        return password

    def _enrol(self, user):
        second_factor.forget(user)
        app = second_factor.begin(user)
        codes = second_factor.confirm(app, by=None)
        self.stdout.write("\nAdd this to an authenticator app (shown only now):\n")
        self.stdout.write(app.config_url)
        picture = qrcode.QRCode(border=2)
        picture.add_data(app.config_url)
        drawing = io.StringIO()
        picture.print_ascii(out=drawing, invert=True)
        self.stdout.write(drawing.getvalue())
        self.stdout.write("Recovery codes, each good for one sign-in without the app (shown only now):")
        for code in codes:
            self.stdout.write(f"  {code}")
