"""LINE's webhook JSON, tamed: from untrusted objects to frozen values, without the SDK's parser (it drops people).

Nothing here raises for a strange event: what is missing is None, what is new is `Unknown`. Only a body that is no
LINE body at all is refused (`BadBody`), and no message of an error quotes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bots.tame import clean, integer, mapping, number, text, texts
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
    Sticker,
    Text,
    Unknown,
    Unsent,
)

MAX_DEPTH = 32
_MEDIA: Mapping[str, MediaKind] = {"image": "image", "audio": "audio", "video": "video", "file": "file"}


class BadBody(ValueError):
    """The request body is not a LINE webhook body. The message says how, never what."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A webhook body: the channel it is for, and its events, still raw."""

    destination: str | None
    events: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One event. `timestamp_ms`: Unix milliseconds as LINE gave them. `mode`: answer only when it is 'active'.

    `event_id` is None when LINE gave none: key by `event_key`. `message_id`: of the message sent or edited.
    """

    event: Event
    user_id: str | None
    source_kind: str | None
    group_id: str | None
    reply_token: str | None
    event_id: str | None
    timestamp_ms: int | None
    mode: str | None
    is_redelivery: bool
    message_id: str | None
    unsent_id: str | None
    read_token: str | None = None
    """LINE's `markAsReadToken` of a message, to be given back when a person has read it."""


def envelope(body: bytes) -> Envelope:
    """The body's channel and events. `events: []` (LINE's own check of the address) is an empty list.

    Raises BadBody for broken JSON or UTF-8, no object, no list of objects under `events`, NaN or Infinity,
    lone surrogates, or nesting deeper than MAX_DEPTH.
    """
    try:
        raw = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadBody("body is not JSON in UTF-8") from None
    if not isinstance(raw, dict):
        raise BadBody("body is not an object")
    fault = clean(raw, MAX_DEPTH)
    if fault is not None:
        raise BadBody(fault)
    events = raw.get("events")
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise BadBody("events is not a list of objects")
    return Envelope(text(raw.get("destination")), events)


def event_key(raw_event: Mapping[str, Any]) -> str:
    """The same for every delivery of one event: its webhookEventId, else a hash of all but `deliveryContext`."""
    given = text(raw_event.get("webhookEventId"))
    if given and len(given) <= 128 and given.isascii() and given.isprintable():
        return given  # kept in clear and unique: no NUL, no megabyte
    kept = {key: value for key, value in raw_event.items() if key != "deliveryContext"}
    canonical = json.dumps(kept, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode("ascii")).hexdigest()


def parse(raw_event: Mapping[str, Any]) -> Parsed:
    """The event as our own values. Total: anything unforeseen becomes `Unknown` with all that could be read."""
    source = mapping(raw_event.get("source"))
    kind = text(source.get("type"))
    event = _event(raw_event, in_group=kind in {"group", "room"})
    return Parsed(
        event=event,
        user_id=text(source.get("userId")),
        source_kind=kind,
        group_id=text(source.get("groupId")) or text(source.get("roomId")),
        reply_token=text(raw_event.get("replyToken")),
        event_id=text(raw_event.get("webhookEventId")),
        timestamp_ms=integer(raw_event.get("timestamp")),
        mode=text(raw_event.get("mode")),
        is_redelivery=mapping(raw_event.get("deliveryContext")).get("isRedelivery") is True,
        message_id=text(mapping(raw_event.get("message")).get("id")),
        unsent_id=event.ref if isinstance(event, Unsent) else None,
        read_token=text(mapping(raw_event.get("message")).get("markAsReadToken")),
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Of a photo, voice, video or file: whether LINE holds it (else an address would have to be fetched), its name."""

    at_line: bool
    name: str


def origin(raw_event: Mapping[str, Any]) -> Origin:
    """Where the bytes of a message lie. Files and older messages say no provider: LINE holds them."""
    message = mapping(raw_event.get("message"))
    provider = text(mapping(message.get("contentProvider")).get("type"))
    return Origin(provider in (None, "line"), text(message.get("fileName")) or "")


def _event(raw: Mapping[str, Any], *, in_group: bool) -> Event:
    kind = _name(raw.get("type"))
    if in_group and kind in {"message", "messageEdited", "postback"}:
        return GroupTouched(joined=False)
    read = _READ.get(kind)
    return Unknown(kind) if read is None else read(raw)


def _unsend(raw: Mapping[str, Any]) -> Event:
    ref = text(mapping(raw.get("unsend")).get("messageId"))
    return Unsent(ref) if ref else Unknown("unsend")


def _name(value: object) -> str:
    """A type's name fit for counts and logs: LINE's own words look like this, a person's do not."""
    name = text(value) or "none"
    return name if len(name) <= 64 and name.isascii() and name.isidentifier() else "strange"


def _message(message: Mapping[str, Any]) -> Event:
    kind, ref = _name(message.get("type")), text(message.get("id"))
    if kind == "text":
        words = text(message.get("text"))
        return Text(words) if words else Unknown("message.text")
    if kind == "sticker":
        first = text(message.get("text"))
        return Sticker(tuple(([first] if first else []) + texts(message.get("keywords"))))
    if kind in _MEDIA and ref:
        return Media(_MEDIA[kind], ref)
    if kind == "location":
        return _location(message)
    return Unknown(f"message.{kind}")


def _edited(message: Mapping[str, Any]) -> Event:
    ref, words = text(message.get("id")), text(message.get("text"))
    return Edited(ref, words) if ref and words else Unknown("messageEdited")


def _location(message: Mapping[str, Any]) -> Event:
    lat, lon = number(message.get("latitude")), number(message.get("longitude"))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return Unknown("message.location")
    parts = [text(message.get("title")), text(message.get("address"))]
    return Location(lat, lon, " ".join(dict.fromkeys(part for part in parts if part)))


def _press(postback: Mapping[str, Any]) -> Event:
    data = text(postback.get("data"))
    if not data:
        return Unknown("postback")
    params = {key: value for key, value in mapping(postback.get("params")).items() if isinstance(value, str)}
    return Press(data, params)


_READ: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "message": lambda raw: _message(mapping(raw.get("message"))),
    "messageEdited": lambda raw: _edited(mapping(raw.get("message"))),
    "postback": lambda raw: _press(mapping(raw.get("postback"))),
    "unsend": _unsend,
    "join": lambda _raw: GroupTouched(joined=True),
    "follow": lambda raw: Followed(unblocked=mapping(raw.get("follow")).get("isUnblocked") is True),
    "unfollow": lambda _raw: Blocked(),
}


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")
