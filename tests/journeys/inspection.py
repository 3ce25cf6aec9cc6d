"""What every page must be: without axe violations at two widths, never too wide, valid, with a title of its own."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from tests.html_validity import problems_of_each

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
AXE = Axe().axe_script
# Only what is wrong comes back: the rest would take longer to send than to find.
VIOLATIONS = """async (contrast) => (await axe.run({
    resultTypes: ['violations'], preload: false, rules: {'color-contrast': {enabled: contrast}},
})).violations"""
PICTURES = os.environ.get("PICTURES")  # a folder to look at the pages in


class Inspection:
    """Looks at page after page of one visitor, and says at the end what was wrong with any."""

    def __init__(self, visitor):
        self.page, self.visitor = visitor.page, visitor
        self.problems, self.titles, self.html = [], {}, {}
        visitor.page.on("response", self._keep)

    def _keep(self, response):
        if response.request.is_navigation_request() and response.request.frame == self.page.main_frame:
            self._response = response

    def look(self, name, state_of=None):
        """Look at the page as it is now. `state_of` names the page that this is another state of: one title serves."""
        self.page.wait_for_load_state()
        self.html[name] = self._response.text()
        page, title = state_of or name, self.page.title()
        if self.titles.setdefault(title, page) != page:
            self._note(name, f"has the title of {self.titles[title]}: {title}")
        self.page.evaluate(AXE)
        for size in (PHONE, ZOOMED, DESKTOP):
            self.page.set_viewport_size(size)
            self._fits(name, size)
            if size != ZOOMED:
                # Contrast takes most of the time and is no matter of width, but for the menu, which every page has.
                self._passes_axe(name, size, contrast=size == DESKTOP or len(self.html) == 1)
                self._picture(name, size)
        return self

    def _note(self, name, problem):
        self.problems.append(f"{name}: {problem}")

    def _fits(self, name, size):
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            self._note(name, f"is {wide} wide at {size['width']}")

    def _passes_axe(self, name, size, contrast):
        for found in self.page.evaluate(VIOLATIONS, contrast):
            where = "; ".join(node["html"] for node in found["nodes"][:3])
            self._note(name, f"axe at {size['width']}: {found['help']} ({where})")

    def _picture(self, name, size):
        if PICTURES:
            path = Path(PICTURES) / f"{name.replace(' ', '-').replace('/', '_')}-{size['width']}.png"
            self.page.screenshot(path=path, full_page=True)

    def all_problems(self):
        """Everything found, and what is invalid in the HTML as it was served: a line each."""
        for name, wrong in zip(self.html, problems_of_each(list(self.html.values())), strict=True):
            for problem in wrong:
                self._note(name, problem)
        return "\n".join(self.problems)
