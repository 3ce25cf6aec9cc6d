from django.core.management.base import BaseCommand

from localdigital import mail


class Command(BaseCommand):
    help = "Send the emails that wait in the outbox; for cron where no gunicorn worker sends them."

    def handle(self, **options):
        total = 0
        while sent := mail.deliver():
            total += sent
        self.stdout.write(f"{total} sent")
