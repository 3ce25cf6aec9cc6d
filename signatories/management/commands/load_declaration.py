"""Put the five principles and the first version of the Declaration in the register."""

from django.core.management.base import BaseCommand, CommandError

from signatories import declaration_texts


class Command(BaseCommand):
    help = (
        "Load the principles and the 2018 Declaration from the register's own files, and publish it. "
        "Principles become what the files say; a version that is published already is left as it is."
    )

    def handle(self, **options):
        changed = declaration_texts.load_principles()
        self.stdout.write(f"Principles: {len(changed)} changed")
        try:
            declaration, differences = declaration_texts.load_version()
        except declaration_texts.CannotBePublished as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Declaration {declaration.version}: published {declaration.published_at:%d %B %Y}")
        if differences:
            self.stderr.write(
                f"It differs from our files in {', '.join(differences)}. "
                "A published version never changes: it is left as it is."
            )
