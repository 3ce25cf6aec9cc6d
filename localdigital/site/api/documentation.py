"""The API's documentation: for programs as OpenAPI, for people as a page made of the same, which needs no script."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render

from localdigital.caching import public_page
from localdigital.site.api.answering import as_a_page_of_the_api, as_the_api_answers
from localdigital.site.api.openapi import document
from localdigital.site.api.problems import KINDS


@as_the_api_answers
def openapi_json(request):
    """The description for programs."""
    return JsonResponse(document())


@as_a_page_of_the_api
@public_page
def docs(request):
    """How to begin, how to keep a copy, and every operation with its parameters and what it answers."""
    context = {"document": document(), "kinds": KINDS, "limit": settings.API_REQUESTS_A_MINUTE}
    return render(request, "pages/api.html", context)
