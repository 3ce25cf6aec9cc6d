"""What is past its time goes, as the privacy notice promises: tried without doing it, then done."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from commitments import daily as commitments_daily
from commitments.models import ProgressUpdate
from commitments.models.importing import Import, ImportRow
from localdigital import daily, links, mail
from localdigital.daily import apply_retention_everywhere, run_every_app
from localdigital.models import AuditEvent, QueuedEmail, RateLimit, TeamNote
from programme.follow.following import CONFIRMED_WITHIN, ask
from programme.follow.subjects import EVERYTHING
from signatories import daily as signatories_daily
from signatories import emails
from signatories.models import Person
from signatories.models.signature import Status
from tests.factories import make_access, make_person, make_signature, make_update
from tests.localdigital.test_information_pages import text_of
from tests.programme.factories import make_case_study

pytestmark = pytest.mark.django_db


def in_days(number):
    return timezone.now() + timedelta(days=number)


def fill():
    """Something of everything that goes in 92 days, each of it told in time where somebody must be told."""
    for name, status in [
        ("Trumpton", Status.DRAFT),
        ("Chigley", Status.REJECTED),
        ("Camberwick Green", Status.AWAITING_SIGN_OFF),
    ]:
        make_signature(name, status=status)
    commitment = make_signature("Pippin Fort", preparer=make_person("Officer Dibble")).commitments.get()
    make_update(commitment, status="draft", proposer=make_person("Officer Dibble"))
    make_access(make_person("Officer Dibble"), "Pippin Fort")
    make_case_study("Drains", "Pippin Fort", status="draft", proposer=make_person("Officer Dibble"))
    emails.sign_in(make_person("Windy Miller"))
    make_person("Mrs Honeyman")
    Person.objects.filter(name="Mrs Honeyman").update(role_ended_at=in_days(-400))
    links.make("sign-in", person_id=1)
    RateLimit.objects.create(key="1", count=1, ends_at=in_days(1))
    AccessAttempt.objects.create(username="x", failures_since_start=1)
    Session.objects.create(session_key="x", session_data="", expire_date=in_days(1))
    TeamNote.objects.create(about_type="signatories.signature", about_id=99999, text="They rang")
    source = Import.objects.create(sheet="signatures", file_name="paper.xlsx")
    ImportRow.objects.create(source=source, number=1, first=1, key="1", cells={"signed by": "Windy Miller"})
    apply_retention_everywhere(in_days(77))  # the warnings
    ask("reader@example.com", EVERYTHING, now=in_days(80))
    return in_days(92)


def everything():
    """Every row of every table, as it is now."""
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    }


def test_a_dry_run_says_what_the_real_one_does_and_changes_nothing(mailoutbox):
    day = fill()
    before = everything()
    said = apply_retention_everywhere(day, dry_run=True)
    assert everything() == before
    assert mail.deliver() >= 0
    assert apply_retention_everywhere(day) == said
    nothing = {what for what, how_many in said.items() if not how_many}
    # Nothing is due to be announced on this day, and what was told of 15 days ago goes.
    assert nothing <= {"deletions announced", "their deletions announced", "the deletions of these announced",
                       "limits forgotten", "links deleted", "failed sign-ins forgotten", "sessions ended",
                       "notes about what was deleted", "sign-offs lapsed", "people forgotten"}  # fmt: skip


def test_each_kind_goes_and_a_second_run_finds_nothing():
    before = AuditEvent.objects.count()
    day = fill()
    done = apply_retention_everywhere(day)
    assert done["documents deleted"] == 2
    assert done["unfinished reports and changes deleted"] == 1
    assert done["imported spreadsheets erased"] == 1
    assert ImportRow.objects.get().cells == {}
    assert not ProgressUpdate.objects.exists()
    assert AuditEvent.objects.count() > before
    again = apply_retention_everywhere(day)
    assert set(again.values()) == {0}, again


def test_the_whole_day_is_retention_and_then_the_rest_each_once():
    day = fill()
    retention = apply_retention_everywhere(day, dry_run=True)
    whole = run_every_app(day)
    assert {what: whole[what] for what in retention} == retention
    assert set(whole) - set(retention) >= {"partners asked", "organisations reminded to report"}


def test_notes_about_what_was_deleted_go_and_others_stay():
    kept = make_signature("Trumpton")
    for pk in (kept.pk, 99999):
        TeamNote.objects.create(about_type="signatories.signature", about_id=pk, text="They rang")
    assert apply_retention_everywhere(timezone.now())["notes about what was deleted"] == 1
    assert TeamNote.objects.get().about_id == kept.pk


def test_the_command_tries_and_does(capsys):
    emails.sign_in(make_person())
    on = str(in_days(91).date())
    call_command("apply_retention", on=on, dry_run=True)
    said = capsys.readouterr().out
    assert "1 emails erased" in said
    assert "Nothing was changed" in said
    assert QueuedEmail.objects.get().to_address
    call_command("apply_retention", on=on)
    assert "Nothing was changed" not in capsys.readouterr().out
    assert not QueuedEmail.objects.get().to_address
    with pytest.raises(CommandError, match="it must be a date like"):
        call_command("apply_retention", on="soon")


def days(span):
    return f"{span.days} days"


@pytest.mark.parametrize(
    ("row", "period"),
    [
        ("Drafts and returned declarations, reports, changes", days(signatories_daily.KEPT_UNTOUCHED)),
        ("Drafts and returned declarations, reports, changes", days(commitments_daily.KEPT_UNTOUCHED)),
        ("Drafts and returned declarations, reports, changes", f"{days(signatories_daily.ANNOUNCED_BEFORE)} before"),
        ("Drafts and returned declarations, reports, changes", f"{days(commitments_daily.ANNOUNCED_BEFORE)} before"),
        ("Rejected declarations", days(signatories_daily.KEPT_UNTOUCHED)),
        ("Declarations waiting to be signed", days(signatories_daily.SIGNED_WITHIN)),
        ("Emails that the service sends", days(daily.BODIES_KEPT)),
        ("Links that let you in by email", days(daily.LINKS_KEPT)),
        ("What you follow by email", days(CONFIRMED_WITHIN)),
        ("Spreadsheets of what was signed on paper", days(commitments_daily.IMPORTS_KEPT)),
        ("Failed attempts of the team to sign in", f"{daily.FAILURES_KEPT // timedelta(hours=1)} hours"),
        ("Names, job titles and email addresses of people", f"{signatories_daily.PEOPLE_KEPT.days // 30} months"),
    ],
)
def test_the_privacy_notice_says_the_period_that_the_code_keeps(client, row, period):
    kept = text_of(client.get("/privacy/")).split(f"{row}", 1)[1][:260]
    assert period in kept
