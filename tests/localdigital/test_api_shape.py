"""Version 1 of the API keeps its shape: what programs were promised stays, and what is new is agreed by writing it
down. `REGISTER_WRITE_API_SHAPE=1 uv run pytest tests/localdigital/test_api_shape.py` writes the agreed shape anew.
"""

import json
import os
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from localdigital.site.api.openapi import document

AGREED = Path(__file__).with_name("api_v1.json")
ABOUT_TYPES = ("type", "format", "enum", "const", "pattern", "minimum", "maximum", "maxLength", "maxItems", "default")


def plain():
    return json.loads(json.dumps(document()))


def shape_of(schema):
    """What of a schema programs rely on, as one line: its type, its choices, its limits."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(shape_of, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"array of {shape_of(schema['items'])}"
    return json.dumps({name: schema[name] for name in ABOUT_TYPES if name in schema}, sort_keys=True)


def shape():
    """Every promise by its name: parameters, answers and properties."""
    said, promises = plain(), {}
    for address, item in said["paths"].items():
        operation = item["get"]
        for one in operation["parameters"]:
            needed = " (required)" if one["required"] else ""
            promises[f"GET {address}?{one['name']}"] = f"{one['in']} {shape_of(one['schema'])}{needed}"
        for status, answer in operation["responses"].items():
            kinds = answer.get("content", {})
            held = {kind: shape_of(one["schema"]) for kind, one in kinds.items()} or answer.get("$ref", "nothing")
            promises[f"GET {address} answers {status}"] = json.dumps(held)
    for name, schema in said["components"]["schemas"].items():
        for field, one in schema["properties"].items():
            always = " (always)" if field in schema.get("required", []) else ""
            promises[f"{name}.{field}"] = shape_of(one) + always
    return promises


def test_version_1_is_as_agreed():
    now = shape()
    if os.environ.get("REGISTER_WRITE_API_SHAPE"):
        AGREED.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n")
    agreed = json.loads(AGREED.read_text())
    gone = sorted(set(agreed) - set(now))
    other = {name: (agreed[name], now[name]) for name in set(agreed) & set(now) if agreed[name] != now[name]}
    new = sorted(set(now) - set(agreed))
    assert gone == [], "version 1 promised these, and programs rely on them"
    assert other == {}, "these are not as version 1 promised (as agreed, as it is now)"
    assert new == [], "these are new: agree to them by writing the shape anew (see above)"


def test_the_description_is_openapi_3_1():
    said = plain()
    assert said["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(said).iter_errors()) == []


def test_every_operation_parameter_and_field_is_described_and_every_status_that_may_come():
    said, missing = plain(), []
    for address, item in said["paths"].items():
        operation = item["get"]
        missing += [f"{address} {word}" for word in ("summary", "description", "tags") if not operation.get(word)]
        missing += [f"{address}?{one['name']}" for one in operation["parameters"] if not one.get("description")]
        assert {"200", "304", "400", "404", "405", "422", "429", "500"} <= set(operation["responses"])
        may_be_too_early = any(one["name"] == "modified_since" for one in operation["parameters"])
        assert ("503" in operation["responses"]) == may_be_too_early, address
    for name, schema in said["components"]["schemas"].items():
        for field, one in schema["properties"].items():
            missing += [f"{name}.{field}"] if not one.get("description") else []
    assert missing == []
    identities = [item["get"]["operationId"] for item in said["paths"].values()]
    assert len(set(identities)) == len(identities)
