"""Write down anew the words of all public case studies, as the search compares them."""

from django.core.management.base import BaseCommand

from programme.case_studies import search
from programme.models import CaseStudy


class Command(BaseCommand):
    help = "Writes down the words of public case studies anew: after a release that compares words otherwise."

    def handle(self, *args, **options):
        studies = CaseStudy.objects.published().prefetch_related("links")
        search.index(studies)
        self.stdout.write(f"Case studies that can be found by their words: {len(studies)}")
