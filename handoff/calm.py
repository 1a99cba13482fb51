"""What a reporter's own 「いま危ない：いいえ」 is worth beside the machine's reading. Pure.

Why: `docs/decisions/0025-when-a-reading-rings.md`.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Final

from triage.assessment import Assessment, Urgency

_FELT: Final = frozenset({"clause", "household", "person"})
"""Rules of an `Evidence` that are no word of a list: what the model made of a clause."""


def as_answered(read: Assessment, alarm: Set[str]) -> Assessment:
    """The reading of a report whose sender answered that nobody is in danger now.

    今すぐ that only the model felt becomes 高い. Words of danger, of the lexicon (`alarm`: the kinds it found) or of
    the cues of triage, stand above the answer: who reports may not see what they wrote.
    """
    said = any(one.label == Urgency.EMERGENCY and one.rule not in _FELT for one in read.evidence)
    if read.urgency is not Urgency.EMERGENCY or alarm or said:
        return read
    felt = str(Urgency.HIGH)
    evidence = tuple(replace(one, label=felt) if one.label == Urgency.EMERGENCY else one for one in read.evidence)
    return replace(read, urgency=Urgency.HIGH, evidence=evidence)
