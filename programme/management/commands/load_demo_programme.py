from importlib import import_module
from pkgutil import iter_modules

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from programme import demo


class Command(BaseCommand):
    help = "Add invented case studies, outputs, events and offers of help. Only in the demo."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError("Invented councils have no place in a real register: this is for the demo only")
        for part in sorted(iter_modules(demo.__path__), key=lambda one: one.name):
            import_module(f"{demo.__name__}.{part.name}").load()
