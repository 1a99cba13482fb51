"""Answers to questions, pressed or typed, and what each leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from intake.conversation import danger, partner, returning
from intake.conversation.effects import Answer, AppendText, AskData, ChooseIdentity, RaiseUrgency, ReadProfile, Shred
from intake.conversation.flow import QUESTIONS, next_question
from intake.conversation.turn import SUMMARIES, Turn, tongue
from intake.conversation.words import is_skip, names_room, numbers, phone, picked, short_name, smalltalk

MAX_SHORT = 200
MAX_NOTE = 1_000
_SUMMARY = frozenset({"summary", "l_summary", "p_summary", "fix", "l_fix", "p_fix", "language", "data"})
"""Their buttons last, and act whatever is asked meanwhile."""
_URGENT = frozenset({("safety", "now"), ("l_danger", "yes"), ("p_danger", "yes")})
_COMMON = frozenset(
    {
        "delete", "data", "language", "again", "again_words", "guard", "receipt", "passphrase", "l_code", "l_name",
        "town", "elsewhere", "identity", "nickname", "name",
    }
)  # fmt: skip
"""Questions that belong to no kind of reporter, or to all."""
_DATA: Mapping[str, Literal["disclosure", "correction", "stop"]] = {
    "see": "disclosure", "correct": "correction", "stop": "stop",
}  # fmt: skip
_GRAVE = frozenset({"child", "harm", "k14"})
"""Marks behind which somebody may be hurt: a person looks within hours, not days."""


def typed(turn: Turn, text: str) -> bool:
    """Take the words as an answer to the open question; False when they are none (then they are the person's story)."""
    question = turn.state.pending
    if question is None:
        return False
    keys = _keys(turn, question, text)
    if keys and QUESTIONS[question].toggle and keys != ("enough",):
        _mark(turn, question, tuple(key for key in keys if key != "enough"), more=len(keys) == 1)
        return True
    if keys:
        give(turn, question, keys)
        return True
    return _free(turn, question, text)


def _mark(turn: Turn, question: str, keys: tuple[str, ...], *, more: bool) -> None:
    """Marks typed: one alone may be followed by others, several at once are all."""
    if more:
        partner.toggle(turn, question, keys[0])
        _grave(turn, keys)
        return
    partner.mark(turn, question, keys)
    give(turn, question, ("enough",))


def pressed(turn: Turn, question: str, key: str, params: Mapping[str, str]) -> None:
    """A button of a question of the present case. A question already passed is corrected without going back to it."""
    moment = params.get("datetime") or params.get("date") or params.get("time")
    form = QUESTIONS[question]
    value = moment if moment and form.kinds else key
    if (question, key) not in _URGENT and _of_another_form(turn, question):
        turn.say("stale")
    elif form.places and key not in (*turn.keys(question), "skip"):
        turn.say("stale")  # a place that the pack has no more
    elif question == "delete" and turn.state.pending != "delete":
        turn.ask_aside("delete")  # an old 〔消す〕: asked anew, since more was written in between
    elif form.toggle and key != "enough":
        partner.toggle(turn, question, key)
        _grave(turn, (key,))
    elif question == turn.state.pending or question in _SUMMARY or (question, key) in _URGENT:
        give(turn, question, (key,), value)
    elif form.record or question == "identity":
        _record(turn, question, (key,), value)
        turn.remind("added_short")
    else:
        turn.say("stale")


def give(turn: Turn, question: str, keys: tuple[str, ...], value: str | None = None) -> None:
    """Carry out an answer and go on."""
    special = _SPECIAL.get(question)
    if special is not None:
        special(turn, keys[0])
        return
    if not turn.state.case:
        turn.open_case(turn.state.reporter)
    if QUESTIONS[question].toggle:
        _grave(turn, turn.marks(question))
        go_on(turn, question, ",".join(turn.marks(question)))
        return
    _record(turn, question, keys, value)
    if (question, keys[0]) in _URGENT:
        danger.heard(turn, frozenset({"help"} if question == "safety" else {"collapse"}))
        return
    go_on(turn, question, keys[0])


def go_on(turn: Turn, question: str, key: str) -> None:
    """The next question; where only something was corrected after the end, a short word instead."""
    following = next_question(turn.state, question, key)
    if following is not None and QUESTIONS[following].places and not turn.options.areas:
        following = next_question(turn.state, following, "skip")
    if following is not None and partner.knows_place(turn, following):
        following = next_question(turn.state, following, "given")
    if following is None or (turn.state.editing and turn.state.finished and following == "summary"):
        turn.change(pending=None, editing=False)
        turn.say("changed")
        return
    if question == "identity" and key in {"anonymous", "skip"}:
        turn.say("anonymous")
    if following in SUMMARIES:
        turn.change(editing=False)
    turn.ask(following)


def _head(turn: Turn) -> str:
    """How the questions of this kind of reporter begin."""
    return {"lifeline": "l_", "professional": "p_"}.get(turn.state.reporter, "")


def _of_another_form(turn: Turn, question: str) -> bool:
    """Whether the question belongs to another kind of reporter: an old button must not mix the forms."""
    form = question[:2] if question[:2] in {"l_", "p_"} else ""
    return question not in _COMMON and form != _head(turn)


def _record(turn: Turn, question: str, keys: tuple[str, ...], value: str | None = None) -> None:
    if QUESTIONS[question].places and (place := dict(turn.options.areas).get(keys[0])):
        keys, value = ("given",), place
    turn.state = turn.state.answered(question, ",".join(keys))
    if QUESTIONS[question].record:
        turn.add(Answer(question, value or ",".join(keys)))
    elif question == "identity":
        _identity(turn, keys[0])
    elif question == "name" and keys[0] == "display":
        turn.add(ChooseIdentity("name"), ReadProfile())
        turn.change(identity="name")
    elif question == "window":
        windows = {"day": "day", "evening": "evening", "never": "never"}
        turn.change(window=windows.get(keys[0], ""))


def _identity(turn: Turn, key: str) -> None:
    """Anonymous at once; the other two when the name itself comes."""
    if key in {"anonymous", "skip"}:
        turn.add(ChooseIdentity("anonymous"))
        turn.change(identity="anonymous")


def _grave(turn: Turn, marks: tuple[str, ...]) -> None:
    if turn.state.case and _GRAVE & set(marks):
        turn.add(RaiseUrgency("high"))


def _keys(turn: Turn, question: str, text: str) -> tuple[str, ...]:
    form, offered = QUESTIONS[question], turn.numbered(question)
    found = [offered[number - 1][0] for number in numbers(text) if 1 <= number <= len(offered)]
    if found and len(found) == len(numbers(text)) and (len(found) == 1 or (form.many and "skip" not in found)):
        return tuple(found)
    wordings = turn.script.ask[question].choices
    places = dict(turn.options.areas) if form.places else {}
    labels = [
        (name, wordings.get(name) or (places[name],)) for name, _ in offered if name in wordings or name in places
    ]
    key = picked(text, labels)
    if key is None and form.skip and is_skip(text):
        return ("skip",)
    return () if key is None else (key,)


def _free(turn: Turn, question: str, text: str) -> bool:
    free = QUESTIONS[question].free
    if free == "proof":
        return returning.proved(turn)
    if free == "guard":
        return returning.own_words(turn, text)
    if question == "l_name":
        return partner.named(turn, text)
    if free == "town":
        return _town(turn, question)
    if question == "l_when" and names_room(text):
        return False  # a room number, after the place was sent as a pin
    name = short_name(text)
    if free == "name" and name:
        mode = "nickname" if question == "nickname" else "name"
        turn.add(ChooseIdentity("nickname" if question == "nickname" else "name", name))
        turn.change(identity=mode)
    elif free == "phone" and (digits := phone(text)):
        turn.add(Answer(question, digits))
    elif (free == "short" and len(text) <= MAX_SHORT) or (free == "note" and len(text) <= MAX_NOTE):
        turn.open_case(turn.state.reporter)
        turn.add(Answer(question, text))
    elif free == "words":
        turn.open_case(turn.state.reporter)
        turn.add(AppendText(text))
    elif free == "both" and len(text) <= MAX_NOTE and smalltalk(text) is None:
        turn.add(AppendText(text), Answer(question, text))  # the machine reads it too: a cry may stand in it
    else:
        return False
    marks = turn.marks(question) if QUESTIONS[question].toggle else ()
    turn.state = turn.state.answered(question, ",".join(marks) or "given")
    go_on(turn, question, ",".join(marks) or "given")
    return True


def _town(turn: Turn, question: str) -> bool:
    """A municipality typed by its name: one of the pack's, or another one. False for any other words."""
    town = turn.options.known.town
    if town is None:
        return False
    key, name = town
    if key in dict(turn.options.areas):
        give(turn, "town", (key,))
        return True
    if not turn.state.case:
        turn.open_case(turn.state.reporter)
    if question == "town":
        _record(turn, "town", ("other",))
    _record(turn, "elsewhere", ("given",), name)
    go_on(turn, "elsewhere", "given")
    return True


def _summary(turn: Turn, key: str) -> None:
    head = _head(turn)
    if key == "done":
        turn.change(pending=None, resume=None, editing=False)
        turn.finish()
        turn.say(f"{head}done")
    elif key == "more":
        turn.change(nudged=False)
        turn.say("more")
    elif key == "fix":
        turn.ask_aside(f"{head}fix")
    else:
        turn.ask_aside("delete")


def _fix(turn: Turn, key: str) -> None:
    if key == "words":
        if turn.state.pending == "fix":
            turn.come_back()
        turn.change(nudged=False)
        turn.say("fix_words")
        return
    head = _head(turn)
    turn.change(editing=True, resume=None)
    turn.ask(f"{head}{key}")


def _delete(turn: Turn, key: str) -> None:
    if key == "yes":
        turn.add(Shred())
        turn.state = turn.state.without_case()
        turn.say("deleted")
        return
    turn.come_back()
    turn.change(nudged=False)
    turn.remind("kept")


def _data(turn: Turn, key: str) -> None:
    """What is asked about one's own data goes to a person; nothing of it happens by itself."""
    if turn.state.pending == "data":
        turn.come_back()
    kind = _DATA.get(key)
    if kind is None or not turn.state.case:
        turn.change(nudged=False)
        turn.remind("data_kept")
        return
    turn.add(AskData(kind))
    turn.say("data_asked")


def _language(turn: Turn, key: str) -> None:
    turn.change(language=tongue(key), guessed=False)
    if turn.state.pending == "language":
        turn.come_back()
    turn.change(nudged=False)
    turn.remind("language_set")
    if not turn.state.case and turn.state.pending is None:
        turn.say({"info": "info", "door": "door_invite", "talk": "invite"}[turn.options.mode])


_SPECIAL: Mapping[str, Callable[[Turn, str], None]] = {
    "summary": _summary,
    "l_summary": _summary,
    "p_summary": _summary,
    "fix": _fix,
    "l_fix": _fix,
    "p_fix": _fix,
    "delete": _delete,
    "data": _data,
    "language": _language,
    "again": returning.again,
    "again_words": returning.again_words,
    "receipt": returning.no_receipt,
    "passphrase": returning.no_passphrase,
    "guard": returning.guard,
    "l_code": partner.no_code,
    "l_name": partner.no_name,
}
