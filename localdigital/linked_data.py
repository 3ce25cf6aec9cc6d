"""What machines read of a page: schema.org in JSON-LD. What organisations, signatures and events are in its words is
said beside their pages; here are the parts that several need, and how all of it is written into a page.

Nothing is asked of the database for it, and nothing is told that the page does not tell.
"""

import json

from markupsafe import Markup

from localdigital.addresses import absolute, in_full

CONTEXT = "https://schema.org"
OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
# No text may end the script, begin a comment in it, or break a line of JavaScript.
ESCAPES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def json_ld(things):
    """Some things as the text of a script element, whatever anybody typed into them."""
    graph = {"@context": CONTEXT, "@graph": [_told(thing) for thing in things]}
    return Markup(json.dumps(graph, ensure_ascii=False).translate(ESCAPES))


def _told(value):
    """The same without what is not known: an empty text, list or None says nothing."""
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items() if one not in (None, "", [], {})}
    return [_told(one) for one in value] if isinstance(value, list) else value


def publisher():
    """Who runs the register."""
    return {"@type": "Organization", "name": "Local Digital delivery team", "url": absolute("home")}


def breadcrumbs(*steps):
    """Where a page is: each step as its words and the name of its address; the page itself comes last, without one."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": words, "item": name and absolute(name)}
            for number, (words, name) in enumerate([("Home", "home"), *steps], start=1)
        ],
    }


def dataset_of(title, description, path, distributions, *, columns=(), licence=OGL, keywords=(), since=None):
    """A Dataset: `path` is that of the page which tells of it, `distributions` are the (path, media type) of its
    files, `columns` the (name, description) of each, `since` the date that its facts go back to."""
    return {
        "@type": "Dataset",
        "@id": in_full(path),
        "name": title,
        "description": description,
        "url": in_full(path),
        "license": licence,
        "isAccessibleForFree": True,
        "inLanguage": "en-GB",
        "keywords": list(keywords),
        "creator": publisher(),
        "spatialCoverage": {"@type": "Place", "name": "United Kingdom"},
        "temporalCoverage": since and f"{since.isoformat()}/..",
        "variableMeasured": [{"@type": "PropertyValue", "name": name, "description": words} for name, words in columns],
        "distribution": [
            {"@type": "DataDownload", "contentUrl": in_full(file), "encodingFormat": media_type}
            for file, media_type in distributions
        ],
    }


def catalogue_of(title, description, path, datasets):
    """A DataCatalog of such datasets."""
    return {
        "@type": "DataCatalog",
        "@id": in_full(path),
        "name": title,
        "description": description,
        "url": in_full(path),
        "license": OGL,
        "publisher": publisher(),
        "dataset": list(datasets),
    }
