from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from localdigital.daily import DailyFailed, apply_retention_everywhere, morning_of


class Command(BaseCommand):
    help = "Delete and forget what is past its time, as the privacy notice promises. Running it twice does no more."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say how many of each would go, and keep them")
        parser.add_argument("--on", metavar="DATE", help="as if today were that date, like 2027-01-31")

    def handle(self, on=None, dry_run=False, **options):
        try:
            now = morning_of(on) if on else timezone.now()
        except ValueError as error:
            raise CommandError(f"--on {on}: it must be a date like 2027-01-31") from error
        try:
            for what, how_many in apply_retention_everywhere(now, dry_run=dry_run).items():
                self.stdout.write(f"{how_many:6} {what}")
        except DailyFailed as error:
            raise CommandError(f"Not all was done: {error}. The log says why.") from error
        if dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")
