"""The words of commitments as the search compares them: the same stems on both databases."""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer
from django.db.models import Prefetch, Q

from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, SearchText
from signatories.models import Signatory

STEMMER = snowballstemmer.stemmer("english")
# It keeps the word that it works on in itself, and requests are answered in threads.
ONE_AT_A_TIME = Lock()
WORD = re.compile(r"[a-z0-9]+")
# PostgreSQL keeps at most a megabyte of words for one row.
LONGEST_WORD = 40
MOST_WORDS = 10_000


def stems(text):
    """The words of a text as they are compared: lower case, without accents, reduced to their stems."""
    folded = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [_stem(word[:LONGEST_WORD]) for word in WORD.findall(plain)[:MOST_WORDS]]


@lru_cache(maxsize=20_000)
def _stem(word):
    with ONE_AT_A_TIME:
        return STEMMER.stemWord(word)


def index(commitments):
    """Write down the words of these commitments anew. Call it in the transaction that changes what their pages say."""
    found = (
        Commitment.objects.filter(pk__in=[one.pk for one in commitments])
        .select_related("signature")
        .prefetch_related(
            "deliverables",
            "partners__organisation",
            "adoptions__organisation",
            Prefetch("signature__signatories", queryset=Signatory.objects.select_related("organisation")),
            Prefetch("updates", queryset=ProgressUpdate.objects.published().prefetch_related("evidence")),
        )
    )
    SearchText.objects.bulk_create(
        [SearchText(commitment=commitment, **_words(commitment)) for commitment in found],
        update_conflicts=True,
        unique_fields=["commitment"],
        update_fields=["title", "names", "body"],
    )


def index_those_of(organisations):
    """Write down anew the commitments whose pages name these organisations, given by id: they are called otherwise."""
    named = Partner.objects.filter(organisation__in=organisations).values("commitment")
    theirs = Commitment.objects.filter(Q(pk__in=named) | Q(signature__signatories__organisation__in=organisations))
    taken_on = Adoption.objects.filter(organisation__in=organisations).values("commitment")
    found = (theirs | Commitment.objects.filter(pk__in=taken_on)).exclude(published_at=None)
    index(list(found.distinct()))


def _words(commitment):
    parts = [*commitment.signature.signatories.all(), *commitment.adoptions.all()]
    partners = [one for one in commitment.partners.all() if one.answer != one.Answer.DISOWNED]
    bodies = [one.organisation for one in [*parts, *partners] if one.organisation]
    names = [name for body in bodies for name in (body.official_name, body.name)] + [one.name for one in partners]
    body = [commitment.mission, commitment.impact, *(one.text for one in commitment.deliverables.all())]
    for update in commitment.updates.all():
        body += [update.done, update.went_well, update.could_be_better, update.next_step]
        body += [evidence.title for evidence in update.evidence.all()]
    return {
        "title": " ".join(stems(commitment.title)),
        "names": " ".join(stems(" ".join(names))),
        "body": " ".join(stems(" ".join(body))),
    }
