"""The values that triage (見立て) gives to the other rooms.

Names and meanings of every label follow the annotation guideline (`docs/annotation-guideline.md`).
A machine proposes; a person decides: nothing here is a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of message this is."""

    CONSULTATION = "consultation"
    SMALLTALK = "smalltalk"
    OTHER = "other"


class Reporter(StrEnum):
    """Who writes (情報提供元)."""

    SELF = "self"
    FAMILY = "family"
    NEIGHBOR = "neighbor"
    LIFELINE = "lifeline"
    PROFESSIONAL = "professional"
    UNKNOWN = "unknown"


class Domain(StrEnum):
    """The four fields of the 重層的支援体制整備事業 (高齢・障害・子ども・困窮)."""

    ELDERLY = "elderly"
    DISABILITY = "disability"
    CHILD = "child"
    POVERTY = "poverty"


class Complexity(StrEnum):
    """How many problems of how many people (複合化)."""

    SINGLE = "single"
    COMPLEX = "complex"
    UNCLEAR = "unclear"


class Reason(StrEnum):
    """Why a case is complex: ① household, ② person, ③ gap (制度の狭間)."""

    HOUSEHOLD = "household"
    PERSON = "person"
    GAP = "gap"


class Urgency(StrEnum):
    """今すぐ / 高い / ふつう. Machine urgency only rises; a person lowers it."""

    NORMAL = "normal"
    HIGH = "high"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for ふつう, 1 for 高い, 2 for 今すぐ."""
        return list(Urgency).index(self)

    def raised_to(self, other: Urgency) -> Urgency:
        """The higher of the two."""
        return max(self, other, key=lambda urgency: urgency.rank)


THEMES: tuple[str, ...] = (
    "care", "dementia", "abuse_elder", "abuse_child", "abuse_disability", "dv", "suicide", "self_harm",
    "mental_health", "addiction", "developmental", "intellectual", "physical", "hikikomori", "isolation",
    "self_neglect", "school", "young_carer", "parenting", "perinatal", "lone_parent", "income", "debt", "work",
    "housing", "food", "lifeline_stop", "medical", "consumer", "foreign", "legal", "bereavement", "release",
    "disaster", "double_care", "p8050", "no_contact",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the person that made triage say a label (そう判断した言葉).

    `start` and `end` are offsets in Unicode code points of the original text, end exclusive, and
    `text == original[start:end]`. `rule` names what found it (a cue id, `clause` for the clause net, `occlusion`).
    """

    start: int
    end: int
    label: str
    text: str
    rule: str


class SetAsideBecause(StrEnum):
    """Why words that look like a sign do not count as one."""

    DENIED = "denied"
    PAST = "past"
    IMAGINED = "imagined"
    OTHER_PERSON = "other_person"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Words that look like a sign of `label` but do not count (否定・過去・仮定・別の人). Offsets as in `Evidence`."""

    start: int
    end: int
    label: str
    text: str
    because: SetAsideBecause


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody the text speaks of, at their words. Offsets as in `Evidence`.

    `role` is a role of `triage/kin.toml`, `band` an age band (`child`, `adult`, `elderly`, `any`), `age` is in years,
    if said.
    """

    start: int
    end: int
    text: str
    role: str
    band: str
    age: int | None


FIELDS: tuple[str, ...] = (
    "kind", "reporter", "domains", "themes", "complexity", "urgency", "refuses_support",
)  # fmt: skip
"""The fields that the machine may be unsure of (`Assessment.unsure`)."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the machine reads out of all the person's text in a case so far (機械の見立て).

    `probabilities` maps a label to a calibrated number in [0, 1]. `needs_human` is true when the machine does not
    know (人の目で); `unsure` names the `FIELDS` whose calibrated probability lies in the band where it is often wrong.
    `language` is an ISO 639-1 code of what the text is written in (`und` when no letters tell). `unread_reason` is set
    when no model could read the text; such an assessment is high and asks for a person.
    """

    kind: Kind
    reporter: Reporter
    domains: frozenset[Domain]
    themes: frozenset[str]
    complexity: Complexity
    complexity_reasons: frozenset[Reason]
    urgency: Urgency
    refuses_support: bool
    needs_human: bool
    probabilities: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    model_version: str = ""
    unread_reason: str = ""
    unsure: frozenset[str] = frozenset()
    language: str = "ja"
    set_aside: tuple[SetAside, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @classmethod
    def unread(cls, reason: str) -> Assessment:
        """The assessment of a text that no model read: high, unknown, straight to a person.

        `reason` is a code such as `timeout`, `too_long` or `model_error`, never a text of the person.
        """
        return cls(
            kind=Kind.CONSULTATION,
            reporter=Reporter.UNKNOWN,
            domains=frozenset(),
            themes=frozenset(),
            complexity=Complexity.UNCLEAR,
            complexity_reasons=frozenset(),
            urgency=Urgency.HIGH,
            refuses_support=False,
            needs_human=True,
            unread_reason=reason,
            unsure=frozenset(FIELDS),
        )

    def to_json(self) -> dict[str, object]:
        """A JSON-ready mapping with stable order (the fields of the CLI contract and `model_version`)."""
        return {
            "kind": str(self.kind),
            "reporter": str(self.reporter),
            "domains": [str(d) for d in Domain if d in self.domains],
            "themes": [theme for theme in THEMES if theme in self.themes],
            "complexity": str(self.complexity),
            "complexity_reasons": [str(r) for r in Reason if r in self.complexity_reasons],
            "urgency": str(self.urgency),
            "refuses_support": self.refuses_support,
            "needs_human": self.needs_human,
            "probabilities": dict(self.probabilities),
            "evidence": [
                {"start": e.start, "end": e.end, "label": e.label, "text": e.text, "rule": e.rule}
                for e in self.evidence
            ],
            "model_version": self.model_version,
            "unread_reason": self.unread_reason,
            "unsure": [name for name in FIELDS if name in self.unsure],
            "language": self.language,
            "set_aside": [
                {"start": s.start, "end": s.end, "label": s.label, "text": s.text, "because": str(s.because)}
                for s in self.set_aside
            ],
            "mentions": [
                {"start": m.start, "end": m.end, "text": m.text, "role": m.role, "band": m.band, "age": m.age}
                for m in self.mentions
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Assessment:
        """The inverse of `to_json`. Raises `KeyError` or `ValueError` on a mapping that `to_json` did not make."""
        evidence = data["evidence"]
        probabilities = data["probabilities"]
        if not isinstance(evidence, list) or not isinstance(probabilities, Mapping):
            raise ValueError("not an assessment")
        return cls(
            kind=Kind(str(data["kind"])),
            reporter=Reporter(str(data["reporter"])),
            domains=frozenset(Domain(d) for d in _strings(data["domains"])),
            themes=frozenset(_strings(data["themes"])),
            complexity=Complexity(str(data["complexity"])),
            complexity_reasons=frozenset(Reason(r) for r in _strings(data["complexity_reasons"])),
            urgency=Urgency(str(data["urgency"])),
            refuses_support=bool(data["refuses_support"]),
            needs_human=bool(data["needs_human"]),
            probabilities={str(k): float(v) for k, v in probabilities.items()},
            evidence=tuple(Evidence(**e) for e in evidence),
            model_version=str(data["model_version"]),
            unread_reason=str(data["unread_reason"]),
            unsure=frozenset(_strings(data.get("unsure", []))),
            language=str(data.get("language", "ja")),
            set_aside=tuple(
                SetAside(**{**s, "because": SetAsideBecause(s["because"])})
                for s in _mappings(data.get("set_aside", []))
            ),
            mentions=tuple(Mention(**m) for m in _mappings(data.get("mentions", []))),
        )


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return [str(item) for item in value]


def _mappings(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("not a list of objects")
    return value
