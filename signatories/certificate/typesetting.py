"""Documents set by typst: plain data in, a PDF out that screen readers can read (PDF/UA-1).

No text ever becomes a part of a template: it is handed over as JSON, and is text whatever it says.
"""

import json
import logging
import re

import typst
from django.conf import settings

from localdigital.compiling import compiled, once
from localdigital.forms import tidy

logger = logging.getLogger(__name__)
TEMPLATES = settings.BASE_DIR / "templates" / "typst"
STANDARD = "ua-1"
# The answers of this many documents are kept in memory, where no erased name outlives the process.
KEPT = 64
NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# What no font has although it has each of its letters, as a letter with a mark of another script: replaced as a whole
# where it is not too many of them
MOST_CLUSTERS = 100
# Beyond what every font for Latin letters has: left out where nothing else helps
NOT_PLAIN = re.compile("[^\0-\u017f\u2010-\u201f\u2022\u2026\ufffd]")
# Whether a font has it, for each letter that was ever asked about: fonts do not change while the process runs
HAS_GLYPH = {}


def pdf(template, data):
    """That template of ours filled in with `data`: texts, numbers, lists and dicts of them. The same bytes each time.

    What no font can show is replaced and said to be: the template finds `incomplete` in the data.
    """
    return _kept(template, json.dumps(_each_text(data, tidy), ensure_ascii=False, sort_keys=True))


@once(KEPT)
def _kept(template, text):
    data, incomplete = json.loads(text), False
    # To look for a letter that no font has takes typst long, each time that it stands somewhere: not in the document.
    if missing := _without_glyph({one for one in text if not one.isascii()}):
        replaced = str.maketrans(dict.fromkeys(missing, REPLACEMENT))
        data, incomplete = _each_text(data, lambda one: one.translate(replaced)), True
    for not_shown in (_clusters, lambda _: NOT_PLAIN, None):
        try:
            return _typeset(template, data | {"incomplete": incomplete}, [STANDARD])
        except typst.TypstError as error:
            if not_shown:
                pattern = not_shown(error)
                data, incomplete = _each_text(data, lambda one: pattern.sub(REPLACEMENT, one)), True  # noqa: B023
    # Better one that screen readers read less well than none
    logger.error("A %s does not keep to PDF/UA-1", template)
    return _typeset(template, data | {"incomplete": incomplete}, [])


def _typeset(template, data, standards):
    return compiled(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=standards,
    )


def _without_glyph(letters):
    """Those of the letters that no font has: all that were never asked about are asked at once."""
    if new := sorted(letters - HAS_GLYPH.keys()):
        try:
            _typeset("letters", {"letters": new}, [STANDARD])
            missing = set()
        except typst.TypstError as error:
            if not (missing := set("".join(_named(error)))):
                return set()
        HAS_GLYPH.update((one, one not in missing) for one in new)
    return {one for one in letters if not HAS_GLYPH[one]}


def _clusters(error):
    """A pattern for what an error says no font has; for all that is not plain when that is too much or it says none."""
    named = _named(error)
    if not 0 < len(named) <= MOST_CLUSTERS:
        return NOT_PLAIN
    return re.compile("|".join(map(re.escape, sorted(named, key=lambda one: (-len(one), one)))))


def _named(error):
    """The texts that an error says no font has."""
    return {ESCAPED.sub(_unescaped, one) for one in NO_GLYPH.findall(f"{error.message}\n{error.diagnostic}")} - {""}


def _unescaped(found):
    return chr(int(found[1], 16)) if found[1] else {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(found[2], found[2])


def _each_text(data, change):
    if isinstance(data, dict):
        return {key: _each_text(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_each_text(one, change) for one in data]
    return change(data) if isinstance(data, str) else data
