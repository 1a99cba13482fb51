"""The questions, their choice keys, and which comes after which. Wording lives in the scripts, never here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from intake.conversation.say import ChoiceKind
from intake.conversation.state import State

Free: TypeAlias = Literal["no", "name", "phone", "short", "note", "words", "guard", "proof", "town", "both"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `free`: what typed words may answer it (`both`: they are the answer and part of the story).

    `many`: several numbers may be typed at once. `skip`: 「答えたくない」 is offered. `lasting`: its buttons must not
    vanish. `record`: the answer is an `Answer`. `toggle`: a press switches one mark on or off, and the last choice
    (`enough`) goes on. `extra`: buttons of the menu that help to answer. `floats`: it may be answered where no case is
    open. `places`: the places of the pack stand before the choices; without any it is not asked.
    """

    choices: tuple[str, ...]
    free: Free = "no"
    many: bool = False
    skip: bool = True
    lasting: bool = False
    record: bool = True
    kinds: Mapping[str, ChoiceKind] | None = None
    toggle: bool = False
    extra: tuple[str, ...] = ()
    floats: bool = False
    places: bool = False


SIGNS = ("post", "silent", "meter", "bill", "cold", "empty", "child", "harm", "odd", "other")
"""What a worker may have noticed (気づき)."""
ISSUES = (
    "k01", "k02", "k03", "k04", "k05", "k06", "k07", "k08", "k09", "k10", "k11", "k12", "k13", "k14", "k15", "k99",
)  # fmt: skip
"""ご相談の内容 of the national 相談受付・申込票 (K01 … K99)."""
TONGUES = ("easy", "plain", "en", "zh", "ko", "vi", "pt", "ne", "fil", "id")

QUESTIONS: Mapping[str, Question] = {
    "safety": Question(("now", "safe", "unsure")),
    "identity": Question(("anonymous", "nickname", "name"), record=False),
    "nickname": Question((), free="name", record=False),
    "name": Question(("display",), free="name", record=False),
    "who": Question(("self", "family", "neighbor")),
    "town": Question(("other",), free="town", places=True),
    "elsewhere": Question((), free="town"),
    "home": Question(("child", "old", "ill", "nobody"), many=True),
    "contact": Question(("line", "phone", "visit", "none")),
    "window": Question(("any", "day", "evening", "never"), record=False),
    "phone": Question((), free="phone"),
    "voicemail": Question(("no", "yes")),
    "hour": Question(("morning", "noon", "afternoon", "evening")),
    "hope": Question(("unsure",), free="both"),
    "summary": Question(("done", "more", "fix", "delete"), skip=False, lasting=True, record=False),
    "fix": Question(("words", "identity", "who", "contact", "hope"), skip=False, record=False),
    "delete": Question(("yes", "no"), skip=False, lasting=True, record=False),
    "data": Question(("see", "correct", "stop", "no"), skip=False, lasting=True, record=False),
    "language": Question(TONGUES, skip=False, record=False, floats=True),
    "again": Question(("same", "other"), skip=False, record=False),
    "again_words": Question(("same", "other"), skip=False, record=False),
    "receipt": Question((), record=False, floats=True),
    "passphrase": Question(("forgot",), free="proof", record=False, floats=True),
    "guard": Question(("take", "other"), free="guard", record=False),
    "l_code": Question(("none",), skip=False, record=False, floats=True),
    "l_name": Question((), free="name", record=False, floats=True),
    "l_danger": Question(("yes", "no", "unsure")),
    "l_sign": Question((*SIGNS, "enough"), free="words", many=True, lasting=True, toggle=True, skip=False),
    "l_meter": Question(("running", "stopped")),
    "l_bill": Question(("day", "hold", "stopped"), free="short", kinds={"day": "date"}),
    "l_place": Question(("here", "customer"), free="short", kinds={"here": "location"}),
    "l_customer": Question((), free="short"),
    "l_when": Question(("now", "today", "yesterday", "pick"), free="short", kinds={"pick": "datetime"}),
    "l_spoke": Question(("spoke", "absent", "seen")),
    "l_consent": Question(("wants", "agrees", "refuses", "unasked")),
    "l_word": Question((), free="words", record=False, extra=("voice",)),
    "l_summary": Question(("done", "fix", "delete"), skip=False, lasting=True, record=False),
    "l_fix": Question(("sign", "place", "when", "spoke"), skip=False, record=False),
    "p_danger": Question(("yes", "no", "unsure")),
    "p_issue": Question((*ISSUES, "enough"), free="words", many=True, lasting=True, toggle=True, skip=False),
    "p_story": Question((), free="words", record=False, extra=("voice",)),
    "p_person": Question((), free="short"),
    "p_place": Question((), free="short"),
    "p_consent": Question(("agrees", "refuses", "unaware", "unasked")),
    "p_ask": Question((), free="note"),
    "p_keep": Question((), free="note"),
    "p_contact": Question((), free="short"),
    "p_summary": Question(("done", "fix", "delete"), skip=False, lasting=True, record=False),
    "p_fix": Question(("issue", "person", "place", "ask", "contact"), skip=False, record=False),
}

MENU: Mapping[str, ChoiceKind] = {
    "consult": "press",
    "resume": "press",
    "worker": "press",
    "help": "press",
    "now": "press",
    "night": "press",
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
    "open_form": "uri",
    "record": "press",
    "rename": "press",
    "delete": "press",
    "data": "press",
    "data_cancel": "press",
    "guard": "press",
    "unguard": "press",
    "large": "press",
    "leave_partner": "press",
    "better": "press",
    "same": "press",
    "again_talk": "press",
    "neutral_trash": "press",
    "neutral_library": "press",
    "neutral_doctor": "press",
    "consent_given": "press",
    "consent_partial": "press",
    "consent_refused": "press",
    "consent_withdrawn": "press",
    "consent_attend_wants": "press",
    "consent_attend_no": "press",
    "consent_attend_later": "press",
}
"""Buttons that belong to no question, and how each acts."""

URI: Mapping[str, str] = {"open_link": "{link}", "open_form": "{form}"}
"""Where the buttons that open a page lead."""

_NEXT: Mapping[str, str | None] = {
    "safety": "identity",
    "identity": "who",
    "nickname": "who",
    "name": "who",
    "who": "town",
    "home": "contact",
    "contact": "summary",
    "window": "summary",
    "phone": "voicemail",
    "voicemail": "hour",
    "hour": "summary",
    "hope": "summary",
    "l_danger": "l_sign",
    "l_sign": "town",
    "l_meter": "town",
    "l_bill": "town",
    "l_place": "l_when",
    "l_customer": "l_when",
    "l_when": "l_spoke",
    "l_spoke": "l_word",
    "l_consent": "l_word",
    "l_word": "l_summary",
    "p_danger": "p_issue",
    "p_issue": "p_story",
    "p_story": "p_person",
    "p_person": "town",
    "p_place": "p_consent",
    "p_consent": "p_ask",
    "p_ask": "p_keep",
    "p_keep": "p_contact",
    "p_contact": "p_summary",
}
_BRANCH: Mapping[tuple[str, str], str] = {
    ("identity", "nickname"): "nickname",
    ("identity", "name"): "name",
    ("contact", "line"): "window",
    ("contact", "phone"): "phone",
    ("phone", "skip"): "summary",  # no number was given, so neither answering machine nor hours matter
    ("l_sign", "meter"): "l_meter",
    ("l_sign", "bill"): "l_bill",
    ("l_place", "customer"): "l_customer",
    ("l_spoke", "spoke"): "l_consent",
}
_AFTER_TOWN: Mapping[str, tuple[str, str]] = {
    "resident": ("home", "summary"), "lifeline": ("l_place", "l_summary"), "professional": ("p_place", "p_summary"),
}  # fmt: skip
"""What follows the question where the person lives, which everybody is asked; second: while something is corrected."""
_OTHERS = frozenset({"family", "neighbor"})
_ENDS: Mapping[str, str] = {
    **dict.fromkeys(("identity", "nickname", "name", "who", "home", "contact", "window", "hour", "hope"), "summary"),
    **dict.fromkeys(
        ("l_sign", "l_meter", "l_bill", "l_place", "l_customer", "l_when", "l_spoke", "l_consent"), "l_summary"
    ),
    **dict.fromkeys(("p_issue", "p_person", "p_place", "p_ask", "p_contact"), "p_summary"),
}
"""While something is corrected: after these questions the summary comes back."""


def next_question(state: State, question: str, key: str) -> str | None:
    """The question after this answer, None when there is no more to ask.

    While editing from the summary, one topic is asked anew and then the summary comes back.
    """
    if question in {"town", "elsewhere"}:
        on, end = _AFTER_TOWN[state.reporter]
        return "elsewhere" if (question, key) == ("town", "other") else end if state.editing else on
    if question == "l_meter" and "bill" in dict(state.answers).get("l_sign", "").split(","):
        return "l_bill"  # both were noticed, and the day of a stop is what staff need most
    marks = sorted(key.split(","), reverse=True)  # meter before bill, which follows it
    branch = next((_BRANCH[question, mark] for mark in marks if (question, mark) in _BRANCH), None)
    if branch is not None and (branch != "summary" or state.editing):
        return branch
    if state.editing and question in _ENDS:
        return _ENDS[question]
    following = branch or _NEXT.get(question)
    return "hope" if following == "summary" and _may_hope(state, question) else following


def _may_hope(state: State, question: str) -> bool:
    """Whether どうなるとよいか is asked before the summary: of the person themselves, once, and never after a cry for
    help."""
    answers = dict(state.answers)
    return not (question == "hope" or "hope" in answers or state.danger or answers.get("who") in _OTHERS)
