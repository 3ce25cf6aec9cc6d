"""Add and update organisations from a table."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from signatories import organisation_import, organisation_table


class Command(BaseCommand):
    help = (
        "Add and update organisations, by code, from a CSV table (the register's own unless FILE is given). "
        "An empty cell keeps the value that is there; if one row is bad, every bad row is told and nothing changes."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=organisation_table.OUR_TABLE, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, file, dry_run, verbosity, **options):
        try:
            with file.open("rb") as content:
                table = organisation_table.read(content)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        try:
            report = organisation_import.apply(table, dry_run=dry_run)
        except organisation_import.TableRefused as refused:
            for problem in refused.problems:
                self.stderr.write(f"{file.name}, {problem}")
            raise CommandError(f"Nothing was imported: {len(refused.problems)} to put right") from refused
        if dry_run or verbosity > 1:
            for change in [*report.added, *report.changed]:
                self.stdout.write(f"would {change}" if dry_run else str(change))
        self.stdout.write(f"{'Would be: ' if dry_run else 'Organisations: '}{report}")
