"""Addresses in full, as emails, files and other websites need them."""

from django.conf import settings
from django.urls import reverse


def in_full(path):
    """A path of this site, with the site before it."""
    return settings.SITE_URL + path


def absolute(name, *args):
    """The whole address of a page of ours, by the name of its address."""
    return in_full(reverse(name, args=args))


def page_of(thing):
    """The whole address of something that has a page."""
    return in_full(thing.get_absolute_url())
