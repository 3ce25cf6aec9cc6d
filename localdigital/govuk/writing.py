"""Dates, numbers and text as GOV.UK writes them: the filters of the pages and emails."""

import datetime as dt
import re

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from markdown_it import MarkdownIt
from markupsafe import Markup

BULLET = re.compile(r"^\s*(?:[•*\-–·▪◦‣]|o(?=\t))\s+")
# A page's own title is its only h1, so a text's highest heading becomes h2.
HEADING_CLASSES = {2: "govuk-heading-m", 3: "govuk-heading-s"}
CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
    "blockquote_open": "govuk-inset-text",
    "hr": "govuk-section-break govuk-section-break--l govuk-section-break--visible",
}
_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def date(value):
    """9 November 2018, in UK time; nothing for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "j F Y")


def datetime(value):
    """9 November 2018 at 4:05pm, in UK time; nothing for None."""
    if value is None or value == "":
        return ""
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    clock = value.strftime("%I:%M%p").lstrip("0").lower().replace(":00", "")
    return f"{date(value)} at {clock}"


def period(starts, ends):
    """Tuesday 9 November 2027, 2pm to 3:30pm; or "9am on Tuesday … to 4pm on Thursday …". In UK time."""
    starts, ends = timezone.localtime(starts), timezone.localtime(ends)
    # What ends at midnight ends on the day before.
    last_day = ends.date() - dt.timedelta(days=1) if ends.time() == dt.time(0) else ends.date()
    if starts.date() >= last_day:
        # As moments: two local times of one zone are compared by what the clock says.
        until = f" to {clock(ends)}" if ends.timestamp() > starts.timestamp() else ""
        return f"{_day(starts.date())}, {clock(starts)}{until}"
    return f"{clock(starts)} on {_day(starts.date())} to {clock(ends)} on {_day(last_day)}"


def clock(value):
    """2pm, 3:30pm, midday, midnight. An hour that there is twice, when the clocks go back, says which it is."""
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    hour = value.strftime("%I:%M%p").lstrip("0").lower().replace(":00", "")
    is_twice = value.replace(fold=0).utcoffset() > value.replace(fold=1).utcoffset()
    return f"{hour} {'GMT' if value.fold else 'British Summer Time'}" if is_twice else hour


def _day(value):
    return date_format(value, "l j F Y")


def number(value):
    """1,234."""
    return f"{value:,}"


def listed(names):
    """Names as a sentence lists them: "Trumpton, Chigley and Camberwick Green"."""
    *first, last = list(names) or [""]
    return f"{', '.join(map(str, first))} and {last}" if first else last


def plural(count, one, many=None):
    """The word for that many: 1 council, 2 councils."""
    return one if count == 1 else many or f"{one}s"


def markdown(text):
    """The delivery team's Markdown as HTML with GOV.UK's classes. HTML and images in it are shown as typed."""
    tokens = _parser.parse(text or "")
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = 2 - min(levels, default=2)
    for token in tokens:
        _dress(token, shift)
    return Markup(_parser.renderer.render(tokens, _parser.options, {}))


def _dress(token, shift):
    if token.type in ("heading_open", "heading_close"):
        level = min(max(int(token.tag[1]) + shift, 2), 6)
        token.tag = f"h{level}"
        if token.nesting == 1:
            token.attrSet("class", HEADING_CLASSES.get(level, "govuk-heading-s"))
    elif token.type in CLASSES:
        token.attrSet("class", CLASSES[token.type])
    for child in token.children or []:
        _dress(child, shift)


def prose(text):
    """Plain text that somebody typed, as paragraphs and bullet lists. Everything in it is escaped."""
    html = []
    for is_list, lines in paragraphs(text):
        if is_list:
            items = "".join(f"<li>{escape(item)}</li>" for item in lines)
            html.append(f'<ul class="govuk-list govuk-list--bullet">{items}</ul>')
        else:
            html.append(f'<p class="govuk-body">{"<br>".join(map(escape, lines))}</p>')
    return Markup("".join(html))


def paragraphs(text):
    """The paragraphs and bullet lists of such a text: whether it is a list, and its lines without bullets."""
    found = []
    goes_on = False
    for line in (text or "").splitlines():
        bullet = BULLET.match(line)
        if not line.strip():
            goes_on = False
            continue
        if not goes_on or found[-1][0] != bool(bullet):
            found.append((bool(bullet), []))
        found[-1][1].append(line[bullet.end() :].strip() if bullet else line.strip())
        goes_on = True
    return found
