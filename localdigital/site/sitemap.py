"""What machines read about this website: sitemap.xml, robots.txt, security.txt."""

from datetime import UTC, datetime, time, timedelta
from math import ceil
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Count, Value
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from commitments.models import Commitment
from localdigital.caching import public_page
from programme.models import Announcement, CaseStudy, Event, FundProject, FundRound
from signatories.models import Declaration, Organisation, Principle, Signature

# The protocol allows 50,000, but making so many addresses would hold a thread for seconds.
ADDRESSES_PER_FILE = 10_000
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIXED_PAGES = [
    "home", "signatories", "commitments", "declarations", "sign_start",
    "data", "data_dictionary", "privacy", "cookies", "accessibility", "contact",
    "events", "reuse", "support",
    "case_studies", "announcements", "fund", "fund_projects", "eligibility",
]  # fmt: skip
SECURITY_TXT_LASTS = timedelta(days=180)


@public_page
def sitemap(request):
    """Every public page; more than one file holds are spread over several, and this becomes the list of them."""
    sections = _counted(public_rows())
    files = max(1, ceil((len(FIXED_PAGES) + sum(count for *_, count in sections)) / ADDRESSES_PER_FILE))
    page = request.GET.get("page")
    if page is None and files > 1:
        here = settings.SITE_URL + reverse("sitemap")
        return xml("sitemapindex", "sitemap", [(f"{here}?page={number}", None) for number in range(1, files + 1)])
    if page is not None and page not in map(str, range(1, files + 1)):
        raise Http404("the sitemap has no such file")
    return xml("urlset", "url", addresses(sections, (int(page or 1) - 1) * ADDRESSES_PER_FILE))


def public_rows():
    """What has a page of its own, and how to tell when that page last changed, where that is known."""
    signatures = Signature.objects.public().order_by("pk").only("reference", "changed_at")
    commitments = (
        Commitment.objects.public().order_by("pk").select_related("signature").only("title", "signature__changed_at")
    )
    return [
        (Declaration.objects.published().only("version", "published_at"), lambda row: row.published_at),
        (Principle.objects.only("slug"), lambda row: None),
        (Organisation.objects.checked().order_by("pk").only("slug"), lambda row: None),
        (signatures, lambda row: row.changed_at),
        (commitments, lambda row: row.signature.changed_at),
        (CaseStudy.objects.published().order_by("pk").only("title", "changed_at"), lambda row: row.changed_at),
        (Event.objects.published().order_by("pk").only("title", "changed_at"), lambda row: row.changed_at),
        (Announcement.objects.published().only("slug"), lambda row: None),
        (FundRound.objects.public().only("slug", "position"), lambda row: None),
        (FundProject.objects.public().order_by("pk").only("slug"), lambda row: None),
    ]


def _counted(sections):
    """The same with how many rows each has: all of them are counted by one query."""
    first, *others = (
        rows.order_by().values(section=Value(number)).annotate(rows=Count("pk")).values_list("section", "rows")
        for number, (rows, _) in enumerate(sections)
    )
    counts = dict(first.union(*others, all=True))
    return [(*section, counts.get(number, 0)) for number, section in enumerate(sections)]


def addresses(sections, start):
    """The addresses of one file, which begins at that place in the whole list, with their last changes."""
    whole = [([(settings.SITE_URL + reverse(name), None) for name in FIXED_PAGES], None, len(FIXED_PAGES)), *sections]
    left = ADDRESSES_PER_FILE
    for rows, changed_at, count in whole:
        for row in rows[min(start, count) : min(start + left, count)]:
            left -= 1
            yield row if changed_at is None else (settings.SITE_URL + row.get_absolute_url(), changed_at(row))
        start = max(0, start - count)


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
        rules += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
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
            f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
        ]
    )


def plain_text(lines):
    """Lines that a machine reads."""
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
