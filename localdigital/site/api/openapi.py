"""The API's description as OpenAPI 3.1: what ninja makes of the operations, with what every answer has besides."""

from functools import cache

from django.conf import settings

from localdigital.site.api.problems import CONTENT_TYPE, KINDS, type_of
from localdigital.site.api.shapes import ProblemDetails
from localdigital.site.api.version_1 import ADDRESS, api
from localdigital.site.data.datasets import DATASETS

LICENCE = {"name": "Open Government Licence v3.0", "identifier": "OGL-UK-3.0"}
DESCRIPTION = (
    "Who signed the Local Digital Declaration, what they committed to, and how that is going. Free to read without a "
    "key. All moments say their distance from UTC; what is not known is null."
)
HEADERS = {
    "ETag": ("What to send as If-None-Match, to be told that nothing changed.", '"0123456789abcdef0123456789abcdef"'),
    "Link": ("The address of the next page of a list, as rel=next.", '<https://register.example.gov.uk/…>; rel="next"'),
    "RateLimit": ("How often you may still ask, and for how many seconds that counts.", '"default";r=299;t=60'),
    "RateLimit-Policy": ("How often one network may ask, within how many seconds.", '"default";q=300;w=60'),
    "Retry-After": ("After how many seconds to ask again.", "60"),
    "Allow": ("The methods that there are.", "GET, HEAD, OPTIONS"),
}
HEADERS_OF = {
    200: ["ETag", "RateLimit", "RateLimit-Policy"],
    304: ["ETag"],
    405: ["Allow"],
    429: ["RateLimit", "RateLimit-Policy", "Retry-After"],
    503: ["RateLimit", "RateLimit-Policy", "Retry-After"],
}


@cache
def document():
    """The whole description, as JSON knows it."""
    made = api.get_openapi_schema(path_prefix=ADDRESS)
    schemas = {name: one for name, one in made["components"]["schemas"].items() if not name.endswith("Question")}
    schemas["ProblemDetails"] = _problem_schema()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"API of the {settings.SERVICE_NAME}",
            "version": api.version,
            "summary": "The public register of the UK Local Digital Declaration, for programs",
            "description": DESCRIPTION,
            "contact": {"email": settings.CONTACT_EMAIL, "url": f"{settings.SITE_URL}/contact/"},
            "license": LICENCE,
        },
        "servers": [{"url": settings.SITE_URL}],
        "externalDocs": {"description": "How to begin", "url": f"{settings.SITE_URL}{ADDRESS}docs"},
        "tags": [{"name": one.title, "description": one.description} for one in DATASETS.values()]
        + [{"name": "Checks", "description": "Questions that the register answers from several records."}],
        "paths": {address: {"get": _operation(item["get"])} for address, item in made["paths"].items()},
        "components": {
            "schemas": schemas,
            "responses": {_name_of(kind): _problem_response(kind) for kind in KINDS},
            "headers": {name: _header(*said) for name, said in HEADERS.items()},
        },
    }


def _problem_schema():
    schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    faults = schema["properties"]["errors"] | {"items": schema.pop("$defs")["Fault"]}
    return schema | {"properties": schema["properties"] | {"errors": faults}}


def _name_of(kind):
    return "".join(part.capitalize() for part in kind.split("-"))


def _header(description, example):
    return {"description": description, "schema": {"type": "string"}, "example": example}


def _headers(status):
    return {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS_OF.get(status, [])}


def _problem_response(kind):
    status, title, meaning = KINDS[kind]
    example = {"type": type_of(kind), "title": title, "status": status, "detail": meaning}
    if kind == "invalid":
        example["errors"] = [{"parameter": "limit", "detail": "Input should be less than or equal to 200"}]
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": f"{title}. {meaning}",
        "headers": _headers(status),
        "content": {CONTENT_TYPE: {"schema": schema, "example": example}},
    }


def _operation(said):
    parameters = [_parameter(one) for one in said["parameters"]]
    answer = said["responses"][200]
    is_list = any(one["name"] == "cursor" for one in parameters)
    answer["headers"] = _headers(200) | ({"Link": {"$ref": "#/components/headers/Link"}} if is_list else {})
    answer["description"] = "Here it is."
    answers = {"200": answer, "304": {"description": "Nothing changed since.", "headers": _headers(304)}}
    elsewhere = {"gone": not said["operationId"].startswith("get"), "not-yet": not is_list}
    for kind, (status, _, _) in KINDS.items():
        if not elsewhere.get(kind):
            answers[str(status)] = {"$ref": f"#/components/responses/{_name_of(kind)}"}
    return said | {"parameters": parameters, "responses": answers}


def _parameter(said):
    """Ninja's words for it, without what pydantic adds: a title, a default that is not there, an example twice."""
    schema = {name: value for name, value in said["schema"].items() if name not in ("title", "description", "example")}
    if "default" in schema and schema["default"] in (None, []):
        del schema["default"]
    return {name: value for name, value in said.items() if name != "schema"} | {"schema": schema}
