"""Type checks for untrusted JSON: the wrong type becomes None or empty, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text(value: object) -> str | None:
    """The value if it is a non-empty str."""
    return value if isinstance(value, str) and value else None


def texts(value: object) -> list[str]:
    """The non-empty str items of a list."""
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def integer(value: object) -> int | None:
    """The value if it is an int that fits 64 bits (bool is no int here)."""
    return value if type(value) is int and abs(value) < 2**63 else None


def number(value: object) -> float | None:
    """The value as a float if it is a finite JSON number."""
    if type(value) not in {int, float} or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def clean(value: object, depth: int) -> str | None:
    """Why this JSON is not to be kept (too deep, infinite numbers, lone surrogates), or None when it is fine."""
    level: list[object] = [value]
    for deep in range(depth + 1):
        fault = next((found for found in map(_fault, level) if found), None)
        if fault:
            return fault
        if deep == depth and any(isinstance(item, dict | list) for item in level):
            return "nested too deep"
        level = [child for item in level for child in _children(item)]
    return None


def _children(item: object) -> list[object]:
    if isinstance(item, dict):
        return [*item.keys(), *item.values()]
    return list(item) if isinstance(item, list) else []


def _fault(item: object) -> str | None:
    if isinstance(item, float) and not abs(item) <= 1.7976931348623157e308:
        return "a number is not finite"
    if isinstance(item, str) and any("\ud800" <= char <= "\udfff" for char in item):
        return "a lone surrogate"
    return None
