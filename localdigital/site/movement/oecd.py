"""What the register answers to seven of the OECD's principles for digital government: figures, counted as the page is
shown. One query."""

from django.db.models import Count, Exists, OuterRef, Sum, Value
from django.db.models.functions import Coalesce

from commitments.models import Commitment, Evidence, EvidenceKind, Partner, ProgressUpdate, Stage
from programme.models import CaseStudy, Event, FundProject, Output
from signatories.filters import standing_parts
from signatories.models import Organisation, Signatory, Signature


def answers(on):
    """The figures by name, all of the whole register, whatever the charts are narrowed to."""
    counted = _counted(on)
    first, *others = (_one(name, rows, count) for name, (rows, count) in counted.items())
    return dict.fromkeys(counted, 0) | dict(first.union(*others, all=True))


def _one(name, rows, count):
    return (
        rows.order_by()
        .annotate(figure=Value(name))
        .values("figure")
        .annotate(count=count)
        .values_list("figure", "count")
    )


def _counted(on):
    """What is counted under each name, and how."""
    each = Count("pk", distinct=True)
    standing, promises = Signatory.objects.standing(), Commitment.objects.public()
    updates = ProgressUpdate.objects.published().filter(commitment__in=promises.values("pk"))
    evidence = Evidence.objects.filter(update__in=updates.values("pk"))
    partners = Partner.objects.standing().filter(commitment=OuterRef("pk"))
    able = Organisation.objects.could_sign(on)
    awarded = Coalesce(Sum("amount_gbp"), 0)
    return {
        "declarations": (Signature.objects.public(), each),
        "commitments": (promises, each),
        "updates": (updates, each),
        "with_evidence": (evidence, Count("update__commitment", distinct=True)),
        "open_things": (Output.objects.published(), each),
        "signed": (standing, Count("organisation", distinct=True)),
        "by_name": (standing.exclude(signer_job_title=""), Count("organisation", distinct=True)),
        "nations": (standing.exclude(organisation__nation=""), Count("organisation__nation", distinct=True)),
        "types": (standing, Count("organisation__type", distinct=True)),
        "able": (able, each),
        "signed_of_able": (able.filter(Exists(standing_parts())), each),
        "with_partners": (promises.filter(Exists(partners)), each),
        "open": (Commitment.objects.open(), each),
        "with_due_date": (Commitment.objects.open().exclude(due_on=None), each),
        "on_time": (Commitment.objects.on_time(on), each),
        "overdue": (Commitment.objects.overdue(on), each),
        "update_overdue": (Commitment.objects.update_overdue(on), each),
        "delivered": (Commitment.objects.standing().filter(stage=Stage.DELIVERED), each),
        "projects": (FundProject.objects.public(), each),
        "awarded_gbp": (FundProject.objects.public().exclude(amount_gbp=None), awarded),
        "business_cases": (CaseStudy.objects.published().filter(kind=CaseStudy.Kind.BUSINESS_CASE), each),
        "business_case_links": (evidence.filter(kind=EvidenceKind.BUSINESS_CASE), each),
        "case_studies": (CaseStudy.objects.published(), each),
        "events": (Event.objects.published(), each),
    }
