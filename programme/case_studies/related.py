"""Case studies where others are read: on the pages of a commitment, of an organisation, and of a case study like it."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from programme.models import CaseStudy, Topic

MOST_RELATED = 4
# What two have in common, by how much it says
TOPIC, PRINCIPLE = 3, 1


def has_some(**whose):
    """Whether public case studies say something of the row at hand: `commitment=` or `organisations=` an OuterRef."""
    return Exists(CaseStudy.objects.published().filter(**whose))


def of_commitment(commitment):
    """The public case studies about a commitment that says whether it `has_case_studies`, for its page."""
    found = CaseStudy.objects.newest().filter(commitment=commitment)
    return {"case_studies": list(found) if commitment.has_case_studies else []}


def about_organisation(organisation):
    """The public case studies of an organisation that says whether it `has_case_studies`, for its page."""
    found = CaseStudy.objects.newest().filter(organisations=organisation)
    return {"case_studies": list(found) if organisation.has_case_studies else []}


def related_to(study):
    """Others that share a topic or the commitment with a case study, the likest first: one query.

    Its topics and principles are fetched with it. Each says which topic they share: `shared_topic`.
    """
    topics, principles = ([one.pk for one in many.all()] for many in (study.topics, study.principles))
    shared = Topic.objects.filter(pk__in=topics, case_studies=OuterRef("pk"))
    same = Q(commitment=study.commitment_id) if study.commitment_id else Q(pk__in=[])
    through = CaseStudy.principles.through.objects.filter(casestudy=OuterRef("pk"), principle__in=principles)
    followed = through.order_by().values("casestudy").annotate(number=Count("pk")).values("number")
    number = shared.order_by().values("case_studies").annotate(number=Count("pk")).values("number")
    others = CaseStudy.objects.published().exclude(pk=study.pk)
    return list(
        others.filter(same | Q(topics__in=topics))
        .annotate(
            shared_topic=Coalesce(Subquery(shared.order_by("position", "title").values("title")[:1]), Value("")),
            likeness=Coalesce(Subquery(number), 0) * TOPIC + Coalesce(Subquery(followed), 0) * PRINCIPLE,
        )
        .distinct()
        .order_by(F("likeness").desc(), "-published_at", "-pk")[:MOST_RELATED]
    )
