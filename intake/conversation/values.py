"""The conversation's public values in one place: import from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from intake.conversation.effects import (
    Answer,
    AnswerConsent,
    AppendMedia,
    AppendPlace,
    AppendText,
    AskData,
    CancelData,
    ChooseIdentity,
    Claim,
    Effect,
    Enrol,
    Feedback,
    FinishIntake,
    ForgetMessage,
    Hide,
    IdentityMode,
    LeavePartner,
    MarkBlocked,
    MarkUnblocked,
    NewCase,
    NoteUnknown,
    OpenCase,
    Page,
    RaiseUrgency,
    ReadProfile,
    Route,
    SetPassphrase,
    Shred,
    SmallTalk,
    Unhide,
    WantsHuman,
)
from intake.conversation.events import (
    Blocked,
    Edited,
    Event,
    Followed,
    GroupTouched,
    Location,
    Media,
    MediaKind,
    Press,
    SilentFor,
    Sticker,
    Text,
    Unknown,
    Unsent,
)
from intake.conversation.say import PLACEHOLDERS, Choice, FillError, Say, Tone, fill, literal, wanted
from intake.conversation.state import State, StateError

Mode: TypeAlias = Literal["talk", "door", "info"]


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone line of the pack's registry. `kind`: 'emergency' for 110 and 119, else the danger it answers.

    Only open lines, chosen for this very step and in order of preference (`handoff.numbers.lines_for` with the alarm's
    kinds, or with 'help' and 'suicide' when there is none); `tel_uri` like `tel:%238008`, empty lines are not shown.
    """

    kind: str
    label: str
    number: str
    tel_uri: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller looked up about the words of this very event, before the step (nothing else may be looked up).

    `partner`: the partner whose code the whole message is (code in the register, name). `receipt`: the message is
    written like a receipt number (whether such a case exists is not said). `proof`: whether the message, typed as a
    passphrase, fits (`ok`), does not (`no`), or may not be tried again for a while (`locked`). `town`: the municipality
    that the whole message names (its code, its name), looked up only where one was asked for.
    """

    partner: tuple[str, str] | None = None
    receipt: str | None = None
    proof: Literal["ok", "no", "locked"] | None = None
    town: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the municipality's pack, the clock and the database say now; the caller computes it afresh for each step.

    `member`: the partner where this person is enrolled (name), "" for residents; `member_professional`, `signs` as
    in the pack. `closed`: the open case was closed by staff. `guarded`: it has a passphrase. `offered`: words drawn at
    random that may serve as one. `consents`: what was asked and not withdrawn, (id, what, desk's name, state);
    `unattended`: those to a meeting of which nobody said yet whether the person wants to be there. `bystander`: it is
    known that somebody else writes here, who may take consents back and give none.
    `tongue`: the language, of those we have, in which the words of this event are certainly written; None in doubt.
    `areas`: the pack's places in which people may live, (key, name); none: nobody is asked.
    """

    office: str
    mode: Mode = "talk"
    language: str = "ja"
    neutral: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    in_hours: bool = True
    someone_can_read_now: bool = True
    languages: tuple[str, ...] = ("ja", "ja-easy")
    member: str = ""
    member_professional: bool = False
    signs: tuple[str, ...] = ()
    photos: bool = False
    closed: bool = False
    guarded: bool = False
    offered: str = ""
    consents: tuple[tuple[int, str, str, str], ...] = ()
    unattended: tuple[int, ...] = ()
    bystander: bool = False
    known: Known = Known()
    areas: tuple[tuple[str, str], ...] = ()
    tongue: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, the bubbles of one reply (≤ 3; the hide word ≤ 5), and the effects in their order."""

    state: State
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()


__all__ = [
    "PLACEHOLDERS",
    "Answer",
    "AnswerConsent",
    "AppendMedia",
    "AppendPlace",
    "AppendText",
    "AskData",
    "Blocked",
    "CancelData",
    "Choice",
    "ChooseIdentity",
    "Claim",
    "Edited",
    "Effect",
    "Enrol",
    "Event",
    "Feedback",
    "FillError",
    "FinishIntake",
    "Followed",
    "ForgetMessage",
    "GroupTouched",
    "Hide",
    "IdentityMode",
    "Known",
    "LeavePartner",
    "Line",
    "Location",
    "MarkBlocked",
    "MarkUnblocked",
    "Media",
    "MediaKind",
    "Mode",
    "NewCase",
    "NoteUnknown",
    "OpenCase",
    "Options",
    "Outcome",
    "Page",
    "Press",
    "RaiseUrgency",
    "ReadProfile",
    "Route",
    "Say",
    "SetPassphrase",
    "Shred",
    "SilentFor",
    "SmallTalk",
    "State",
    "StateError",
    "Sticker",
    "Text",
    "Tone",
    "Unhide",
    "Unknown",
    "Unsent",
    "WantsHuman",
    "fill",
    "literal",
    "wanted",
]
