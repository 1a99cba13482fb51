"""What people say of a case against the machine's reading (職員の直し). Pure.

A person corrects label by label: what they set stands above every later reading; what they left alone stays the
machine's, so that a danger in a later message is not hidden by an older correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from triage.assessment import THEMES, Assessment, Complexity, Domain, Kind, Reason, Reporter, Urgency
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, KIND_JA, REASON_JA, REPORTER_JA, THEME_JA

REFUSES: Final = "refuses_support"
_CHOICES: Final = ("kind", "reporter", "complexity")
_NOT_JA: Final = {"複合の理由": "（当てはまらない）"}
_FIELD: Final = {
    **dict.fromkeys(map(str, Domain), "domains"),
    **dict.fromkeys(THEMES, "themes"),
    **dict.fromkeys(map(str, Reason), "complexity"),
    REFUSES: REFUSES,
}
"""Label that is there or not → the field of `triage.assessment.FIELDS` that it belongs to."""


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of one text, as in `docs/annotation-guideline.md`."""

    kind: Kind
    reporter: Reporter
    domains: frozenset[Domain]
    themes: frozenset[str]
    complexity: Complexity
    complexity_reasons: frozenset[Reason]
    urgency: Urgency
    refuses_support: bool

    @classmethod
    def of(cls, read: Assessment, urgency: Urgency | None = None) -> Labels:
        """The labels of a reading; `urgency` when the case stands at another one."""
        return cls(
            read.kind, read.reporter, read.domains, read.themes, read.complexity, read.complexity_reasons,
            urgency or read.urgency, read.refuses_support,
        )  # fmt: skip

    @property
    def present(self) -> frozenset[str]:
        """Domains, themes, reasons and `refuses_support`, as far as they are there."""
        marks = {str(label) for label in (*self.domains, *self.themes, *self.complexity_reasons)}
        return frozenset(marks | ({REFUSES} if self.refuses_support else set()))

    def choice(self, name: str) -> str:
        """The value of `kind`, `reporter` or `complexity`."""
        return str({"kind": self.kind, "reporter": self.reporter, "complexity": self.complexity}[name])

    def settled(self) -> Labels:
        """The same by the rules of the guideline: reasons only when complex, nothing else for what is no 相談."""
        if self.kind is not Kind.CONSULTATION:
            nothing: frozenset[str] = frozenset()
            return replace(
                self, domains=frozenset(), themes=nothing, complexity=Complexity.UNCLEAR,
                complexity_reasons=frozenset(), refuses_support=False,
            )  # fmt: skip
        return self if self.complexity is Complexity.COMPLEX else replace(self, complexity_reasons=frozenset())

    def to_json(self) -> dict[str, object]:
        """The fields of a training record."""
        return {
            "kind": str(self.kind),
            "reporter": str(self.reporter),
            "domains": [str(d) for d in Domain if d in self.domains],
            "themes": [theme for theme in THEMES if theme in self.themes],
            "complexity": str(self.complexity),
            "complexity_reasons": [str(r) for r in Reason if r in self.complexity_reasons],
            "urgency": str(self.urgency),
            "refuses_support": self.refuses_support,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Labels:
        """The inverse of `to_json`. Raises `KeyError` or `ValueError` on anything else."""
        themes = _strings(data["themes"])
        if not themes <= set(THEMES):
            raise ValueError("unknown theme")
        return cls(
            Kind(str(data["kind"])), Reporter(str(data["reporter"])),
            frozenset(map(Domain, _strings(data["domains"]))), themes, Complexity(str(data["complexity"])),
            frozenset(map(Reason, _strings(data["complexity_reasons"]))), Urgency(str(data["urgency"])),
            data["refuses_support"] is True,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What people set on a case so far.

    `chosen`: value of kind, reporter or complexity. `marked`: whether a domain, theme, reason or `refuses_support` is
    there. `upto`: id of the last message that the person could know of.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    marked: Mapping[str, bool] = field(default_factory=dict)
    upto: int = 0

    def __bool__(self) -> bool:
        return bool(self.chosen or self.marked)

    @property
    def labels(self) -> frozenset[str]:
        """Every label that people said is there."""
        return frozenset({label for label, there in self.marked.items() if there} | set(self.chosen.values()))

    def changed(self, shown: Labels, wanted: Labels, upto: int) -> Standing:
        """With what `wanted` says otherwise than `shown`. The same object when that is nothing.

        Of what is no 相談 nobody said that it is not about care, debts and so on: these fall away with the kind only,
        and count again when the kind does.
        """
        if wanted.kind is not Kind.CONSULTATION:
            wanted = replace(shown, kind=wanted.kind, reporter=wanted.reporter)
        chosen = {name: wanted.choice(name) for name in _CHOICES if wanted.choice(name) != shown.choice(name)}
        marked = {label: label in wanted.present for label in wanted.present ^ shown.present}
        if not chosen and not marked:
            return self
        return Standing({**self.chosen, **chosen}, {**self.marked, **marked}, max(upto, self.upto))

    def without_kind(self) -> Standing:
        """What stands once the case came back before people: what they said of its kind was said of less."""
        return replace(self, chosen={name: value for name, value in self.chosen.items() if name != "kind"})

    def over(self, read: Assessment, upto: int) -> Assessment:
        """The reading as it counts: people's labels above the machine's. `upto`: the last message it covers.

        While it covers nothing that the person did not know, a person has read the text: it needs no other eyes.
        """
        if not self:
            return read
        newer = upto > self.upto
        labels = self._labels(Labels.of(read))
        gone = Labels.of(read).present - labels.present
        touched = {_FIELD.get(label, "") for label in self.marked} if not newer else set()
        return replace(
            read,
            kind=labels.kind,
            reporter=labels.reporter,
            domains=labels.domains,
            themes=labels.themes,
            complexity=labels.complexity,
            complexity_reasons=labels.complexity_reasons,
            refuses_support=labels.refuses_support,
            needs_human=read.needs_human and newer,
            unread_reason=read.unread_reason if newer else "",
            unsure=read.unsure - touched - set(self.chosen),
            evidence=tuple(found for found in read.evidence if found.label not in gone),
        )

    def to_json(self) -> dict[str, object]:
        """A JSON-ready mapping without a word of anybody."""
        return {"chosen": dict(self.chosen), "marked": dict(self.marked), "upto": self.upto}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Standing:
        """The inverse of `to_json`. Raises `KeyError` or `ValueError` on anything else."""
        chosen, marked = data["chosen"], data["marked"]
        if not isinstance(chosen, Mapping) or not isinstance(marked, Mapping):
            raise ValueError("not a standing")
        return cls(
            {str(name): str(value) for name, value in chosen.items()},
            {str(label): bool(there) for label, there in marked.items()},
            int(str(data["upto"])),
        )

    def said_ja(self) -> tuple[str, ...]:
        """What people set, one short line each: 「分野：高齢」「テーマ：介護ではない」."""
        names = {
            "kind": ("種類", {str(k): v for k, v in KIND_JA.items()}),
            "reporter": ("書いた人", {str(k): v for k, v in REPORTER_JA.items()}),
            "complexity": ("複合", {str(k): v for k, v in COMPLEXITY_JA.items()}),
        }
        lines = [f"{names[one][0]}：{names[one][1][self.chosen[one]]}" for one in _CHOICES if one in self.chosen]
        heads = (("分野", DOMAIN_JA), ("テーマ", THEME_JA), ("複合の理由", REASON_JA))
        for head, words in heads:
            for label, name in words.items():
                if (there := self.marked.get(str(label))) is not None:
                    lines.append(f"{head}：{name}" + ("" if there else _NOT_JA.get(head, "ではない")))
        if REFUSES in self.marked:
            lines.append("支援を断っている" if self.marked[REFUSES] else "支援を断っていない")
        return tuple(lines)

    def _labels(self, read: Labels) -> Labels:
        def there(label: str) -> bool:
            return self.marked.get(label, label in read.present)

        return Labels(
            kind=Kind(self.chosen.get("kind", read.kind)),
            reporter=Reporter(self.chosen.get("reporter", read.reporter)),
            domains=frozenset(filter(there, Domain)),
            themes=frozenset(filter(there, THEMES)),
            complexity=Complexity(self.chosen.get("complexity", read.complexity)),
            complexity_reasons=frozenset(filter(there, Reason)),
            urgency=read.urgency,
            refuses_support=there(REFUSES),
        ).settled()


def _strings(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return frozenset(map(str, value))
