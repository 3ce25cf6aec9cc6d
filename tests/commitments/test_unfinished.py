"""What a council begins and does not send in: announced after 76 days, deleted after 90; what is finished stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments.models import Commitment, Evidence, ProgressUpdate, Revision
from commitments.models import Status as Sent
from localdigital.daily import run_every_app
from localdigital.models import AuditEvent, QueuedEmail
from signatories.models import Access, Person
from signatories.models.signature import Status
from tests.factories import make_access, make_commitment, make_person, make_signature, make_update

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.now() + timedelta(days=days)


def subjects():
    return list(QueuedEmail.objects.order_by("pk").values_list("subject", flat=True))


def begun(kind, status=Sent.DRAFT):
    """An unfinished update, changed text or added commitment, with the words that an email has for it."""
    commitment = make_signature().commitments.get()
    make_access(make_person(), "Trumpton")
    if kind is ProgressUpdate:
        update = make_update(commitment, status=status, evidence=[("Our code", "https://example.gov.uk/", "code")])
        return update, "progress update"
    if kind is Revision:
        change = Revision.of(commitment, proposer=make_person(), status=status)
        change.save()
        return change, "changed text"
    added = make_commitment(
        commitment.signature, status=status, published_at=None, added_at=timezone.now(), proposer=make_person()
    )
    return added, "new commitment"


KINDS = pytest.mark.parametrize("kind", [ProgressUpdate, Revision, Commitment])


@KINDS
@pytest.mark.parametrize("status", [Sent.DRAFT, Sent.RETURNED])
def test_what_is_not_sent_in_is_announced_once_and_deleted_fourteen_days_later(kind, status):
    thing, words = begun(kind, status)
    run_every_app(in_days(75))
    assert subjects() == []
    run_every_app(in_days(77))
    run_every_app(in_days(78))
    [subject] = subjects()
    assert subject.startswith(f"Your {words} will be deleted on ")
    run_every_app(in_days(90))
    assert kind.objects.filter(pk=thing.pk).exists()
    assert run_every_app(in_days(92))["unfinished reports and changes deleted"] == 1
    assert not kind.objects.filter(pk=thing.pk).exists()
    assert Evidence.objects.count() == 0
    assert Commitment.objects.count() == 1
    log = AuditEvent.objects.about(thing).values_list("kind", flat=True)
    name = kind._meta.verbose_name.replace(" ", "_")
    assert list(log) == [f"{name}.announce_deletion", f"{name}.delete_untouched"]


@KINDS
def test_a_change_after_the_announcement_keeps_it_and_it_is_announced_anew(kind):
    thing, _ = begun(kind)
    run_every_app(in_days(77))
    kind.objects.filter(pk=thing.pk).update(changed_at=in_days(80))
    run_every_app(in_days(92))
    assert kind.objects.filter(pk=thing.pk).exists()
    run_every_app(in_days(157))
    assert len(subjects()) == 2
    run_every_app(in_days(172))
    assert not kind.objects.filter(pk=thing.pk).exists()


@KINDS
def test_nothing_is_deleted_that_was_announced_late(kind):
    thing, _ = begun(kind)
    run_every_app(in_days(200))
    run_every_app(in_days(213))
    assert kind.objects.filter(pk=thing.pk).exists()
    run_every_app(in_days(215))
    assert not kind.objects.filter(pk=thing.pk).exists()


@KINDS
def test_what_somebody_began_who_is_not_known_any_more_is_deleted_unannounced(kind):
    thing, _ = begun(kind)
    kind.objects.filter(pk=thing.pk).update(proposer=None)
    run_every_app(in_days(91))
    assert not kind.objects.filter(pk=thing.pk).exists()
    assert subjects() == []


@KINDS
def test_what_somebody_began_whose_access_ended_is_deleted_without_an_email(kind):
    thing, _ = begun(kind)
    Access.objects.update(ended_at=timezone.now())
    make_access(thing.proposer, "Chigley")
    run_every_app(in_days(77))
    assert kind.objects.filter(pk=thing.pk).exists()
    run_every_app(in_days(91))
    assert not kind.objects.filter(pk=thing.pk).exists()
    assert not any("will be deleted" in subject for subject in subjects())


@pytest.mark.parametrize("status", [Sent.AWAITING_REVIEW, Sent.PUBLISHED, Sent.REMOVED])
def test_what_was_sent_in_stays(status):
    commitment = make_signature().commitments.get()
    update = make_update(commitment, status=status, published_at=timezone.now())
    Person.objects.update(email=None)
    assert run_every_app(in_days(300))["unfinished reports and changes deleted"] == 0
    assert ProgressUpdate.objects.filter(pk=update.pk).exists()


def test_the_commitments_of_an_unsigned_document_go_with_it_and_not_by_themselves():
    signature = make_signature(status=Status.AWAITING_REVIEW)
    run_every_app(in_days(200))
    run_every_app(in_days(220))
    assert signature.commitments.count() == 1
