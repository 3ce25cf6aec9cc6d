"""What is offered as the delivery team reads it: lists, links that can be opened, images that can be seen."""

from django.utils.html import format_html, format_html_join

from localdigital.govuk.writing import prose

from .pictures import tag_of

ADDRESSES = {"url", "booking_url"}


def read(thing, parts):
    """Each part that says something, as its label and its HTML."""
    for part in parts:
        html = _html(thing, part)
        if html:
            yield part["label"], html


def _html(thing, part):
    key = part["key"]
    if key in ADDRESSES and part["text"]:
        return _link(part["text"], part["text"])
    if key in LISTS:
        return _list(LISTS[key](thing))
    return _list(part["entries"]) if "entries" in part else prose(part["text"])


def _list(items):
    items = [(one,) for one in items]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items)) if items else ""


def _link(address, words):
    """A link that keeps the page that is being read open."""
    html = '<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{} (opens in a new tab)</a>'
    return format_html(html, address, words)


def _links(study):
    for one in study.links.all():
        licence = one.get_licence_display() or "Not stated"
        yield format_html("{}<br>{}<br>Licence: {}", _link(one.url, one.title), one.url, licence)


def _materials(event):
    for one in event.materials.all():
        yield format_html("{}<br>{}", _link(one.url, one.title), one.url)


def _pictures(study):
    for one in study.pictures.without_content():
        yield format_html("{}<br>{}", tag_of(one), one.alternative_text)


LISTS = {"links": _links, "materials": _materials, "pictures": _pictures}
