"""Looking for words in commitments: which hold all of them, or any, and how well each fits.

The index (commitments/search_index.py) finds the rows on both databases; how well one fits is counted here, the same
on both: rare words count more, and a word in the title more than one in a name, and that more than one in the text.
"""

import re

from django.db import connection
from django.db.models import Case, Exists, F, FloatField, Q, Value, When
from django.db.models.expressions import ExpressionWrapper, RawSQL

from commitments.models import Commitment, SearchText
from commitments.search import stems
from commitments.search_index import TABLE

MOST_WORDS = 16
# How much a word counts by where it stands, the best place first. PostgreSQL's letters are those of the index.
PLACES = {"title": ("A", 10.0), "names": ("B", 4.0), None: ("", 1.0)}
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a about all also am an and any are as at be been being both but by can could did do does doing done each for from
    get had has have he her here him his how i if in into is it its just me more most my no not of on one only or other
    our ours out over own s so some such t than that the their them then there these they this those through to too
    under until up us very was we were what when where which while who whom why will with would you your
        """,
    )
)


def words_of(text):
    """The stems that are looked for, each once: without the commonest words of English, unless there are no others."""
    told = " ".join(word for word in re.findall(r"[^\W_]+", text.lower()) if word not in STOP_WORDS)
    return list(dict.fromkeys(stems(told) or stems(text)))[:MOST_WORDS]


def holding(words, *, every=True, place=None):
    """The primary keys of the commitments that hold these stems: for `pk__in`. `place` "title" or "names" asks for
    them there."""
    if connection.vendor == "postgresql":
        letter = PLACES[place][0]
        asked = (" & " if every else " | ").join(f"{word}:{letter}" if letter else word for word in words)
        source = SearchText._meta.db_table
        return RawSQL(f"SELECT commitment_id FROM {source} WHERE words @@ to_tsquery('simple', %s)", [asked])  # noqa: S608, S611
    asked = (" AND " if every else " OR ").join(f'"{word}"' for word in words)
    column = f"{place} : ({asked})" if place else asked
    return RawSQL(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [column])  # noqa: S608, S611


def how_many_hold(words):
    """In how many commitments a stem is, as an expression."""
    inner, params = holding(words).sql, holding(words).params
    return RawSQL(f"SELECT COUNT(*) FROM ({inner}) found", params)  # noqa: S608, S611


def matching(commitments, words):
    """Those that hold all of these stems; where no commitment at all does, those that hold any."""
    if not words:
        return commitments.none()
    every = Q(pk__in=holding(words))
    if len(words) == 1:
        return commitments.filter(every)
    nobody = ~Exists(Commitment.objects.public().filter(every))
    return commitments.filter(every | Q(nobody, pk__in=holding(words, every=False)))


def with_relevance(commitments, words):
    """Commitments with `relevance`, the sum of what each found word counts for: the higher, the better it fits."""
    relevance = Value(0.0, output_field=FloatField())
    for word in words:
        places = [When(pk__in=holding([word], place=place), then=Value(value)) for place, (_, value) in PLACES.items()]
        rarity = ExpressionWrapper(Value(1.0) / (how_many_hold([word]) + Value(4.0)), output_field=FloatField())
        relevance = relevance + Case(*places, default=Value(0.0), output_field=FloatField()) * rarity
    return commitments.annotate(relevance=relevance)


def by_relevance(commitments, words):
    """The best first; of equally good ones the newest."""
    return with_relevance(commitments, words).order_by("-relevance", F("published_at").desc(nulls_last=True), "-pk")
