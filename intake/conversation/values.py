"""The conversation's public values in one place: import from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from intake.conversation.effects import (
    Answer,
    AppendMedia,
    AppendPlace,
    AppendText,
    ChooseIdentity,
    Effect,
    FinishIntake,
    ForgetMessage,
    Hide,
    IdentityMode,
    MarkBlocked,
    MarkUnblocked,
    NoteUnknown,
    OpenCase,
    Page,
    RaiseUrgency,
    ReadProfile,
    Route,
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
class Options:
    """What the municipality's pack and the clock say at this moment; the caller computes it afresh for each step."""

    office: str
    mode: Mode = "talk"
    language: str = "ja"
    neutral: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    in_hours: bool = True
    someone_can_read_now: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, the bubbles of one reply (≤ 3; the hide word ≤ 5), and the effects in their order."""

    state: State
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()


__all__ = [
    "PLACEHOLDERS",
    "Answer",
    "AppendMedia",
    "AppendPlace",
    "AppendText",
    "Blocked",
    "Choice",
    "ChooseIdentity",
    "Edited",
    "Effect",
    "Event",
    "FillError",
    "FinishIntake",
    "Followed",
    "ForgetMessage",
    "GroupTouched",
    "Hide",
    "IdentityMode",
    "Line",
    "Location",
    "MarkBlocked",
    "MarkUnblocked",
    "Media",
    "MediaKind",
    "Mode",
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
