"""Who is reminded to report, of what, on which occasion; and that nobody is reminded of the same twice."""

import re
from datetime import datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import Adoption, Commitment, Reminder
from commitments.models import Status as Sent
from commitments.reminders import reasons_for, send_reminders
from localdigital.daily import run_every_app
from localdigital.models import EmailedLink, QueuedEmail
from signatories import moderation
from signatories.models import Access
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_update

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def day(number):
    return TODAY + timedelta(days=number)


def noon(number=0):
    return timezone.make_aware(datetime.combine(day(number), time(12)))


def remind(number=0, **options):
    """Run the reminders of that day; how many organisations were mailed."""
    return len(send_reminders(now=noon(number), **options))


def promise(*councils, due=None, heard=0, **fields):
    """A commitment of these councils, each with somebody who reports; `due` and `heard` in days from today."""
    signature = make_signature(*councils or ["Trumpton"], commitments=0)
    for signatory in signature.signatories.all():
        person = make_person(
            f"Officer of {signatory.organisation.name}", at=f"{signatory.organisation.slug}.example.uk"
        )
        make_access(person, signatory.organisation)
    due_on = None if due is None else day(due)
    return make_commitment(signature, due_on=due_on, **{"asked_on": day(heard), **fields})


def occasions():
    return list(Reminder.objects.order_by("sent_on", "pk").values_list("occasion", flat=True))


def subjects():
    return list(QueuedEmail.objects.order_by("pk").values_list("subject", flat=True))


def last_body():
    return QueuedEmail.objects.latest("pk").body


class TestOccasions:
    @pytest.mark.parametrize(("due", "expected"), [(31, 0), (30, 1), (1, 1)])
    def test_a_commitment_is_reminded_of_from_thirty_days_before_it_is_due(self, due, expected):
        promise(due=due)
        assert remind() == expected
        assert occasions() == [f"due-soon:{day(due)}"] * expected

    def test_on_the_due_date_and_until_that_was_sent(self):
        commitment = promise(due=0)
        assert remind() == 1
        assert occasions() == [f"due:{commitment.due_on}"]
        assert "It is due today" in last_body()

    def test_the_due_date_that_was_missed_is_made_up_for(self):
        promise(due=0)
        assert remind(5) == 1
        assert occasions() == [f"due:{day(0)}"]
        assert "It was due on" in last_body()
        assert [remind(number) for number in range(5, 89)] == [0] * 84

    @pytest.mark.parametrize(("days", "number"), [(89, None), (90, 1), (179, 1), (180, 2), (400, 4)])
    def test_every_ninety_days_without_an_update_only_the_newest_counts(self, days, number):
        commitment = promise(heard=-days)
        assert remind() == (1 if number else 0)
        assert occasions() == ([f"quiet:{commitment.asked_on}:{number}"] if number else [])

    def test_every_ninety_days_again(self):
        promise(heard=0)
        assert [number for number in range(366) if remind(number)] == [90, 180, 270, 360]

    def test_all_reasons_of_one_commitment_are_told_together_the_most_urgent_first(self):
        commitment = promise(due=-1, heard=-100, updated_on=day(-95))
        assert remind() == 1
        assert sorted(occasions()) == [f"due:{day(-1)}", f"quiet:{day(-95)}:1"]
        body = last_body()
        assert body.index("It was due on") < body.index("Nobody has reported on it since")
        assert body.count(commitment.title) == 1
        assert remind(14) == 0

    def test_a_commitment_that_nobody_was_asked_about_yet_is_not_quiet(self):
        commitment = promise(heard=0)
        Commitment.objects.filter(pk=commitment.pk).update(asked_on=None)
        assert remind(400) == 0

    @pytest.mark.parametrize("stage", ["delivered", "stopped"])
    def test_nothing_is_expected_of_one_that_is_over(self, stage):
        promise(due=-1, heard=-100, stage=stage)
        assert remind() == 0

    def test_reasons_need_no_database(self, django_assert_num_queries):
        commitment = promise(due=0)
        commitment.said_at = None
        with django_assert_num_queries(0):
            assert [reason.kind for reason in reasons_for(commitment, TODAY)] == ["due"]


class TestOneEmail:
    def test_all_that_an_organisation_has_to_report_is_in_one_email_the_most_urgent_first(self):
        first = promise(due=10, title="Soon")
        make_commitment(first.signature, title="Quiet", due_on=None, asked_on=day(-90))
        make_commitment(first.signature, title="Late", due_on=day(-3))
        make_commitment(first.signature, title="Later", due_on=day(-20))
        make_commitment(first.signature, title="Not yet", due_on=day(60))
        assert remind() == 1
        [email] = QueuedEmail.objects.all()
        assert email.subject == "Report on 4 commitments of Trumpton Borough Council"
        assert re.findall(r"^(Soon|Quiet|Late|Later|Not yet)$", email.body, re.M) == ["Later", "Late", "Soon", "Quiet"]
        assert Reminder.objects.count() == 4

    def test_each_of_its_people_gets_one_with_links_of_their_own_that_open_the_form(self, client):
        commitment = promise(due=0)
        colleague = make_person("Mr Munnings")
        make_access(colleague, "Trumpton")
        assert remind() == 1
        assert QueuedEmail.objects.count() == EmailedLink.objects.count() == 2
        for email in QueuedEmail.objects.prefetch_related("links"):
            [link] = email.links.all()
            assert (link.purpose, link.object_id) == ("report", commitment.pk)
            assert link.placeholder in email.body
        assert EmailedLink.objects.filter(person_id=colleague.pk).count() == 1

    def test_its_link_signs_in_and_leads_to_the_report(self, client, outbox_text):
        commitment = promise(due=0)
        remind()
        [(_, _, body)] = outbox_text()
        path = re.search(r"Report: http\S+?(/link/\S+)", body)[1]
        answer = client.post(path)
        assert answer.url == f"/account/commitments/{commitment.pk}/report/"
        assert client.get(answer.url).status_code == 200

    def test_each_organisation_of_a_joint_one_is_mailed(self):
        promise("Trumpton", "Chigley", due=0)
        assert remind() == 2
        assert Reminder.objects.count() == QueuedEmail.objects.count() == 2

    def test_somebody_with_two_organisations_gets_one_email_for_each(self):
        promise("Trumpton", due=0)
        promise("Chigley", due=0)
        both = make_person("Mr Munnings")
        make_access(both, "Trumpton")
        make_access(both, "Chigley")
        assert remind() == 2
        assert QueuedEmail.objects.filter(to_address=both.email).count() == 2


class TestFortnight:
    def test_an_organisation_is_mailed_at_most_once_in_fourteen_days_and_what_waits_goes_then(self):
        first = promise(due=0)
        make_commitment(first.signature, title="Next", due_on=day(1), asked_on=day(0))
        Reminder.objects.create(
            organisation=make_organisation(), commitment=first, occasion="due-soon:x", sent_on=day(-1)
        )
        assert [number for number in range(30) if remind(number)] == [13]
        assert occasions()[1:] == [f"due:{day(0)}", f"due:{day(1)}"]

    def test_what_waits_falls_away_when_somebody_reports_meanwhile(self):
        first = promise(due=0)
        assert remind() == 1
        other = make_commitment(first.signature, title="Next", due_on=day(1), asked_on=day(0))
        make_update(other, reported_on=day(2), published_at=noon(2))
        assert [remind(number) for number in range(1, 60)] == [0] * 59

    def test_what_waits_falls_away_when_it_is_not_due_soon_any_more(self):
        first = promise(due=0)
        other = make_commitment(first.signature, title="Next", due_on=day(31), asked_on=day(0))
        assert remind() == 1
        Commitment.objects.filter(pk=other.pk).update(due_on=day(70))
        assert [number for number in range(1, 60) if remind(number)] == [40]

    def test_a_month_that_nobody_ran_it_is_made_up_for_in_one_email(self):
        first = promise(due=0)
        make_commitment(first.signature, title="Next", due_on=day(7))
        make_commitment(first.signature, title="Quiet", due_on=None, asked_on=day(-300))
        assert remind(30) == 1
        assert QueuedEmail.objects.count() == 1
        assert sorted(occasions()) == sorted([f"due:{day(0)}", f"due:{day(7)}", f"quiet:{day(-300)}:3"])
        assert remind(31) == remind(44) == 0


class TestSilence:
    def test_a_published_update_starts_the_ninety_days_anew(self):
        commitment = promise(heard=-90)
        make_update(commitment, reported_on=day(0), published_at=noon(0))
        assert [number for number in range(0, 200) if remind(number)] == [90, 180]

    def test_saying_that_nothing_changed_does_too(self):
        commitment = promise(heard=-90)
        make_update(commitment, kind="no-change", stage="", reported_on=day(0), published_at=noon(0))
        assert remind() == 0

    @pytest.mark.parametrize("due", [0, 30])
    def test_an_update_on_the_very_day_answers_for_it(self, due):
        commitment = promise(due=due)
        make_update(commitment, reported_on=day(0), published_at=noon(0))
        assert remind() == remind(1) == 0

    def test_an_update_on_an_earlier_day_does_not_answer_for_the_due_date(self):
        commitment = promise(due=0)
        make_update(commitment, reported_on=day(-2), published_at=noon(-1))
        assert remind() == 1

    def test_an_old_update_published_today_answers_for_everything_until_today(self):
        commitment = promise(due=-5, heard=-200)
        make_update(commitment, reported_on=day(-150), published_at=noon(0))
        assert remind() == 0

    def test_an_update_that_was_taken_off_the_register_answers_for_nothing(self):
        commitment = promise(due=0)
        make_update(commitment, status=Sent.REMOVED, published_at=noon(0))
        assert remind() == 1

    def test_nobody_is_reminded_while_an_update_awaits_review_and_is_when_it_comes_back(self):
        commitment = promise(due=0)
        update = make_update(commitment, status=Sent.AWAITING_REVIEW)
        assert remind() == remind(3) == 0
        type(update).objects.filter(pk=update.pk).update(status=Sent.RETURNED)
        assert remind(4) == 1

    def test_a_moved_due_date_has_reminders_of_its_own(self):
        commitment = promise(due=0)
        assert remind() == 1
        Commitment.objects.filter(pk=commitment.pk).update(due_on=day(50))
        assert [number for number in range(1, 80) if remind(number)] == [20, 50]
        assert occasions() == [f"due:{day(0)}", f"due-soon:{day(50)}", f"due:{day(50)}"]


class TestWhoIsAsked:
    def test_an_organisation_without_people_gets_it_when_they_come(self):
        commitment = promise(due=0)
        Access.objects.update(ended_at=timezone.now())
        assert remind() == 0
        assert Reminder.objects.count() == 0
        make_access(make_person("Mr Munnings"), "Trumpton")
        assert remind(20) == 1
        assert occasions() == [f"due:{commitment.due_on}"]

    def test_somebody_whose_address_is_not_known_any_more_is_nobody(self):
        promise(due=0)
        person = Access.objects.get().person
        type(person).objects.filter(pk=person.pk).update(email=None)
        assert remind() == 0
        assert Reminder.objects.count() == 0

    def test_an_organisation_is_not_reminded_after_its_last_day(self):
        commitment = promise(due=0)
        organisation = make_organisation("Trumpton")
        organisation.ends_on = day(3)
        organisation.save()
        assert remind(4) == 0
        assert remind(3) == 1
        assert Reminder.objects.get().commitment == commitment

    def test_a_joint_signatory_that_withdrew_is_not_reminded_and_the_other_is(self, moderator):
        commitment = promise("Trumpton", "Chigley", due=0)
        one = commitment.signature.signatories.get(organisation__name="Trumpton")
        moderation.withdraw_signatory(one, by=moderator, note="They asked for it")
        assert remind() == 1
        assert Reminder.objects.get().organisation.name == "Chigley"

    def test_a_withdrawn_document_is_not_reminded_of(self, moderator):
        commitment = promise(due=0)
        moderation.withdraw(commitment.signature, by=moderator, note="They asked for it")
        assert remind() == 0

    def test_a_successor_that_adopted_it_is_reminded(self):
        commitment = promise(due=0)
        old, new = make_organisation("Trumpton"), make_organisation("Chigley")
        old.ends_on = day(-10)
        old.save()
        Adoption.objects.create(commitment=commitment, organisation=new)
        assert remind() == 0
        make_access(make_person("Mr Munnings"), new)
        assert remind() == 1
        assert Reminder.objects.get().organisation == new


class TestAgain:
    def test_a_second_run_on_a_day_sends_nothing_more(self):
        promise("Trumpton", "Chigley", due=0)
        assert remind() == 2
        assert remind() == 0
        assert QueuedEmail.objects.count() == 2

    def test_what_cannot_be_written_is_not_half_done(self, monkeypatch):
        promise(due=0)
        monkeypatch.setattr(QueuedEmail.objects, "bulk_create", lambda rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            remind()
        monkeypatch.undo()
        assert Reminder.objects.count() == EmailedLink.objects.count() == 0
        assert remind() == 1

    def test_the_daily_run_sends_them_and_says_how_many(self):
        promise(due=0)
        assert run_every_app(noon())["organisations reminded to report"] == 1
        assert subjects() == ["Report on “Answer the phone with a bot”"]
        assert run_every_app(noon())["organisations reminded to report"] == 0


class TestCommand:
    def run(self, *arguments):
        said = StringIO()
        call_command("send_reminders", *arguments, stdout=said)
        return said.getvalue()

    def test_says_what_goes_to_whom_but_no_address(self):
        promise("Trumpton", due=0)
        make_access(make_person("Mr Munnings"), "Trumpton")
        said = self.run()
        assert said.splitlines() == [
            "Trumpton Borough Council: 1 commitment, to 2 people",
            "2 emails to 1 organisation sent",
        ]
        assert QueuedEmail.objects.count() == 2
        assert self.run() == "0 emails to 0 organisations sent\n"

    def test_a_dry_run_says_the_same_and_does_nothing(self):
        promise("Trumpton", "Chigley", due=20)
        said = self.run("--dry-run", "--on", str(day(20)))
        assert said.splitlines() == [
            "Trumpton Borough Council: 1 commitment, to 1 person",
            "Chigley Borough Council: 1 commitment, to 1 person",
            "2 emails to 2 organisations would be sent",
        ]
        assert Reminder.objects.count() == QueuedEmail.objects.count() == EmailedLink.objects.count() == 0

    def test_a_date_in_words_is_that_day(self):
        promise(due=0)
        self.run("--on", str(day(3)))
        assert Reminder.objects.get().sent_on == day(3)

    @pytest.mark.parametrize("nonsense", ["yesterday", "2027-02-30", "0001-01-01", "9999-12-31", "-1"])
    def test_what_is_no_date_is_refused(self, nonsense):
        with pytest.raises(CommandError, match="must be a date like 2027-01-31"):
            self.run(f"--on={nonsense}")


def queries_of(councils, commitments):
    """How many queries the reminders cost for that many councils with so many commitments each."""
    for number in range(councils):
        first = promise(f"Council {councils} {commitments} {number}", due=0)
        for _ in range(commitments - 1):
            make_commitment(first.signature, due_on=day(0))
    with CaptureQueriesContext(connection) as queries:
        assert remind() == councils
    return len(queries)


def test_the_cost_does_not_grow_with_commitments():
    assert queries_of(3, 1) == queries_of(3, 8)


def test_the_cost_grows_with_emails_only():
    # for each organisation: it is held, looked at, written down, and its links made (and a savepoint); for each
    # email: it is written and its links point at it
    assert queries_of(6, 2) - queries_of(3, 2) == 3 * (4 + 2 + 2)
