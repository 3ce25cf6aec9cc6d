"""Who has not signed: the organisations that could sign the current version and have not, and who was approached."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from localdigital.models import AuditEvent, TeamNote
from localdigital.tables import MARK, guarded, row_writer
from signatories.models import Organisation, Signatory

COLUMNS = [
    "Organisation", "Code", "Type", "Nation", "Region", "Earlier version signed", "Last approached", "Contact email",
]  # fmt: skip
AT_A_TIME = 500


def not_signed(declaration, on):
    """The organisations that could sign on that date and have no standing signature of that version, by name.

    `earlier_version` is the newest other version that they signed, `approached_at` and `approach` the last note that
    the team wrote about them. Parts of this query: they cost none of their own.
    """
    parts = Signatory.objects.standing().filter(organisation=OuterRef("pk"))
    notes = TeamNote.objects.filter(about_type=Organisation._meta.label_lower, about_id=OuterRef("pk")).order_by(
        "-written_at", "-pk"
    )
    earlier = parts.order_by("-declaration__dated_on", "-declaration").values("declaration__version")
    return (
        Organisation.objects.could_sign(on)
        .filter(~Exists(parts.filter(declaration=declaration)))
        .annotate(
            earlier_version=Subquery(earlier[:1]),
            approached_at=Subquery(notes.values("written_at")[:1]),
            approach=Subquery(notes.values("text")[:1]),
            approached_by=Subquery(notes.values("written_by__username")[:1]),
        )
        .order_by("sort_name", "pk")
    )


def that_signed_before(organisations, yes):
    """Of those, the ones that signed an earlier version, or the ones that never signed any."""
    return organisations.filter(earlier_version__isnull=not yes)


def that_were_approached(organisations, yes):
    """Of those, the ones about which the team has written a note, or the others."""
    return organisations.filter(approached_at__isnull=not yes)


def with_name(organisations, text):
    """Of those, the ones with any name like this, or with this code."""
    named = Organisation.objects.called(text).order_by().values("pk")
    return organisations.filter(Q(pk__in=named) | Q(code__iexact=text.strip()))


@transaction.atomic
def export(organisations, declaration, *, by, now=None, **asked):
    """A table of them for a mailing, as CSV; the log says who took it, how many rows and what was asked for."""
    rows = [_row(one) for one in organisations.iterator(chunk_size=AT_A_TIME)]
    AuditEvent.record(
        "export.not_signed", declaration or by, by=by, at=now or timezone.now(), rows=len(rows), asked=asked
    )
    return MARK + "".join(map(row_writer(), [COLUMNS, *rows]))


def _row(one):
    approached = timezone.localdate(one.approached_at).isoformat() if one.approached_at else ""
    cells = [
        one.official_name,
        one.code,
        one.get_type_display(),
        one.get_nation_display(),
        one.get_region_display(),
        one.earlier_version or "",
        approached,
        one.contact_email,
    ]
    return [guarded(cell) for cell in cells]
