"""The log: every decision is one event, by whom and about what, and it holds no name and no address."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from localdigital.models import AuditEvent
from signatories import moderation, signoff
from signatories.models import Person, Signatory
from signatories.models.signature import Status
from signatories.signup import submission
from tests.factories import make_person, make_signature, make_user

pytestmark = pytest.mark.django_db


def go_all_the_way(moderator):
    """A document with two signers, prepared, signed, published, withdrawn, removed and restored."""
    preparer, mayor, clerk = make_person(), make_person("The Mayor"), make_person("Mr Troop")
    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, preparer=preparer, signers=[mayor, clerk])
    submission.submit(signature, by=preparer)
    for person in (mayor, clerk):
        signoff.sign(signature, by=person, shown=signoff.seal(signature, signoff.asked_of(signature, person)))
    moderation.publish(signature, by=moderator, authority="Telephoned the switchboard", note="Good")
    moderation.withdraw(signature, by=moderator, note="They asked")
    moderation.remove(signature, by=moderator, note="Not real")
    moderation.restore(signature, by=moderator)
    return signature


def test_every_decision_says_who_did_what_to_what_from_which_status(moderator):
    signature = go_all_the_way(moderator)
    told = [
        (event.kind, event.actor_type, event.from_status, event.to_status, event.note)
        for event in AuditEvent.objects.about(signature)
    ]
    person, user = "signatories.person", "localdigital.user"
    assert told == [
        ("signature.submit", person, "draft", "awaiting-sign-off", ""),
        ("signature.complete_sign_off", person, "awaiting-sign-off", "awaiting-review", ""),
        ("signature.publish", user, "awaiting-review", "published", "Good"),
        ("signature.withdraw", user, "published", "withdrawn", "They asked"),
        ("signature.remove", user, "withdrawn", "removed", "Not real"),
        ("signature.restore", user, "removed", "withdrawn", ""),
    ]
    assert AuditEvent.objects.get(kind="signature.publish").details == {"authority": "Telephoned the switchboard"}
    signed = AuditEvent.objects.filter(kind="signatory.sign")
    assert [event.actor_id for event in signed] == [make_person("The Mayor").pk, make_person("Mr Troop").pk]
    hashes = set(Signatory.objects.values_list("signed_hash", flat=True))
    assert {event.details["document"] for event in signed} == hashes


def test_the_log_holds_no_name_and_no_address(moderator):
    go_all_the_way(moderator)
    for event in AuditEvent.objects.values():
        text = json.dumps(event, default=str)
        for personal in ("@", "Pugh", "Mayor", "Troop", "moderator"):
            assert personal not in text


def test_erasing_a_person_leaves_the_log_whole(moderator):
    go_all_the_way(moderator)
    before = list(AuditEvent.objects.values())
    Person.objects.filter(name="The Mayor").update(email=None, name="", job_title="")
    assert list(AuditEvent.objects.values()) == before


def test_what_the_register_does_by_itself_has_no_actor():
    signature = make_signature(status=Status.AWAITING_SIGN_OFF)
    signoff.lapse(signature)
    [event] = AuditEvent.objects.about(signature)
    assert (event.kind, event.actor_type, event.actor_id) == ("signature.lapse", "", None)


def test_the_events_of_one_thing_come_oldest_first_and_are_of_no_other_thing():
    person, user = make_person(), make_user()
    first = AuditEvent.record("a", person, by=user)
    AuditEvent.record("b", user, by=user)
    second = AuditEvent.record("c", person, by=None)
    assert list(AuditEvent.objects.about(person)) == [first, second]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own way round a trigger")
def test_replacing_an_event_is_refused_too():
    from django.db import IntegrityError, transaction

    event = AuditEvent.record("a", make_person(), by=None)
    columns = ", ".join(field.column for field in AuditEvent._meta.concrete_fields)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO localdigital_auditevent ({columns}) SELECT {columns} FROM localdigital_auditevent"
        )
    assert AuditEvent.objects.get().pk == event.pk


def test_migrating_again_leaves_the_log_alone():
    AuditEvent.record("a", make_person(), by=None)
    call_command("migrate", verbosity=0)
    assert AuditEvent.objects.count() == 1
