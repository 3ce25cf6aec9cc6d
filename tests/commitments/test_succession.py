"""Commitments of councils that ended: real successions of the register's own table, and what their heirs decide."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import publishing, succession
from commitments.council.lapsing import ask_to_lapse
from commitments.models import Adoption, Commitment, ProgressUpdate
from localdigital.models import AuditEvent, RegisterVersion
from signatories import people
from signatories.models import MoveRefused, Organisation, Succession
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
)
from tests.pages import heading, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def councils():
    """The real councils with their dates and successors, as the register is loaded with them."""
    call_command("import_organisations", verbosity=0)
    return lambda name: Organisation.objects.get(official_name=name)


def on(year, month, day):
    """Noon of that day."""
    return timezone.make_aware(datetime(year, month, day, 12))


def promise_of(*bodies, **fields):
    """A commitment of those organisations, long published, due in a year."""
    signature = make_signature(*bodies, commitments=0, published_at=on(2018, 11, 9))
    return make_commitment(signature, title="Answer the phone with a bot", **fields)


def names(organisations):
    return [one.official_name for one in organisations]


def fresh(commitment):
    return Commitment.objects.select_related("signature").get(pk=commitment.pk)


def address(commitment):
    return f"/account/commitments/{commitment.pk}/adopt/"


@pytest.fixture
def heirs():
    """Trumptonshire ended; Trumpton and Chigley took over from it. A commitment of Trumptonshire."""
    old = make_organisation("Trumptonshire", ends_on=date(2023, 3, 31))
    new = [make_organisation(name) for name in ("Trumpton", "Chigley")]
    for one in new:
        Succession.objects.create(predecessor=old, successor=one)
    return promise_of(old), old, *new


def officer(body, name="Windy Miller"):
    person = make_person(name, at=f"{body.slug}.example.gov.uk")
    make_access(person, body)
    return person


# ---- Cumbria: one council, two successors


def test_cumbrias_commitment_is_its_own_until_its_last_day_and_then_nobodys(councils):
    promise = promise_of(councils("Cumbria County Council"))
    assert names(promise.owners(date(2023, 3, 31))) == ["Cumbria County Council"]
    assert succession.may_adopt(promise, date(2023, 3, 31)) == []
    assert promise.owners(date(2023, 4, 1)) == []
    heirs = ["Cumberland Council", "Westmorland and Furness Council"]
    assert names(succession.may_adopt(promise, date(2023, 4, 1))) == heirs


def test_either_or_both_of_cumbrias_successors_take_a_commitment_on(councils):
    promise, team = promise_of(councils("Cumbria County Council")), None
    cumberland, westmorland = councils("Cumberland Council"), councils("Westmorland and Furness Council")
    today = date(2023, 5, 1)
    succession.adopt(promise, cumberland, by=team, now=on(2023, 5, 1))
    assert promise.owners(today) == [cumberland]
    assert succession.may_adopt(promise, today) == [westmorland]
    succession.adopt(promise, westmorland, by=team, now=on(2023, 5, 2))
    assert promise.owners(today) == [cumberland, westmorland]
    assert succession.may_adopt(promise, today) == []
    assert AuditEvent.objects.filter(kind="commitment.adopt").count() == 2


def test_a_neighbour_that_took_over_from_nobody_adopts_nothing(councils):
    promise = promise_of(councils("Cumbria County Council"))
    with pytest.raises(MoveRefused):
        succession.adopt(promise, councils("Hartlepool Borough Council"), by=None, now=on(2023, 5, 1))
    with pytest.raises(MoveRefused):
        succession.adopt(promise, councils("Cumbria County Council"), by=None, now=on(2023, 5, 1))
    assert not Adoption.objects.exists()


# ---- Taunton Deane, then Somerset West and Taunton, then Somerset


def test_a_chain_is_followed_to_whoever_exists_on_the_day(councils):
    promise = promise_of(councils("Taunton Deane Borough Council"))
    assert names(succession.may_adopt(promise, date(2020, 1, 1))) == ["Somerset West and Taunton Council"]
    assert names(succession.may_adopt(promise, date(2026, 1, 1))) == ["Somerset Council"]


def test_a_commitment_is_handed_down_the_chain_and_an_adopter_that_ended_answers_no_longer(councils):
    promise, team = promise_of(councils("Taunton Deane Borough Council")), None
    middle, somerset = councils("Somerset West and Taunton Council"), councils("Somerset Council")
    with pytest.raises(MoveRefused):
        succession.adopt(promise, somerset, by=team, now=on(2020, 1, 1))
    succession.adopt(promise, middle, by=team, now=on(2020, 1, 1))
    assert promise.owners(date(2020, 1, 2)) == [middle]
    assert promise.owners(date(2023, 4, 1)) == []
    ended = ["Somerset West and Taunton Council", "Taunton Deane Borough Council"]
    assert names(succession.ended_owners(promise, date(2023, 4, 1))) == ended
    succession.adopt(promise, somerset, by=team, now=on(2023, 4, 1))
    assert promise.owners(date(2023, 4, 1)) == [somerset]
    assert list(promise.adoptions.values_list("organisation", flat=True)) == [middle.pk, somerset.pk]


def test_the_people_of_somerset_are_offered_what_taunton_deane_promised(councils):
    promise = promise_of(councils("Taunton Deane Borough Council"))
    person = officer(councils("Somerset Council"))
    [(offered, organisations)] = succession.to_be_decided_by(person, timezone.localdate())
    assert (offered, names(organisations)) == (promise, ["Somerset Council"])
    assert succession.to_be_decided_by(person, date(2020, 1, 1)) == []


# ---- Twice, jointly, too late


def test_adopting_twice_changes_nothing(heirs):
    promise, _, trumpton, _ = heirs
    for _ in range(2):
        succession.adopt(promise, trumpton, by=None)
    assert Adoption.objects.count() == 1
    assert AuditEvent.objects.filter(kind="commitment.adopt").count() == 1


def test_of_a_joint_one_that_ended_the_other_goes_on_and_a_successor_can_join(heirs):
    trumpton = heirs[2]
    camberwick = make_organisation("Camberwick Green")
    joint = make_commitment(
        make_signature(make_organisation("Pippin Fort", ends_on=date(2023, 3, 31)), camberwick, commitments=0)
    )
    Succession.objects.create(predecessor=Organisation.objects.get(name="Pippin Fort"), successor=trumpton)
    today = timezone.localdate()
    assert joint.owners(today) == [camberwick]
    assert succession.may_adopt(joint, today) == [trumpton]
    with pytest.raises(MoveRefused):
        succession.lapse(joint, by=None, note="Nobody")
    succession.adopt(joint, trumpton, by=None)
    assert joint.owners(today) == [camberwick, trumpton]


def test_joining_one_that_somebody_answers_for_does_not_start_its_clock_again(heirs):
    promise, _, trumpton, chigley = heirs
    officer(trumpton)
    officer(chigley, "Farmer Bell")
    succession.adopt(promise, trumpton, by=None, now=on(2024, 5, 1))
    assert fresh(promise).asked_on == date(2024, 5, 1)
    succession.adopt(promise, chigley, by=None, now=on(2025, 5, 1))
    assert fresh(promise).asked_on == date(2024, 5, 1)
    assert fresh(promise).is_update_overdue(date(2025, 5, 2))


def test_its_new_people_are_counted_from_the_day_on_which_they_could_first_report(heirs):
    promise, _, trumpton, _ = heirs
    Commitment.objects.filter(pk=promise.pk).update(asked_on=date(2019, 1, 1))
    succession.adopt(promise, trumpton, by=None, now=on(2024, 5, 1))
    assert fresh(promise).is_not_yet_asked()
    people.give_access(trumpton, make_person(), by=None, now=on(2024, 6, 1))
    assert fresh(promise).asked_on == date(2024, 6, 1)


def test_one_that_withdrew_before_it_ended_passes_nothing_on(heirs):
    promise, _, trumpton, _ = heirs
    promise.signature.signatories.update(withdrawn_at=on(2022, 1, 1), live=False)
    assert succession.may_adopt(promise, timezone.localdate()) == []
    assert succession.to_be_decided_by(officer(trumpton), timezone.localdate()) == []


def test_what_is_delivered_withdrawn_or_lapsed_is_taken_on_by_nobody(heirs):
    promise, _, trumpton, _ = heirs
    make_update(promise, stage="delivered")
    for refused in (lambda: succession.adopt(promise, trumpton, by=None), lambda: lapse(promise)):
        with pytest.raises(MoveRefused):
            refused()
    make_update(promise, stage="in-progress", reported_on=timezone.localdate() + timedelta(days=1))
    lapse(promise)
    with pytest.raises(MoveRefused):
        succession.adopt(promise, trumpton, by=None)
    with pytest.raises(MoveRefused):
        lapse(promise)


def lapse(promise):
    succession.lapse(promise, by=None, note="The bot was switched off.")


def test_the_team_lets_one_lapse_with_a_public_reason(heirs):
    promise, *_ = heirs
    version = RegisterVersion.current().number
    lapse(promise)
    promise = fresh(promise)
    assert (promise.status, promise.public_note) == ("lapsed", "The bot was switched off.")
    assert promise.ended_at
    assert promise in Commitment.objects.public()
    assert promise not in Commitment.objects.standing()
    assert AuditEvent.objects.get(kind="commitment.lapse").note == "The bot was switched off."
    assert RegisterVersion.current().number > version


def test_lapsing_is_refused_while_somebody_answers_for_it(heirs):
    promise, _, trumpton, _ = heirs
    succession.adopt(promise, trumpton, by=None)
    with pytest.raises(MoveRefused):
        lapse(promise)
    assert fresh(promise).status == "published"


# ---- A successor's people


def test_a_successors_people_read_the_commitment_and_take_it_on(client, sign_in, heirs):
    promise, _, trumpton, _ = heirs
    person = officer(trumpton)
    sign_in(person)
    page = client.get(address(promise))
    assert heading(page) == "A commitment of Trumptonshire Borough Council"
    text = text_of(page)
    assert "Trumptonshire Borough Council ended on 31 March 2023" in text
    assert "Answer the phone with a bot" in text
    assert "Nobody answers for this commitment now" in text
    response = client.post(address(promise), {"what": "adopt"})
    assert response.url == f"/account/commitments/{promise.pk}/"
    assert promise.owners(timezone.localdate()) == [trumpton]
    assert promise in Commitment.objects.answered_for_by(person, timezone.localdate())
    assert client.get(address(promise)).url == f"/account/commitments/{promise.pk}/"
    event = AuditEvent.objects.get(kind="commitment.adopt")
    assert (event.actor_id, event.details) == (person.pk, {"organisation": trumpton.pk})


def test_a_person_of_both_successors_says_for_which(client, sign_in, heirs):
    promise, _, trumpton, chigley = heirs
    person = officer(trumpton)
    make_access(person, chigley)
    sign_in(person)
    response = client.post(address(promise), {"what": "adopt"})
    assert text_of(response).count("Select which organisations take it on") == 2
    other = make_organisation("Pippin Fort")
    client.post(address(promise), {"what": "adopt", "organisations": [str(other.pk)]})
    assert not Adoption.objects.exists()
    client.post(address(promise), {"what": "adopt", "organisations": [str(chigley.pk)]})
    assert promise.owners(timezone.localdate()) == [chigley]
    text = text_of(client.get(address(promise)))
    assert "Chigley Borough Council goes on with this commitment" in text
    assert "let it lapse" not in text
    client.post(address(promise), {"what": "adopt"})
    assert promise.owners(timezone.localdate()) == [chigley, trumpton]


def test_nobody_but_a_successors_people_decides(client, sign_in, heirs):
    promise, old, _, _ = heirs
    assert client.get(address(promise)).url.startswith("/sign/email/")
    sign_in(officer(make_organisation("Pippin Fort")))
    assert client.get(address(promise)).status_code == 404
    assert client.post(address(promise), {"what": "adopt"}).status_code == 404
    sign_in(officer(old, "Farmer Bell"))
    assert client.post(address(promise), {"what": "lapse", "reason": "No"}).status_code == 404
    assert not Adoption.objects.exists()
    assert client.get("/account/commitments/999999/adopt/").status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": ""}, "Select what should become of this commitment"),
        ({"what": "eat"}, "Select one of the options"),
        ({"what": "lapse"}, "Enter why nobody will take it on"),
        ({"what": "lapse", "reason": "x" * 3001}, "Your reason must be 3,000 characters or fewer"),
    ],
)
def test_what_is_no_answer_is_told(client, sign_in, heirs, given, said):
    sign_in(officer(heirs[2]))
    response = client.post(address(heirs[0]), given)
    assert response.status_code == 200
    assert said in text_of(response)


# ---- Letting it lapse


def test_a_successors_reason_to_let_it_lapse_goes_to_the_team_and_ends_it_when_published(client, sign_in, heirs):
    promise, _, trumpton, _ = heirs
    sign_in(officer(trumpton))
    response = client.post(address(promise), {"what": "lapse", "reason": "The bot was switched off."}, follow=True)
    assert "We’ve sent your reason to the delivery team to check" in text_of(response)
    update = ProgressUpdate.objects.awaiting_review().get()
    assert (update.kind, fresh(promise).status) == ("lapse", "published")
    assert "The delivery team is checking your reason" in text_of(client.get(address(promise)))
    publishing.publish(update, by=None)
    promise = fresh(promise)
    assert (promise.status, promise.public_note) == ("lapsed", "The bot was switched off.")
    assert client.get(address(promise)).status_code == 404


def test_a_reason_that_was_returned_is_read_changed_and_sent_again(client, sign_in, heirs, outbox_text):
    promise, _, trumpton, _ = heirs
    sign_in(officer(trumpton))
    client.post(address(promise), {"what": "lapse", "reason": "Because"})
    update = ProgressUpdate.objects.get()
    publishing.return_for_changes(update, by=None, note="Say why.")
    assert address(promise) in outbox_text()[-1][2]
    page = client.get(address(promise))
    assert "Say why." in text_of(page)
    assert "Because" in text_of(page)
    client.post(address(promise), {"what": "lapse", "reason": "It was switched off"})
    update.refresh_from_db()
    assert (update.status, update.done) == ("awaiting-review", "It was switched off")
    assert ProgressUpdate.objects.count() == 1


def test_a_reason_in_progress_goes_to_the_colleague_who_takes_over(client, sign_in, heirs):
    promise, _, trumpton, chigley = heirs
    person = officer(trumpton)
    ask_to_lapse(promise, "Because", by=person)
    access = make_access(person, chigley)
    people.hand_over(access, "nobby@chigley.example.gov.uk", by=person)
    assert ProgressUpdate.objects.get().proposer == person, "they still report for a council that can take it on"
    colleague = people.hand_over(make_access(person, trumpton), "mary@trumpton.example.gov.uk", by=person)
    assert ProgressUpdate.objects.get().proposer == colleague
    assert "The delivery team is checking your reason" in text_of(sign_in(colleague).get(address(promise)))


def test_a_reason_sent_twice_is_one(heirs):
    promise, _, trumpton, _ = heirs
    person = officer(trumpton)
    assert ask_to_lapse(promise, "Because", by=person) is False
    with pytest.raises(MoveRefused):
        ask_to_lapse(promise, "Because", by=person)
    assert ProgressUpdate.objects.count() == 1


def test_it_cannot_lapse_once_somebody_took_it_on(client, sign_in, heirs):
    promise, _, trumpton, chigley = heirs
    person = officer(trumpton)
    ask_to_lapse(promise, "Because", by=person)
    succession.adopt(promise, chigley, by=None)
    with pytest.raises(publishing.Stale):
        publishing.publish(ProgressUpdate.objects.get(), by=None)
    assert fresh(promise).status == "published"
    ProgressUpdate.objects.all().delete()
    with pytest.raises(publishing.Stale):
        ask_to_lapse(promise, "Because", by=person)
    sign_in(person)
    response = client.post(address(promise), {"what": "lapse", "reason": "Because"})
    assert "Select one of the options" in text_of(response)


def test_a_trusted_sole_successor_lets_it_lapse_at_once(client, sign_in, heirs):
    promise, _, trumpton, chigley = heirs
    Succession.objects.filter(successor=chigley).delete()
    Organisation.objects.filter(pk=trumpton.pk).update(publishes_at_once=True)
    sign_in(officer(trumpton))
    response = client.post(address(promise), {"what": "lapse", "reason": "Switched off"}, follow=True)
    assert "It has lapsed, and its page says why" in text_of(response)
    assert fresh(promise).status == "lapsed"


def test_a_trusted_successor_does_not_decide_alone_where_another_could_take_it_on(heirs):
    promise, _, trumpton, _ = heirs
    Organisation.objects.filter(pk=trumpton.pk).update(publishes_at_once=True)
    assert ask_to_lapse(promise, "Switched off", by=officer(trumpton)) is False
    assert fresh(promise).status == "published"


# ---- What it costs


def test_offers_cost_the_same_for_many_commitments(heirs):
    promise, _, trumpton, _ = heirs
    person, today, counts = officer(trumpton), timezone.localdate(), []
    for number in (1, 10):
        for _ in range(number):
            make_commitment(promise.signature)
        with CaptureQueriesContext(connection) as queries:
            offers = succession.to_be_decided_by(person, today)
        counts.append(len(queries))
    assert len(offers) == 12
    assert counts[0] == counts[1] <= 7


def test_those_that_nobody_answers_for_are_offered_first(heirs):
    promise, _, trumpton, chigley = heirs
    other = make_commitment(promise.signature, title="Later")
    succession.adopt(promise, chigley, by=None)
    offers = succession.to_be_decided_by(officer(trumpton), timezone.localdate())
    assert [(one, one.needs_a_decision) for one, _ in offers] == [(other, True), (promise, False)]


def test_the_account_asks_for_a_decision_only_where_one_is_missing(client, sign_in, heirs):
    promise, _, trumpton, _ = heirs
    person = officer(trumpton)
    sign_in(person)
    assert address(promise) in client.get("/account/").content.decode()
    [(offered, _)] = succession.to_be_decided_by(person, timezone.localdate())
    assert offered.needs_a_decision
    client.post(address(promise), {"what": "lapse", "reason": "Switched off"})
    [(offered, _)] = succession.to_be_decided_by(person, timezone.localdate())
    assert not offered.needs_a_decision


def test_the_page_costs_few_queries(client, sign_in, heirs):
    promise, _, trumpton, _ = heirs
    sign_in(officer(trumpton))
    client.get(address(promise))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(promise))
    assert len(queries) <= 9
