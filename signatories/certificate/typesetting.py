"""Typst, and the one place that calls it: plain data in, a PDF out that screen readers can read (PDF/UA-1).

No text ever becomes a part of a template: it is handed over as JSON, and is text whatever it says.
"""

import json
import logging
import re
from functools import cache, lru_cache

import typst
from django.conf import settings

from localdigital.forms import tidy

logger = logging.getLogger(__name__)
TEMPLATES = settings.BASE_DIR / "templates" / "typst"
STANDARD = "ua-1"
# The answers of this many documents are kept in memory, where no erased name outlives the process.
KEPT = 64
NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Text with several letters that no font has may name only some of them at a time.
MOST_ATTEMPTS = 4


def pdf(template, data):
    """That template of ours filled in with `data`: texts, numbers, lists and dicts of them. The same bytes each time.

    What no font can show is replaced and said to be: the template finds `incomplete` in the data.
    """
    return _kept(template, json.dumps(_each_text(data, tidy), ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _kept(template, text):
    data, incomplete = json.loads(text), False
    for _ in range(MOST_ATTEMPTS):
        try:
            return _typeset(template, data | {"incomplete": incomplete}, [STANDARD])
        except typst.TypstError as error:
            missing = _without_glyph(error)
            if not missing:
                break
        data, incomplete = _each_text(data, lambda one: missing.sub(REPLACEMENT, one)), True  # noqa: B023
    # Better one that screen readers read less well than none
    logger.error("A %s does not keep to PDF/UA-1", template)
    return _typeset(template, data | {"incomplete": incomplete}, [])


def _typeset(template, data, standards):
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=standards,
    )


@cache
def _fonts():
    """Those that typst brings, and the computer's own for letters that they have not."""
    return typst.Fonts(include_system_fonts=True)


def _without_glyph(error):
    """A pattern for the letters that an error says no font has; None when it is about something else."""
    named = {ESCAPED.sub(_unescaped, one) for one in NO_GLYPH.findall(f"{error.message}\n{error.diagnostic}")}
    longest_first = sorted(named - {""}, key=lambda one: (-len(one), one))
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _unescaped(found):
    return chr(int(found[1], 16)) if found[1] else {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(found[2], found[2])


def _each_text(data, change):
    if isinstance(data, dict):
        return {key: _each_text(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_each_text(one, change) for one in data]
    return change(data) if isinstance(data, str) else data
