"""The demo's mailbox: every email that a real register would have sent. It exists in no other mode."""

from django.shortcuts import render
from django.utils.html import urlize
from markupsafe import Markup

from localdigital import mail
from localdigital.caching import private_page
from localdigital.models import QueuedEmail


@private_page
def mailbox(request):
    """The newest emails first, whole, with the links that work."""
    emails = QueuedEmail.objects.order_by("-pk").prefetch_related("links")[:50]
    letters = [(email, Markup(urlize(mail.body_with_links(email), autoescape=True))) for email in emails]
    return render(request, "pages/mailbox.html", {"letters": letters})
