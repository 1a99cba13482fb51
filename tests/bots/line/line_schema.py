"""LINE's official definitions as a real JSON Schema (line-openapi, Apache-2.0, under tests/fixtures/line_openapi).

The files express polymorphism as `discriminator.mapping` on a base schema without `oneOf`, which JSON Schema ignores:
naive validation accepts a text message with no text. Each base is compiled into an if/then dispatch here, with the
documented limits that the files omit laid over.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

OPENAPI = Path(__file__).parents[2] / "fixtures" / "line_openapi"
_DROPPED = ("discriminator", "externalDocs", "example", "x-enum-descriptions")
_LIMITS: dict[str, dict[str, Any]] = {
    "TextMessage": {"properties": {"text": {"minLength": 1, "maxLength": 5000}}},
    "FlexMessage": {"properties": {"altText": {"minLength": 1, "maxLength": 1500}}},
    "PostbackAction": {
        "required": ["data"],
        "not": {"required": ["text", "displayText"]},
        "properties": {"data": {"maxLength": 300}, "displayText": {"maxLength": 300}},
    },
    "URIAction": {"required": ["label", "uri"], "properties": {"uri": {"maxLength": 1000}}},
    "ClipboardAction": {"required": ["label", "clipboardText"], "properties": {"clipboardText": {"maxLength": 1000}}},
    "QuickReply": {
        "properties": {
            "items": {
                "minItems": 1,
                "maxItems": 13,
                "items": {
                    "required": ["action"],
                    "properties": {
                        "action": {"required": ["label"], "properties": {"label": {"minLength": 1, "maxLength": 20}}}
                    },
                },
            }
        }
    },
    "ReplyMessageRequest": {"properties": {"messages": {"minItems": 1, "maxItems": 5}}},
}


@cache
def reply_validator() -> Draft202012Validator:
    """A strict validator of ReplyMessageRequest."""
    schema = _compiled(OPENAPI / "messaging-api.yml")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator({**schema, "$ref": "#/$defs/ReplyMessageRequest"})


def errors(messages: list[dict[str, Any]]) -> list[str]:
    """What LINE's own definitions have against these messages; [] if nothing."""
    found: list[str] = []
    stack = list(reply_validator().iter_errors({"replyToken": "t", "messages": messages}))
    while stack:
        error = stack.pop()
        stack.extend(error.context or ())
        if not error.context:
            found.append(f"{error.json_path}: {error.message[:110]}")
    return found


@cache
def _menu_validator() -> Draft202012Validator:
    schema = _compiled(OPENAPI / "messaging-api.yml")
    # The file names no field of a menu as required, nor of its areas; the reference does.
    areas = {"maxItems": 20, "items": {"required": ["bounds", "action"], "properties": {"bounds": _BOUNDS}}}
    needed = {"required": ["size", "selected", "name", "chatBarText", "areas"], "properties": {"areas": areas}}
    return Draft202012Validator({**schema, "allOf": [{"$ref": "#/$defs/RichMenuRequest"}, needed]})


_BOUNDS = {"required": ["x", "y", "width", "height"]}


def menu_errors(order: dict[str, Any]) -> list[str]:
    """What LINE's own definitions have against this rich menu; [] if nothing."""
    found = [leaf for error in _menu_validator().iter_errors(order) for leaf in _leaves(error)]
    return [f"{leaf.json_path}: {leaf.message[:110]}" for leaf in found]


def _leaves(error: Any) -> Iterator[Any]:
    if not error.context:
        yield error
    for inner in error.context or ():
        yield from _leaves(inner)


def _compiled(path: Path) -> dict[str, Any]:
    schemas = yaml.safe_load(path.read_text("utf-8"))["components"]["schemas"]
    bases = {name for name, schema in schemas.items() if "discriminator" in schema}
    defs = {name: _rewritten(copy.deepcopy(schema), bases) for name, schema in schemas.items()}
    for schema in defs.values():
        for part in schema.get("allOf", []):  # a subtype must point at the base itself, not at the dispatch
            if part.get("$ref", "").endswith("__any"):
                part["$ref"] = part["$ref"].removesuffix("__any")
    for name in bases:
        defs[f"{name}__any"] = _dispatch(schemas[name]["discriminator"])
    for name in ("ReplyMessageRequest", "QuickReply"):
        defs[name] = {"allOf": [defs[name], _LIMITS[name]]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs}


def _dispatch(discriminator: dict[str, Any]) -> dict[str, Any]:
    key, mapping = discriminator["propertyName"], discriminator["mapping"]
    branches = []
    for value, ref in mapping.items():
        name = ref.rsplit("/", 1)[1]
        parts = [{"$ref": f"#/$defs/{name}"}] + ([_LIMITS[name]] if name in _LIMITS else [])
        when = {"properties": {key: {"const": value}}, "required": [key]}
        branches.append({"if": when, "then": {"allOf": parts, "unevaluatedProperties": False}})
    return {"type": "object", "required": [key], "properties": {key: {"enum": list(mapping)}}, "allOf": branches}


def _rewritten(node: Any, bases: set[str]) -> Any:
    if isinstance(node, list):
        return [_rewritten(value, bases) for value in node]
    if not isinstance(node, dict):
        return node
    out = {key: _rewritten(value, bases) for key, value in node.items() if key not in _DROPPED}
    ref = node.get("$ref")
    if isinstance(ref, str):
        name = ref.rsplit("/", 1)[1]
        out["$ref"] = f"#/$defs/{name}__any" if name in bases else f"#/$defs/{name}"
    if out.pop("nullable", False) and "type" in out:
        out["type"] = [out["type"], "null"]
    return out
