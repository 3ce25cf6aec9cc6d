from django.core.management.base import BaseCommand
from django.db import transaction

from commitments import search
from commitments.models import Commitment, KnownWord, SearchText
from localdigital.models import RegisterVersion

BATCH = 500


class Command(BaseCommand):
    help = (
        "Write down the words of every published commitment anew, for the search. Needed after organisations were "
        "renamed by an import or in the admin, and after a new release that reads words differently."
    )

    def handle(self, **options):
        published = Commitment.objects.exclude(published_at=None).order_by("pk")
        with transaction.atomic():
            SearchText.objects.exclude(commitment__in=published.values("pk")).delete()
            KnownWord.objects.all().delete()
            total, last = 0, 0
            while batch := list(published.filter(pk__gt=last).only("pk")[:BATCH]):
                search.index(batch)
                total, last = total + len(batch), batch[-1].pk
            RegisterVersion.bump()
        if options["verbosity"]:
            self.stdout.write(f"{total} commitment{'' if total == 1 else 's'} can be found")
