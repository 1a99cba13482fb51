"""Coming back (戻ってくる人): the same talk, another telephone with number and passphrase, or something new.

Whether a number exists is never said: a number always leads to the question for its passphrase.
"""

from __future__ import annotations

from intake.conversation import danger
from intake.conversation.effects import (
    AppendMedia,
    AppendPlace,
    AppendText,
    Claim,
    Effect,
    NewCase,
    SetPassphrase,
    WantsHuman,
)
from intake.conversation.events import Location, Media, Press, Sticker, Text
from intake.conversation.say import Say, literal
from intake.conversation.turn import Turn, read_data
from intake.conversation.words import control, fold, sticker_text

LOCK_HOURS = 12
"""A talk with a passphrase asks for it again after this long without a word."""
MIN_WORDS = 4
MAX_WORDS = 40


def receipt_typed(turn: Turn) -> bool:
    """The whole message looks like a receipt number: ask for its passphrase."""
    receipt = turn.options.known.receipt
    if receipt is None or turn.state.pending not in {None, "receipt", "passphrase"}:
        return False
    turn.change(claiming=receipt)
    turn.ask_aside("passphrase")
    return True


def no_receipt(turn: Turn, _key: str) -> None:
    """The number is not at hand: a person can find the case."""
    turn.come_back()
    turn.say("receipt_lost")


def proved(turn: Turn) -> bool:
    """What the caller found out about the words just typed as a passphrase; False when they were none."""
    proof, receipt = turn.options.known.proof, turn.state.claiming
    if proof is None or receipt is None:
        return False
    if proof == "ok":
        turn.add(Claim(receipt))
        turn.state = turn.state.with_case()
        turn.say("claimed")
    elif proof == "locked":
        turn.come_back()
        turn.change(claiming=None)
        turn.say("claim_locked")
    else:
        turn.say("claim_no")
    return True


def no_passphrase(turn: Turn, _key: str) -> None:
    """Forgotten, or there never was one: a person checks who it is and can set a new one."""
    turn.come_back()
    turn.change(claiming=None)
    if turn.state.case:
        turn.add(WantsHuman())
    turn.say("forgot" if turn.state.case else "receipt_lost")


def ask_guard(turn: Turn) -> None:
    """Offer words that guard this talk (合い言葉)."""
    if not turn.state.case:
        turn.say("no_case")
        return
    turn.ask_aside("guard")
    _offer(turn)


def guard(turn: Turn, key: str) -> None:
    """Take the words offered, or see others."""
    if key == "take" and turn.state.offered:
        _set(turn, turn.state.offered)
    elif key == "other":
        turn.ask("guard", short=True)
        _offer(turn)
    else:
        turn.come_back()
        turn.change(offered="")
        turn.say("guard_none")


def own_words(turn: Turn, text: str) -> bool:
    """Words of the person's own as the passphrase; False when they are a story rather than a word or two."""
    words = text.strip()
    if not 1 <= len(words) <= MAX_WORDS or any(mark in words for mark in "。\n！？"):
        return False
    if weak(words) or turn.options.known.receipt:
        turn.say("guard_weak")
    else:
        _set(turn, words)
    return True


def weak(words: str) -> bool:
    """Whether these words are too plain to guard anything: short, digits alone, or one letter again and again."""
    folded = fold(words)
    return len(folded) < MIN_WORDS or folded.isdigit() or len(set(folded)) < 3


def unguard(turn: Turn) -> None:
    """Take the guard away."""
    if turn.state.case and turn.options.guarded:
        turn.add(SetPassphrase(None))
        turn.say("guard_gone")
    else:
        turn.say("guard_none")


def _offer(turn: Turn) -> None:
    words = turn.options.offered
    turn.change(offered=words)
    last = turn.says.pop()
    turn.says.append(Say(last.text.replace("[words]", literal(words)), last.choices, last.lasting, last.tone))


def _set(turn: Turn, words: str) -> None:
    turn.add(SetPassphrase(words))
    turn.come_back()
    turn.change(offered="")
    turn.say("guard_set")


def ask_again(turn: Turn) -> None:
    """「相談する」 where an earlier case stands: the same or something else, asked once."""
    turn.ask_aside("again")


def again(turn: Turn, key: str) -> None:
    """The same case goes on, or the next words begin another."""
    if key == "same":
        turn.come_back()
        turn.say("resume")
        turn.ask_what_was_left()
        return
    turn.add(NewCase())
    turn.state = turn.state.without_case()
    turn.say("door_invite" if turn.options.mode == "door" else "invite")


def after_the_end(turn: Turn, effects: list[Effect]) -> None:
    """Words after staff closed the case: they are in it, and may yet become one of their own."""
    turn.add(*effects)
    turn.ask_aside("again_words")


def again_words(turn: Turn, key: str) -> None:
    """The words just written belong to the old case, or begin a new one with them."""
    turn.come_back()
    if key == "same":
        turn.say("added")
        return
    turn.add(NewCase(since_reopened=True))
    turn.change(
        case=True, serial=turn.state.serial + 1, finished=False, answers=(), danger=False, pending=None,
        reporter="resident", editing=False,
    )  # fmt: skip
    turn.say("receipt" if turn.options.in_hours else "receipt_closed")
    turn.ask("safety")


def locked(turn: Turn, event: object) -> None:
    """The talk is guarded: everything is taken in, nothing is shown, danger is heard; the passphrase opens it."""
    fresh = not turn.state.locked
    turn.change(locked=True)
    if isinstance(event, Text):
        _locked_text(turn, event.text, fresh=fresh)
    elif isinstance(event, Press):
        _locked_press(turn, event)
    elif isinstance(event, Sticker | Media | Location):
        turn.add(_kept(event))
        turn.say("lock_kept")


def _kept(event: Sticker | Media | Location) -> Effect:
    match event:
        case Media(kind, ref):
            return AppendMedia(kind, ref)
        case Location(lat, lon, label):
            return AppendPlace(lat, lon, label)
        case Sticker(words):
            return AppendText(sticker_text(words))


def _locked_text(turn: Turn, words: str, *, fresh: bool) -> None:
    name = control(words)
    proof = None if fresh else turn.options.known.proof
    if turn.alarm or name in {"danger", "cannot_call"}:
        danger.heard(turn, turn.alarm or frozenset({"help"}), words)
    elif proof == "ok":
        turn.change(locked=False)
        turn.say("unlocked")
    elif proof is not None and name is None:
        turn.add(AppendText(words))  # a short word of distress looks like a wrong passphrase: nothing typed is lost
        turn.say("claim_locked" if proof == "locked" else "lock_no")
    elif name is None:
        turn.add(AppendText(words))
        turn.say("lock_kept")
    else:
        turn.say("lock_ask")


def _locked_press(turn: Turn, event: Press) -> None:
    read = read_data(event.data)
    if read is not None and read[:2] in danger.PRESSES:
        danger.heard(turn, frozenset({"help"}))
    elif read is not None and read[:2] == ("passphrase", "forgot"):
        turn.add(WantsHuman())
        turn.say("forgot")
    else:
        turn.say("lock_ask")
