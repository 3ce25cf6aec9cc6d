"""Somebody at a browser: what they read, type and press, in the words of the pages."""

import re
from urllib.parse import urlsplit

from signatories.models import Signature

PUGH = "pugh.barney@trumpton.example.gov.uk"
ANSWERS = {
    "title": "A common approach to chatbots",
    "principles": ["People", "Openness"],
    "mission": "We will evaluate chatbots:\n\n- with residents\n- with officers",
    "deliverables": "a framework\na research base",
    "partners": "",
    "impact": "Residents get an answer at any hour.",
}


class Visitor:
    """One person with one browser. `complaints` are the browser's: scripts that failed, what the policy refused."""

    def __init__(self, page, site, read_link):
        self.page, self.site, self.read_link = page, site, read_link
        self.complaints = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._receive)
        self.html = ""

    def _hear(self, message):
        # That a page is a 404 is for the story to say; what a page loads is looked at in _receive.
        if message.type in ("error", "warning") and "server responded with a status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _receive(self, response):
        asked = response.request
        if response.status >= 500 or (response.status >= 400 and not asked.is_navigation_request()):
            self.complaints.append(f"{response.url} answered {response.status}")

    # ---- Reading

    @property
    def path(self):
        """Where they are."""
        return urlsplit(self.page.url).path

    @property
    def heading(self):
        """The page's heading."""
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def text(self):
        """What the page says, below its navigation."""
        return self.page.locator("main").inner_text()

    def sees(self, *words):
        """Fails unless the page says all of these."""
        for one in words:
            assert one in self.text, f"{one!r} is not on {self.page.url}:\n{self.text}"
        return self

    @property
    def signature(self):
        """The document whose reference is in the address."""
        return Signature.objects.get(reference=re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", self.path)[0])

    # ---- Doing

    def open(self, path):
        """Go to an address of the register."""
        self.page.goto(path if path.startswith("http") else self.site + path)
        return self

    def type(self, label, text):
        """Type into the box of that label, in place of what it holds."""
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def choose(self, *labels):
        """Choose options."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
        return self

    def press(self, name):
        """Press the button (or the link that looks like one) of that name, and wait for the page that follows."""
        main = self.page.locator("main")
        with self.page.expect_navigation():
            main.get_by_role("button", name=name, exact=True).click()
        return self

    def follow(self, name):
        """Follow the first link of that name."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()
        return self

    def use_session_of(self, client):
        """Be signed in as the test client is."""
        self.page.context.add_cookies([{"name": "sessionid", "value": client.session.session_key, "url": self.site}])
        return self

    # ---- Parts of the sign-up

    def sign_in(self, address=PUGH):
        """From the start page to the account, by the emailed link."""
        self.open("/sign/").press("Start now").type("What is your work email address?", address)
        self.press("Email me a link").sees("Check your email", address)
        return self.open(self.read_link(address)).press("Continue")

    def add_organisation(self, name):
        """Type the name of one more organisation and send it."""
        box = self.page.get_by_label(re.compile("Which organisation is signing|Add another organisation"))
        box.fill(name)
        if box.get_attribute("role") == "combobox":
            # What is suggested lies over the button until it is closed.
            self.page.locator(".app-autocomplete__menu--visible").filter(has_not_text="Searching").wait_for()
            box.press("Escape")
        button = self.page.get_by_role("button", name=re.compile("Add this organisation|Save and continue"))
        with self.page.expect_navigation():
            button.click()
        return self

    def signs_myself(self, name="Pugh Barney", job_title="Digital officer"):
        """Answer who signs with oneself."""
        self.choose("I do").type("Your full name", name).type("Your job title", job_title)
        return self.press("Save and continue")

    def signs(self, name, job_title, address):
        """Answer who signs with somebody else."""
        self.choose("Someone else").type("Their full name", name).type("Their job title", job_title)
        return self.type("Their work email address", address).press("Save and continue")

    def answer(self, **answers):
        """Answer the questions about one commitment, from the first to the list of commitments."""
        answers = ANSWERS | answers
        self.type("What is the title of this commitment?", answers["title"]).press("Save and continue")
        self.choose(*answers["principles"]).press("Save and continue")
        self.type("What will you do?", answers["mission"]).press("Save and continue")
        self.type("What will it produce?", answers["deliverables"]).press("Save and continue")
        self.type("Who are your partners? (optional)", answers["partners"]).press("Save and continue")
        return self.type("What difference will it make, and for whom?", answers["impact"]).press("Save and continue")
