from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commitments.reminders import send_reminders
from localdigital.daily import morning_of


class Command(BaseCommand):
    help = "Remind organisations' people to report on their commitments. Running it twice on a day sends no more."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say who would be reminded, and do nothing")
        parser.add_argument("--on", metavar="DATE", help="as if today were that date, like 2027-01-31")

    def handle(self, on=None, dry_run=False, **options):
        try:
            now = morning_of(on) if on else timezone.now()
        except ValueError as error:
            raise CommandError(f"--on {on}: it must be a date like 2027-01-31") from error
        letters = send_reminders(now=now, dry_run=dry_run)
        for letter in letters:
            of_what = counted(len(letter.wanted), "commitment")
            self.stdout.write(f"{letter.organisation}: {of_what}, to {counted(len(letter.people), 'person', 'people')}")
        emails = counted(sum(len(letter.people) for letter in letters), "email")
        sent = "would be sent" if dry_run else "sent"
        self.stdout.write(f"{emails} to {counted(len(letters), 'organisation')} {sent}")


def counted(number, one, many=None):
    """1 email, 2 emails."""
    return f"{number} {one if number == 1 else many or one + 's'}"
