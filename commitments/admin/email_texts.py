"""The page that shows every email which the register sends, with an example of its text."""

from functools import cache

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse

from .example_letters import examples

# The texts are files and the data is invented: they change with a new release only.
texts = cache(examples)


@admin.site.page("email-texts/", "email_texts")
def email_texts(request):
    """All of them, by what they are about."""
    if not request.user.has_perm("localdigital.view_queuedemail"):
        raise PermissionDenied
    context = admin.site.each_context(request) | {"title": "The emails that the register sends", "groups": texts()}
    return TemplateResponse(request, "admin/email_texts.html", context)
