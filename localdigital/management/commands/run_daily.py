from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from localdigital.daily import DailyFailed, morning_of, run_every_app


class Command(BaseCommand):
    help = "Do what time asks for: announce and delete what is past its time. Running it twice does no more."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="DATE", help="as if today were that date, like 2027-01-31")

    def handle(self, on=None, **options):
        now = timezone.now()
        if on:
            try:
                now = morning_of(on)
            except ValueError as error:
                raise CommandError(f"--on {on}: it must be a date like 2027-01-31") from error
        try:
            for what, how_many in run_every_app(now).items():
                self.stdout.write(f"{how_many:6} {what}")
        except DailyFailed as error:
            raise CommandError(f"Not all was done: {error}. The log says why.") from error
