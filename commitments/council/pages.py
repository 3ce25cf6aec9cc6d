"""Replaced by the pages of the council."""

from django.shortcuts import render

from commitments.council.access import for_reporter


@for_reporter
def commitment(request, commitment):
    """The commitment's own page in the account."""
    return render(request, "account/commitment.html", {"commitment": commitment})
