"""Who may come for somebody else (来談者), as data for `told`, `visitor` and `cut`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

RELATION: Final = "visitor_relation"
NAMED: Final = frozenset({"visitor_name", "visitor_phone", RELATION, "r_org", "r_phone"})
"""The fields of the class `reporter` that may ever go: with consent, where the visitor said so."""
RELATION_JA: Final[Mapping[str, str]] = MappingProxyType({"family": "家族", "neighbor": "近所の人・知り合い"})
"""Who came, by their own choice in the conversation (`who`)."""
