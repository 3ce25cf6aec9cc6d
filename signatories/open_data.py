"""What is published of organisations and of what they signed, column by column."""

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, When, prefetch_related_objects
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, TruncDate
from django.utils import timezone

from localdigital.addresses import page_of
from localdigital.open_data import Allowed, Column, Dataset, Type, choices, day_of, had_happened, partial
from signatories.models import Organisation, Signatory, Signature, Succession
from signatories.models.organisation import Nation, OrganisationType, Region
from signatories.models.partial_date import Precision
from signatories.models.reference import ALPHABET
from signatories.signed_on import Answer, signed_on

STANDS, WITHDRAWN = "stands", "withdrawn"
STATUS = Allowed({STANDS: "It stands", WITHDRAWN: "Withdrawn"}.items())
COUNCILS = (
    "“UK Local Authorities” by mySociety, CC BY 4.0, changed. Contains public sector information licensed under the "
    "Open Government Licence v3.0."
)
CODE = "E07000234"
REFERENCE = "T37Q-VXT7"
REFERENCE_PATTERN = rf"^[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}$"


# ---- Organisations


def known(on):
    """The organisations of the register that had begun by that day: what is named of one is named of these only."""
    begun = Q() if on is None else Q(starts_on=None) | Q(starts_on__lte=on)
    return Organisation.objects.checked().filter(begun)


def code_of(body, on):
    """The code of one that is among these; None of any other, and for None."""
    begun = body and (on is None or body.starts_on is None or body.starts_on <= on)
    return body.code if begun and body.checked_at else None


def _organisations(on):
    bodies = known(on)
    if on is not None:  # a date on a document may be earlier than the one from which its council is known
        signed = parts_by_then(on).filter(organisation=OuterRef("pk"))
        bodies = Organisation.objects.checked().filter(Q(pk__in=bodies.values("pk")) | Exists(signed))
    return bodies.select_related("county", "combined_authority")


def _stand(organisations, on):
    """What each had signed by then, and who had taken over from it."""
    today = timezone.localdate()
    standings = signed_on(organisations, on or today, today)
    parts = [standing.part for standing in standings.values() if standing.own_answer != Answer.NOT_SIGNED]
    counted = set(parts_by_then(on).filter(pk__in=[part.pk for part in parts]).values_list("pk", flat=True))
    followed = Succession.objects.filter(predecessor__in=organisations, successor__in=known(on))
    successors = {}
    for one in followed.select_related("successor").order_by("successor__code"):
        successors.setdefault(one.predecessor_id, []).append(one.successor.code)
    for body in organisations:
        body.standing = standings[body]
        body.part = body.standing.part if body.standing.part and body.standing.part.pk in counted else None
        body.over_on = body.ends_on if on is None or (body.ends_on and body.ends_on <= on) else None
        body.successor_codes = successors.get(body.pk, []) if body.over_on else []
        body.county_code, body.combined_code = code_of(body.county, on), code_of(body.combined_authority, on)


def _of_part(read):
    return lambda body: read(body.part) if body.part else None


ORGANISATIONS = Dataset(
    name="organisations",
    title="Organisations",
    description="Every council and other body that the register knows, signed or not. Those that have ended stay.",
    as_of="Those that had begun by then, with what they had signed by then, and who had taken over by then. Their "
    "names and all else are today’s.",
    rows=_organisations,
    prepare=_stand,
    key="code",
    lookup="code",
    attribution=COUNCILS,
    columns=(
        Column("code", Type.STRING, "Its GSS code, or where it has none, ours.", CODE, is_required=True),
        Column("scheme", Type.STRING, "Whose code that is.", "gss", is_required=True,
               choices=choices(Organisation.Scheme)),
        Column("name", Type.STRING, "What people call it.", "Bromsgrove", is_required=True),
        Column("official_name", Type.STRING, "What it is called officially.", "Bromsgrove District Council",
               is_required=True),
        Column("type", Type.STRING, "What kind of body it is.", "district", is_required=True,
               choices=choices(OrganisationType)),
        Column("nation", Type.STRING, "The nation in which it is.", "england", choices=choices(Nation)),
        Column("region", Type.STRING, "The region of England, or the nation, in which it is.", "west-midlands",
               choices=choices(Region)),
        Column("county_code", Type.STRING, "The county council whose area it is in.", "E10000034",
               refers_to="organisations.code"),
        Column("combined_authority_code", Type.STRING, "The combined authority that it belongs to.", "E47000007",
               "combined_code", refers_to="organisations.code"),
        Column("starts_on", Type.DATE, "The first day on which it existed, where known.", "1974-04-01"),
        Column("ends_on", Type.DATE, "The last day on which it existed or will exist; empty where none is known.",
               "2023-03-31", "over_on"),
        Column("successor_codes", Type.LIST, "Who took over from it.", ["E06000066"], refers_to="organisations.code"),
        Column("website", Type.ADDRESS, "Its website.", "https://www.example.gov.uk"),
        Column("population", Type.INTEGER, "How many people lived there in 2020.", 100569),
        Column("latitude", Type.NUMBER, "Where it is, in degrees north.", 52.33),
        Column("longitude", Type.NUMBER, "Where it is, in degrees east.", -2.06),
        Column("signed", Type.STRING, "Whether it has signed, and not withdrawn. “cannot-say” where no date tells.",
               "signed", "standing.own_answer.value", is_required=True, choices=choices(Answer)),
        Column("signature_reference", Type.STRING, "The document by which it signed.", REFERENCE,
               _of_part(lambda part: part.signature.reference), pattern=REFERENCE_PATTERN,
               refers_to="signatures.reference"),
        Column("declaration_version", Type.STRING, "Which version of the Declaration that is.", "2018",
               _of_part(lambda part: part.declaration.version)),
        Column("signed_on", Type.PARTIAL_DATE, "When it signed that, as far as it is known.", "2018-11-09",
               lambda body: partial(body.standing.since) if body.part else None),
        Column("url", Type.ADDRESS, "Its page.", "https://register.example.gov.uk/organisations/bromsgrove/", page_of,
               is_required=True),
    ),
)  # fmt: skip


# ---- Signatures, and each organisation's part in them


def parts_by_then(on):
    """The parts in public documents that counted by the end of that day: an organisation may sign after another."""
    parts = Signatory.objects.public()
    return parts if on is None else parts.alias(counts_from=_first_day()).filter(counts_from__lte=on)


def _first_day():
    """The first day on which a part can have been signed, as signed_on.py has it: where only the year or the month is
    known, not before the version came out; without any date, from when it was published here."""
    of_that_year = Q(declaration__dated_on__year=ExtractYear("signed_on"))
    of_that_month = of_that_year & Q(declaration__dated_on__month=ExtractMonth("signed_on"))
    came_out = Q(of_that_year, signed_on_precision=Precision.YEAR) | Q(
        of_that_month, signed_on_precision=Precision.MONTH
    )
    on_the_document = Case(When(came_out, then=F("declaration__dated_on")), default=F("signed_on"))
    return Coalesce(on_the_document, TruncDate("signature__published_at"))


def signed_by_then(on, signature="pk"):
    """Whether a document counted by then, since somebody's part did: a condition on what belongs to it."""
    return Q() if on is None else Q(Exists(parts_by_then(on).filter(signature=OuterRef(signature))))


def _left(part, on):
    """When that part was withdrawn, alone or with its document, if it was by then."""
    moments = [one for one in (part.withdrawn_at, part.signature.withdrawn_at) if had_happened(one, on)]
    return min(moments, default=None)


def _signatures(on):
    return Signature.objects.public().filter(signed_by_then(on)).select_related("declaration")


def _signatories_of(signatures, on):
    parts = Prefetch("signatories", queryset=parts_by_then(on).select_related("organisation"))
    prefetch_related_objects(signatures, parts)
    for signature in signatures:
        signature.left_at = signature.withdrawn_at if had_happened(signature.withdrawn_at, on) else None
        parts = signature.signatories.all()
        dates = [part.signed_date for part in parts if part.signed_on]
        # Where they signed on several days, the last of them completed it.
        signature.completed_on = max(dates, key=lambda when: when.day, default=None)


def _stands(row):
    return WITHDRAWN if row.left_at else STANDS


SIGNATURES = Dataset(
    name="signatures",
    title="Signatures",
    description="Every signed document: a version of the Declaration with those who signed it together.",
    as_of="Those dated by then, also where they were published here later, and those without a date that were "
    "published here by then. One that was removed since is left out.",
    rows=_signatures,
    prepare=_signatories_of,
    key="reference",
    lookup="reference",
    columns=(
        Column("reference", Type.STRING, "The document’s own reference.", REFERENCE, is_required=True,
               pattern=REFERENCE_PATTERN),
        Column("declaration_version", Type.STRING, "Which version of the Declaration was signed.", "2018",
               "declaration.version", is_required=True),
        Column("status", Type.STRING, "Whether it stands.", STANDS, _stands, is_required=True,
               choices=STATUS),
        Column("organisation_codes", Type.LIST, "Who signed it, also those that withdrew since.", [CODE, "E07000236"],
               lambda one: [part.organisation.code for part in one.signatories.all()],
               refers_to="organisations.code"),
        Column("organisation_names", Type.LIST, "Their official names, in the same order.",
               ["Bromsgrove District Council", "Redditch Borough Council"],
               lambda one: [part.organisation.official_name for part in one.signatories.all()]),
        Column("signed_on", Type.PARTIAL_DATE, "The date on it, the last where there are several.", "2018-11-09",
               lambda one: partial(one.completed_on)),
        Column("published_on", Type.DATE, "The day on which it was published here.", "2026-11-22",
               lambda one: day_of(one.published_at), is_required=True),
        Column("withdrawn_on", Type.DATE, "The day on which all of it was withdrawn.", None,
               lambda one: day_of(one.left_at)),
        Column("source_note", Type.STRING, "Where the text of one signed on paper comes from.", "signed paper form"),
        Column("url", Type.ADDRESS, "Its page.", f"https://register.example.gov.uk/signatures/{REFERENCE}/", page_of,
               is_required=True),
    ),
)  # fmt: skip


def _signatories(on):
    return parts_by_then(on).select_related("signature", "organisation")


def _when_they_left(parts, on):
    for part in parts:
        part.left_at = _left(part, on)


SIGNATORIES = Dataset(
    name="signatories",
    title="Signatories",
    description="One organisation's part in one signed document: who signed for it, and when.",
    as_of="Those whose own date had come by then, or without one, whose document was published here by then.",
    rows=_signatories,
    prepare=_when_they_left,
    columns=(
        Column("id", Type.INTEGER, "A number of its own.", 1, "pk", is_required=True),
        Column("signature_reference", Type.STRING, "The document.", REFERENCE, "signature.reference", is_required=True,
               pattern=REFERENCE_PATTERN, refers_to="signatures.reference"),
        Column("organisation_code", Type.STRING, "The organisation.", CODE, "organisation.code", is_required=True,
               refers_to="organisations.code"),
        Column("organisation_name", Type.STRING, "Its official name.", "Bromsgrove District Council",
               "organisation.official_name", is_required=True),
        Column("signed_on", Type.PARTIAL_DATE, "The date on the document, as far as it is known.", "2018-11-09",
               lambda part: partial(part.signed_date)),
        Column("signer_name", Type.STRING, "Who signed for it, where that is public.", "Chris Forrester"),
        Column("signer_job_title", Type.STRING, "Their job title.", "Financial Services Manager"),
        Column("status", Type.STRING, "Whether the organisation stands by it.", STANDS, _stands, is_required=True,
               choices=STATUS),
        Column("withdrawn_on", Type.DATE, "The day on which it withdrew.", None, lambda part: day_of(part.left_at)),
    ),
)  # fmt: skip
