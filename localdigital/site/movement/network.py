"""Who works with whom: organisations that signed one document together, or of which one names the other as a partner.

A partner counts unless it has said that it is none. Only organisations that exist today are shown, and of a reader's
choices at least one of the two fits.
"""

from dataclasses import dataclass
from functools import partial

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Greatest, Least

from commitments.answering import existed
from commitments.models import Commitment, Partner
from localdigital.govuk.writing import number, plural
from localdigital.site.movement.charts import Chart, Linked
from localdigital.site.movement.network_drawing import CONFIRMED, TOGETHER, UNANSWERED, draw_network
from signatories.models import Organisation, Signatory

KEYS = ("partners",)
# So many are read, the strongest first; and so many organisations are drawn, or their names could not be read.
MOST_READ, MOST_DRAWN = 1500, 80
NAMED = "named"  # as a partner, whether it has confirmed that or not
OTHERS = "signature__signatories__"
OWNERS = "commitment__signature__signatories__"
COLUMNS = ("one", "other", "how", "times", "sure")


@dataclass
class Connection:
    """Two organisations that work together: how many documents they signed with one another, how many commitments name
    one as the other's partner, and in how many of those it has confirmed that."""

    first: Organisation
    second: Organisation
    documents: int = 0
    commitments: int = 0
    confirmed: int = 0

    @property
    def ends(self):
        """Both of them."""
        return self.first, self.second

    @property
    def strength(self):
        """On how much they work together."""
        return self.documents + self.commitments

    @property
    def kind(self):
        """The surest that is known of it."""
        return TOGETHER if self.documents else CONFIRMED if self.confirmed else UNANSWERED


# ---- What the register says: two queries, and one more where there is more than is read


def connections(asked):
    """The strongest connections first, and how many there are."""
    branches = list(_branches(asked))
    rows = list(_union(branches, COLUMNS, all=True).order_by("-times", *COLUMNS[:3])[:MOST_READ])
    keys = {pk for one, other, *_ in rows for pk in (one, other)}
    bodies = Organisation.objects.only("name", "official_name", "sort_name", "slug", "type", "nation", "region")
    bodies = bodies.in_bulk(keys)
    found = {}
    for one, other, how, times, sure in rows:
        ends = sorted((bodies[one], bodies[other]), key=lambda body: (body.sort_name, body.pk))
        connection = found.setdefault((one, other), Connection(*ends))
        if how == TOGETHER:
            connection.documents += times
        else:
            connection.commitments += times
            connection.confirmed += sure
    every = sorted(found.values(), key=lambda one: (-one.strength, -one.confirmed, *_names(one)))
    total = len(every) if len(rows) < MOST_READ else _union(branches, COLUMNS[:2], all=False).count()
    return every, total


def _names(connection):
    return [(body.sort_name, body.pk) for body in connection.ends]


def _union(branches, columns, **options):
    first, *others = (branch.values_list(*columns) for branch in branches)
    return first.union(*others, **options)


def _branches(asked):
    """Pairs of organisations, the lower key first, with how often they work together and how often that is sure."""
    together = Signatory.objects.standing().filter(
        _both_shown(asked, "organisation", f"{OTHERS}organisation"),
        **{f"{OTHERS}withdrawn_at": None, f"{OTHERS}organisation__gt": F("organisation")},
    )
    yield _counted(together, f"{OTHERS}organisation", TOGETHER, "signature", Q(pk__isnull=False))
    named = Partner.objects.standing().filter(commitment__in=Commitment.objects.standing())
    confirmed = Q(answer=Partner.Answer.CONFIRMED)
    # Who signed the document too is with the others of it already
    parts = Signatory.objects.filter(signature=OuterRef("commitment__signature"), withdrawn_at=None)
    by_signatory = named.filter(
        _both_shown(asked, "organisation", f"{OWNERS}organisation"),
        ~Exists(parts.filter(organisation=OuterRef("organisation"))),
        **{f"{OWNERS}withdrawn_at": None},
    )
    yield _counted(by_signatory, f"{OWNERS}organisation", NAMED, "commitment", confirmed)
    adopter = "commitment__adoptions__organisation"
    # Who adopted it and signed it too is counted as its signatory
    by_adopter = named.filter(
        _both_shown(asked, "organisation", adopter),
        ~Q(**{adopter: F("organisation")}),
        ~Exists(parts.filter(organisation=OuterRef(adopter))),
    )
    yield _counted(by_adopter, adopter, NAMED, "commitment", confirmed)


def _both_shown(asked, *ends):
    """Whether both are in the register today, and one of them fits."""
    shown, one_fits = Q(), Q()
    for end in ends:
        shown &= existed(asked.on, f"{end}__") & Q(**{f"{end}__checked_at__isnull": False})
        one_fits |= Q(**{f"{end}__{name}": value for name, value in asked.chosen.items()})
    return shown & one_fits


def _counted(rows, other, how, what, sure):
    """Each pair with how many different things make it, and how many of those are sure."""
    pairs = rows.order_by().values(
        one=Least(F("organisation"), F(other)),
        other=Greatest(F("organisation"), F(other)),
        how=Value(how, CharField()),
    )
    return pairs.annotate(times=Count(what, distinct=True), sure=Count(what, filter=sure, distinct=True))


# ---- The chart


def charts(asked):
    """One drawing of the strongest connections, and the table of all that were read."""
    every, total = connections(asked)
    drawn = strongest(every, MOST_DRAWN)
    fitting = {
        body.pk
        for one in drawn
        for body in one.ends
        if all(getattr(body, name) == value for name, value in asked.chosen.items())
    }
    return [
        Chart(
            key="partners",
            title="Who works with whom",
            summary=_summary(every, total),
            columns=["Organisation", "Works with", "Signed together", "Partner in commitments", "Confirmed"],
            rows=[_row(one) for one in every],
            draw=partial(draw_network, connections=drawn, fitting=fitting),
            notes=tuple(_notes(len(drawn), len(every), total)),
            has_links=True,
        )
    ]


def strongest(every, most):
    """Of the connections, strongest first, those between no more than so many organisations."""
    kept, bodies = [], set()
    for one in every:
        if len(bodies | set(one.ends)) <= most:
            kept.append(one)
            bodies |= set(one.ends)
    return kept


def _summary(every, total):
    if not every:
        return "No organisations are known to work together yet."
    bodies = {body for one in every for body in one.ends}
    if total > len(every):
        return f"Organisations work together in {number(total)} pairs."
    return f"{number(len(bodies))} organisations work together, in {number(total)} {plural(total, 'pair')}."


def _row(one):
    names = [Linked(body.official_name, body.get_absolute_url()) for body in one.ends]
    return [*names, one.documents, one.commitments, one.confirmed]


def _notes(drawn, read, total):
    yield (
        "Two organisations work together when they signed one document, or one names the other as a partner in a "
        "commitment and it has not said that it is none."
    )
    if drawn < total:
        yield (
            f"The drawing shows {number(drawn)} of the {number(total)} pairs, those that do most together first, "
            f"and leaves out {number(total - drawn)}."
        )
    if read < total:
        yield f"The table has {number(read)} of them."
