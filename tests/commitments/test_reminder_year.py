"""A whole year of reminders for 50 councils, day by day: exactly the emails that should go, and no other.

What should go is worked out a second time here, from the rules alone, in plain Python with numbered days.
"""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from commitments import publishing, succession
from commitments.models import Commitment, ProgressUpdate, Revision
from commitments.reminders import send_reminders
from localdigital.models import EmailedLink, QueuedEmail
from signatories import moderation, people
from signatories.models import Access, Organisation, Person, Succession
from tests.factories import make_commitment, make_declaration, make_organisation, make_person, make_signature, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]

FIRST_DAY = timezone.localdate()
DAYS = 366


def date_of(day):
    return FIRST_DAY + timedelta(days=day)


def at(day, hour):
    return timezone.make_aware(datetime.combine(date_of(day), time(hour)))


def in_words(day):
    return f"{date_of(day).day} {date_of(day):%B %Y}"


# ---- The story: what happens on which day, before that day's reminders


@dataclass
class Story:
    """50 councils, what they promise (documents of 1 to 3 promises), and what happens: (day, what, details)."""

    councils: list
    ends: dict
    documents: list
    events: list = field(default_factory=list)


def tell(dice):
    """A year as it may be: most report now and then, some never, people come and go, councils end."""
    councils = [f"Trumpton {number:02}" for number in range(50)]
    ended = {councils[3]: 100, councils[4]: 130, councils[5]: 200, councils[6]: 200}
    story = Story(councils, ended, [])
    number = 0
    for place, council in enumerate(councils):
        signers = [council]
        if place % 4 == 1 and place < 48:  # joint ones, with the neighbours
            signers += [councils[place + step] for step in range(1, dice.choice([2, 3]))]
        promises = []
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            number += 1
            due = dice.choice([None, -400, dice.randrange(-60, 0), *(dice.randrange(0, 460) for _ in range(5))])
            promises.append((f"Promise {number:03}", due))
        story.documents.append((signers, promises))
    for place, council in enumerate(councils):
        people_of_one(story, dice, council, place)
    for signers, promises in story.documents:
        for title, _ in promises:
            reports(story, dice, title, signers)
        if len(signers) > 1 and dice.random() < 0.4:
            story.events.append((dice.randrange(20, 300), "withdraw", (promises[0][0], dice.choice(signers[1:]))))
    # Those that ended: one heir takes over at once, one later, one has no people yet, one council has no heir.
    for council, heir, days in ((3, 20, 0), (4, 21, 33), (5, 49, 5)):
        story.events.append((ended[councils[council]] + 1 + days, "adopt", (councils[council], councils[heir])))
    story.events.sort(key=lambda event: event[0])
    return story


def people_of_one(story, dice, council, place):
    """Nobody ever, somebody for the whole year, several, or somebody who comes late, or leaves and is followed."""
    name = f"officer{place}"
    kind = dice.choice(["always", "always", "always", "several", "late", "gap"])
    if place in (10, 11, 12):
        return
    if place == 49:
        kind = "late"
    started = dice.choice([-300, -100, -89, -30, 0])
    if kind == "late":
        story.events.append((260 if place == 49 else dice.randrange(30, 90), "come", (council, f"{name}a")))
        return
    story.events.append((started, "come", (council, f"{name}a")))
    if kind == "several":
        story.events.append((dice.randrange(0, 60), "come", (council, f"{name}b")))
        story.events.append((dice.randrange(60, 98), "leave", (council, f"{name}a")))
    elif kind == "gap":
        story.events.append((dice.randrange(10, 40), "leave", (council, f"{name}a")))
        story.events.append((dice.randrange(60, 98), "come", (council, f"{name}b")))


def reports(story, dice, title, signers):
    """What is reported of one promise: nothing, now and then, that it is done; at once public, later, or returned."""
    lone_and_ending = len(signers) == 1 and signers[0] in story.ends
    day = dice.randrange(0, 200)
    while dice.random() < 0.55 and day < 350:
        reported = day - dice.choice([0, 0, 0, 1, 12])
        stage = dice.choice(["in-progress"] * 5 + ["delivered", "stopped"])
        if lone_and_ending:
            stage = "in-progress"
        review = dice.choice([0, 0, 3, 20])
        end = dice.choice(["publish", "publish", "publish", "return"])
        story.events.append((day, "report", (title, f"{title} {day}", reported, stage)))
        story.events.append((day + review, end, (title, f"{title} {day}", reported, stage)))
        day += review + dice.randrange(1, 120)
    if dice.random() < 0.25:
        day = dice.randrange(5, 340)
        story.events.append((day, "move", (title, day + dice.choice([-20, 10, 29, 30, 31, 90, 200]))))


# ---- The oracle: the rules, said once more


@dataclass
class Promise:
    title: str
    answering: list
    due: int | None
    asked: int | None = None
    sent: dict = field(default_factory=dict)  # the day on which each report was sent in
    published: list = field(default_factory=list)  # (reported, published, stage, sent)
    awaiting: int = 0

    @property
    def is_over(self):
        return bool(self.published) and max(self.published)[2] in ("delivered", "stopped")

    @property
    def reported(self):
        return max((sent for *_, sent in self.published), default=None)


class Oracle:
    """Who should get which email on which day."""

    def __init__(self, story):
        self.ends = story.ends
        self.promises = {
            title: Promise(title, list(signers), due)
            for signers, promises in story.documents
            for title, due in promises
        }
        self.documents = {
            title: [other for other, _ in promises] for _, promises in story.documents for title, _ in promises
        }
        self.people = {council: [] for council in story.councils}
        self.told = {council: set() for council in story.councils}
        self.last = dict.fromkeys(story.councils, -1000)

    def come(self, day, council, who):
        self.people[council].append(who)
        for promise in self.promises.values():
            if council in promise.answering and promise.asked is None:
                promise.asked = day

    def leave(self, day, council, who):
        self.people[council].remove(who)

    def report(self, day, title, name, reported, stage):
        self.promises[title].awaiting += 1
        self.promises[title].sent[name] = day

    def publish(self, day, title, name, reported, stage):
        self.promises[title].awaiting -= 1
        self.promises[title].published.append((reported, day, stage, self.promises[title].sent[name]))

    def return_(self, day, title, name, reported, stage):
        self.promises[title].awaiting -= 1

    def move(self, day, title, due):
        self.promises[title].due = due

    def withdraw(self, day, title, council):
        for other in self.documents[title]:
            self.promises[other].answering.remove(council)

    def adopt(self, day, council, heir):
        for promise in self.promises.values():
            if council in promise.answering and not promise.is_over and heir not in promise.answering:
                if all(self.ends.get(one, day) < day for one in promise.answering):
                    promise.asked = None  # nobody could report, so it is counted anew
                promise.answering.append(heir)
                if promise.asked is None and self.people[heir]:
                    promise.asked = day

    def mails(self, day):
        """The emails of that day: {address: [(title, reasons in words)]}."""
        found = {}
        for council in self.people:
            ended = council in self.ends and self.ends[council] < day
            if ended or not self.people[council] or day - self.last[council] < 14:
                continue
            wanted = []
            for promise in self.promises.values():
                if council in promise.answering and not promise.is_over and not promise.awaiting:
                    reasons = self.reasons(promise, day, council)
                    if reasons:
                        wanted.append((min(rank for rank, *_ in reasons), promise.title, reasons))
            if wanted:
                self.last[council] = day
                self.told[council] |= {(title, occasion) for _, title, those in wanted for _, occasion, _ in those}
                text = [(title, [words for *_, words in sorted(those)]) for _, title, those in sorted(wanted)]
                found |= {(council, who): text for who in self.people[council]}
        return found

    def reasons(self, promise, day, council):
        """Each as ((kind, its day), occasion, words)."""
        heard = max((one for one in (promise.asked, promise.reported) if one is not None), default=None)
        possible = []
        if promise.due is not None and day >= promise.due:
            words = "It is due today, " if day == promise.due else "It was due on "
            possible.append((0, promise.due, promise.due, ("due", promise.due), f"{words}{in_words(promise.due)}."))
        if promise.due is not None and promise.due - 30 <= day < promise.due:
            words = f"It is due on {in_words(promise.due)}."
            possible.append((1, promise.due, promise.due - 30, ("soon", promise.due), words))
        if heard is not None and day - heard >= 90:
            times = (day - heard) // 90
            words = "Nobody has reported on it yet."
            if promise.reported is not None:
                words = f"Nobody has reported on it since {in_words(promise.reported)}."
            possible.append((2, heard, heard + 90 * times, ("quiet", heard, times), words))
        last_said = max((published for _, published, *_ in promise.published), default=-1000)
        return [
            ((kind, order), occasion, words)
            for kind, order, since, occasion, words in possible
            if last_said < since and (promise.title, occasion) not in self.told[council]
        ]


# ---- The register: the same story, by the service's own decisions


class Register:
    """What happens is done by the functions that the pages call."""

    def __init__(self, story):
        self.team = make_user()
        for council in story.councils:
            ends_on = date_of(story.ends[council]) if council in story.ends else None
            make_organisation(council, ends_on=ends_on)
        for signers, promises in story.documents:
            # A council signs each version once: the one of its own, and the one that it signs with others.
            version = make_declaration("2024" if len(signers) > 1 else "2018")
            signature = make_signature(*signers, commitments=0, declaration=version)
            for title, due in promises:
                make_commitment(signature, title=title, deliverables=(), due_on=None if due is None else date_of(due))
        for council, heir in ((3, 20), (4, 21), (5, 49)):
            pair = [Organisation.objects.get(name=story.councils[place]) for place in (council, heir)]
            Succession.objects.create(predecessor=pair[0], successor=pair[1])

    def come(self, day, council, who):
        people.give_access(make_organisation(council), make_person(who), by=self.team, now=at(day, 9))

    def leave(self, day, council, who):
        access = Access.objects.live().get(organisation__name=council, person=make_person(who))
        people.end_access(access, by=self.team, now=at(day, 9))

    def report(self, day, title, name, reported, stage):
        update = ProgressUpdate.objects.create(
            commitment=Commitment.objects.get(title=title), proposer=make_person(name), stage=stage,
            reported_on=date_of(reported), done=name,
        )  # fmt: skip
        assert publishing.send_in(update, by=update.proposer, now=at(day, 9)) is False

    def publish(self, day, title, name, reported, stage):
        publishing.publish(ProgressUpdate.objects.get(done=name), by=self.team, now=at(day, 10))

    def return_(self, day, title, name, reported, stage):
        publishing.return_for_changes(ProgressUpdate.objects.get(done=name), by=self.team, note="No", now=at(day, 10))

    def move(self, day, title, due):
        revision = Revision.of(Commitment.objects.get(title=title), proposer=make_person("Mover"), reason="Later")
        revision.due_on = date_of(due)
        revision.save()
        publishing.send_in(revision, by=revision.proposer, now=at(day, 9))
        publishing.publish(revision, by=self.team, now=at(day, 9))

    def withdraw(self, day, title, council):
        signature = Commitment.objects.get(title=title).signature
        signatory = signature.signatories.get(organisation__name=council)
        moderation.withdraw_signatory(signatory, by=self.team, note="They left", now=at(day, 9))

    def adopt(self, day, council, heir):
        orphans = Commitment.objects.open().of_organisations([make_organisation(council).pk])
        for commitment in orphans:
            succession.adopt(commitment, make_organisation(heir), by=self.team, now=at(day, 9))

    def mails(self, day):
        """Run the reminders; the emails they queued: {(council, who): [(title, reasons in words)]}."""
        before = QueuedEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if not send_reminders(now=at(day, 18)):
            return {}
        councils, found = Organisation.objects.in_bulk(), {}
        for email in QueuedEmail.objects.filter(pk__gt=before).prefetch_related("links"):
            assert email.template == "reminder"
            who = email.to_address.partition("@")[0]
            key = councils[email.about_id].name, who
            assert key not in found
            found[key] = read(email)
        return found


def read(email):
    """What an email says: [(title, reasons in words)], each with a link that opens the report of that promise."""
    said, links = [], {link.placeholder: link for link in email.links.all()}
    for block in re.findall(r"(?m)^Promise \d+\n(?:It .*\n|Nobody .*\n)+Report: .*$", email.body):
        title, *reasons, report = block.split("\n")
        link = links.pop(report.removeprefix("Report: "))
        assert link.purpose == "report"
        said.append((title, reasons, link))
    assert links == {}
    assert len(said) == email.body.count("Promise ")
    return said


def happen(events, where):
    for day, what, details in events:
        getattr(where, {"return": "return_"}.get(what, what))(day, *details)


def test_a_year_of_reminders_for_fifty_councils():
    story = tell(random.Random(1))
    oracle, register = Oracle(story), Register(story)
    expected, queued = {}, {}
    happen([event for event in story.events if event[0] < 0], oracle)
    happen([event for event in story.events if event[0] < 0], register)
    for day in range(DAYS):
        events = [event for event in story.events if event[0] == day]
        happen(events, oracle)
        happen(events, register)
        expected |= {(day, *key): text for key, text in oracle.mails(day).items()}
        queued |= {(day, *key): text for key, text in register.mails(day).items()}
    commitments = dict(Commitment.objects.values_list("title", "pk"))
    addresses = dict(Person.objects.values_list("email", "pk"))
    for (day, council, who), text in queued.items():
        for title, _, link in text:
            assert link.object_id == commitments[title]
            assert link.person_id == addresses[f"{who}@trumpton.example.gov.uk"]
            assert timezone.localdate(link.made_at) == date_of(day), council
    assert {key: [(title, why) for title, why, _ in text] for key, text in queued.items()} == expected
    # The story is worth its telling: every kind of reason, in good numbers, for many councils
    assert len(expected) > 250
    everything = [words for text in expected.values() for _, reasons in text for words in reasons]
    for words in ("It is due today", "It was due on", "It is due on", "reported on it yet", "reported on it since"):
        assert sum(words in one for one in everything) >= 8, words
    assert len({council for _, council, _ in expected}) > 40
    assert any(len(text) > 2 for text in expected.values())
    assert EmailedLink.objects.count() == sum(len(text) for text in expected.values())
