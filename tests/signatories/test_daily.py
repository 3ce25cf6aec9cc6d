"""What time alone does: a day, a week, a year passes, as an argument."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from localdigital import links
from localdigital.daily import ERASED, DailyFailed, run_every_app, run_when_due
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail
from signatories import emails
from signatories.daily import KEPT_UNTOUCHED, _delete, untouched
from signatories.models import Organisation, Person, Signatory, Signature
from signatories.models.signature import Status
from signatories.signup import changes, submission
from tests.factories import make_person, make_signature

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.now() + timedelta(days=days)


def subjects():
    return list(QueuedEmail.objects.order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_an_untouched_document_is_announced_once_and_deleted_fourteen_days_later(status):
    signature = make_signature("Trumpton", status=status)
    run_every_app(in_days(75))
    assert subjects() == []
    run_every_app(in_days(77))
    run_every_app(in_days(78))
    [subject] = subjects()
    assert subject.startswith("Your declaration will be deleted on ")
    run_every_app(in_days(90))
    assert Signature.objects.filter(pk=signature.pk).exists()
    done = run_every_app(in_days(92))
    assert done["documents deleted"] == 1
    assert not Signature.objects.filter(pk=signature.pk).exists()
    assert not Signatory.objects.filter(signature_id=signature.pk).exists()
    connection.check_constraints()
    assert AuditEvent.objects.filter(kind="signature.delete_untouched", object_id=signature.pk).count() == 1


def test_a_rejected_document_goes_after_ninety_days_and_nobody_is_mailed_about_it():
    signature = make_signature("Trumpton", status=Status.REJECTED)
    run_every_app(in_days(89))
    assert Signature.objects.filter(pk=signature.pk).exists()
    run_every_app(in_days(91))
    assert subjects() == []
    assert not Signature.objects.filter(pk=signature.pk).exists()


def test_a_change_after_the_warning_keeps_the_document():
    signature = make_signature("Trumpton", status=Status.DRAFT)
    run_every_app(in_days(80))
    Signature.objects.filter(pk=signature.pk).update(changed_at=in_days(85))
    run_every_app(in_days(100))
    assert Signature.objects.filter(pk=signature.pk).exists()
    run_every_app(in_days(85 + 77))
    assert len(subjects()) == 2


def test_a_document_that_its_preparer_changes_at_that_moment_is_kept():
    signature = make_signature("Trumpton", status=Status.DRAFT)
    run_every_app(in_days(77))
    [as_read] = untouched(in_days(92), KEPT_UNTOUCHED)
    Signature.objects.filter(pk=signature.pk).update(changed_at=in_days(92))
    assert _delete(as_read, in_days(92)) == 0
    assert Signature.objects.get(pk=signature.pk).changed_at > in_days(91)


def test_a_paper_draft_is_never_deleted_by_time():
    signature = make_signature("Trumpton", status=Status.DRAFT)
    Signature.objects.filter(pk=signature.pk).update(preparer=None)
    run_every_app(in_days(500))
    run_every_app(in_days(600))
    assert Signature.objects.filter(pk=signature.pk).exists()


def test_nothing_is_deleted_that_was_never_announced_even_when_cron_slept_for_a_year():
    signature = make_signature("Trumpton", status=Status.DRAFT)
    run_every_app(in_days(365))
    assert Signature.objects.filter(pk=signature.pk).exists()
    run_every_app(in_days(365 + 15))
    assert not Signature.objects.filter(pk=signature.pk).exists()


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN, Status.REMOVED, Status.AWAITING_REVIEW])
def test_what_was_published_or_waits_for_us_stays(status):
    signature = make_signature("Trumpton", status=status)
    run_every_app(in_days(800))
    run_every_app(in_days(900))
    assert Signature.objects.get(pk=signature.pk).status == status


def test_a_document_that_nobody_signs_for_sixty_days_is_a_draft_again_and_frees_its_organisation():
    signer = make_person("The Mayor", job_title="Leader")
    signature = make_signature("Trumpton", status=Status.AWAITING_SIGN_OFF, signers=[signer])
    emails.ask_for_sign_off(signature, signer)
    run_every_app(in_days(59))
    assert Signature.objects.get(pk=signature.pk).status == Status.AWAITING_SIGN_OFF
    run_every_app(in_days(61))
    assert Signature.objects.get(pk=signature.pk).status == Status.DRAFT
    assert not signature.signatories.get().live
    assert subjects()[-1].startswith("Your declaration is a draft again")
    assert not EmailedLink.objects.filter(used_at=None, expires_at__gt=in_days(61)).exists()


def test_a_proposed_organisation_goes_with_the_only_document_that_names_it():
    person = make_person()
    make_signature("Trumpton", status=Status.DRAFT, preparer=person)
    signature = changes.start(person)
    changes.propose_organisation(signature, name="Pippin Fort", website="https://pippin-fort.example.gov.uk")
    run_every_app(in_days(80))
    run_every_app(in_days(100))
    assert not Organisation.objects.filter(name="Pippin Fort").exists()
    assert Organisation.objects.filter(name="Trumpton").exists()


def test_email_bodies_are_erased_after_ninety_days_and_links_a_week_past_their_end():
    person = make_person()
    emails.sign_in(person)
    run_every_app(in_days(6))
    assert EmailedLink.objects.count() == 1
    run_every_app(in_days(8))
    assert EmailedLink.objects.count() == 0
    assert QueuedEmail.objects.get().body != ERASED
    run_every_app(in_days(91))
    email = QueuedEmail.objects.get()
    assert (email.body, email.to_address, email.failure) == (ERASED, "", "")


def test_people_are_forgotten_a_year_after_their_last_role_and_not_while_they_have_one():
    stranger, preparer, busy = make_person("Stranger"), make_person("Preparer"), make_person("Busy")
    draft = make_signature("Trumpton", preparer=preparer, status=Status.DRAFT)
    make_signature("Chigley", preparer=busy)
    run_every_app(in_days(1))
    Signature.objects.filter(pk=draft.pk).update(changed_at=in_days(300))
    submission.delete_draft(Signature.objects.get(pk=draft.pk), by=preparer)
    run_every_app(in_days(301))
    run_every_app(in_days(367))
    assert set(Person.objects.all()) == {preparer, busy}
    run_every_app(in_days(301 + 366))
    assert list(Person.objects.all()) == [busy]
    assert not Person.objects.filter(pk=stranger.pk).exists()


def test_someone_who_gets_a_role_again_is_not_forgotten():
    person = make_person()
    run_every_app(in_days(1))
    signature = make_signature("Trumpton", preparer=person)
    run_every_app(in_days(2))
    assert Person.objects.get(pk=person.pk).role_ended_at is None
    assert signature.preparer == person


def test_a_link_of_someone_who_was_forgotten_opens_nothing(client):
    person = make_person()
    link = links.make("sign-in", person_id=person.pk)
    person.delete()
    response = client.post(f"/link/{links.token(link)}/")
    assert response.status_code in (200, 404, 410)
    assert "person" not in client.session


def test_a_draft_that_its_preparer_deletes_leaves_only_the_audit_event():
    signature = make_signature("Trumpton", status=Status.DRAFT)
    changes.propose_organisation(signature, name="Pippin Fort", website="https://pippin-fort.example.gov.uk")
    pk = signature.pk
    submission.delete_draft(signature, by=signature.preparer)
    assert not Organisation.objects.filter(name="Pippin Fort").exists()
    assert not Signature.objects.filter(pk=pk).exists()
    assert AuditEvent.objects.get(object_id=pk).kind == "signature.delete_draft"


def test_the_command_takes_a_date_and_refuses_what_is_none(capsys):
    make_signature("Trumpton", status=Status.DRAFT)
    call_command("run_daily", on=str(in_days(80).date()))
    assert "1 deletions announced" in capsys.readouterr().out
    with pytest.raises(CommandError, match="it must be a date like"):
        call_command("run_daily", on="soon")


def test_of_many_processes_one_runs_it_each_hour(monkeypatch):
    runs = []
    monkeypatch.setattr("localdigital.daily.run_every_app", lambda now: runs.append(now))
    run_when_due()
    run_when_due()
    assert len(runs) == 1


def test_one_part_that_fails_does_not_keep_the_others_from_being_done(monkeypatch):
    def fail(now):
        raise RuntimeError("the disk is full")

    emails.sign_in(make_person())
    monkeypatch.setattr("signatories.daily.apply_retention", fail)
    with pytest.raises(DailyFailed, match="signatories"):
        run_every_app(in_days(91))
    assert QueuedEmail.objects.get().body == ERASED
    with pytest.raises(CommandError, match="Not all was done"):
        call_command("run_daily")
