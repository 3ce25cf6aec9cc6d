"""Typing errors: a typed word that nothing public says is taken for the nearest one that something does.

The words that are known are read once for each state of the register and kept in the process: those of names, titles
and texts that are public now, and those that the search index of commitments was ever given. What only the index knows
is checked before anybody is led to it: perhaps nothing public says it any more.
"""

import re
from bisect import bisect_left
from itertools import takewhile
from threading import Lock

from django.db.models import CharField, TextField, Value
from django.db.models.functions import Cast, Concat
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from commitments.matching import STOP_WORDS, holding
from commitments.models import Commitment, KnownWord
from commitments.search import SHORTEST_KNOWN, plain_words, stem_of_each, stems, worth_knowing
from localdigital.site.search.kinds import (
    OF_ANNOUNCEMENTS,
    OF_DECLARATIONS,
    OF_EVENTS,
    OF_OUTPUTS,
    OF_PRINCIPLES,
    OF_PROJECTS,
    OF_ROUNDS,
)
from localdigital.site.search.pages import PAGES
from programme.case_studies.search import TEXTS as OF_CASE_STUDIES
from programme.models import Announcement, CaseStudy, Event, FundProject, FundRound, Output
from signatories.models import Declaration, Organisation, OrganisationName, Principle
from signatories.models.reference import read_reference

WORD = re.compile(r"[^\W_]+")
# A long word may have two errors, if it begins as the other does.
LONG = 6
MOST_ASKED = 20  # different words of one search: nobody types more of them
MOST_CORRECTED = 4  # of these
CANDIDATES = 5


class Vocabulary:
    """The words that are known, and which of them are surely public. Each is reduced to its stem once: the one that was
    kept `before` has most of them already."""

    def __init__(self, public, indexed, before=None):
        self.public = frozenset(public)
        self.words = sorted(self.public | indexed)
        had = before._stem_of if before else {}
        self._stem_of = stem_of_each(word for word in self.words if word not in had)
        self._stem_of |= {word: had[word] for word in self.words if word in had}
        self._stems = frozenset(self._stem_of.values())

    def knows(self, word):
        """Whether this word, or another form of it, is known. It costs the same whatever the word is."""
        return word in self._stem_of or stems(word)[0] in self._stems

    def near(self, word):
        """The known words that somebody may have meant, the likeliest first."""
        begins_one = any(True for _ in self._beginning(word))
        farthest = 1 if len(word) < LONG or begins_one else 2
        found = process.extract(word, self.words, scorer=OSA.distance, score_cutoff=farthest, limit=50)
        near = [(far, other) for other, far, _ in found if far < 2 or other[0] == word[0]]
        likely = sorted(near, key=lambda one: (one[0], -JaroWinkler.similarity(word, one[1]), one[1]))
        return [other for _, other in likely[:CANDIDATES]]

    def _beginning(self, letters):
        place = bisect_left(self.words, letters)
        while place < len(self.words) and self.words[place].startswith(letters):
            yield self.words[place]
            place += 1


class _Kept:
    """The vocabulary of the state of the register that was asked about last."""

    lock, of, vocabulary = Lock(), None, None


def vocabulary_of(version):
    """The words that are known at that state of the register: one query the first time."""
    state = (version.number, version.changed_at)
    with _Kept.lock:
        if _Kept.of == state:
            return _Kept.vocabulary
        before = _Kept.vocabulary
    vocabulary = _read(before)
    with _Kept.lock:
        _Kept.of, _Kept.vocabulary = state, vocabulary
    return vocabulary


def _read(before):
    names = OrganisationName.objects.filter(organisation__in=Organisation.objects.checked())
    texts = [
        (KnownWord.objects.all(), ("word",)),
        (names, ("folded",)),
        (CaseStudy.objects.published(), ("title", "summary", *OF_CASE_STUDIES)),
        (Output.objects.published(), OF_OUTPUTS),
        (Event.objects.published(), OF_EVENTS),
        (FundProject.objects.public(), OF_PROJECTS),
        (FundRound.objects.public(), OF_ROUNDS),
        (Announcement.objects.published(), OF_ANNOUNCEMENTS),
        (Principle.objects.all(), OF_PRINCIPLES),
        (Declaration.objects.published(), OF_DECLARATIONS),
    ]
    first, *others = (_said(rows, names) for rows, names in texts)
    public, indexed = set(), set()
    for source, text in first.union(*others, all=True):
        if source == KnownWord.__name__:
            indexed.add(text.strip())
        else:
            public |= worth_knowing(text)
    public = public.union(*(worth_knowing(f"{page.title} {page.summary} {page.also}") for page in PAGES))
    return Vocabulary(public, indexed, before)


def _said(rows, names):
    parts = [part for name in names for part in (name, Value(" "))]
    text = Concat(*parts, output_field=TextField())
    return rows.order_by().values_list(Value(rows.model.__name__, CharField()), Cast(text, TextField()))


def corrected(text, version):
    """The text with each word that nothing public says in the spelling of one that something does; the same text where
    all its words are known, or nothing is near them. A query at the most, and one for a new state of the register."""
    if read_reference(text):
        return text
    vocabulary = vocabulary_of(version)
    typed = list(dict.fromkeys(WORD.findall(text)))[:MOST_ASKED]
    doubtful = {one: word for one in typed if (word := _doubtful(one, vocabulary))}
    near = {word: vocabulary.near(word) for word in list(dict.fromkeys(doubtful.values()))[:MOST_CORRECTED]}
    surely = _public(near.values(), vocabulary)
    meant = {word: next((other for other in others if other in surely), None) for word, others in near.items()}

    def right(match):
        word = meant.get(doubtful.get(match[0]))
        return _as_typed(word, match[0]) if word else match[0]

    return WORD.sub(right, text)


def _doubtful(typed, vocabulary):
    """A typed word as it is compared, where it is not known and long enough to be taken for another; or nothing."""
    words = plain_words(typed)
    if len(words) != 1 or len(words[0]) < SHORTEST_KNOWN or not words[0].isalpha() or words[0] in STOP_WORDS:
        return None
    return None if vocabulary.knows(words[0]) else words[0]


def _public(candidates, vocabulary):
    """The words that something public says, as far as that matters: what only the index knows is asked of the
    commitments where it comes before what is public."""
    asked = {word for near in candidates for word in takewhile(lambda one: one not in vocabulary.public, near)}
    if not asked:
        return vocabulary.public
    promises = Commitment.objects.public().order_by()
    first, *others = (
        promises.filter(pk__in=holding(stems(word))).values_list(Value(word, CharField())).distinct()
        for word in sorted(asked)
    )
    return vocabulary.public.union(word for (word,) in first.union(*others, all=True))


def _as_typed(word, typed):
    """A word with the capitals of what was typed."""
    if typed.isupper():
        return word.upper()
    return word.capitalize() if typed[0].isupper() else word
