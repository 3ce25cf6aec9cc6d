from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from programme import topics
from programme.fund import loading as fund


class Command(BaseCommand):
    help = (
        "Add the topics and the real rounds and projects of the fund from the register's own tables. "
        "What is there already is left as it is."
    )

    @transaction.atomic
    def handle(self, **options):
        try:
            topics.load(self.stdout.write)
            fund.load(self.stdout.write)
        except fund.OrganisationsMissing as missing:
            raise CommandError(f"{missing}. Run import_organisations first") from missing
