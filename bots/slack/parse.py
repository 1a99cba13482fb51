"""Slack's requests, tamed: from untrusted JSON or form bytes to one frozen value. Pure; nothing is ever dropped.

What is strange but readable becomes `unknown`; only bytes that hold no Slack payload at all are refused (`BadBody`),
and no error message quotes them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from bots.slack.carried import acted, action_of, case_of, reference
from bots.tame import clean, mapping, text

Kind = Literal["event", "action", "submit", "closed", "shortcut", "command", "options", "url_verification", "unknown"]

MAX_DEPTH: Final = 64
_MAX_FIELDS = 64
_KEY_LENGTH = 128  # the column `inbox.event_key`
_SAFE = re.compile(r"[\x21-\x7e]{1,100}")
_STAMP = re.compile(r"\d{1,12}(\.\d{1,9})?")

SEEN: Final = "seen"
"""The type of a payload of which only ids were kept."""
_SEEN = ("type", "subtype", "channel", "ts", "thread_ts", "user", "bot_id", "team", "user_team", "tab")

_SPOKEN = frozenset({"text", "message", "state", "submission", "original_message", "response_urls"})
_OF_VIEW = ("id", "hash", "type", "team_id", "callback_id", "private_metadata")
_OF_ACTION = ("type", "action_id", "block_id", "action_ts")

_KINDS: Mapping[str, Kind] = {
    "event_callback": "event",
    "block_actions": "action",
    "interactive_message": "action",
    "view_submission": "submit",
    "dialog_submission": "submit",
    "view_closed": "closed",
    "dialog_cancellation": "closed",
    "shortcut": "shortcut",
    "message_action": "shortcut",
    "block_suggestion": "options",
    "dialog_suggestion": "options",
    "url_verification": "url_verification",
}


class BadBody(ValueError):
    """The request body holds no Slack payload. The message says how, never what."""


@dataclass(frozen=True, slots=True)
class SlackArrival:
    """One thing that Slack told us.

    `event_key` is the same for every delivery of it (at most 128 printable ASCII characters). `name` is the event
    type, action id, callback id or command. `team_id` is the acting person's own workspace and `place_team` the one
    where it happened ("" when Slack did not say). `event_at` is ms since 1970 UTC, 0 when Slack gave no time.
    `retry_num` counts Slack's deliveries again (0 = first). Strings are "" when absent.
    """

    kind: Kind
    event_key: str
    team_id: str
    user_id: str
    partition: str
    payload: dict[str, Any] = field(repr=False)
    event_at: int
    retry_num: int = 0
    name: str = ""
    source: str = ""
    """Slack's own type of the payload (`block_actions`, `view_submission` …), `command` for a slash command."""
    place_team: str = ""
    channel_id: str = ""
    trigger_id: str = ""


def parse(body: bytes, content_type: str, retry_num: str | None = None) -> SlackArrival:
    """The value of a verified HTTP body (JSON, or a form with or without `payload`); `retry_num` is Slack's header.

    Raises `BadBody` on invalid UTF-8 or JSON, NaN, lone surrogates, nesting deeper than `MAX_DEPTH`, or no object.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or (kind != "application/x-www-form-urlencoded" and body[:1] == b"{"):
        return from_payload(_json(body), retry_num)
    form = _form(body)
    return from_payload(_json(form["payload"].encode()) if "payload" in form else dict(form), retry_num)


def from_payload(payload: object, retry_num: str | None = None) -> SlackArrival:
    """The value of an already decoded payload (Socket Mode gives such). Raises `BadBody` as `parse` does."""
    if not isinstance(payload, dict):
        raise BadBody("payload is not an object")
    fault = clean(payload, MAX_DEPTH)
    if fault is not None:
        raise BadBody(fault)
    source = _source(payload)
    found = _with_people(payload, _KINDS.get(source, "command" if source == "command" else "unknown"), source)
    retries = int(retry_num) if retry_num and re.fullmatch(r"[0-9]{1,3}", retry_num) else 0
    return replace(found, retry_num=retries)


def seen_only(arrival: SlackArrival) -> SlackArrival:
    """The arrival without anybody's words: who, where and which. A thread message never leaves Slack."""
    event = mapping(arrival.payload.get("event"))
    ids = {name: _id(event.get(name)) for name in _SEEN}
    seen = {"type": SEEN, "source": arrival.source, "name": arrival.name, "event": ids}
    return replace(arrival, payload=seen | {"team_id": _id(arrival.payload.get("team_id"))})


def unspoken(arrival: SlackArrival) -> SlackArrival:
    """The arrival without a word that anybody typed, chose or marked: who, where, which button or form."""
    kept = {key: value for key, value in arrival.payload.items() if key not in _SPOKEN}
    if isinstance(kept.get("view"), dict):
        kept["view"] = {key: value for key, value in kept["view"].items() if key in _OF_VIEW}
    if isinstance(kept.get("actions"), list):
        kept["actions"] = [_pressed(mapping(action)) for action in kept["actions"]]
    return replace(arrival, payload=kept)


def _pressed(action: Mapping[str, Any]) -> dict[str, Any]:
    """A press of one of our own buttons or menus, whose values are ids; what else was put in is left out."""
    kept: dict[str, Any] = {key: action[key] for key in _OF_ACTION if key in action}
    chosen = mapping(action.get("selected_option")).get("value")
    if reference(action.get("value")):
        kept["value"] = action["value"]
    if reference(chosen):
        kept["selected_option"] = {"value": chosen}
    return kept


def _with_people(payload: dict[str, Any], kind: Kind, source: str) -> SlackArrival:
    user, event = mapping(payload.get("user")), mapping(payload.get("event"))
    place = _id(mapping(payload.get("team")).get("id")) or _id(payload.get("team_id"))
    home = _id(user.get("team_id")) or _id(event.get("user_team")) or _id(event.get("team")) or place
    user_id = _id(user.get("id")) or _id(payload.get("user_id")) or _id(event.get("user"))
    view = mapping(payload.get("view"))
    return SlackArrival(
        kind=kind,
        event_key=_key(payload, kind),
        team_id=home,
        user_id=user_id,
        partition=_partition(payload, user_id),
        payload=payload,
        event_at=_at(payload),
        name=_name(payload, kind),
        source=source,
        # A modal can be submitted on the other side of a shared channel: the app's own workspace stands in the view.
        place_team=place or _id(view.get("team_id")),
        channel_id=_channel(payload),
        trigger_id=_id(payload.get("trigger_id")),
    )


def _source(payload: Mapping[str, Any]) -> str:
    given = text(payload.get("type"))
    if given is None and (text(payload.get("command")) or "").startswith("/"):
        return "command"
    return given if given and given != "command" else ""


def _name(payload: Mapping[str, Any], kind: Kind) -> str:
    by_kind: Mapping[str, object] = {
        "event": mapping(payload.get("event")).get("type"),
        "action": acted(action_of(payload)) or payload.get("callback_id"),
        "submit": mapping(payload.get("view")).get("callback_id") or payload.get("callback_id"),
        "closed": mapping(payload.get("view")).get("callback_id") or payload.get("callback_id"),
        "shortcut": payload.get("callback_id"),
        "command": payload.get("command"),
        "options": payload.get("action_id") or payload.get("name"),
    }
    return _id(by_kind.get(kind))


def _key(payload: Mapping[str, Any], kind: Kind) -> str:
    view, trigger = mapping(payload.get("view")), payload.get("trigger_id")
    parts: tuple[object, ...] = ()
    if kind == "event":
        parts = (payload.get("event_id"),)
    elif kind == "action":
        stamp = action_of(payload).get("action_ts") or payload.get("action_ts")
        parts = (mapping(payload.get("team")).get("id"), stamp, trigger)
    elif kind in ("submit", "closed") and view:
        parts = (view.get("id"), view.get("hash"))
    elif kind in ("shortcut", "command"):
        parts = (trigger,)
    names = [_id(part) for part in parts]
    if names and all(names):
        key = ":".join([kind, *names])
        if len(key) <= _KEY_LENGTH:
            return key
    canonical = json.dumps(payload, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"{kind}:sha256:{hashlib.sha256(canonical.encode('ascii')).hexdigest()}"


def _partition(payload: Mapping[str, Any], user_id: str) -> str:
    """Clicks about one case run in order; everything else runs in order per person."""
    case_id = case_of(payload)
    return f"slack-case-{case_id}" if case_id else f"slack-user-{user_id[:60]}" if user_id else "slack"


def _channel(payload: Mapping[str, Any]) -> str:
    view = reference(mapping(payload.get("view")).get("private_metadata"))
    candidates = (
        mapping(payload.get("channel")).get("id"),
        mapping(payload.get("container")).get("channel_id"),
        payload.get("channel_id"),
        mapping(payload.get("event")).get("channel"),
        view.get("ch"),
    )
    return next((found for found in map(_id, candidates) if found), "")


def _at(payload: Mapping[str, Any]) -> int:
    event = mapping(payload.get("event"))
    for stamp in (action_of(payload).get("action_ts"), payload.get("action_ts"), event.get("event_ts")):
        if isinstance(stamp, str) and _STAMP.fullmatch(stamp):
            return int(float(stamp) * 1000)
    seconds = payload.get("event_time")
    return seconds * 1000 if type(seconds) is int and 0 <= seconds < 10**12 else 0


def _id(value: object) -> str:
    """A printable ASCII word, or "": ids go into columns and keys, where strange characters have no place."""
    return value if isinstance(value, str) and _SAFE.fullmatch(value) else ""


def _json(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadBody("body is not JSON in UTF-8") from None


def _form(body: bytes) -> dict[str, str]:
    try:
        # A percent sign can spell any byte, so `errors` matters as much as the decoding of the body itself.
        text_form = body.decode("utf-8")
        pairs = parse_qsl(text_form, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise BadBody("body is not a form in UTF-8") from None
    if not pairs:
        raise BadBody("body is empty")
    return dict(pairs)


def _refuse(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")
