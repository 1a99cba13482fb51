"""The labels that heads score, in the order of the model's columns."""

from __future__ import annotations

from typing import Final

from triage.assessment import THEMES, Complexity, Domain, Kind, Reason, Reporter

DOMAINS: Final = tuple(map(str, Domain))
REASONS: Final = tuple(map(str, Reason))
KINDS: Final = tuple(map(str, Kind))
REPORTERS: Final = tuple(map(str, Reporter))
COMPLEXITIES: Final = tuple(map(str, Complexity))

RAISED: Final = "raised"
"""The urgency is high or emergency (urgency is ordinal: `raised`, then `emergency`)."""

LABELS: Final = (
    *DOMAINS, *THEMES, *REASONS, "refuses_support", "emergency", RAISED, *KINDS, *REPORTERS, *COMPLEXITIES,
)  # fmt: skip
INDEX: Final = {label: column for column, label in enumerate(LABELS)}
