"""LINE's own definitions, made strict.

line-openapi writes polymorphism as a discriminator on a base schema without oneOf, which JSON Schema ignores: a text
message without text would pass. Each base is compiled into an if/then dispatch, and the limits that only the
documentation states are laid over it. Lengths are counted in UTF-16 units, as LINE counts them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

Json = Any

_LABEL = {"properties": {"action": {"required": ["label"], "properties": {"label": {"maxLength": 20}}}}}
_TEMPLATE_ACTIONS = {"items": {"required": ["label"], "properties": {"label": {"minLength": 1, "maxLength": 20}}}}
_URL = {"maxLength": 2000, "pattern": "^https://"}

#: Documented limits that the OpenAPI file omits (Messaging API reference).
OVERLAY: dict[str, Json] = {
    "Action": {"required": ["type"], "properties": {"label": {"maxLength": 40}}},
    "TextMessage": {"properties": {"text": {"minLength": 1, "maxLength": 5000}}},
    "TextMessageV2": {"properties": {"text": {"minLength": 1, "maxLength": 5000}}},
    "ImageMessage": {"properties": {"originalContentUrl": _URL, "previewImageUrl": _URL}},
    "LocationMessage": {"properties": {"title": {"minLength": 1, "maxLength": 100}, "address": {"maxLength": 100}}},
    "FlexMessage": {"properties": {"altText": {"minLength": 1, "maxLength": 1500}}},
    "TemplateMessage": {"properties": {"altText": {"minLength": 1, "maxLength": 1500}}},
    "FlexCarousel": {"properties": {"contents": {"minItems": 1, "maxItems": 12}}},
    "FlexBox": {"properties": {"flex": {"minimum": 0}}},
    "FlexText": {
        "anyOf": [{"required": ["text"]}, {"required": ["contents"]}],
        "properties": {"text": {"minLength": 1}},
    },
    "ConfirmTemplate": {
        "properties": {
            "text": {"minLength": 1, "maxLength": 240},
            "actions": {"minItems": 2, "maxItems": 2, **_TEMPLATE_ACTIONS},
        }
    },
    "ButtonsTemplate": {
        "properties": {
            "text": {"minLength": 1, "maxLength": 160},
            "title": {"maxLength": 40},
            "actions": {"minItems": 1, "maxItems": 4, **_TEMPLATE_ACTIONS},
        }
    },
    "CarouselTemplate": {"properties": {"columns": {"minItems": 1, "maxItems": 10}}},
    "CarouselColumn": {
        "properties": {
            "text": {"minLength": 1, "maxLength": 120},
            "title": {"maxLength": 40},
            "actions": {"minItems": 1, "maxItems": 3, **_TEMPLATE_ACTIONS},
        }
    },
    "MessageAction": {"required": ["text"], "properties": {"text": {"minLength": 1, "maxLength": 300}}},
    "PostbackAction": {
        "required": ["data"],
        "not": {"required": ["text", "displayText"]},
        "properties": {
            "data": {"minLength": 1},
            "displayText": {"maxLength": 300},
            "text": {"maxLength": 300},
            "fillInText": {"maxLength": 300},
        },
        "dependentSchemas": {"fillInText": {"properties": {"inputOption": {"const": "openKeyboard"}}}},
    },
    "URIAction": {
        "required": ["uri"],
        "properties": {"uri": {"minLength": 1, "maxLength": 1000, "pattern": "^(https?|line|tel):"}},
    },
    "DatetimePickerAction": {"required": ["data", "mode"], "properties": {"data": {"minLength": 1}}},
    "QuickReply": {
        "required": ["items"],
        "properties": {"items": {"minItems": 1, "items": {"required": ["action"], **_LABEL}}},
    },
    "Sender": {"properties": {"iconUrl": _URL}},
    "ShowLoadingAnimationRequest": {"properties": {"loadingSeconds": {"multipleOf": 5}}},
    "RichMenuRequest": {
        "required": ["size", "selected", "name", "chatBarText", "areas"],
        "properties": {
            "size": {
                "required": ["width", "height"],
                "properties": {"width": {"minimum": 800, "maximum": 2500}, "height": {"minimum": 250}},
            },
            "name": {"minLength": 1},
            "chatBarText": {"minLength": 1},
            "areas": {"maxItems": 20, "items": {"required": ["bounds", "action"]}},
        },
    },
}

_UNEVALUATED = "Unevaluated properties"
_DROPPED = frozenset({"discriminator", "externalDocs", "example", "x-enum-descriptions"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where (`messages[0].text`) and what."""

    where: str
    what: str


def utf16_length(text: str) -> int:
    """UTF-16 code units, LINE's measure: an emoji outside the basic plane counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def request_problems(schema_name: str, body: Json) -> list[Problem]:
    """Check an outgoing request body against messaging-api.yml and the documented limits."""
    return _problems(_validator("messaging-api.yml", schema_name, strict=True), body)


def webhook_problems(body: Json) -> list[Problem]:
    """Check a webhook body against webhook.yml; unknown extra fields pass, as LINE adds fields without notice."""
    return _problems(_validator("webhook.yml", "CallbackRequest", strict=False), body)


def _problems(validator: Any, body: Json) -> list[Problem]:
    found: list[Problem] = []
    for error in validator.iter_errors(body):
        for leaf in _leaves(error):
            problem = Problem(leaf.json_path.removeprefix("$").removeprefix("."), _without_content(leaf))
            if problem not in found:
                found.append(problem)
    # A missing field makes the rest of its object "unevaluated": keep that complaint only where nothing else is wrong.
    broken = {problem.where for problem in found if not problem.what.startswith(_UNEVALUATED)}
    return [problem for problem in found if not (problem.what.startswith(_UNEVALUATED) and problem.where in broken)]


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if not error.context:
        yield error
        return
    for inner in error.context:
        yield from _leaves(inner)


def _without_content(error: ValidationError) -> str:
    """The rule that broke, without the value (it may be a person's words)."""
    rule = str(error.validator)
    if rule in {"required", "unevaluatedProperties"}:
        return error.message[:200]
    return f"{rule} {error.validator_value!s:.120}"


@cache
def _validator(file: str, schema_name: str, *, strict: bool) -> Any:
    return _Strict({**_compiled(file, strict=strict), "$ref": f"#/$defs/{schema_name}"})


@cache
def _compiled(file: str, *, strict: bool) -> dict[str, Json]:
    text = files("bots.simulator").joinpath("line_openapi", file).read_text("utf-8")
    schemas = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["components"]["schemas"]  # noqa: S506
    bases = {name for name, schema in schemas.items() if "discriminator" in schema}
    defs = {name: _definition(name, schema, bases, overlay=strict) for name, schema in schemas.items()}
    for name in bases:
        defs[f"{name}__any"] = _dispatch(schemas[name]["discriminator"], strict=strict)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs}


def _definition(name: str, schema: Json, bases: set[str], *, overlay: bool) -> Json:
    definition = _rewritten(copy.deepcopy(schema), bases)
    for part in definition.get("allOf", []):  # a subtype points at the base itself, not at the dispatcher
        if part.get("$ref", "").endswith("__any"):
            part["$ref"] = part["$ref"].removesuffix("__any")
    return {"allOf": [definition, OVERLAY[name]]} if overlay and name in OVERLAY else definition


def _dispatch(discriminator: Json, *, strict: bool) -> Json:
    key, mapping = discriminator["propertyName"], discriminator["mapping"]
    branches = []
    for value, reference in mapping.items():
        then: dict[str, Json] = {"$ref": f"#/$defs/{reference.rsplit('/', 1)[1]}"}
        if strict:
            then["unevaluatedProperties"] = False
        branches.append({"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then})
    known = {"properties": {key: {"enum": list(mapping)}}} if strict else {}
    return {"type": "object", "required": [key], "allOf": branches, **known}


def _rewritten(node: Json, bases: set[str]) -> Json:
    if isinstance(node, list):
        return [_rewritten(item, bases) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _rewritten(value, bases) for key, value in node.items() if key not in _DROPPED}
    reference = out.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
        name = reference.rsplit("/", 1)[1]
        out["$ref"] = f"#/$defs/{name}__any" if name in bases else f"#/$defs/{name}"
    if out.pop("nullable", False) is True and "type" in out:
        out["type"] = [out["type"], "null"]
    return out


def _max_length(_: Any, limit: int, value: Json, __: Json) -> Iterator[ValidationError]:
    if isinstance(value, str) and utf16_length(value) > limit:
        yield ValidationError("too long")


def _min_length(_: Any, limit: int, value: Json, __: Json) -> Iterator[ValidationError]:
    if isinstance(value, str) and utf16_length(value) < limit:
        yield ValidationError("too short")


_extend: Any = extend
_Strict: Any = _extend(Draft202012Validator, {"maxLength": _max_length, "minLength": _min_length})
