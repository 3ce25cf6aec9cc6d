"""What a load balancer is told of the register."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from localdigital.models import QueuedEmail
from localdigital.site import health


@pytest.fixture(autouse=True)
def nothing_known_of_migrations():
    health.require_migrations.cache_clear()
    yield
    health.require_migrations.cache_clear()


def queue_email(waited, **fields):
    now = timezone.now()
    number = QueuedEmail.objects.count()
    return QueuedEmail.objects.create(
        message_id=f"<{number}@example>",
        template="test",
        to_address="pugh@trumpton.example.gov.uk",
        subject="Test",
        body="Test",
        queued_at=now - waited,
        give_up_at=now + timedelta(hours=72),
        **fields,
    )


def test_a_living_process_says_ok_without_the_database(client):
    # No django_db mark: a query fails the test.
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"
    assert response["Content-Type"].startswith("text/plain")
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.django_db
def test_a_migrated_register_is_ready(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "oldest_unsent_email_seconds": None}
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.django_db
def test_mail_that_waits_is_told_and_fails_nothing(client):
    queue_email(timedelta(days=2))
    queue_email(timedelta(days=5), sent_at=timezone.now())
    response = client.get("/readyz")
    assert response.status_code == 200
    assert 172_800 <= response.json()["oldest_unsent_email_seconds"] < 172_900


@pytest.mark.django_db
def test_a_register_whose_migrations_are_not_applied_is_not_ready_until_they_are(client):
    applied = MigrationRecorder.Migration.objects.filter(app="commitments").order_by("-pk").first()
    applied.delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "reason": "migrations have not been applied"}
    assert response["Cache-Control"] == "no-store"
    MigrationRecorder(connection).record_applied(applied.app, applied.name)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_ready_process_looks_at_the_migrations_once(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(2):
        client.get("/readyz")


@pytest.mark.django_db
def test_without_a_database_the_register_is_not_ready_and_tells_nothing_of_it(client, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("connection to 10.0.0.7 failed")

    monkeypatch.setattr(connections["default"], "cursor", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "reason": "the database cannot be reached"}
