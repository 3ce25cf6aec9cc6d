"""The badge that an organisation shows on its own website: that it signed the Declaration."""

import textwrap

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from localdigital.caching import public_page
from localdigital.forms import tidy
from localdigital.govuk.writing import listed
from signatories.models import Organisation, Signatory
from signatories.models.names import LONGEST_NAME

# What fits beside the mark
LETTERS_IN_A_LINE = 26


@public_page
def badge(request, slug):
    """An SVG for other websites, for an organisation that exists today and stands by what it signed."""
    organisations = Organisation.objects.checked().existing(timezone.localdate())
    body = organisations.filter(slug=slug).first()
    if body is None:
        renamed = organisations.filter(former_slugs__slug=slug).first()
        if renamed is None:
            raise Http404("no organisation has that address")
        return redirect("badge", renamed.slug, permanent=True)
    parts = Signatory.objects.standing().filter(organisation=body).values_list("signed_on", flat=True)
    signed_on = list(parts)
    if not signed_on:
        raise Http404("it has not signed, or not any more")
    name = tidy(body.official_name, lines=False)[:LONGEST_NAME]
    context = {
        "name": name,
        "lines": textwrap.wrap(name, LETTERS_IN_A_LINE),
        "years": listed(sorted({str(day.year) for day in signed_on if day})),
    }
    response = render(request, "signatories/badge.svg", context, content_type="image/svg+xml; charset=utf-8")
    # Other websites may show it, also those that ask whether they may.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response
