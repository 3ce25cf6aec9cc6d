"""Two of a council's people at once, or one who clicks twice: one open change, one new commitment, one submission."""

import os
import re

import pytest
from django.test import Client
from django.utils import timezone

from commitments import publishing, rewording
from commitments.models import Commitment, Revision, Status
from localdigital import links
from localdigital.models import AuditEvent
from signatories.models import MoveRefused, Principle
from tests.factories import make_access, make_person, make_principles, make_signature, make_user

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "5"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


@pytest.fixture
def promise():
    """A published commitment of two councils."""
    make_principles()
    return make_signature("Trumpton", "Camberwick Green").commitments.get()


@pytest.fixture
def browsers(promise):
    """A browser of somebody at each of the two councils, and the people."""
    people = [make_person("Pugh Barney"), make_person("Captain Grubb", at="camberwick-green.example.gov.uk")]
    found = []
    for person, council in zip(people, ("Trumpton", "Camberwick Green"), strict=True):
        make_access(person, council)
        found.append(browser_of(person))
    return found


def browser_of(person):
    client = Client()
    client.post(f"/link/{links.token(links.make('sign-in', person_id=person.pk))}/")
    return client


def answers(promise, title, seen=""):
    parts = {f"due_on-{part}": getattr(promise.due_on, part) for part in ("day", "month", "year")}
    texts = {"title": title, "mission": promise.mission, "impact": promise.impact, "partners": ""}
    return texts | parts | {"reason": "Because.", "seen": seen}


def test_two_people_of_two_councils_make_one_open_change_and_the_other_is_told(at_once, attempt, promise, browsers):
    path = f"/account/commitments/{promise.pk}/change/"
    one, other = at_once(
        *(lambda b=b, n=n: b.post(path, answers(promise, f"Title {n}")) for n, b in enumerate(browsers))
    )
    assert sorted([one.status_code, other.status_code]) == [200, 302]
    told = one if one.status_code == 200 else other
    kept = promise.revisions.get()
    assert "A colleague has changed this text" in told.content.decode()
    assert f'value="{"Title 1" if kept.title == "Title 0" else "Title 0"}"' in told.content.decode()


def test_a_double_click_keeps_and_sends_in_one_change(at_once, attempt, promise, browsers):
    pugh = [browsers[0], Client()]
    pugh[1].cookies = browsers[0].cookies.copy()
    path = f"/account/commitments/{promise.pk}/change/"
    kept = at_once(*(lambda b=b: b.post(path, answers(promise, "New")) for b in pugh))
    assert [response.status_code for response in kept] == [302, 302]
    [revision] = promise.revisions.all()
    check = f"/account/changes/{revision.pk}/check/"
    seen = re.search(r'name="seen" value="([^"]*)"', browsers[0].get(check).content.decode())[1]
    sent = at_once(*(lambda b=b: b.post(check, {"action": "send", "seen": seen}).status_code for b in pugh))
    assert sent == [302, 302]
    assert AuditEvent.objects.filter(kind="revision.submit").count() == 1
    revision.refresh_from_db()
    assert revision.status == Status.AWAITING_REVIEW


def test_a_change_is_published_or_recalled_and_never_both(at_once, attempt, promise):
    pugh, moderator = make_person("Pugh Barney"), make_user()
    make_access(pugh, "Trumpton")
    text = rewording.current_text(promise)
    values = {name: getattr(text, name) for name in rewording.ANSWERS} | {"title": "New", "reason": "Because."}
    revision = rewording.keep(promise, values, by=pugh)
    rewording.send_in(revision, by=pugh, seen=rewording.version_of(revision))

    def fresh():
        return Revision.objects.get(pk=revision.pk)

    done = at_once(
        lambda: publishing.publish(fresh(), by=moderator),
        lambda: rewording.recall(fresh(), by=pugh),
    )
    refused = [answer for answer in done if isinstance(answer, MoveRefused)]
    assert [answer for answer in done if answer is not None] == refused
    assert len(refused) == 1
    promise.refresh_from_db()
    assert (fresh().status, promise.title) in [(Status.PUBLISHED, "New"), (Status.DRAFT, "Promise 1")]


def test_a_double_click_on_add_begins_one_commitment(at_once, attempt, promise, browsers):
    pugh = [browsers[0], Client(), Client()]
    for browser in pugh[1:]:
        browser.cookies = browsers[0].cookies.copy()
    path = f"/account/signatures/{promise.signature.reference}/add/"
    addresses = at_once(*(lambda b=b: b.post(path).url for b in pugh))
    assert len(set(addresses)) == 1
    assert Commitment.objects.exclude(added_at=None).count() == 1


def test_two_who_add_the_last_commitment_at_once_add_one(at_once, attempt, promise, browsers):
    signature = promise.signature
    Commitment.objects.bulk_create(
        Commitment(
            signature=signature, position=number, title="Full", status=Status.PUBLISHED, published_at=timezone.now()
        )
        for number in range(2, 20)
    )
    path = f"/account/signatures/{signature.reference}/add/"
    addresses = at_once(*(lambda b=b: b.post(path).url for b in browsers))
    assert sorted(address == "/account/" for address in addresses) == [False, True]
    assert signature.commitments.count() == 20


def test_a_double_click_sends_in_one_new_commitment(at_once, attempt, promise, browsers):
    pugh = browsers[0]
    base = pugh.post(f"/account/signatures/{promise.signature.reference}/add/").url.removesuffix("answer/title/")
    due = {f"due_on-{part}": getattr(promise.due_on, part) for part in ("day", "month", "year")}
    principles = [Principle.objects.first().pk]
    for slug, data in [
        ("title", {"title": "New"}), ("principles", {"principles": principles}), ("mission", {"mission": "Do", **due}),
        ("deliverables", {"deliverables": "One"}), ("impact", {"impact": "Good"}),
    ]:  # fmt: skip
        assert pugh.post(f"{base}answer/{slug}/", data).status_code == 302
    other = Client()
    other.cookies = pugh.cookies.copy()
    sent = at_once(*(lambda b=b: b.post(f"{base}check/", {"action": "send"}).url for b in (pugh, other)))
    assert set(sent) == {f"{base}check/"}
    assert AuditEvent.objects.filter(kind="commitment.submit").count() == 1
