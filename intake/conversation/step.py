"""One step of the conversation: pure, total, and the only door into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from intake.conversation import agreeing, answers, controls, danger, hearing, hidden, partner, returning, take
from intake.conversation.effects import (
    AppendPlace,
    AppendText,
    ForgetMessage,
    MarkBlocked,
    MarkUnblocked,
    NoteUnknown,
)
from intake.conversation.events import (
    Blocked,
    Edited,
    Event,
    Followed,
    GroupTouched,
    Location,
    Media,
    Press,
    SilentFor,
    Sticker,
    Text,
    Unknown,
    Unsent,
)
from intake.conversation.flow import QUESTIONS
from intake.conversation.turn import ASIDE, Turn, read_data
from intake.conversation.values import Options, Outcome, State
from intake.conversation.words import control, picked, sticker_text

SILENCE_MINUTES = 30
QUESTION_LIFE = timedelta(hours=24)
_PERSONAL = (Text, Sticker, Media, Location, Press, Edited, Followed)


def step(state: State, event: Event, alarm: frozenset[str], now: datetime, options: Options) -> Outcome:
    """What happens next: the new state, at most 3 bubbles (5 for the hide word), and the effects in their order.

    `alarm`: kinds of danger found in the event's own words (text, sticker, edited text), empty for anything else.
    `now` must be aware (ValueError otherwise). Never raises for anything that a person can send.
    """
    if now.tzinfo is None:
        raise ValueError("now must have a time zone")
    state = state if options.guarded else replace(state, locked=False)  # staff may have taken the passphrase away
    turn = Turn(_fresh(state, now), options, alarm)
    heard = isinstance(event, Text) and not state.hidden and hearing.follow(turn)
    if state.hidden and isinstance(event, Text):
        hidden.text(turn, event)
    elif state.hidden and isinstance(event, Press):
        hidden.press(turn, event)
    elif not state.hidden and _guarded(state, event, now, options):
        returning.locked(turn, event)
    else:
        _ACTS[type(event)](turn, event)
        if state.hidden:
            turn.says = []
    if heard:
        hearing.offer(turn)
    if isinstance(event, _PERSONAL):
        turn.change(last=now.isoformat())
    return turn.outcome()


def _guarded(state: State, event: Event, now: datetime, options: Options) -> bool:
    """Whether the passphrase must be said first. Hiding works all the same: it shows nothing."""
    if not (state.case and options.guarded) or not isinstance(event, Text | Press | Sticker | Media | Location):
        return False
    if isinstance(event, Text) and control(event.text) == "hide":
        return False
    return state.locked or _age(state.last, now) > timedelta(hours=returning.LOCK_HOURS)


def _fresh(state: State, now: datetime) -> State:
    """A question of yesterday is no longer on the person's mind: a bare 「1」 must not answer it."""
    known = state.pending in QUESTIONS and (state.resume is None or state.resume in QUESTIONS)
    if state.pending is None or (known and _age(state.last, now) <= QUESTION_LIFE):
        return state
    left = state.resume if state.pending in ASIDE else state.pending
    return replace(
        state, pending=None, resume=None, editing=False, nudged=False, claiming=None, enrolling=None, offered="",
        left=left if state.case and left in QUESTIONS else None,
    )  # fmt: skip


def _age(last: str | None, now: datetime) -> timedelta:
    try:
        then = datetime.fromisoformat(last or "")
    except ValueError:
        return timedelta(0)
    return now - then if then.tzinfo is not None else timedelta(0)


def _text(turn: Turn, event: Text) -> None:
    words = event.text
    name = control(words)
    if turn.alarm:
        danger.heard(turn, turn.alarm, words)
    elif partner.code_known(turn) or returning.receipt_typed(turn):
        return
    elif turn.state.pending == "delete" and name in {"delete", "quit"}:
        answers.give(turn, "delete", ("yes" if name == "delete" else "no",))
    elif name is not None and not (turn.state.pending and _answers_itself(turn, words)):
        controls.word(turn, name, words)
    elif not answers.typed(turn, words) and not agreeing.typed(turn, words) and not controls.labelled(turn, words):
        _story(turn, words)


def _answers_itself(turn: Turn, words: str) -> bool:
    """A control word that is also a label of the open question (いま危ない, やさしい日本語) answers it."""
    question = turn.state.pending
    return question is not None and picked(words, tuple(turn.script.ask[question].choices.items())) is not None


def _story(turn: Turn, words: str) -> None:
    """No answer: the person's own words. A side question is over by it, and けす is not done."""
    pending = turn.state.pending
    if pending in ASIDE:
        turn.come_back()
        turn.change(claiming=None)
    if pending == "delete":
        take.added(turn, [AppendText(words)], "not_deleted")
    else:
        take.words(turn, words)


def _sticker(turn: Turn, event: Sticker) -> None:
    if turn.alarm:
        danger.heard(turn, turn.alarm, sticker_text(event.words))
    else:
        take.sticker(turn, event.words)


def _media(turn: Turn, event: Media) -> None:
    take.media(turn, event.kind, event.ref)


def _location(turn: Turn, event: Location) -> None:
    place = AppendPlace(event.lat, event.lon, event.label)
    question = turn.state.pending
    if question in {"l_place", "p_place"}:
        turn.open_case(turn.state.reporter)
        turn.add(place)
        turn.state = turn.state.answered(question, "given")
        turn.say("place_room")
        answers.go_on(turn, question, "given")
    else:
        take.anything(turn, [place], "added_place")
        partner.place_sent(turn)


def _press(turn: Turn, event: Press) -> None:
    consent = agreeing.read_consent(event.data)
    if consent is not None:
        agreeing.pressed(turn, *consent)
        return
    read = read_data(event.data)
    if read is None:
        turn.add(NoteUnknown("press"))
        turn.say("stale")
        return
    question, key, serial = read
    if question == "menu":
        controls.menu(turn, key)
    elif question == "language":
        answers.pressed(turn, question, key, {})
    elif QUESTIONS[question].floats and question == turn.state.pending:
        answers.pressed(turn, question, key, event.params)
    elif serial != turn.state.serial or not (turn.state.case or question == turn.state.pending):
        turn.say("stale")  # a button of a case that is gone, or of an earlier one
    else:
        answers.pressed(turn, question, key, event.params)


def _followed(turn: Turn, event: Followed) -> None:
    if event.unblocked:
        turn.add(MarkUnblocked())
    turn.say("greet")
    turn.say("greet_more")


def _blocked(turn: Turn, _event: Blocked) -> None:
    turn.add(MarkBlocked())


def _unsent(turn: Turn, event: Unsent) -> None:
    turn.add(ForgetMessage(event.ref))


def _edited(turn: Turn, event: Edited) -> None:
    """New wording for old words: the old are forgotten, the new are read like any (danger included)."""
    turn.add(ForgetMessage(event.ref))  # without a case too: a greeting's words are kept under その他
    if not turn.state.case:
        _text(turn, Text(event.text))
        return
    if turn.alarm:
        danger.heard(turn, turn.alarm, event.text)
    else:
        take.added(turn, [AppendText(event.text)])


def _silent(turn: Turn, event: SilentFor) -> None:
    if event.minutes >= SILENCE_MINUTES:
        turn.finish()


def _group(turn: Turn, event: GroupTouched) -> None:
    if event.joined or not turn.state.refused:
        turn.say("group")
    turn.change(refused=True)


def _unknown(turn: Turn, event: Unknown) -> None:
    turn.add(NoteUnknown(event.type))


_ACTS: dict[type, Callable[[Turn, Any], None]] = {
    Text: _text,
    Sticker: _sticker,
    Media: _media,
    Location: _location,
    Press: _press,
    Followed: _followed,
    Blocked: _blocked,
    Unsent: _unsent,
    Edited: _edited,
    SilentFor: _silent,
    GroupTouched: _group,
    Unknown: _unknown,
}
