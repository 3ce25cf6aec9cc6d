"""How many have signed, as parts of a list's own query: they cost no query more."""

from django.db.models import Case, F, Func, IntegerField, Subquery, When

from signatories.models import Declaration, Signatory


def how_many(field, **of):
    """How many different ones of that field there are among the standing parts (`of` those), as an expression."""
    count = Func(F(field), template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    return Subquery(Signatory.objects.standing().filter(**of).order_by().values(total=count))


def of_the_current_version():
    """Which version is signed today, how many there are, and how many organisations have signed that one; that is
    counted only where there are several."""
    current = Subquery(Declaration.objects.published().values("pk")[:1])
    every = Func(F("pk"), template="COUNT(%(expressions)s)", output_field=IntegerField())
    return {
        "versions": Subquery(Declaration.objects.published().order_by().values(total=every)),
        "current_version": Subquery(Declaration.objects.published().values("version")[:1]),
        "signed_current": Case(When(versions__gt=1, then=how_many("organisation_id", declaration=current))),
    }
