"""Where a conversation stands: small, frozen, versioned as JSON, and without any word the person typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from intake.conversation.effects import IdentityMode, Route

VERSION = 1


class StateError(ValueError):
    """The stored state is not ours or is of a version this code cannot read."""


@dataclass(frozen=True, slots=True)
class State:
    """One person's conversation.

    `case`: a case is open. `serial`: how many were opened, so that an old button cannot touch a newer case.
    `pending`: the question now open; `resume`: the one to go back to after けす was declined; `editing`: back to the
    summary next. `answers`: question → choice key ('given' for typed answers: the words themselves live in the case).
    `danger`: danger was said in this case; it falls only with the case. `last`: ISO time of the last act.
    """

    language: str | None = None
    case: bool = False
    serial: int = 0
    finished: bool = False
    reporter: Route = "resident"
    pending: str | None = None
    resume: str | None = None
    editing: bool = False
    nudged: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    identity: IdentityMode = "anonymous"
    danger: bool = False
    hidden: bool = False
    refused: bool = False
    last: str | None = None

    def answered(self, question: str, key: str) -> State:
        """With this answer, an earlier one to the same question replaced."""
        kept = tuple(pair for pair in self.answers if pair[0] != question)
        return replace(self, answers=(*kept, (question, key)))

    def without_case(self) -> State:
        """After the case was shredded or closed by staff: the same person, nothing open (language and hiding stay)."""
        return State(language=self.language, serial=self.serial, hidden=self.hidden, last=self.last)

    def with_case(self) -> State:
        """After staff lifted the person's greeting into a case: it is open here too, with nothing left to ask."""
        return replace(self.without_case(), case=True, serial=self.serial + 1, finished=True)

    def to_json(self) -> str:
        """A compact JSON object with its version."""
        return json.dumps({"v": VERSION, **asdict(self)}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> State:
        """The state that `to_json` wrote. Raises StateError for anything else."""
        try:
            raw = json.loads(text)
        except ValueError:
            raise StateError("state is not JSON") from None
        if not isinstance(raw, dict) or raw.pop("v", None) != VERSION or set(raw) - _TYPES.keys():
            raise StateError("state of an unknown version")
        return cls(**{key: _checked(key, value) for key, value in raw.items()})


_TYPES: Mapping[str, tuple[type, ...]] = {
    "language": (str, type(None)),
    "case": (bool,),
    "serial": (int,),
    "finished": (bool,),
    "reporter": (str,),
    "pending": (str, type(None)),
    "resume": (str, type(None)),
    "editing": (bool,),
    "nudged": (bool,),
    "answers": (list,),
    "identity": (str,),
    "danger": (bool,),
    "hidden": (bool,),
    "refused": (bool,),
    "last": (str, type(None)),
}


def _checked(key: str, value: object) -> Any:
    if type(value) not in _TYPES[key]:
        raise StateError(f"state field {key} has the wrong type")
    if key == "answers":
        return _pairs(cast("list[object]", value))
    if key == "reporter" and value not in {"resident", "lifeline"}:
        raise StateError("unknown reporter")
    if key == "identity" and value not in {"anonymous", "nickname", "name"}:
        raise StateError("unknown identity")
    return value


def _pairs(value: list[object]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in value:
        if not (isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item)):
            raise StateError("answers are pairs of text")
        pairs.append((item[0], item[1]))
    return tuple(pairs)
