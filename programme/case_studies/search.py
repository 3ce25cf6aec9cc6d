"""The words of case studies as the search compares them: the same stems as those of commitments, on both databases.

There are few enough of them to be looked through, so each has one text of its words: " drain/title call/text ".
"""

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When

from commitments.search import stems
from programme.models import CaseStudy, StudyWords
from signatories.models import Organisation

# Where a word can stand, and how much it counts there: the best place first
PLACES = {"title": 10, "summary": 4, "text": 1}
TEXTS = ("problem", "done", "result", "could_be_better", "reusable")


def index(studies):
    """Write down the words of these case studies anew. Call it in the transaction that makes or changes their pages."""
    for study in studies:
        StudyWords.objects.update_or_create(case_study=study, defaults={"words": _words(study)})


def _words(study):
    """Each word once, at the best of its places."""
    said = {"title": study.title, "summary": study.summary}
    said["text"] = " ".join([*(getattr(study, name) for name in TEXTS), *(link.title for link in study.links.all())])
    best = {}
    for place in PLACES:
        for stem in stems(said[place]):
            best.setdefault(stem, place)
    return "".join(f" {stem}/{place}" for stem, place in best.items()) + " "


def matching(studies, words):
    """Those that hold all of these stems; where no case study at all does, those that hold any."""
    if not words:
        return studies.none()
    every = Q(*(holds(word) for word in words))
    if len(words) == 1:
        return studies.filter(every)
    nobody = ~Exists(with_every(words))
    return studies.filter(every | Q(nobody, Q(*(holds(word) for word in words), _connector=Q.OR)))


def with_every(words):
    """The public ones that hold all of these stems."""
    return CaseStudy.objects.published().order_by().filter(Q(*(holds(word) for word in words)))


def holds(word, place=None):
    """That a case study holds that stem, in that place: or somewhere, or in the name of one of its organisations."""
    found = StudyWords.objects.filter(case_study=OuterRef("pk"), words__contains=f" {word}/{place or ''}")
    if place:
        return Q(Exists(found))
    return Q(Exists(found)) | Q(Exists(_named(word)))


def _named(word):
    """The organisations of a case study whose names begin with that stem, or hold a word that does."""
    begins = Q(official_name__istartswith=word) | Q(official_name__icontains=f" {word}")
    through = CaseStudy.organisations.through
    offers = through.objects.filter(organisation=OuterRef("pk"), casestudy=OuterRef(OuterRef("pk")))
    return Organisation.objects.order_by().filter(begins, Exists(offers))


def by_relevance(studies, words):
    """The best first; of equally good ones the newest."""
    relevance = Value(0)
    for word in words:
        places = [When(holds(word, place), then=Value(value)) for place, value in PLACES.items()]
        relevance = relevance + Case(*places, default=Value(PLACES["summary"]), output_field=IntegerField())
    return studies.annotate(relevance=relevance).order_by("-relevance", F("published_at").desc(), "-pk")
