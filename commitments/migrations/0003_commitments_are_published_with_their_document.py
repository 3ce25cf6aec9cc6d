"""Commitments have a status of their own now: those of documents that were published are published."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

PUBLISHED_AT_SOME_TIME = ["published", "withdrawn", "removed"]


def publish_with_documents(apps, schema_editor):
    commitment, signature = apps.get_model("commitments", "Commitment"), apps.get_model("signatories", "Signature")
    published_at = signature.objects.filter(pk=OuterRef("signature")).values("published_at")[:1]
    public = commitment.objects.filter(signature__status__in=PUBLISHED_AT_SOME_TIME)
    public.update(status="published", published_at=Subquery(published_at))


class Migration(migrations.Migration):
    dependencies = [("commitments", "0002_progress_and_changes"), ("signatories", "0002_access_and_asking")]

    operations = [migrations.RunPython(publish_with_documents, migrations.RunPython.noop)]
