"""The data package: the files of open data with their schemas, as Frictionless Data describes such, for programs."""

from django.conf import settings

from localdigital.addresses import absolute
from localdigital.linked_data import OGL
from localdigital.open_data import PARTIAL_DATE, Type
from localdigital.site.data.column_changes import version
from localdigital.site.data.datasets import DATASETS, KEYWORDS
from localdigital.site.data.files import BETWEEN

PROFILES = "https://datapackage.org/profiles/2.0"
LICENCE = {
    "name": "OGL-UK-3.0",
    "path": OGL,
    "title": "Open Government Licence v3.0",
}
# CSV as RFC 4180 has it
DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
# How the specification calls what a column holds, where it has other words
TYPES = {
    Type.PARTIAL_DATE: {"type": "string"},
    Type.ADDRESS: {"type": "string", "format": "uri"},
    Type.BOOLEAN: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    Type.LIST: {"type": "list", "delimiter": BETWEEN, "itemType": "string"},
}


def package(datasets=DATASETS, *, created):
    """The descriptor of all files, whose paths are beside its own. `created` is when the register last changed."""
    here = absolute("data")
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "local-digital-declaration-register",
        "id": absolute("data_package"),
        "title": settings.SERVICE_NAME,
        "description": "Who signed the Local Digital Declaration, what they promised, with whom, and how it goes.",
        "homepage": here,
        "version": version(),
        "created": created.isoformat(timespec="seconds"),
        "keywords": KEYWORDS,
        "licenses": [LICENCE],
        "sources": [
            {"title": settings.SERVICE_NAME, "path": here},
            {"title": "UK Local Authorities, mySociety", "path": "https://www.mysociety.org/"},
        ],
        "contributors": [
            {
                "title": "Ministry of Housing, Communities and Local Government",
                "path": "https://www.gov.uk/government/organisations/ministry-of-housing-communities-local-government",
                "roles": ["publisher"],
            }
        ],
        "resources": [resource(dataset) for dataset in datasets.values()],
    }


def resource(dataset):
    """One file of the package."""
    described = " ".join(filter(None, [dataset.description, dataset.attribution]))
    return {
        "name": dataset.name,
        "type": "table",
        "path": f"{dataset.name}.csv",
        "title": dataset.title,
        "description": described,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "licenses": [LICENCE],
        "schema": schema(dataset),
    }


def schema(dataset):
    """The columns of a file. A column of several values cannot be a foreign key: its description says what it holds."""
    keys = [
        {"fields": [column.name], "reference": _reference(dataset, column)}
        for column in dataset.columns
        if column.refers_to and column.type != Type.LIST
    ]
    return {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [field(column) for column in dataset.columns],
        "primaryKey": [dataset.key],
        "missingValues": [""],
        **({"foreignKeys": keys} if keys else {}),
    }


def _reference(dataset, column):
    name, _, other = column.refers_to.partition(".")
    return {"resource": "" if name == dataset.name else name, "fields": [other]}


def field(column):
    """One column, as a field of a table schema."""
    constraints = {
        **({"required": True} if column.is_required else {}),
        **({"enum": list(column.choices)} if column.choices and column.type != Type.LIST else {}),
        **({"pattern": pattern} if (pattern := pattern_of(column)) else {}),
    }
    described = column.description
    if column.refers_to and column.type == Type.LIST:
        described += f" Each is one of {column.refers_to}."
    return {
        "name": column.name,
        **TYPES.get(column.type, {"type": column.type.value}),
        "description": described,
        **({} if column.example is None else {"example": example(column)}),
        **({"constraints": constraints} if constraints else {}),
    }


def pattern_of(column):
    """The regular expression that its values fit, if there is one."""
    return column.pattern or (PARTIAL_DATE if column.type == Type.PARTIAL_DATE else "")


def example(column):
    """An example as it stands in the file."""
    return BETWEEN.join(column.example) if column.type == Type.LIST else column.example
