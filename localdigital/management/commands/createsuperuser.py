"""In place of Django's command: there are no superusers here, as what each may do is what their roles say."""

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Says which command to use: there are no superusers."

    def add_arguments(self, parser):
        parser.add_argument("anything", nargs="*")

    def handle(self, **options):
        raise CommandError("There are no superusers here. Use: manage.py create_administrator NAME EMAIL")
