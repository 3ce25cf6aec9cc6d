"""The words of commitments as the search compares them: the same stems on both databases."""

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from operator import itemgetter
from threading import Lock

import snowballstemmer
from django.db.models import Q, Value

from commitments.models import Adoption, Commitment, KnownWord, Partner, SearchText, Status

STEMMER = snowballstemmer.stemmer("english")
# It keeps the word that it works on in itself, and requests are answered in threads.
ONE_AT_A_TIME = Lock()
WORD = re.compile(r"[a-z0-9]+")
# PostgreSQL keeps at most a megabyte of words for one row.
LONGEST_WORD = 40
MOST_WORDS = 10_000
# What is shorter is too easily taken for something else.
SHORTEST_KNOWN = 4
# SQLite takes so many values in one query, and each is named once for every text.
AT_A_TIME = 500
# What the page of a commitment says, by where the search looks for it
BODIES = ("signature__signatories__organisation", "adoptions__organisation", "partners__organisation")
PLACES = {
    "title": ["title"],
    "names": [f"{body}__{name}" for body in BODIES for name in ("official_name", "name")] + ["partners__name"],
    "body": [
        "mission",
        "impact",
        "deliverables__text",
        *(f"updates__{text}" for text in ("done", "went_well", "could_be_better", "next_step", "evidence__title")),
    ],
}
SAYS = [(place, path) for place, paths in PLACES.items() for path in paths]
SHOWN = {
    "partners": Q(partners__answer__in=["", Partner.Answer.CONFIRMED]),
    "updates": Q(updates__status=Status.PUBLISHED),
}


def plain_words(text):
    """The words of a text in lower case, without accents."""
    folded = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [word[:LONGEST_WORD] for word in WORD.findall(plain)[:MOST_WORDS]]


def stems(text):
    """The words of a text as they are compared: lower case, without accents, reduced to their stems."""
    return [_stem(word) for word in plain_words(text)]


def stem_of_each(words):
    """The stems of many plain words, by word: made at one go, and without pushing out those that are kept."""
    with ONE_AT_A_TIME:
        return {word: STEMMER.stemWord(word) for word in words}


def worth_knowing(text):
    """The words of a text that a misspelt one may be taken for."""
    return {word for word in plain_words(text) if len(word) >= SHORTEST_KNOWN and word.isalpha()}


@lru_cache(maxsize=20_000)
def _stem(word):
    with ONE_AT_A_TIME:
        return STEMMER.stemWord(word)


def index(commitments, *, may_be_new=True):
    """Write down the words of these commitments anew. Call it in the transaction that changes what their pages say;
    `may_be_new` is false where it can only take words away, or bring back some that they had."""
    ids = [one.pk for one in commitments]
    for start in range(0, len(ids), AT_A_TIME):
        _index(ids[start : start + AT_A_TIME], may_be_new)


def _index(ids, may_be_new):
    texts = defaultdict(lambda: {place: [] for place in PLACES})
    for pk, number, text in _texts(ids):
        if text is not None:
            texts[pk][SAYS[number][0]].append(text)
    if may_be_new:
        _remember(
            word for places in texts.values() for said in places.values() for word in worth_knowing(" ".join(said))
        )
    SearchText.objects.bulk_create(
        [
            SearchText(commitment_id=pk, **{place: " ".join(stems(" ".join(said))) for place, said in places.items()})
            for pk, places in texts.items()
        ],
        update_conflicts=True,
        unique_fields=["commitment"],
        update_fields=list(PLACES),
    )


def _remember(words):
    # In their order, so that two who write the same new words wait for one another, and not each for the other.
    KnownWord.objects.bulk_create([KnownWord(word=word) for word in sorted(set(words))], ignore_conflicts=True)


def index_those_of(organisations):
    """Write down anew the commitments whose pages name these organisations, given by id: they are called otherwise."""
    named = Partner.objects.filter(organisation__in=organisations).values("commitment")
    theirs = Commitment.objects.filter(Q(pk__in=named) | Q(signature__signatories__organisation__in=organisations))
    taken_on = Adoption.objects.filter(organisation__in=organisations).values("commitment")
    found = (theirs | Commitment.objects.filter(pk__in=taken_on)).exclude(published_at=None)
    index(found.distinct())


def _texts(ids):
    """What the pages of these commitments say: (commitment, number in SAYS, text), in the order of SAYS."""
    each = [
        Commitment.objects.filter(SHOWN.get(path.partition("__")[0], Q()), pk__in=ids)
        .order_by()
        .values_list("pk", Value(number), path)
        for number, (_, path) in enumerate(SAYS)
    ]
    return sorted(each[0].union(*each[1:], all=True), key=itemgetter(0, 1))
