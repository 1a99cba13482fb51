"""Taking in what a person sends: the beginning of a case, and everything added to it. Nothing is lost or re-asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.conversation import partner, returning
from intake.conversation.effects import AppendMedia, AppendText, Effect, Route, SmallTalk
from intake.conversation.events import MediaKind
from intake.conversation.say import Say
from intake.conversation.turn import Turn
from intake.conversation.values import Options, State
from intake.conversation.words import smalltalk, sticker_text, wants_quiet

SMALL = {"greet": "small_greet", "thanks": "small_thanks", "hours": "small_hours", "office": "small_office"}
_PICTURES = frozenset({"image", "video", "file"})
"""What may show a person or a room; a voice does not."""


def words(turn: Turn, text: str) -> None:
    """Free words that are neither control word nor answer."""
    if turn.state.case:
        added(turn, [AppendText(text)])
        if smalltalk(text) == "hours":
            turn.says = []
            turn.say("small_hours")
        return
    kind = smalltalk(text)
    if kind is not None:
        turn.add(SmallTalk(kind))
        turn.say(SMALL[kind])
    elif turn.options.mode == "info":
        inform(turn, "info")
    else:
        begin(turn, [AppendText(text)], partner.route_of(turn, text))


def begin(turn: Turn, effects: Sequence[Effect], route: Route = "resident") -> None:
    """Open the case at once and answer with number, next step and time, purpose, けす, and one question."""
    turn.open_case(route)
    turn.add(*effects)
    first = {"resident": "safety", "professional": "p_danger"}.get(route, "l_danger")
    if turn.options.mode != "talk":
        turn.say("door")
        turn.say("terms")
        turn.change(left=first)  # asked on our page, as soon as they are there
    elif route != "resident":
        turn.say("l_receipt")
        turn.ask(first)
    else:
        turn.say("receipt" if turn.options.in_hours else "receipt_closed")
        turn.say("terms")
        if _asks_quiet(effects):
            turn.says.append(_with_quiet(turn, turn.says.pop()))
        turn.ask(first)


def added(turn: Turn, effects: Sequence[Effect], key: str = "added") -> None:
    """Add to the open case with a short word; an open question stays open and is reworded once at most."""
    if turn.options.closed and turn.state.finished and turn.state.pending is None:
        returning.after_the_end(turn, list(effects))
        return
    turn.add(*effects)
    if turn.state.reporter == "resident" and key == "added" and _asks_quiet(effects):
        turn.say("quiet")
    if turn.options.mode == "door" and key == "added" and not turn.state.danger:
        turn.say("door_added")
    elif turn.state.pending is not None:
        turn.remind("added_short" if key == "added" else key)
    else:
        turn.say(key)


def _asks_quiet(effects: Sequence[Effect]) -> bool:
    return any(isinstance(effect, AppendText) and wants_quiet(effect.text) for effect in effects)


def _with_quiet(turn: Turn, say: Say) -> Say:
    """One reply begins a case with three bubbles at most, so that this stands in the second."""
    return replace(say, text=f"{say.text}\n{turn.script.say['quiet'].text}")


def anything(turn: Turn, effects: Sequence[Effect], key: str = "added") -> None:
    """A medium or a place: into the open case, or the beginning of one."""
    if turn.state.case:
        added(turn, effects, key)
    elif turn.options.mode == "info":
        inform(turn, "media")
    else:
        begin(turn, effects, turn.state.reporter)


def media(turn: Turn, kind: MediaKind, ref: str) -> None:
    """A photo, voice, film or file. Pictures of a worker's report stay outside where the pack does not want them."""
    if kind in _PICTURES and not turn.options.photos and reports(turn.state, turn.options):
        turn.remind("no_photos")
    else:
        anything(turn, [AppendMedia(kind, ref)])


def reports(state: State, options: Options) -> bool:
    """Whether what comes now is, or begins, the report of a partner's worker."""
    if state.case or state.own or not options.member:
        return state.reporter == "lifeline"
    return not options.member_professional


def inform(turn: Turn, kind: str) -> None:
    """A municipality that only informs: say plainly that nobody reads here, and where to go."""
    turn.add(SmallTalk(kind))
    turn.say("info")


def sticker(turn: Turn, words_of: Sequence[str]) -> None:
    """A sticker as the words on it: into the open case, otherwise a greeting."""
    if turn.state.case:
        added(turn, [AppendText(sticker_text(words_of))])
    else:
        turn.add(SmallTalk("sticker"))
        turn.say("info" if turn.options.mode == "info" else "small_sticker")
