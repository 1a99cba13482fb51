"""The questions, their choice keys, and which comes after which. Wording lives in the scripts, never here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from intake.conversation.say import ChoiceKind
from intake.conversation.state import State

Free: TypeAlias = Literal["no", "name", "phone", "place", "words"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `free`: what typed words may answer it. `many`: several numbers may be typed at once.

    `skip`: 「答えたくない」 is offered. `lasting`: its buttons must not vanish. `record`: the answer is an `Answer`.
    """

    choices: tuple[str, ...]
    free: Free = "no"
    many: bool = False
    skip: bool = True
    lasting: bool = False
    record: bool = True
    kinds: Mapping[str, ChoiceKind] | None = None


QUESTIONS: Mapping[str, Question] = {
    "safety": Question(("now", "safe", "unsure")),
    "identity": Question(("anonymous", "nickname", "name"), record=False),
    "nickname": Question((), free="name", record=False),
    "name": Question(("display",), free="name", record=False),
    "who": Question(("self", "family", "neighbor")),
    "home": Question(("child", "old", "ill", "nobody"), many=True),
    "contact": Question(("line", "phone", "visit", "none")),
    "phone": Question((), free="phone"),
    "voicemail": Question(("no", "yes")),
    "hour": Question(("morning", "noon", "afternoon", "evening")),
    "summary": Question(("done", "more", "fix", "delete"), skip=False, lasting=True, record=False),
    "fix": Question(("identity", "who", "contact"), skip=False, record=False),
    "delete": Question(("yes", "no"), skip=False, lasting=True, record=False),
    "language": Question(("easy", "plain"), skip=False, record=False),
    "l_danger": Question(("yes", "no", "unsure")),
    "l_sign": Question(("post", "silent", "meter", "bill", "child"), free="words", many=True),
    "l_place": Question(("here",), free="place", kinds={"here": "location"}),
    "l_when": Question(("now", "today", "yesterday", "pick"), kinds={"pick": "datetime"}),
    "l_spoke": Question(("spoke", "absent", "seen")),
    "l_consent": Question(("wants", "agrees", "refuses", "unasked")),
    "l_word": Question((), free="words", record=False),
}

MENU: Mapping[str, ChoiceKind] = {
    "consult": "press",
    "resume": "press",
    "worker": "press",
    "help": "press",
    "now": "press",
    "language": "press",
    "hide": "press",
    "human": "press",
    "status": "press",
    "urgent": "press",
    "wait": "press",
    "more": "press",
    "example": "press",
    "clean": "press",
    "quit": "press",
    "cannot_call": "press",
    "write_place": "press",
    "no_place": "press",
    "fine": "press",
    "go_on": "press",
    "voice": "voice",
    "camera": "camera",
    "place": "location",
    "copy": "copy",
    "open_link": "uri",
}
"""Buttons that belong to no question, and how each acts."""

_NEXT: Mapping[str, str | None] = {
    "safety": "identity",
    "identity": "who",
    "nickname": "who",
    "name": "who",
    "who": "home",
    "home": "contact",
    "contact": "summary",
    "phone": "voicemail",
    "voicemail": "hour",
    "hour": "summary",
    "l_danger": "l_sign",
    "l_sign": "l_place",
    "l_place": "l_when",
    "l_when": "l_spoke",
    "l_spoke": "l_word",
    "l_consent": "l_word",
    "l_word": None,
}
_BRANCH: Mapping[tuple[str, str], str] = {
    ("identity", "nickname"): "nickname",
    ("identity", "name"): "name",
    ("contact", "phone"): "phone",
    ("phone", "skip"): "summary",  # no number was given, so neither answering machine nor hours matter
    ("l_spoke", "spoke"): "l_consent",
}
_BACK: frozenset[str] = frozenset({"identity", "nickname", "name", "who", "home", "contact", "hour"})


def next_question(state: State, question: str, key: str) -> str | None:
    """The question after this answer, None when there is no more to ask.

    While editing from the summary, one topic is asked anew and then the summary comes back.
    """
    branch = _BRANCH.get((question, key))
    if branch is not None:
        return branch
    if state.editing and question in _BACK:
        return "summary"
    return _NEXT.get(question)
