"""What machines read about this website: sitemap.xml, robots.txt, security.txt."""

from datetime import UTC, datetime, time, timedelta
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from localdigital.addresses import absolute, page_of
from localdigital.caching import public_page
from localdigital.site.last_changed import files_of, pages_of, sections

XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIXED_PAGES = [
    "home", "signatories", "commitments", "movement", "declarations", "verify", "sign_start",
    "search", "data", "data_dictionary", "api_docs", "privacy", "cookies", "accessibility", "contact",
    "events", "reuse", "support",
    "case_studies", "announcements", "fund", "fund_projects", "eligibility",
]  # fmt: skip
SECURITY_TXT_LASTS = timedelta(days=180)


@public_page
def sitemap(request):
    """The list of all files of addresses, each with the last change of a page in it."""
    files = [(_address("pages", 1), None)]
    files += [(_address(section.name, number), at) for section, number, at in files_of(sections())]
    return xml("sitemapindex", "sitemap", files)


def _address(section, number):
    return absolute("sitemap_file", section, number)


@public_page
def sitemap_file(request, section, number):
    """The pages of one section, or of so many keys of it, each with its own last change where that is known."""
    if (section, number) == ("pages", 1):
        return xml("urlset", "url", [(absolute(name), None) for name in FIXED_PAGES])
    wanted = {one.name: one for one in sections()}.get(section)
    pages = pages_of(wanted, number) if wanted and number > 0 else []
    if not pages:
        raise Http404("the sitemap has no such file")
    return xml("urlset", "url", [(page_of(row), at) for row, at in pages])


def xml(root, item, entries):
    """A file of the sitemap protocol."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{XMLNS}">']
    for address, changed_at in entries:
        lastmod = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
        lines.append(f"<{item}><loc>{escape(address)}</loc>{lastmod}</{item}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request):
    """What search engines may read: the public pages, and nothing of a demo."""
    rules = ["Disallow: /"]
    if not settings.DEMO:
        # The start page is public; what follows it is not.
        rules = ["Allow: /sign/$", *(f"Disallow: /{private}/" for private in ("sign", "account", "link", "admin"))]
        rules += ["", f"Sitemap: {absolute('sitemap')}"]
    return plain_text(["User-agent: *", *rules])


@require_safe
@cache_control(public=True, max_age=86400)
def security_txt(request):
    """Where to report a hole in the register's security (RFC 9116)."""
    expires = datetime.combine(timezone.now().date() + SECURITY_TXT_LASTS, time.min, UTC)
    return plain_text(
        [
            f"Contact: {settings.SECURITY_CONTACT}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: en",
            f"Canonical: {absolute('security_txt')}",
        ]
    )


def plain_text(lines):
    """Lines that a machine reads."""
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
