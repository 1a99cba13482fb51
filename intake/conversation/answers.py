"""Answers to questions, pressed or typed, and what each leads to."""

from __future__ import annotations

from collections.abc import Mapping

from intake.conversation import danger
from intake.conversation.effects import Answer, AppendText, ChooseIdentity, ReadProfile, Shred
from intake.conversation.flow import QUESTIONS, next_question
from intake.conversation.turn import Turn
from intake.conversation.words import is_skip, numbers, phone, picked, short_name

ASIDE = frozenset({"delete", "language", "fix"})


def typed(turn: Turn, text: str) -> bool:
    """Take the words as an answer to the open question; False when they are none (then they are the person's story)."""
    question = turn.state.pending
    if question is None:
        return False
    keys = _keys(turn, question, text)
    if keys:
        give(turn, question, keys)
        return True
    return _free(turn, question, text)


def pressed(turn: Turn, question: str, key: str, params: Mapping[str, str]) -> None:
    """A button of a question of the present case. A question already passed is corrected without going back to it."""
    moment = params.get("datetime") or params.get("date") or params.get("time")
    value = moment if moment and QUESTIONS[question].kinds else key
    if question == "delete" and turn.state.pending != "delete":
        turn.ask_aside("delete")  # an old 〔消す〕: asked anew, since more was written in between
    elif question in {turn.state.pending, "summary", "fix", "language"} or (question, key) == ("safety", "now"):
        give(turn, question, (key,), value)
    else:
        _record(turn, question, (key,), value)
        turn.remind("added_short")


def give(turn: Turn, question: str, keys: tuple[str, ...], value: str | None = None) -> None:
    """Carry out an answer and go on."""
    special = {"summary": _summary, "fix": _fix, "delete": _delete, "language": _language}.get(question)
    if special is not None:
        special(turn, keys[0])
        return
    if not turn.state.case:
        turn.open_case(turn.state.reporter)
    _record(turn, question, keys, value)
    if (question, keys[0]) in {("safety", "now"), ("l_danger", "yes")}:
        danger.heard(turn, frozenset({"collapse"} if question == "l_danger" else {"help"}))
        return
    go_on(turn, question, keys[0])


def go_on(turn: Turn, question: str, key: str) -> None:
    """The next question, or the end."""
    following = next_question(turn.state, question, key)
    if following is None:
        turn.change(pending=None)
        turn.finish()
        turn.say("l_done")
        return
    if question == "identity" and key in {"anonymous", "skip"}:
        turn.say("anonymous")
    if following == "summary":
        turn.change(editing=False)
    turn.ask(following)


def _record(turn: Turn, question: str, keys: tuple[str, ...], value: str | None = None) -> None:
    turn.state = turn.state.answered(question, ",".join(keys))
    if QUESTIONS[question].record:
        turn.add(Answer(question, value or ",".join(keys)))
    elif question == "identity":
        _identity(turn, keys[0])
    elif question == "name" and keys[0] == "display":
        turn.add(ChooseIdentity("name"), ReadProfile())
        turn.change(identity="name")


def _identity(turn: Turn, key: str) -> None:
    """Anonymous at once; the other two when the name itself comes."""
    if key in {"anonymous", "skip"}:
        turn.add(ChooseIdentity("anonymous"))
        turn.change(identity="anonymous")


def _keys(turn: Turn, question: str, text: str) -> tuple[str, ...]:
    form, offered = QUESTIONS[question], turn.numbered(question)
    if form.skip and is_skip(text):
        return ("skip",)
    found = [offered[number - 1][0] for number in numbers(text) if 1 <= number <= len(offered)]
    if found and len(found) == len(numbers(text)) and (len(found) == 1 or (form.many and "skip" not in found)):
        return tuple(found)
    wordings = turn.script.ask[question].choices
    key = picked(text, [(name, wordings[name]) for name, _ in offered if name in wordings])
    return () if key is None else (key,)


def _free(turn: Turn, question: str, text: str) -> bool:
    free = QUESTIONS[question].free
    name = short_name(text)
    if free == "name" and name:
        mode = "nickname" if question == "nickname" else "name"
        turn.add(ChooseIdentity("nickname" if question == "nickname" else "name", name))
        turn.change(identity=mode)
    elif free == "phone" and (digits := phone(text)):
        turn.add(Answer(question, digits))
    elif free == "place" and len(text) <= 200:
        turn.add(Answer(question, text))
    elif free == "words":
        turn.add(AppendText(text))
    else:
        return False
    turn.state = turn.state.answered(question, "given")
    go_on(turn, question, "given")
    return True


def _summary(turn: Turn, key: str) -> None:
    if key == "done":
        turn.change(pending=None)
        turn.finish()
        turn.say("done")
    elif key == "more":
        turn.change(nudged=True)
        turn.say("more")
    elif key == "fix":
        turn.ask_aside("fix")
    else:
        turn.ask_aside("delete")


def _fix(turn: Turn, key: str) -> None:
    turn.change(editing=True, resume=None)
    turn.ask(key)


def _delete(turn: Turn, key: str) -> None:
    if key == "yes":
        turn.add(Shred())
        turn.state = turn.state.without_case()
        turn.say("deleted")
        return
    turn.come_back()
    turn.change(nudged=False)
    turn.remind("kept")


def _language(turn: Turn, key: str) -> None:
    turn.change(language="ja-easy" if key == "easy" else "ja")
    if turn.state.pending == "language":
        turn.come_back()
    turn.change(nudged=False)
    turn.remind("language_set")
    if not turn.state.case and turn.state.pending is None:
        turn.say({"info": "info", "door": "door_invite", "talk": "invite"}[turn.options.mode])
