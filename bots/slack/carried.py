"""What our own buttons, menus and modals carry and bring back: ids, versions, never a word of anybody. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bots.slack import names
from bots.tame import mapping


def case_of(payload: Mapping[str, Any]) -> int | None:
    """The case that a button's value or a modal's `private_metadata` names, or None."""
    return number_of(payload, "c")


def number_of(payload: Mapping[str, Any], name: str) -> int | None:
    """An id that the button, the menu's option or the modal carries under `name`, or None."""
    for carrier in (_value(action_of(payload)), mapping(payload.get("view")).get("private_metadata")):
        found = _decimal(reference(carrier).get(name))
        if found is not None:
            return found
    return None


def version_of(payload: Mapping[str, Any]) -> int:
    """The version of the case that whoever clicked had before them; 0 when the carrier says none."""
    for carrier in (_value(action_of(payload)), mapping(payload.get("view")).get("private_metadata")):
        found = reference(carrier).get("v")
        if type(found) is int and 0 < found < 2**31:
            return found
    return 0


def from_home(payload: Mapping[str, Any]) -> bool:
    """Whether it was pressed in the App Home, where there is no channel to answer in."""
    return mapping(payload.get("view")).get("type") == "home"


def reference(carrier: object) -> Mapping[str, Any]:
    """The small JSON object of ids that our own buttons and modals carry; an empty one for anything else."""
    if not isinstance(carrier, str) or not carrier.startswith("{") or len(carrier) > 3000:
        return {}
    try:
        return mapping(json.loads(carrier))
    except (ValueError, RecursionError):
        return {}


def _decimal(value: object) -> int | None:
    digits = isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value)
    return int(digits[0]) if digits and int(digits[0]) < 2**63 else None


def action_of(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first (and only) thing that was pressed, an empty mapping when nothing was."""
    actions = payload.get("actions")
    return mapping(actions[0]) if isinstance(actions, list) and actions else {}


def _value(action: Mapping[str, Any]) -> object:
    """What a button carries, or the chosen option of a menu."""
    return action.get("value") or mapping(action.get("selected_option")).get("value")


def acted(action: Mapping[str, Any]) -> object:
    """The act that was chosen: a button's own name, or what the option of one of our menus says."""
    name = action.get("action_id")
    return reference(_value(action)).get("do") if name in names.MORE else name
