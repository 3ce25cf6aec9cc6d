from django.core.management.base import BaseCommand

from signatories.first_signature import load_first_signature


class Command(BaseCommand):
    help = "Record the signed declaration of Bromsgrove and Redditch, 9 November 2018, unless it is there."

    def handle(self, **options):
        signature, made = load_first_signature()
        self.stdout.write(f"{signature.reference}: {'recorded and published' if made else 'is there already'}")
