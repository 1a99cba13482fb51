"""The words and buttons that work at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from intake.conversation import danger, take
from intake.conversation.effects import AppendText, Hide, RaiseUrgency, Unhide, WantsHuman
from intake.conversation.turn import Turn

_HELP = frozenset({"help"})
_LIFELINE = ("l_sign", "l_place", "l_when", "l_spoke", "l_word")


def word(turn: Turn, name: str, text: str) -> None:
    """A control word was the whole message. Where it could also be part of the story, it is kept as such too."""
    if name == "danger":
        danger.heard(turn, _HELP, text)
    elif name in {"fine", "urgent"} and turn.state.case:
        turn.add(AppendText(text))
        menu(turn, name)
    elif name in {"fine", "urgent"}:
        take.words(turn, text)
    else:
        menu(turn, name)


def menu(turn: Turn, name: str) -> None:
    """A button of the menu, or the control word of the same name."""
    act = _ACTS.get(name)
    if act is not None:
        act(turn)
    elif turn.state.case or name in {"example", "clean", "wait"}:
        turn.say(name)
    else:
        turn.say("no_case")


def invite(turn: Turn) -> None:
    """「相談」: the open case goes on, or the first words are awaited."""
    if turn.state.case:
        turn.say("resume")
        if turn.state.pending is not None:
            turn.says.pop()
            turn.change(nudged=False)
            turn.remind("resume")
    elif turn.options.mode == "info":
        turn.say("info")
    else:
        turn.say("door_invite" if turn.options.mode == "door" else "invite")


def unhide(turn: Turn) -> None:
    """「相談」 after hiding."""
    turn.add(Unhide())
    turn.change(hidden=False)
    turn.say("unhide")


def _hide(turn: Turn) -> None:
    if turn.state.pending == "delete":
        turn.come_back()
    turn.add(Hide())
    turn.change(hidden=True)
    turn.say_neutral()


def _human(turn: Turn) -> None:
    if turn.options.mode == "info" and not turn.state.case:
        turn.say("info")
        return
    opened = turn.open_case(turn.state.reporter)
    turn.add(WantsHuman())
    turn.change(pending=None, resume=None, editing=False)
    turn.finish()
    turn.say_read("human")
    if opened:
        turn.say("terms")


def _quit(turn: Turn) -> None:
    if turn.state.pending == "delete":
        turn.come_back()
        turn.say("kept")
        return
    turn.change(pending=None, resume=None, editing=False)
    if turn.state.case:
        turn.finish()
        turn.say("quit")
    else:
        turn.change(reporter="resident")
        turn.say("quit_nothing")


def _delete(turn: Turn) -> None:
    if turn.state.case:
        turn.ask_aside("delete")
    else:
        turn.say("nothing_to_delete")


def _urgent(turn: Turn) -> None:
    if not turn.state.case:
        turn.say("no_case")
        return
    turn.add(RaiseUrgency("high"))
    turn.say("raised")


def _worker(turn: Turn) -> None:
    """A new report by a partner. A case under way is never left behind by one press."""
    state = turn.state
    if state.case and (state.danger or not state.finished):
        invite(turn)
        return
    if turn.options.mode != "talk":
        turn.state = state.without_case()
        invite(turn)
        return
    turn.state = replace(state.without_case(), reporter="lifeline")
    turn.say("l_start")
    turn.ask("l_danger")


def _go_on(turn: Turn) -> None:
    """「続き」 after the call: the first question of a report not yet answered."""
    answered = {question for question, _ in turn.state.answers}
    left = [question for question in _LIFELINE if question not in answered]
    if turn.state.case and turn.state.reporter == "lifeline" and left and not turn.state.finished:
        turn.ask(left[0])
    else:
        invite(turn)


def _silent(_turn: Turn) -> None:
    """〔声で話す〕 opens the keyboard by itself; an answer would only push it away."""


def _language(turn: Turn) -> None:
    turn.ask_aside("language")


def _status(turn: Turn) -> None:
    turn.say("status" if turn.state.case else "no_case")


def _press_danger(turn: Turn) -> None:
    danger.heard(turn, _HELP)


def _more(turn: Turn) -> None:
    if turn.state.case:
        turn.say("more")
    else:
        invite(turn)


_ACTS: Mapping[str, Callable[[Turn], None]] = {
    "consult": invite,
    "resume": invite,
    "hide": _hide,
    "human": _human,
    "quit": _quit,
    "delete": _delete,
    "urgent": _urgent,
    "worker": _worker,
    "go_on": _go_on,
    "voice": _silent,
    "language": _language,
    "status": _status,
    "more": _more,
    "now": _press_danger,
    "help": danger.phones,
    "cannot_call": danger.cannot_call,
}
