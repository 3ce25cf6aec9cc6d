"""Two at once: real threads, real connections, real commits. One wins, the other is told, nothing is half done.

REGISTER_FAULT_ROUNDS says how often each race is run: few by default, hundreds before a release.
"""

import os

import pytest
from django.db import transaction
from django.test import Client

from localdigital import links, throttle
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, RateLimit
from signatories import moderation, signoff
from signatories.document import hashes
from signatories.models import Organisation, Person, Signatory, Signature
from signatories.models.signature import AlreadySigned, MoveRefused, Status
from signatories.signup import changes, submission
from signatories.signup.questions import BY_SLUG
from tests.factories import make_declaration, make_organisation, make_person, make_principles, make_signature, make_user

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "5"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


def fresh(thing):
    """The same row as another request would load it."""
    return type(thing).objects.get(pk=thing.pk)


def refusals(answers, kind):
    """How many were refused in that way; anything else that went wrong fails the test."""
    surprises = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, kind)]
    assert surprises == []
    return sum(isinstance(answer, kind) for answer in answers)


def signed_in(person):
    """A browser of that person."""
    client = Client()
    client.post(f"/link/{links.token(links.make('sign-in', person_id=person.pk))}/")
    return client


def events(kind):
    return AuditEvent.objects.filter(kind=kind).count()


def mails(template):
    return QueuedEmail.objects.filter(template=template).count()


# ---- One organisation, two documents


@pytest.mark.parametrize("councils", [("Trumpton",), ("Trumpton", "Chigley", "Camberwick")])
def test_of_two_documents_submitted_for_one_council_one_wins_and_the_other_stays_a_draft(at_once, attempt, councils):
    officer, stranger = make_person("Pugh Barney"), make_person("Mr Munnings")
    mayors = [make_person("The Mayor")] * len(councils)
    one = make_signature(*councils, status=Status.DRAFT, preparer=officer, signers=mayors)
    # The other names them in the other order: waiting for each other's in turn, they would both be thrown out.
    other = make_signature(*reversed(councils), status=Status.DRAFT, preparer=stranger, signers=mayors)
    answers = at_once(
        lambda: submission.submit(fresh(one), by=officer), lambda: submission.submit(fresh(other), by=stranger)
    )
    assert refusals(answers, AlreadySigned) == 1
    [error] = [answer for answer in answers if answer]
    assert {signatory.organisation.name for signatory in error.signatories} == set(councils)
    assert sorted(Signature.objects.values_list("status", flat=True)) == [Status.AWAITING_SIGN_OFF, Status.DRAFT]
    assert set(Signatory.objects.filter(live=True).values_list("signature__status", flat=True)) == {
        Status.AWAITING_SIGN_OFF
    }
    assert Signatory.objects.filter(live=True).count() == len(councils)
    assert events("signature.submit") == 1
    assert EmailedLink.objects.count() == mails("sign-off") == 1


def test_two_documents_of_the_same_twenty_councils_in_two_orders_do_not_wait_for_each_other(at_once, attempt):
    councils = [f"Council {number}" for number in range(20)]
    one = make_signature(*councils, status=Status.DRAFT)
    other = make_signature(*reversed(councils), status=Status.DRAFT)

    @transaction.atomic
    def submit(signature):
        fresh(signature).move("submit", by=None)

    answers = at_once(lambda: submit(one), lambda: submit(other))
    assert refusals(answers, AlreadySigned) == 1
    assert Signatory.objects.filter(live=True).count() == 20


def test_of_two_restored_for_one_council_one_wins(at_once, attempt):
    one, other = make_signature("Trumpton", status=Status.REMOVED), make_signature("Trumpton", status=Status.REMOVED)
    user = make_user()
    answers = at_once(*(lambda s=s: moderation.restore(fresh(s), by=user) for s in (one, other)))
    assert refusals(answers, AlreadySigned) == 1
    assert sorted(Signature.objects.values_list("status", flat=True)) == [Status.PUBLISHED, Status.REMOVED]


# ---- One document, two deciders


def test_of_two_moderators_one_decides_and_the_other_is_told_what_was_decided(at_once, attempt):
    signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
    first, second = make_user("first"), make_user("second")
    answers = at_once(
        lambda: moderation.publish(fresh(signature), by=first),
        lambda: moderation.return_for_changes(fresh(signature), by=second, note="The title"),
    )
    assert refusals(answers, MoveRefused) == 1
    [refused] = [answer for answer in answers if answer]
    signature.refresh_from_db()
    assert refused.signature.status == signature.status
    [event] = AuditEvent.objects.about(signature)
    winner = {Status.PUBLISHED: first, Status.RETURNED: second}[signature.status]
    assert (event.to_status, event.actor_id) == (signature.status, winner.pk)
    assert mails("published") + mails("returned") == 1
    assert set(signature.signatories.values_list("live", flat=True)) == {True}


def test_a_double_click_on_publish_publishes_once(at_once, attempt):
    signature, user = make_signature(status=Status.AWAITING_REVIEW), make_user()
    answers = at_once(*[lambda: moderation.publish(fresh(signature), by=user)] * 3)
    assert refusals(answers, MoveRefused) == 2
    assert events("signature.publish") == mails("published") == 1


# ---- Links


def test_of_two_who_claim_one_link_one_is_let_in(at_once, attempt):
    person = make_person()
    link = links.make("sign-in", person_id=person.pk)
    browsers = [Client(), Client(), Client()]
    answers = at_once(*(lambda b=b: b.post(f"/link/{links.token(link)}/").status_code for b in browsers))
    assert sorted(answers) == [302, 410, 410]
    assert sorted(browser.get("/account/").status_code for browser in browsers) == [200, 302, 302]


# ---- Signing


def test_two_signers_at_once_complete_the_sign_off_once(at_once, attempt):
    preparer, mayor, clerk = make_person(), make_person("The Mayor"), make_person("Mr Troop")
    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, preparer=preparer, signers=[mayor, clerk])
    submission.submit(fresh(signature), by=preparer)

    def sign(person):
        document = fresh(signature)
        signoff.sign(document, by=person, shown=signoff.seal(document, signoff.asked_of(document, person)))

    answers = at_once(lambda: sign(mayor), lambda: sign(clerk))
    assert answers == [None, None]
    signature.refresh_from_db()
    assert signature.status == Status.AWAITING_REVIEW
    assert events("signature.complete_sign_off") == mails("received") == 1
    assert events("signatory.sign") == mails("signed") == 2
    assert mails("sign-off-progress") == 1


def test_a_double_click_on_sign_signs_once(at_once, attempt):
    preparer = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=preparer)
    submission.submit(fresh(signature), by=preparer)
    document = fresh(signature)
    seal = signoff.seal(document, signoff.asked_of(document, preparer))
    answers = at_once(*[lambda: signoff.sign(fresh(signature), by=preparer, shown=seal)] * 2)
    assert refusals(answers, MoveRefused) == 1
    assert events("signatory.sign") == events("signature.complete_sign_off") == 1


def test_signing_and_declining_at_once_leaves_one_of_them(at_once, attempt):
    preparer, mayor, clerk = make_person(), make_person("The Mayor"), make_person("Mr Troop")
    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, preparer=preparer, signers=[mayor, clerk])
    submission.submit(fresh(signature), by=preparer)
    document = fresh(signature)
    seal = signoff.seal(document, signoff.asked_of(document, mayor))
    answers = at_once(
        lambda: signoff.sign(fresh(signature), by=mayor, shown=seal),
        lambda: signoff.decline(fresh(signature), by=clerk, reason="No"),
        lambda: submission.recall(fresh(signature), by=preparer),
    )
    assert refusals(answers, MoveRefused) in (1, 2)
    signature.refresh_from_db()
    assert signature.status == Status.DRAFT
    assert events("signature.decline") + events("signature.recall") == 1
    assert not Signatory.objects.filter(live=True).exists()


def test_declining_twice_at_once_declines_once(at_once, attempt):
    preparer = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=preparer)
    submission.submit(fresh(signature), by=preparer)
    answers = at_once(
        lambda: signoff.decline(fresh(signature), by=preparer, reason="No"),
        lambda: signoff.decline(fresh(signature), by=preparer, reason="No, no"),
    )
    assert refusals(answers, MoveRefused) == 1
    assert events("signature.decline") == mails("declined") == 1


# ---- Editing while it is submitted


def test_no_edit_slips_in_while_a_document_is_submitted(at_once, attempt):
    preparer = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=preparer)
    commitment = signature.commitments.get()
    document = fresh(signature)
    edits = at_once(
        lambda: submission.submit(fresh(signature), by=preparer),
        lambda: changes.answer(fresh(signature), commitment, BY_SLUG["title"], {"title": "Changed"}),
        lambda: changes.add_organisation(document, make_organisation("Chigley")),
        lambda: changes.set_signer(
            fresh(signature), signature.signatories.first(), person=preparer, name="A", job_title="B"
        ),
    )
    refusals(edits, (MoveRefused, submission.Incomplete))
    asked = fresh(signature)
    if isinstance(edits[0], submission.Incomplete):  # Chigley came in first, and has nobody who signs
        assert (asked.status, asked.signatories.count(), events("signature.submit")) == (Status.DRAFT, 2, 0)
        return
    assert asked.status == Status.AWAITING_SIGN_OFF
    signoff.sign(asked, by=preparer, shown=signoff.seal(asked, signoff.asked_of(asked, preparer)))
    [one] = asked.signatories.all()
    assert one.signed_hash == hashes(fresh(signature))[one.pk]
    assert asked.commitments.get().title == ("Changed" if edits[1] is None else "Promise 1")


def test_a_document_is_never_submitted_without_what_was_removed_at_that_moment(at_once, attempt):
    make_principles()
    preparer = make_person()
    signature = make_signature("Trumpton", "Chigley", status=Status.DRAFT, preparer=preparer)
    browsers = [signed_in(preparer) for _ in range(3)]
    base, commitment = f"/sign/{signature.reference}/", signature.commitments.get()
    first, second = signature.signatories.all()
    answers = at_once(
        lambda: browsers[0].post(f"{base}check/").status_code,
        lambda: browsers[1].post(f"{base}commitments/{commitment.pk}/remove/").status_code,
        lambda: browsers[2].post(f"{base}organisations/{first.pk}/remove/").status_code,
    )
    assert answers == [302, 302, 302]
    signature.refresh_from_db()
    if signature.status != Status.DRAFT:
        assert signature.commitments.count() == 1
    assert second in signature.signatories.all()


def test_signing_at_the_moment_of_a_recall_and_an_edit_never_signs_what_was_not_shown(at_once, attempt):
    preparer, mayor = make_person(), make_person("The Mayor")
    signature = make_signature(status=Status.DRAFT, preparer=preparer, signers=[mayor])
    submission.submit(fresh(signature), by=preparer)
    document = fresh(signature)
    seal = signoff.seal(document, signoff.asked_of(document, mayor))

    def rewrite():
        submission.recall(fresh(signature), by=preparer)
        changes.answer(fresh(signature), signature.commitments.get(), BY_SLUG["title"], {"title": "Changed"})
        submission.submit(fresh(signature), by=preparer)

    answers = at_once(lambda: signoff.sign(fresh(signature), by=mayor, shown=seal), rewrite)
    refusals(answers, (MoveRefused, signoff.DocumentChanged))
    [one] = signature.signatories.all()
    assert (one.signed_hash == seal) == (answers[0] is None)
    if answers[0] is None:
        assert fresh(signature).commitments.get().title == "Promise 1"
    else:
        assert not one.signed_at


# ---- Double clicks in the sign-up


def test_a_double_click_on_start_makes_one_draft(at_once, attempt):
    make_declaration()
    person = make_person()
    browsers = [signed_in(person) for _ in range(3)]
    answers = at_once(*(lambda b=b: b.post("/sign/new/").url for b in browsers))
    assert len(set(answers)) == 1
    assert Signature.objects.count() == 1


def test_a_double_click_on_add_a_commitment_adds_one(at_once, attempt):
    person = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=person, commitments=0)
    browsers = [signed_in(person) for _ in range(3)]
    answers = at_once(*(lambda b=b: b.post(f"/sign/{signature.reference}/commitments/add/").url for b in browsers))
    assert len(set(answers)) == 1
    assert signature.commitments.count() == 1


def test_adding_one_organisation_twice_at_once_adds_it_once(at_once, attempt):
    person = make_person()
    signature = make_signature("Chigley", status=Status.DRAFT, preparer=person)
    make_organisation("Trumpton")
    browsers = [signed_in(person) for _ in range(3)]
    path = f"/sign/{signature.reference}/organisations/"
    answers = at_once(*(lambda b=b: b.post(path, {"organisation": "Trumpton"}).status_code for b in browsers))
    assert answers == [302, 302, 302]
    assert signature.signatories.count() == 2


def test_a_double_click_on_submit_submits_once(at_once, attempt):
    make_principles()
    person = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=person)
    browsers = [signed_in(person) for _ in range(3)]
    answers = at_once(*(lambda b=b: b.post(f"/sign/{signature.reference}/check/").url for b in browsers))
    assert set(answers) <= {f"/account/sign/{signature.reference}/", f"/sign/{signature.reference}/"}
    assert f"/account/sign/{signature.reference}/" in answers
    assert events("signature.submit") == 1


def test_a_double_click_on_delete_deletes_once_and_breaks_nothing(at_once, attempt):
    person = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=person)
    browsers = [signed_in(person) for _ in range(4)]
    base, one = f"/sign/{signature.reference}/", signature.signatories.get()
    answers = at_once(
        lambda: browsers[0].post(f"{base}delete/").status_code,
        lambda: browsers[1].post(f"{base}delete/").status_code,
        lambda: browsers[2].post(f"{base}organisations/{one.pk}/remove/").status_code,
        lambda: browsers[3].post(f"{base}check/").status_code,
    )
    assert set(answers) <= {302, 404}
    assert Signature.objects.filter(status=Status.DRAFT).count() + events("signature.submit") <= 1
    assert events("signature.delete_draft") <= 1


def test_two_questions_answered_at_once_are_both_kept(at_once, attempt):
    make_principles()
    person = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=person)
    browsers, commitment = [signed_in(person) for _ in range(2)], signature.commitments.get()
    base = f"/sign/{signature.reference}/commitments/{commitment.pk}/"
    answers = at_once(
        lambda: browsers[0].post(f"{base}title/", {"title": "Ring the bells"}).status_code,
        lambda: browsers[1].post(f"{base}impact/", {"impact": "Everybody hears them"}).status_code,
    )
    assert answers == [302, 302]
    commitment.refresh_from_db()
    assert (commitment.title, commitment.impact) == ("Ring the bells", "Everybody hears them")


def test_the_same_list_answered_twice_at_once_is_kept_once(at_once, attempt):
    person = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=person)
    browsers, commitment = [signed_in(person) for _ in range(3)], signature.commitments.get()
    base = f"/sign/{signature.reference}/commitments/{commitment.pk}/"
    at_once(*(lambda b=b: b.post(f"{base}deliverables/", {"deliverables": "One\nTwo"}).status_code for b in browsers))
    at_once(*(lambda b=b: b.post(f"{base}partners/", {"partners": "One; Two"}).status_code for b in browsers))
    assert [one.text for one in commitment.deliverables.all()] == ["One", "Two"]
    assert [one.name for one in commitment.partners.all()] == ["One", "Two"]


def test_a_commitment_removed_while_it_is_answered_breaks_nothing(at_once, attempt):
    make_principles()
    person = make_person()
    signature = make_signature(status=Status.DRAFT, preparer=person, commitments=2)
    base = f"/sign/{signature.reference}/commitments/{signature.commitments.first().pk}/"
    posts = [
        ("remove/", {}), ("remove/", {}), ("title/", {"title": "Bells"}), ("deliverables/", {"deliverables": "One"}),
        ("partners/", {"partners": "Pippin Fort"}), ("move/", {"direction": "down"}),
    ]  # fmt: skip
    browsers = [signed_in(person) for _ in posts]
    answers = at_once(
        *(lambda b=b, page=page, data=data: b.post(base + page, data).status_code
          for b, (page, data) in zip(browsers, posts, strict=True))
    )  # fmt: skip
    assert set(answers) <= {302, 404}
    assert [one.title for one in signature.commitments.all()] == ["Promise 2"]


# ---- Counting


def test_hits_at_once_are_all_counted(at_once, attempt):
    answers = at_once(*[lambda: sum(throttle.within_limit("x", "y", limit=20) for _ in range(5))] * 8)
    assert sum(answers) == 20
    assert RateLimit.objects.get().count == 40


def test_one_address_asked_for_twice_at_once_is_one_person(at_once, attempt):
    answers = at_once(*[lambda: Person.objects.at("Mayor@Trumpton.example.gov.uk").pk] * 4)
    assert len(set(answers)) == Person.objects.count() == 1


def test_nobody_is_locked_out_for_long(at_once, attempt):
    """Many people answering at once: nobody gets an error page."""
    make_principles()
    people = [make_person(f"Officer {number}") for number in range(6)]
    documents = [
        make_signature(f"Place {number}", status=Status.DRAFT, preparer=person) for number, person in enumerate(people)
    ]
    browsers = [signed_in(person) for person in people]

    def answer_all(browser, signature):
        base = f"/sign/{signature.reference}/commitments/{signature.commitments.get().pk}/"
        return [browser.post(f"{base}title/", {"title": f"Title {n}"}).status_code for n in range(5)]

    pairs = list(zip(browsers, documents, strict=True))
    answers = at_once(*(lambda p=p: answer_all(*p) for p in pairs))
    assert answers == [[302] * 5] * 6
    assert Organisation.objects.count() == 6
