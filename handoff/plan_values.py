"""The values of `handoff.plan`: what is known besides the text, and what is proposed. Public through `handoff.plan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handoff.clock import TOKYO, Due, DueKind
from triage.assessment import Urgency


class Source(StrEnum):
    """By which way the case came: a resident, a partner's worker (協定事業者), an agency's form, staff in Slack, a
    supporter who asks for advice, or somebody who called, came, wrote by FAX or letter, or was visited (代行入力);
    a remark in passing (気になった一言), what was told in a meeting, what a watching system or a list of visits sent.
    """

    RESIDENT = "resident"
    LIFELINE = "lifeline"
    PROFESSIONAL = "professional"
    SLACK = "slack"
    ADVICE = "advice"
    PHONE = "phone"
    COUNTER = "counter"
    FAX = "fax"
    VISIT = "visit"
    REMARK = "remark"
    MEETING = "meeting"
    FEED = "feed"


class Consent(StrEnum):
    """Whether the person of concern agreed to have it passed on (引継ぎの同意)."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    REFUSED = "refused"


class NextStep(StrEnum):
    """What a person should consider next."""

    COMPREHENSIVE = "comprehensive"
    COORDINATION = "coordination"
    OUTREACH = "outreach"
    PARTICIPATION = "participation"
    MEETING = "meeting"

    @property
    def label_ja(self) -> str:
        """The word on screen."""
        return _STEP_JA[self]


class Flag(StrEnum):
    """A mark that staff must not miss."""

    ALARM = "alarm"
    UNREAD = "unread"
    NEEDS_HUMAN = "needs_human"
    NOTIFICATION = "notification"
    NO_CONSENT = "no_consent"
    CONSENT_REFUSED = "consent_refused"
    REFUSES = "refuses"
    SAFE_CONTACT = "safe_contact"
    LANGUAGE = "language"
    NOBODY_READS = "nobody_reads"

    @property
    def label_ja(self) -> str:
        """The words on screen."""
        return _FLAG_JA[self]


_STEP_JA = {
    NextStep.COMPREHENSIVE: "包括的相談",
    NextStep.COORDINATION: "多機関協働",
    NextStep.OUTREACH: "アウトリーチ",
    NextStep.PARTICIPATION: "参加支援",
    NextStep.MEETING: "支援会議候補",
}
_FLAG_JA = {
    Flag.ALARM: "危険の言葉",
    Flag.UNREAD: "機械が読めていない",
    Flag.NEEDS_HUMAN: "人の目で",
    Flag.NOTIFICATION: "通告・通報の確認",
    Flag.NO_CONSENT: "同意なし（第三者の通報）",
    Flag.CONSENT_REFUSED: "同意しないと言われた",
    Flag.REFUSES: "支援拒否",
    Flag.SAFE_CONTACT: "連絡に注意",
    Flag.LANGUAGE: "ことばの手助け",
    Flag.NOBODY_READS: "いまは読めない",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides what triage read.

    `text_length` in code points, 0 when only pictures or voice came. `alarm` holds kinds of `triage.alarm.KINDS`.
    `received_at` (aware) is when the promise began; `now` when absent. `area` is a place name of the pack, or "".
    `declines` is who declines help, in the person's word for them (`triage.declining`), "" while that is not known.
    """

    route: Source
    language: str
    text_length: int
    alarm: frozenset[str] = frozenset()
    consent: Consent = Consent.UNKNOWN
    received_at: datetime | None = None
    area: str = ""
    declines: str = ""


@dataclass(frozen=True, slots=True)
class DeskProposal:
    """A desk to consider; `reason_ja` holds none of the person's words and may stand on a Slack card."""

    desk_id: str
    name: str
    reason_ja: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the machine proposes for a case (次の一手の提案). A person decides.

    `desks`: the lead first, at least one. `rule` is the code of the rule that chose `next_step`; `also` are further
    steps whose rules held. `reason_ja` quotes the person's words and is content; `reason_plain_ja` quotes nothing.
    `questions` are for a person of staff, never for the one who wrote.
    """

    desks: tuple[DeskProposal, ...]
    next_step: NextStep
    rule: str
    reason_ja: str = field(repr=False)
    reason_plain_ja: str
    urgency: Urgency
    due: Due
    also: tuple[NextStep, ...] = ()
    questions: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def lead(self) -> DeskProposal:
        """The desk to try first."""
        return self.desks[0]

    def to_json(self) -> dict[str, object]:
        """A JSON-ready mapping. It holds the person's words: seal it like content."""
        return {
            "desks": [[desk.desk_id, desk.name, desk.reason_ja] for desk in self.desks],
            "next_step": str(self.next_step),
            "rule": self.rule,
            "reason_ja": self.reason_ja,
            "reason_plain_ja": self.reason_plain_ja,
            "urgency": str(self.urgency),
            "due": [_iso(self.due.at), str(self.due.kind), _iso(self.due.reads_from)],
            "also": [str(step) for step in self.also],
            "questions": list(self.questions),
            "flags": [str(flag) for flag in self.flags],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Plan:
        """The inverse of `to_json`. Raises `KeyError` or `ValueError` on a mapping that `to_json` did not make."""
        at, kind, reads_from = _items(data["due"])
        return cls(
            desks=tuple(DeskProposal(*map(str, _items(desk))) for desk in _items(data["desks"])),
            next_step=NextStep(str(data["next_step"])),
            rule=str(data["rule"]),
            reason_ja=str(data["reason_ja"]),
            reason_plain_ja=str(data["reason_plain_ja"]),
            urgency=Urgency(str(data["urgency"])),
            due=Due(_moment(at), DueKind(str(kind)), _moment(reads_from)),
            also=tuple(NextStep(str(step)) for step in _items(data["also"])),
            questions=tuple(map(str, _items(data["questions"]))),
            flags=tuple(Flag(str(flag)) for flag in _items(data["flags"])),
        )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)).astimezone(TOKYO) if value is not None else None


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("not a plan")
    return value
