"""The words and buttons that work at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intake.conversation import answers, danger, partner, returning, take
from intake.conversation.agreeing import consent_data
from intake.conversation.effects import (
    AppendText,
    CancelData,
    Feedback,
    Hide,
    LeavePartner,
    RaiseUrgency,
    Unhide,
    WantsHuman,
)
from intake.conversation.say import Choice
from intake.conversation.turn import NEUTRAL, Turn
from intake.conversation.words import picked

_HELP = frozenset({"help"})
_ON_PAGE = frozenset({"record", "data", "data_cancel", "status", "rename", "guard", "unguard"})
_MAX_LABEL = 20
_SHOWING = ("clean", "example", "night")


def word(turn: Turn, name: str, text: str) -> None:
    """A control word was the whole message. Where it could also be part of the story, it is kept as such too."""
    if name == "danger":
        danger.heard(turn, _HELP, text)
    elif name == "cannot_call" and (turn.state.pending is None or turn.state.danger):
        danger.cannot_call(turn, text)
    elif name == "cannot_call":
        take.words(turn, text)  # asked how to reply, it only says: not by telephone
    elif name in {"fine", "urgent"} and turn.state.case:
        turn.add(AppendText(text))
        menu(turn, name)
    elif name in {"fine", "urgent"}:
        take.words(turn, text)
    elif name == "language" and (key := named(turn, text)) is not None:
        answers.give(turn, "language", (key,))
    else:
        menu(turn, name)


def labelled(turn: Turn, text: str) -> bool:
    """Whether the message is the label of a button that only shows something, typed where buttons are out of reach."""
    key = picked(text, [(name, (turn.script.menu[name],)) for name in _SHOWING])
    if key is not None:
        menu(turn, key)
    return key is not None


def named(turn: Turn, text: str) -> str | None:
    """The language that this message names (Tiếng Việt, English, やさしい日本語); None for 「ことば」 itself."""
    offered = turn.keys("language")
    wordings = turn.script.ask["language"].choices
    return picked(text, [(key, wordings[key]) for key in offered])


def menu(turn: Turn, name: str) -> None:
    """A button of the menu, or the control word of the same name. At the door, what shows the case is on our page."""
    act = _ACTS.get(name)
    if turn.options.mode == "door" and turn.state.case and name in _ON_PAGE:
        turn.say("door_invite")
    elif act is not None:
        act(turn)
    elif turn.state.case or name in {"example", "clean", "wait"}:
        turn.say(name)
    else:
        turn.say("no_case")


def invite(turn: Turn) -> None:
    """「相談」: the open case goes on, or the first words are awaited; what is finished may also be something new."""
    turn.change(own=True)
    if turn.state.case and turn.state.pending is None and (turn.state.finished or turn.options.closed):
        returning.ask_again(turn)
    elif turn.state.case:
        resume(turn)
    elif turn.options.mode == "info":
        turn.say("info")
    else:
        turn.say("door_invite" if turn.options.mode == "door" else "invite")


def resume(turn: Turn) -> None:
    """「前の相談の続き」: here, or with number and passphrase from another telephone."""
    if not turn.state.case:
        turn.ask_aside("receipt")
        return
    if turn.options.mode == "door":  # what is asked next is asked on our page
        turn.say("door_invite")
        return
    reports = turn.state.reporter != "resident" and turn.state.pending is None and turn.state.left is None
    if reports and (left := partner.left(turn)) is not None:
        turn.ask(left)  # 「続き」 after the call, pressed or typed: the first question of the report not yet answered
        return
    turn.say("resume")
    if turn.state.pending is not None:
        turn.says.pop()
        turn.change(nudged=False)
        turn.remind("resume")
    else:
        turn.ask_what_was_left()


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
    turn.change(pending=None, resume=None, editing=False, left=None)
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


def _data(turn: Turn) -> None:
    """What the person may ask about what we hold of them."""
    if turn.state.case:
        turn.ask_aside("data")
    else:
        turn.say("no_case")


def _data_cancel(turn: Turn) -> None:
    if not turn.state.case:
        turn.say("no_case")
        return
    if turn.state.pending == "data":
        turn.come_back()
    turn.add(CancelData())
    turn.say("data_cancelled")


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
        resume(turn)  # after 110 or 119 the button means 「続き」 as well
        return
    turn.change(own=False)
    if turn.options.mode != "talk":
        turn.state = state.without_case()
        turn.say({"info": "info"}.get(turn.options.mode, "door_invite"))
        return
    partner.report(turn)


def _record(turn: Turn) -> None:
    """「わたしの記録」: what we hold, and the buttons that change it."""
    if not turn.state.case:
        turn.say("no_case")
        return
    head = turn.script.menu["consent_withdrawn"]
    given = [consent for consent in turn.options.consents if consent[3] in {"given", "partial"}]
    undo = tuple(
        Choice(f"{head}：{desk}"[:_MAX_LABEL], "press", consent_data(ask, "withdrawn")) for ask, _, desk, _ in given[:4]
    )
    names = ("data", "rename", "unguard" if turn.options.guarded else "guard", "delete")
    turn.say("record", *undo, *(turn.button(name) for name in names))


def _rename(turn: Turn) -> None:
    """How the person wants to be known, anew: a name may be given late and taken back."""
    if not turn.state.case:
        turn.say("no_case")
        return
    turn.change(editing=True, resume=None)
    turn.ask("identity")


def _large(turn: Turn) -> None:
    turn.change(large=not turn.state.large)
    turn.say("large" if turn.state.large else "large_off")


def _leave(turn: Turn) -> None:
    if turn.options.member:
        turn.add(LeavePartner())
    turn.say("left_partner")


def _feedback(given: Feedback) -> Callable[[Turn], None]:
    def act(turn: Turn) -> None:
        if not turn.state.case:
            turn.say("stale")
            return
        turn.add(given)
        turn.say(f"feedback_{given.answer}")

    return act


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


def _neutral(number: int) -> Callable[[Turn], None]:
    return lambda turn: turn.say_one_neutral(number)


_ACTS: Mapping[str, Callable[[Turn], None]] = {
    "consult": invite,
    "resume": resume,
    "hide": _hide,
    "human": _human,
    "quit": _quit,
    "delete": _delete,
    "data": _data,
    "data_cancel": _data_cancel,
    "urgent": _urgent,
    "worker": _worker,
    "go_on": resume,
    "voice": _silent,
    "language": _language,
    "status": _status,
    "more": _more,
    "now": _press_danger,
    "help": danger.phones,
    "night": danger.phones,
    "cannot_call": danger.cannot_call,
    "record": _record,
    "rename": _rename,
    "guard": returning.ask_guard,
    "unguard": returning.unguard,
    "large": _large,
    "leave_partner": _leave,
    "better": _feedback(Feedback("better")),
    "same": _feedback(Feedback("same")),
    "again_talk": _feedback(Feedback("again")),
    **{name: _neutral(number) for number, name in enumerate(NEUTRAL)},
}
