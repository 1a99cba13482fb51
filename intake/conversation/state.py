"""Where a conversation stands: small, frozen, versioned as JSON, and without any word the person typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias, cast, get_args

from intake.conversation.effects import IdentityMode, Route

VERSION = 1
Window: TypeAlias = Literal["", "day", "evening", "never"]


class StateError(ValueError):
    """The stored state is not ours or is of a version this code cannot read."""


@dataclass(frozen=True, slots=True)
class State:
    """One person's conversation.

    `case`: a case is open. `serial`: how many were opened, so that an old button cannot touch a newer case.
    `pending`: the question now open; `resume`: the one to go back to after けす was declined; `editing`: back to the
    summary next. `answers`: question → choice key ('given' for typed answers: the words themselves live in the case).
    `danger`: danger was said in this case; it falls only with the case. `last`: ISO time of the last act.
    `claiming`: the receipt number typed, while its passphrase is awaited; `offered`: the passphrase we proposed;
    `locked`: the passphrase must be said first; `enrolling`: the partner whose code was typed, while the name is
    awaited. `window`: when notices may be pushed ("" at any time, `day` 9–17, `evening` 17–20, `never`).
    `large`: large letters. `guessed`: the language was heard from their words and not chosen.
    `own`: a partner's worker said that this time it is about themselves. `left`: the question that stood open when
    the person was away for more than a day; it comes back only when they ask to go on.
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
    claiming: str | None = None
    offered: str = ""
    locked: bool = False
    enrolling: str | None = None
    window: Window = ""
    large: bool = False
    guessed: bool = False
    own: bool = False
    left: str | None = None
    last: str | None = None

    def answered(self, question: str, key: str) -> State:
        """With this answer, an earlier one to the same question replaced."""
        kept = tuple(pair for pair in self.answers if pair[0] != question)
        return replace(self, answers=(*kept, (question, key)))

    def without_case(self) -> State:
        """After the case was shredded or closed by staff: the same person, nothing open (language and hiding stay)."""
        return State(
            language=self.language, serial=self.serial, hidden=self.hidden, last=self.last,
            window=self.window, large=self.large, guessed=self.guessed,
        )  # fmt: skip

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
    "claiming": (str, type(None)),
    "offered": (str,),
    "locked": (bool,),
    "enrolling": (str, type(None)),
    "window": (str,),
    "large": (bool,),
    "guessed": (bool,),
    "own": (bool,),
    "left": (str, type(None)),
    "last": (str, type(None)),
}


_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "reporter": get_args(Route),
    "identity": get_args(IdentityMode),
    "window": get_args(Window),
}


def _checked(key: str, value: object) -> Any:
    if type(value) not in _TYPES[key]:
        raise StateError(f"state field {key} has the wrong type")
    if key == "answers":
        return _pairs(cast("list[object]", value))
    if key in _ONE_OF and value not in _ONE_OF[key]:
        raise StateError(f"unknown {key}")
    return value


def _pairs(value: list[object]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in value:
        if not (isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item)):
            raise StateError("answers are pairs of text")
        pairs.append((item[0], item[1]))
    return tuple(pairs)
