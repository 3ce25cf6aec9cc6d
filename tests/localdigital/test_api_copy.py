"""A program that keeps a copy of every dataset by asking what changed, while the register changes in every way.

REGISTER_API_CHANGES says how many changes there are: few by default, a thousand before a release.
"""

import json
import os
import random
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from commitments import publishing
from commitments.models import Commitment, Partner, ProgressUpdate
from commitments.models import Status as Sent
from localdigital import changes
from localdigital.models import Noting, RecordNote, RegisterVersion
from localdigital.site.api.lists import in_utc
from localdigital.site.api.noting import note_when_due
from localdigital.site.data.datasets import DATASETS
from programme.models import CaseStudy, Event, FundProject, FundRound
from signatories import duplicates, moderation, reorganising
from signatories.models import Organisation, Signatory, Signature
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_signature, make_update
from tests.localdigital.full_register import fill_register
from tests.programme.factories import make_case_study, make_event, make_project

CHANGES = int(os.environ.get("REGISTER_API_CHANGES", "45"))
THE_BEGINNING = "2018-01-01T00:00:00Z"

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class Copy:
    """What a program keeps: the records of every dataset by their keys, and since when to ask for each."""

    def __init__(self, client):
        self.client = client
        self.records = {name: {} for name in DATASETS}
        self.since = dict.fromkeys(DATASETS, THE_BEGINNING)

    def keep_in_step(self, name, limit=50):
        """Take over what changed in one dataset."""
        key, address = DATASETS[name].key, f"/api/v1/{name}?modified_since={self.since[name]}&limit={limit}"
        while address:
            page = self.client.get(address).json()
            self.records[name] |= {record[key]: record for record in page["items"]}
            for one in page["gone"]:
                self.records[name].pop(one[key], None)
            address = page["next"]
        self.since[name] = page["as_of"]


def a_moment_passes(*, an_hour=False):
    """What was compared just now is compared again, by the thread that sends the outbox."""
    Noting.objects.update(next_at=None, **({"whole_at": None} if an_hour else {}))
    note_when_due()


# ---- Everything that may happen


def any_of(queryset, chance):
    rows = list(queryset.order_by("pk"))
    return chance.choice(rows) if rows else None


def publish(chance, by):
    make_signature(f"Council {chance.random()}", status=Status.PUBLISHED, commitments=chance.randint(0, 2))


def decide(move, queryset):
    def change(chance, by):
        one = any_of(queryset(), chance)
        if one:
            move(one, by=by, note="So it was decided.")

    return change


def rename(chance, by):
    one = any_of(Organisation.objects.filter(ends_on=None), chance)
    name = f"Renamed {chance.random()}"
    slug = f"renamed-{chance.randrange(10**9)}"
    reorganising.rename(one, name=name, official_name=name, slug=slug, renamed_on=timezone.localdate(), by=by)


def merge(chance, by):
    ending = [make_organisation(f"Ending {chance.random()}") for _ in range(2)]
    make_signature(ending[0].name)
    existing = [make_organisation(f"Beginning {chance.random()}")]
    yesterday = timezone.localdate() - timedelta(days=1)
    reorganising.reorganise(reorganising.MERGE, ending, last_day=yesterday, existing=existing, by=by)


def put_together(chance, by):
    duplicate = make_organisation(f"Duplicate {chance.random()}", code=f"D{chance.randrange(10**8):08}")
    make_case_study(f"Study {chance.random()}", duplicate)
    duplicates.put_together(duplicate, any_of(Organisation.objects.exclude(pk=duplicate.pk), chance), by=by)


def report(chance, by):
    one = any_of(Commitment.objects.standing(), chance)
    if one:
        make_update(one, stage=chance.choice(["in-progress", "delivered"]), delivered=one.deliverables.all())


def change_text(chance, by):
    one = any_of(Commitment.objects.public(), chance)
    if one:
        Commitment.objects.filter(pk=one.pk).update(title=f"Reworded {chance.random()}")


def disown(chance, by):
    one = any_of(Partner.objects.standing(), chance)
    if one:
        Partner.objects.filter(pk=one.pk).update(answer=Partner.Answer.DISOWNED, answered_at=timezone.now())


def add_promise(chance, by):
    one = any_of(Signature.objects.standing(), chance)
    if one:
        make_commitment(one, title=f"More {chance.random()}", partners=["Trumpton Trams"])


def lapse(chance, by):
    one = any_of(Commitment.objects.standing(), chance)
    if one:
        Commitment.objects.filter(pk=one.pk).update(ended_at=timezone.now(), **{"status": Sent.LAPSED})


def delete_many(chance, by):
    model = chance.choice([CaseStudy, Event, FundProject])
    model.objects.filter(pk__in=list(model.objects.values_list("pk", flat=True)[:2])).delete()


def offer(chance, by):
    make_case_study(f"Study {chance.random()}", "Trumpton")
    make_event(f"Event {chance.random()}", "Trumpton")
    make_project(f"Project {chance.random()}", lead=any_of(Organisation.objects.all(), chance))


def hide_or_show(chance, by):
    model = chance.choice([FundProject, FundRound])
    one = any_of(model.objects.all(), chance)
    if one:
        model.objects.filter(pk=one.pk).update(is_public=not one.is_public)


def erase(chance, by):
    Signatory.objects.filter(pk=any_of(Signatory.objects.all(), chance).pk).update(signer_name="")


WAYS = [
    publish, publish, rename, merge, put_together, report, change_text, disown, add_promise, lapse, delete_many, offer,
    hide_or_show, erase,
    decide(moderation.withdraw, Signature.objects.standing),
    decide(moderation.remove, Signature.objects.public),
    decide(moderation.restore, lambda: Signature.objects.filter(status=Status.REMOVED)),
    decide(publishing.remove_update, lambda: ProgressUpdate.objects.published().filter(kind="report")),
]  # fmt: skip


def test_a_copy_kept_by_asking_what_changed_ends_as_the_register_is(client, moderator, settings):
    settings.API_REQUESTS_A_MINUTE = 10**9
    chance = random.Random(2018)
    fill_register()
    copy = Copy(client)
    for number in range(CHANGES):
        chance.choice(WAYS)(chance, moderator)
        if number % 2:  # others do not raise the version: a bulk update, an import by hand
            RegisterVersion.bump()
        if number % 15 == 0:
            a_moment_passes()
            for name in chance.sample(list(DATASETS), 5):
                copy.keep_in_step(name, limit=chance.choice([3, 50, 200]))
    a_moment_passes(an_hour=True)
    for name, dataset in DATASETS.items():
        copy.keep_in_step(name)
        downloaded = json.loads(client.get(f"/data/{name}.json").getvalue())
        assert copy.records[name] == {record[dataset.key]: record for record in downloaded}, name
    assert RecordNote.objects.filter(is_gone=True).exists()


# ---- What is told, and when


@pytest.fixture
def asked(client):
    """What an answer says changed in organisations since then."""

    def ask(since=THE_BEGINNING, name="organisations"):
        a_moment_passes()
        return client.get(f"/api/v1/{name}?modified_since={since}").json()

    return ask


def test_what_was_withdrawn_stays_and_what_was_removed_is_gone(asked, client, moderator):
    one, other = make_signature("Trumpton"), make_signature("Chigley")
    since = asked(name="signatures")["as_of"]
    moderation.withdraw(one, by=moderator, note="They left.")
    moderation.remove(other, by=moderator, note="A mistake.")
    page = asked(since, "signatures")
    assert [(each["reference"], each["status"]) for each in page["items"]] == [(one.reference, "withdrawn")]
    assert [each["reference"] for each in page["gone"]] == [other.reference]
    assert client.get(f"/api/v1/signatures/{other.reference}").status_code == 410
    moderation.restore(Signature.objects.get(pk=other.pk), by=moderator)
    page = asked(page["as_of"], "signatures")
    assert {each["reference"] for each in page["items"]} == {one.reference, other.reference}
    assert page["gone"] == []


def test_what_was_never_public_is_never_told_of(asked, moderator):
    rejected = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
    asked(name="signatures")
    moderation.reject(rejected, by=moderator, note="No.")
    page = asked(name="signatures")
    assert (page["items"], page["gone"]) == ([], [])
    assert not RecordNote.objects.filter(key=rejected.reference).exists()


def test_nothing_is_told_twice_but_for_the_moment_itself(asked):
    make_organisation("Trumpton")
    first = asked()
    make_organisation("Chigley")
    RegisterVersion.bump()
    second = asked(first["as_of"])
    assert {one["name"] for one in second["items"]} == {"Trumpton", "Chigley"}
    assert {one["name"] for one in asked(second["as_of"])["items"]} == {"Chigley"}
    third = asked(second["as_of"])
    assert third["as_of"] >= second["as_of"]


def test_asking_again_while_nothing_changed_is_answered_by_304(client):
    make_organisation("Trumpton")
    address = f"/api/v1/organisations?modified_since={THE_BEGINNING}"
    etag = client.get(address)["ETag"]  # which compares: nobody did before
    a_moment_passes(an_hour=True)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    make_organisation("Chigley")
    a_moment_passes(an_hour=True)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_new_day_is_compared_whole_and_tells_what_it_changed_by_itself(asked, monkeypatch):
    one = make_signature("Trumpton").commitments.get()
    today = timezone.localdate()
    Commitment.objects.filter(pk=one.pk).update(due_on=today)
    since = asked(name="commitments")["as_of"]
    evening = timezone.make_aware(datetime.combine(today + timedelta(days=1), time(23, 30)))
    first, later, after_midnight = (note_when_due(evening + timedelta(minutes=minutes)) for minutes in (0, 20, 40))
    assert first.whole_at == first.noted_at
    assert later.whole_at == first.whole_at, "neither the version nor the day is another one"
    assert after_midnight.whole_at == after_midnight.noted_at
    monkeypatch.setattr("django.utils.timezone.now", lambda: evening + timedelta(hours=2))
    [told] = asked(since, "commitments")["items"]
    assert (told["id"], told["is_overdue"]) == (one.pk, True)


def test_nothing_is_compared_again_within_half_a_minute(django_assert_num_queries):
    make_organisation("Trumpton")
    noted = note_when_due()
    make_organisation("Chigley")
    RegisterVersion.bump()
    with django_assert_num_queries(1):
        assert note_when_due().noted_at == noted.noted_at
    assert RecordNote.objects.filter(dataset="organisations").count() == 1
    note_when_due(timezone.now() + changes.PAUSE + timedelta(seconds=1))
    assert RecordNote.objects.filter(dataset="organisations").count() == 2


def test_a_clock_that_was_ahead_stops_nothing_once_it_is_right_again(client, caplog):
    make_organisation("Trumpton")
    ahead = timezone.now() + timedelta(days=400)
    since = in_utc(note_when_due(ahead).noted_at)
    changes._take_over(ahead)  # and died
    make_organisation("Chigley")
    told = client.get(f"/api/v1/organisations?modified_since={since}").json()
    assert "Chigley" in {one["name"] for one in told["items"]}
    assert told["as_of"] > since
    assert "next_at is" in caplog.text
    assert "leased_until is" in caplog.text
    noting = Noting.objects.get()
    assert noting.next_at < timezone.now() + changes.LONGEST_PAUSE, "the right clock's pause is kept again"
    assert noting.whole_at < timezone.now(), "and within an hour all is compared again"


def test_a_comparison_that_died_half_way_is_told_by_the_next(asked, monkeypatch):
    make_organisation("Trumpton")
    since = asked()["as_of"]
    make_organisation("Chigley")
    now, write = timezone.now(), changes._note_what_is_gone

    def die(dataset, noting):
        raise KeyboardInterrupt

    monkeypatch.setattr(changes, "_note_what_is_gone", die)
    with pytest.raises(KeyboardInterrupt):
        changes.note_changes(DATASETS.values(), now=now)
    monkeypatch.setattr(changes, "_note_what_is_gone", write)
    # Its lease lasts: nobody else compares, and what it wrote is not told yet.
    assert changes.note_changes(DATASETS.values(), now=now) is None
    assert {one["name"] for one in asked(since)["items"]} == {"Trumpton"}
    changes.note_changes(DATASETS.values(), now=timezone.now() + changes.LEASE)
    assert {one["name"] for one in asked(since)["items"]} == {"Trumpton", "Chigley"}


def test_who_asks_while_the_first_comparison_runs_elsewhere_is_to_ask_again(client):
    make_organisation("Trumpton")
    changes._take_over(timezone.now())
    answer = client.get(f"/api/v1/organisations?modified_since={THE_BEGINNING}")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("10", "no-store")
    assert client.get("/api/v1/organisations").status_code == 200


@pytest.mark.parametrize(("since", "found"), [("0001-01-01T00:00:00%2B23:59", 1), ("9999-12-31T23:59:59-23:59", 0)])
def test_the_ends_of_time_are_moments_too(client, since, found):
    make_organisation("Trumpton")
    answer = client.get(f"/api/v1/organisations?modified_since={since}")
    assert (answer.status_code, len(answer.json()["items"])) == (200, found)


def test_one_that_was_slower_than_its_lease_writes_nothing(monkeypatch):
    make_organisation("Trumpton")
    slow = changes._take_over(timezone.now())
    later = timezone.now() + changes.LEASE + timedelta(seconds=1)
    assert changes.note_changes([DATASETS["organisations"]], now=later) == 1
    make_organisation("Chigley")
    with pytest.raises(changes.Overtaken):
        changes._note(DATASETS["organisations"], slow)
    assert RecordNote.objects.count() == 1
