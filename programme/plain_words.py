"""Words looked for in what is few enough to be looked through: outputs, events, projects, rounds, announcements.

Compared by what words that mean the same begin with, so that "studies" is found for "study" on both databases.
"""

import re

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When

from commitments.matching import MOST_WORDS, words_of

# So short a word is looked for where words begin: "ai" is in "training".
SHORT = 2


def with_words(rows, text, texts, named=None):
    """Those that have all of these words, each in one of these texts or in the name of an organisation of theirs; all
    for a blank text. `named(word)` gives the organisations, of which the rows' own are meant."""
    if not text.strip():
        return rows
    words = beginnings(text)
    for word in words:
        found = Q(*(holds(name, word) for name in texts), _connector=Q.OR)
        if named:
            found |= Q(Exists(named(word)))
        rows = rows.filter(found)
    return rows if words else rows.none()


def offered_by(model):
    """For `with_words`: the organisations that offer an output or event, by a word of their names."""
    through, row = model.organisations.through.objects, model._meta.model_name
    return lambda word: through.filter(holds("organisation__official_name", word), **{row: OuterRef("pk")})


def best_first(rows, text, title="title"):
    """Those with most of the words in their titles first, else as they are."""
    best = Value(0)
    for word in beginnings(text):
        best = best + Case(When(holds(title, word), then=1), default=0, output_field=IntegerField())
    return rows.annotate(best=best).order_by(F("best").desc(), *rows.query.order_by)


def beginnings(text):
    """What words that mean the same begin with, for each word of a text: "stud" of "studies", for "study" too."""
    typed = re.findall(r"[^\W_]+", text.lower())
    if not text.isascii():  # stems have no accents, what is looked through has
        return typed[:MOST_WORDS]
    return [stem[:-1] if _has_become_i(stem, typed) else stem for stem in words_of(text)]


def holds(name, word):
    """That the text of that name holds this beginning of a word."""
    contains = Q((f"{name}__icontains", word))
    if len(word) > SHORT or not re.fullmatch("[a-zA-Z0-9]+", word):
        return contains
    return contains & Q((f"{name}__iregex", rf"(^|[^a-z0-9]){word}"))


def _has_become_i(stem, typed):
    ends = [word for word in typed if word.startswith(stem[:-1]) and word.endswith(("y", "ies"))]
    return stem.endswith("i") and bool(ends)
