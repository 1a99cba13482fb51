"""What lists and watching systems send (全戸訪問・見守り・安否確認), as values: one sign each, and its words. Pure.

The JSON of a signal: `docs/schema/feed-signal-v1.json`. The person is named by the sender's own number alone: who that
is stands in the sender's register, and nobody need send us a name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

KIND_JA: Final = {
    "visit": "訪問で気になったこと", "no_reply": "応答がない", "no_use": "電気・水道などを使っていない",
    "call": "呼び出しボタンなどで助けを求めた",
}  # fmt: skip
WITH_DAYS: Final = frozenset({"no_reply", "no_use"})


class BadSignal(Exception):
    """The body is no signal of ours. The message names the field at fault and holds nothing of the body."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign. `kind`: a key of `KIND_JA`. `person`: the sender's number of the person, "" in a list of visits.

    `days`: for how many days (0: not said). `danger`: somebody is in danger now.
    """

    kind: str
    person: str = field(default="", repr=False)
    days: int = 0
    on: str = ""
    """The day of the visit, or of the last sign of life (ISO date)."""
    place: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    danger: bool = False

    def to_json(self) -> str:
        """As it is stored, sealed."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Sign:
        """The inverse of `to_json`."""
        return cls(**json.loads(text))

    @property
    def key(self) -> str:
        """What makes the same row sent twice one row."""
        said = "\x1f".join((self.kind, self.person, str(self.days), self.on, self.place, self.note))
        return hashlib.sha256(said.encode()).hexdigest()

    def words_ja(self, label: str) -> str:
        """The text of the case; `label` is the name of the feed."""
        if self.kind == "visit":
            day = f"{day_ja(self.on)}の訪問で" if self.on else "訪問で"
            return f"{self.note}\n（「{label}」：{day}気になったこと）"
        said = f"「{label}」からの知らせ：{self._said()}"
        return f"{said}\n{self.note}" if self.note else said

    def _said(self) -> str:
        """Said so that triage hears that nobody knows how they are, and neither a debt nor a danger that nobody saw."""
        if self.kind == "call":
            return "本人が、呼び出しボタンなどで助けを求めています。"
        seen = "生活のようすが見えません" if self.kind == "no_use" else "応答がありません"
        return f"{self.days}日間、{seen}。安否が分かりません。安否の確認をお願いします。"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    person: Annotated[str, Field(min_length=1, max_length=80)]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    last_seen: Annotated[str, Field(max_length=10)] = ""
    place: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=500)] = ""


class Signal(BaseModel):
    """The body of a webhook. Unknown fields are refused: what we do not ask for, we do not want to hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: Literal["watch.no_reply", "watch.no_use", "watch.call"]
    timestamp: Annotated[str, Field(max_length=40)] = ""
    data: _Data

    @model_validator(mode="after")
    def _days(self) -> Signal:
        if self.type != "watch.call" and self.data.days is None:
            raise ValueError("days")
        return self


def signal_of(body: bytes) -> Sign:
    """The sign in the body of a webhook. Raises `BadSignal`."""
    try:
        found = Signal.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        raise BadSignal(".".join(str(part) for part in fault["loc"]) or "body") from None
    data = found.data
    if data.last_seen and iso_day(data.last_seen) != data.last_seen:
        raise BadSignal("data.last_seen")
    kind = found.type.removeprefix("watch.")
    return Sign(
        kind, data.person.strip(), data.days or 0, data.last_seen, " ".join(data.place.split()), _shown(data.note),
        danger=kind == "call",
    )  # fmt: skip


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a signal, as `docs/schema/feed-signal-v1.json` holds it."""
    made = Signal.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "feed-signal-v1.json", **made}


def iso_day(text: str) -> str:
    """`2026-11-20` for a day written so or with slashes or dots; "" for anything else."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return ""
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError:
        return ""


def day_ja(iso: str) -> str:
    """「2026年11月20日」."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def delivery_key(delivery_id: str) -> str:
    """The row key of a delivery by webhook: its id, which the sender keeps over every retry."""
    return hashlib.sha256(f"delivery\x1f{delivery_id}".encode()).hexdigest()


def _shown(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == "\n").strip()
