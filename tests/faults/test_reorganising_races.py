"""Two moderators reorganise at once: one decides, the other is told, nothing is half done and nobody waits for ever."""

import os
from datetime import date

import pytest
from django.utils import timezone

from commitments import offering
from localdigital.models import AuditEvent, QueuedEmail
from signatories import duplicates, moderation, reorganising
from signatories.models import Organisation, Signatory, Signature, Succession
from signatories.models.signature import AlreadySigned, Status
from signatories.reorganising import ChangedMeanwhile, Newcomer, Refused
from signatories.touched import touched_by
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_user

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "3"))
LAST_DAY = date(2026, 3, 31)
NEW = Newcomer("E06000999", "Camberwick", "Camberwick Council", "unitary", "england", "north-west")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


def only(answers, *kinds):
    """What was refused in one of these ways; anything else that went wrong fails the test."""
    wrong = [one for one in answers if isinstance(one, Exception) and not isinstance(one, kinds)]
    assert wrong == []
    return [one for one in answers if isinstance(one, Exception)]


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_of_two_who_merge_the_same_councils_one_does_and_the_other_is_told(at_once, attempt):
    one, two = make_organisation("Trumpton"), make_organisation("Chigley")
    make_commitment(make_signature(one, commitments=0))
    first, second = make_user("first"), make_user("second")
    seen = touched_by([one, two]).seal()

    def merge(bodies, by):
        # The other names them in the other order: waiting for each other's in turn, they would both be thrown out.
        return lambda: reorganising.reorganise(
            reorganising.MERGE, bodies, last_day=LAST_DAY, new=[NEW], by=by, seen=seen
        )

    answers = at_once(merge([one, two], first), merge([two, one], second))
    [told] = only(answers, ChangedMeanwhile)
    assert "organisations" in told.what
    assert Organisation.objects.filter(code=NEW.code).count() == 1
    assert Succession.objects.count() == 2
    assert {fresh(body).ends_on for body in (one, two)} == {LAST_DAY}
    assert AuditEvent.objects.filter(kind="organisation.merge").values("actor_id").distinct().count() == 1


def test_two_merges_that_share_a_council_do_not_both_happen(at_once, attempt):
    bodies = [make_organisation(name) for name in ("Trumpton", "Chigley", "Pippin Fort")]
    user = make_user()
    pairs = [[bodies[0], bodies[1]], [bodies[1], bodies[2]]]
    seals = [touched_by(pair).seal() for pair in pairs]
    newcomers = [NEW, Newcomer("E06000998", "Pugh", "Pugh Council", "unitary", "england", "north-west")]
    answers = at_once(
        *(
            lambda pair=pair, new=new, seen=seen: reorganising.reorganise(
                reorganising.MERGE, pair, last_day=LAST_DAY, new=[new], by=user, seen=seen
            )
            for pair, new, seen in zip(pairs, newcomers, seals, strict=True)
        )
    )
    assert len(only(answers, ChangedMeanwhile)) == 1
    assert Organisation.objects.filter(ends_on=None).count() == 2
    assert Succession.objects.count() == 2


def test_of_two_names_at_once_one_is_given(at_once, attempt):
    body, user = make_organisation("Trumpton"), make_user()
    seen = touched_by([body]).seal()

    def rename(name):
        fields = {"name": name, "official_name": f"{name} Council", "slug": name.lower()}
        return lambda: reorganising.rename(body, **fields, renamed_on=timezone.localdate(), by=user, seen=seen)

    answers = at_once(rename("City"), rename("Town"))
    assert len(only(answers, ChangedMeanwhile)) == 1
    assert AuditEvent.objects.count() == 1
    assert body.former_slugs.get().slug == "trumpton"


def test_a_duplicate_is_put_into_one_organisation_once(at_once, attempt):
    twice, user = make_organisation("Trumpton Town"), make_user()
    reals = [make_organisation("Trumpton"), make_organisation("Chigley")]
    make_signature(twice)
    answers = at_once(*(lambda real=real: duplicates.put_together(twice, real, by=user) for real in reals))
    assert len(only(answers, Refused)) == 1
    assert Signatory.objects.get().organisation in reals
    assert AuditEvent.objects.filter(kind="organisation.take_in").count() == 1


def test_a_council_restored_while_its_duplicate_is_put_into_it_has_one_live_signature(at_once, attempt):
    real, twice, user = make_organisation("Trumpton"), make_organisation("Trumpton Town"), make_user()
    removed = make_signature(real, status=Status.REMOVED)
    make_signature(twice)
    answers = at_once(
        lambda: moderation.restore(Signature.objects.get(pk=removed.pk), by=user),
        lambda: duplicates.put_together(twice, real, by=user),
    )
    assert len(only(answers, Refused, AlreadySigned)) == 1
    assert Signatory.objects.filter(organisation=real, live=True).count() == 1


def test_people_are_told_once_by_cron_and_a_worker_at_the_same_moment(at_once, attempt):
    old, new = make_organisation("Trumptonshire", ends_on=LAST_DAY), make_organisation("Trumpton")
    Succession.objects.create(predecessor=old, successor=new)
    make_commitment(make_signature(old, commitments=0))
    make_access(make_person(), new)
    answers = at_once(*[lambda: offering.tell_everyone(timezone.now())] * 3)
    assert sorted(answers) == [0, 0, 1]
    assert QueuedEmail.objects.filter(template="commitments-offered").count() == 1
