"""The pages that say how something is done, with what people call it: few enough to be kept here."""

from dataclasses import dataclass

from django.urls import reverse

from commitments.search import stems


@dataclass(frozen=True)
class Page:
    """One of them: where it is, what it is called, what it says, and other words for that."""

    name: str
    title: str
    summary: str
    also: str = ""

    @property
    def address(self):
        """Where it is."""
        return reverse(self.name)

    @property
    def words(self):
        """All stems that find it."""
        return frozenset(stems(f"{self.title} {self.summary} {self.also}"))


PAGES = [
    Page(
        "sign_start",
        "How to sign the Declaration",
        "What you need, who signs, and what happens then.",
        "sign up signing join start begin commit signature register our council",
    ),
    Page(
        "declarations",
        "The Declaration",
        "What organisations sign, in all its versions.",
        "local digital text principles official versions read",
    ),
    Page(
        "eligibility",
        "Check whether you can apply to the fund",
        "The rules of each round, for your council and its partners.",
        "eligible eligibility money grant funding apply application",
    ),
    Page("fund", "The Local Digital Fund", "Rounds, projects and amounts.", "money grant funding awards apply"),
    Page(
        "support", "Support", "Councils that help others, and what they want help with.", "help mentor advice ask offer"
    ),
    Page(
        "follow",
        "Follow",
        "Get new commitments and progress by email or feed.",
        "subscribe updates newsletter digest atom rss",
    ),
    Page(
        "data",
        "Open data",
        "What you can take away and reuse, and under which licence.",
        "download csv json api licence",
    ),
    Page(
        "movement",
        "The movement",
        "Who has signed, what they promised and who works with whom, in charts and a map.",
        "figures statistics numbers results hexagon graph coverage region oecd",
    ),
    Page(
        "api_docs",
        "API",
        "How programs read the register.",
        "openapi json endpoint developer program interface",
    ),
    Page(
        "data_dictionary",
        "Data dictionary",
        "What each column of the open data holds.",
        "schema fields columns meaning changes",
    ),
    Page(
        "verify",
        "Check a certificate",
        "Whether a certificate is genuine and its signature still stands.",
        "verify reference check code qr genuine",
    ),
    Page("contact", "Contact", "How to reach the delivery team.", "email phone question complaint correct mistake"),
    Page(
        "privacy",
        "Privacy",
        "What the register knows about people, and for how long.",
        "personal data gdpr notice delete",
    ),
    Page("cookies", "Cookies", "The cookies that this website sets.", "session"),
    Page(
        "accessibility", "Accessibility statement", "How accessible this website is.", "screen reader wcag disability"
    ),
]


def pages_with(words):
    """The pages that have all of these stems, those with most of them in their titles first."""
    found = [page for page in PAGES if words and page.words.issuperset(words)]
    return sorted(found, key=lambda page: -len(set(stems(page.title)) & set(words)))
