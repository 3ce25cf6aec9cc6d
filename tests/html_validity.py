"""Whether pages are valid HTML, asked of html-validate in Node.js."""

import json

from localdigital.management.commands.build_frontend import build, run

RULES = {
    "extends": ["html-validate:standard"],
    "rules": {
        # How the Design System's own components are written, all of it allowed by the standard.
        "no-dup-class": "off",
        "no-redundant-role": "off",
        "no-trailing-whitespace": "off",
        "attribute-boolean-style": "off",
        "long-title": "off",
        # What the site's own policy asks for.
        "no-inline-style": "error",
    },
}
SCRIPT = """
import { readFileSync } from "node:fs";
import { HtmlValidate } from "html-validate";
const { documents, rules } = JSON.parse(readFileSync(0, "utf8"));
const judge = new HtmlValidate({ root: true, ...rules });
const answers = [];
for (const text of documents) {
  const { results } = await judge.validateString(text, "page.html");
  answers.push(results.flatMap((r) => r.messages).map((m) => `line ${m.line}: ${m.message} (${m.ruleId})`));
}
console.log(JSON.stringify(answers));
"""


def html_problems(html):
    """What is wrong with one page, as sentences; an empty list when it is valid."""
    return problems_of_each([html])[0]


def problems_of_each(pages):
    """The same for many pages at once: a list of sentences for each."""
    build(if_missing=True, with_test_tools=True, say=lambda step: None)
    given = json.dumps(
        {"documents": [page.decode() if isinstance(page, bytes) else page for page in pages], "rules": RULES}
    )
    return json.loads(run("node", "--input-type=module", "-e", SCRIPT, given=given))
