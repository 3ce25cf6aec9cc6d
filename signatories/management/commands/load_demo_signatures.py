from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from signatories.demo_signatures import load_reporting_signature, load_waiting_signatures


class Command(BaseCommand):
    help = "Add two invented declarations that wait for review and one whose council reports. Only in the demo."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError("Invented councils have no place in a real register: this is for the demo only")
        made = load_waiting_signatures()
        self.stdout.write(f"Waiting for review: {', '.join(made) or 'nothing new'}")
        reporting = load_reporting_signature()
        self.stdout.write(f"Reporting on its commitment: {reporting or 'nothing new'}")
