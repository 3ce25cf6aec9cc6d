"""Commitments like another one: those that share its rare words, and better still its principles. Each says why."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from commitments.marking import WORD
from commitments.matching import STOP_WORDS, holding, with_relevance
from commitments.models import Commitment, SearchText
from commitments.search import stems
from localdigital.govuk.writing import listed
from signatories.models import Principle, Signatory

CANDIDATES = 50
MOST_WORDS = 40  # that are looked at
DISTINCTIVE = 12  # that candidates are looked for by
WORDS_TOLD = 3
# A register of a few commitments says little about which words are rare.
LEAST_COMMITMENTS = 60
# A word that more than this part of all commitments have makes none of them alike.
TOO_MANY = 0.25
# What any commitment may say: no sign of likeness.
ORDINARY = frozenset(
    stem
    for word in re.findall(
        r"\w+",
        """
        able access achieve across action aim alpha anyone application approach area around available base based
        become benefit best beta better borough bring build building care case centred change city clear code commit
        commitment common costs council county create current customer data deliver delivery demand demonstrate
        department design develop development digital discover discovery district easier easy efficient embed enable
        end ensure everyone evidence existing experience exploring find first fix framework future give good
        government great group help high identify impact implement improve improving including increase information
        insight join key know lead leader leadership learn level life live local london look make making manage
        management many meet method model month need new next offer office officer online open opportunity
        organisation other partner partnership people person pilot place platform principle process produce product
        production programme project prototype provide public publish put quality reduce report research resident
        result reusable reuse right run save sector see service set share sharing show simple social solution staff
        standard start step strategy support system take team technology test thing three time tool transform
        transformation two understand unlock use used useful user using value way week well work worker working
        would year
        """,
    )
    for stem in stems(word)
) | frozenset(stem for word in STOP_WORDS for stem in stems(word))
# A word counts for as much as it is rare (0 to 1), times this for each of the two titles that it stands in, and for
# less when it is in neither. Below LEAST nothing is alike: about one rare word in one title, or three in the texts.
TITLE, TEXTS_ONLY = 2.0, 0.6
LEAST = 1.5
PRINCIPLE = 0.1
# One shared word is a sign only where both titles have it, it is at least this rare, and a principle is shared too.
RARE = 0.5


@dataclass(frozen=True)
class Similar:
    """A commitment like another: `words` and `principle` are what both share, `others` how many more sign it."""

    commitment: Commitment
    words: list
    principle: str
    score: float = field(repr=False)

    @property
    def organisation(self):
        """Whose it is: the first of those that signed for it."""
        return self.commitment.first_organisation

    @property
    def others(self):
        """How many signed with that one."""
        return self.commitment.organisations - 1

    @property
    def why(self):
        """In one line: "Both mention chatbots and housing, and both follow Fix the plumbing"."""
        mention = f"Both mention {listed(self.words)}"
        return f"{mention}, and both follow {self.principle}" if self.principle else mention


def similar_to(texts, principles=(), *, signature=None, limit=5):
    """Standing commitments like these texts (the title first), the likest first, in two queries.

    `principles` are ids of those it follows; the commitments of those that sign the `signature` are left out.
    """
    title, *rest = texts
    words = _words(title, rest)
    rarity = _rarities(list(words)) if words else {}
    if not rarity:
        return []
    looked_for = sorted(rarity, key=lambda stem: (-rarity[stem] * words[stem], stem))
    rows = _candidates(looked_for[:DISTINCTIVE], principles, signature)
    spelling = _spelling(texts)
    likest = []
    for row in rows:
        shared = _shared(words, rarity, row)
        score = sum(shared.values()) + (PRINCIPLE if row.shared_principle else 0)
        if score >= LEAST and _says_enough(shared, rarity, words, row):
            strongest = max(shared.values(), default=0)
            told = [stem for stem in sorted(shared, key=shared.get, reverse=True) if shared[stem] > strongest / 3]
            told = told[:WORDS_TOLD]
            likest.append(Similar(row, [spelling[stem] for stem in told], row.shared_principle or "", score))
    return sorted(likest, key=lambda one: (-one.score, -one.commitment.pk))[:limit]


def similar_for_page(commitment, *, limit=5):
    """Those like a public commitment, for its page: its principles are fetched with it. None for one that ended."""
    if not commitment.is_standing:
        return []
    return similar_to_all([commitment], commitment.signature_id, limit=limit)


def similar_to_all(commitments, signature, *, limit=5):
    """Those like any of the commitments of one document, whose principles are fetched; a draft's too."""
    texts = [" ".join(one.title for one in commitments)]
    texts += [text for one in commitments for text in (one.mission, one.impact)]
    principles = {principle.pk for one in commitments for principle in one.principles.all()}
    return similar_to(texts, principles, signature=signature, limit=limit)


def _words(title, rest):
    """The stems that may make a likeness, and how much each counts: those of the title double."""
    words = dict.fromkeys((stem for stem in stems(title) if stem not in ORDINARY and len(stem) > 1), TITLE)
    often = Counter(
        stem for stem in stems(" ".join(rest)) if stem not in ORDINARY and stem not in words and len(stem) > 2
    )
    words |= {stem: 1.0 for stem, _ in often.most_common(MOST_WORDS)}
    return dict(list(words.items())[:MOST_WORDS])


def _shared(words, rarity, row):
    """What each stem that both hold counts for."""
    title, body = set(row.title_stems.split()), set(row.body_stems.split())
    counts = {}
    for stem, rare in rarity.items():
        if stem in title:
            counts[stem] = rare * words[stem] * TITLE
        elif stem in body:
            counts[stem] = rare * (TITLE if words[stem] == TITLE else TEXTS_ONLY)
    return counts


def _says_enough(shared, rarity, words, row):
    """Whether both share two words at least, or a rare one in both titles and a principle."""
    if len(shared) != 1 or not row.shared_principle:
        return len(shared) > 1
    (stem,) = shared
    return rarity[stem] >= RARE and words[stem] == TITLE and stem in row.title_stems.split()


def _spelling(texts):
    """Each stem as it is written first: in small letters, unless it is a name or all in capitals."""
    spelling = {}
    for text in texts:
        for match in WORD.finditer(text):
            word = match[0] if match[0][1:] != match[0][1:].lower() else match[0].lower()
            for stem in stems(word):
                spelling.setdefault(stem, word)
    return spelling


def _rarities(words):
    """How rare each stem is, from 0 to 1, without those that no commitment has or many have: one query."""
    counted = [f"SELECT {number}, COUNT(*) FROM ({holding([word]).sql}) found" for number, word in enumerate(words)]  # noqa: S608
    params = [param for word in words for param in holding([word]).params]
    counted.append(f"SELECT -1, COUNT(*) FROM {SearchText._meta.db_table}")  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counted), params)
        found = dict(cursor.fetchall())
    total = max(found[-1], LEAST_COMMITMENTS)
    return {
        word: math.log(1 + total / (1 + found[number])) / math.log(1 + total)
        for number, word in enumerate(words)
        if 0 < found[number] <= total * TOO_MANY
    }


def _candidates(words, principles, signature):
    """The commitments that hold most of these stems, with their own stems and the first principle that both follow."""
    parts = Signatory.objects.filter(signature=OuterRef("signature")).order_by("position", "pk")
    number = parts.order_by().values("signature").annotate(number=Count("pk")).values("number")
    shared = Principle.objects.filter(pk__in=list(principles), commitments=OuterRef("pk")).order_by("number")
    words_of = SearchText.objects.filter(commitment=OuterRef("pk"))
    standing = Commitment.objects.standing().filter(pk__in=holding(words, every=False))
    if signature is not None:
        own = Signatory.objects.filter(signature=signature).values("organisation")
        standing = standing.exclude(Exists(parts.order_by().filter(organisation__in=own)))
    return (
        with_relevance(standing, words)
        .annotate(
            title_stems=Subquery(words_of.values("title")[:1]),
            body_stems=Subquery(words_of.values("body")[:1]),
            first_organisation=Subquery(parts.values("organisation__official_name")[:1]),
            organisations=Coalesce(Subquery(number[:1], output_field=IntegerField()), 1),
            shared_principle=Subquery(shared.values("title")[:1]),
        )
        .order_by("-relevance", "-pk")[:CANDIDATES]
    )
