"""Atom feeds of what is new: of the register or one kind of news, of each organisation, principle and commitment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from localdigital.addresses import absolute, in_full
from localdigital.caching import public_page
from localdigital.forms import tidy
from programme.follow.forms import commitment_at, organisation_at
from programme.follow.subjects import EVERYTHING, Subject
from programme.news import CASE_STUDIES, PROGRESS, SIGNATURES, news
from signatories.models import Principle

# When a feed without entries last changed: the day on which the Declaration came out
BEGINNING = datetime(2018, 7, 4, tzinfo=UTC)
# Tags name who had the site's name on a day (RFC 4151)
TAGGED_ON = "2026-11-22"
LONGEST = 2_000


def tag(key):
    """The name of something for ever, wherever it is (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{TAGGED_ON}:{key}"


class Atom(Atom1Feed):
    """Django's, which says that a feed without entries changes at every moment."""

    def latest_post_date(self):
        """When the newest entry was published."""
        return max((item["updateddate"] for item in self.items), default=BEGINNING)


class SubjectFeed(Feed):
    """What is new about one Subject."""

    feed_type = Atom
    language = "en-gb"
    author_name = settings.SERVICE_NAME
    subtitle = "Signatures, commitments, progress and what councils share"

    def __init__(self, subject):
        self.subject = subject

    def title(self):
        """What readers call it."""
        if self.subject.is_everything:
            return settings.SERVICE_NAME
        return tidy(f"{self.subject.title} – {settings.SERVICE_NAME}")

    def link(self):
        """The page that it is about."""
        return in_full(self.subject.path)

    def feed_url(self):
        """Where it is itself."""
        return in_full(self.subject.feed_path)

    def feed_guid(self):
        """Its name for ever: an organisation's address may change, its code does not."""
        one = self.subject.organisation or self.subject.principle or self.subject.commitment
        return tag(f"feed/{one._meta.model_name}/{one.pk}" if one else "feed/register")

    def items(self):
        """The newest entries."""
        return news(self.subject)

    def item_title(self, item):
        """In one line."""
        return tidy(item.title)

    def item_description(self, item):
        """Plain text, in a field that holds HTML."""
        return escape(tidy(item.text)[:LONGEST])

    def item_link(self, item):
        """Its page."""
        return in_full(item.path)

    def item_guid(self, item):
        """Its name for ever."""
        return tag(item.key)

    def item_pubdate(self, item):
        """When it became public."""
        return item.at

    item_updateddate = item_pubdate

    def item_categories(self, item):
        """What kind of news it is."""
        return [item.kind]


@dataclass(frozen=True)
class Kind:
    """One kind of news of the whole register: what its feed is called and tells, and the list it belongs to."""

    key: str
    title: str
    subtitle: str
    page: str
    sources: list

    @property
    def feed_path(self):
        """Where its feed is."""
        return reverse(f"{self.key}_feed")


KINDS = {
    one.key: one
    for one in (
        Kind("signatures", "Signatures", "Who signed the Declaration, and who withdrew", "signatories", SIGNATURES),
        Kind("progress", "Progress", "How commitments go, and which of them ended", "commitments", PROGRESS),
        Kind("case_studies", "Case studies", "What councils did, and what came of it", "case_studies", CASE_STUDIES),
    )
}


class KindFeed(SubjectFeed):
    """What is new of one kind, in the whole register."""

    def __init__(self, kind):
        super().__init__(EVERYTHING)
        self.kind, self.subtitle = kind, kind.subtitle

    def title(self):
        """What readers call it."""
        return f"{self.kind.title} – {settings.SERVICE_NAME}"

    def link(self):
        """The list that it belongs to."""
        return absolute(self.kind.page)

    def feed_url(self):
        """Where it is itself."""
        return in_full(self.kind.feed_path)

    def feed_guid(self):
        """Its name for ever."""
        return tag(f"feed/{self.kind.key}")

    def items(self):
        """The newest entries."""
        return news(EVERYTHING, sources=self.kind.sources)


def _answer(request, feed):
    response = feed(request)
    # Django's is that of the newest entry; a feed changes also when one is taken away: public_page says when.
    del response["Last-Modified"]
    return response


@public_page
def register_feed(request):
    """What is new in the whole register, with what the delivery team announces."""
    return _answer(request, SubjectFeed(EVERYTHING))


@public_page
def signatures_feed(request):
    """Who signed and who withdrew."""
    return _answer(request, KindFeed(KINDS["signatures"]))


@public_page
def progress_feed(request):
    """What councils report of their commitments, and which of these ended."""
    return _answer(request, KindFeed(KINDS["progress"]))


@public_page
def case_studies_feed(request):
    """Case studies and business cases."""
    return _answer(request, KindFeed(KINDS["case_studies"]))


@public_page
def organisation_feed(request, slug):
    """What is new about one organisation; a former address leads to the one of today."""
    organisation = organisation_at(slug)
    if organisation.slug != slug:
        return redirect("organisation_feed", organisation.slug, permanent=True)
    return _answer(request, SubjectFeed(Subject(organisation=organisation)))


@public_page
def principle_feed(request, slug):
    """What is new about the commitments that serve one principle."""
    return _answer(request, SubjectFeed(Subject(principle=get_object_or_404(Principle, slug=slug))))


@public_page
def commitment_feed(request, pk):
    """What is new about one commitment."""
    return _answer(request, SubjectFeed(Subject(commitment=commitment_at(pk))))
