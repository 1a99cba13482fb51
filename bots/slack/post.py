"""Posting to Slack from a durable job, with the sync client. Outcomes are values; no body ever enters an exception.

`chat.postMessage` has no idempotency key: after an attempt of unknown fate the card is looked for by its own metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slack_sdk import WebClient

from bots.slack import names
from bots.slack.blocks import Block, button, call, section
from bots.slack.card import Card, metadata
from bots.slack.outcome import Failure, Permanent, Temporary, ask
from bots.slack.quiet import quiet

TIMEOUT_S: Final = 5
_PAGES = 3
_SAFE: Final[Mapping[str, Any]] = {"link_names": False, "parse": "none"}
_NO_UNFURL: Final[Mapping[str, Any]] = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
_NOT_IN = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"})
_SHARED = {
    "is_ext_shared": "ext_shared",
    "is_pending_ext_shared": "pending_ext_shared",
    "is_org_shared": "org_shared",
    "is_shared": "shared",
    "pending_shared": "pending_ext_shared",
    "pending_connected_team_ids": "pending_ext_shared",
    "is_archived": "archived",
}


_GONE = (Permanent("message_not_found"), Permanent("cant_update_message"))


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that may be posted to now: private, ours alone, and we are in it."""

    id: str


@dataclass(frozen=True, slots=True)
class Held:
    """A channel that must not be posted to, and why: `not_private`, `ext_shared`, `archived`, `not_member` …"""

    code: str


def make_client(bot_token: str, api_base: str, timeout_s: int = TIMEOUT_S) -> WebClient:
    """A sync client that gives up after `timeout_s` and never retries by itself: the job decides."""
    return WebClient(token=bot_token, base_url=api_base, timeout=timeout_s, retry_handlers=[], logger=quiet())


def check_channel(client: WebClient, channel: str) -> Channel | Held | Failure:
    """Whether `channel` may be posted to. Asked anew before each post, because sharing can begin any minute."""
    found = ask(lambda: client.conversations_info(channel=channel))
    if not isinstance(found, dict):
        return Held(found.code) if isinstance(found, Permanent) and found.code in _NOT_IN else found
    info = found.get("channel")
    if not isinstance(info, dict):
        return Temporary("bad_answer")
    if info.get("is_private") is not True:
        return Held("not_private")
    shared = next((code for flag, code in _SHARED.items() if info.get(flag)), None)
    if shared:
        return Held(shared)
    return Channel(channel) if info.get("is_member") is not False else Held("not_member")


def post_card(
    client: WebClient, channel: str, card: Card, case_id: int, version: int, *, maybe_posted: bool = False
) -> str | Failure:
    """Post the card and return its `ts`. With `maybe_posted` an earlier attempt's card is looked for and updated.

    The caller checked the channel just before (`check_channel`).
    """
    if maybe_posted:
        found = find_card(client, channel, case_id)
        if found is not None and not isinstance(found, str):
            return found
        if found:
            updated = update_card(client, channel, found, card, case_id=case_id, version=version)
            if updated not in _GONE:
                return updated
    ids = metadata(case_id, version)
    return _ts(
        lambda: client.chat_postMessage(
            channel=channel, text=card.text, blocks=card.blocks, metadata=ids, **_SAFE, **_NO_UNFURL
        )
    )


def find_card(client: WebClient, channel: str, case_id: int) -> str | Failure | None:
    """The `ts` of the newest card of this case among the last few hundred messages, or None."""
    cursor = ""
    for _ in range(_PAGES):
        found = _history(client, channel, cursor)
        if not isinstance(found, dict):
            return found
        for message in found.get("messages") or []:
            if _is_card(message, case_id):
                return str(message["ts"])
        cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return None
    return None


def update_card(client: WebClient, channel: str, ts: str, card: Card, *, case_id: int, version: int) -> str | Failure:
    """Draw the card at `ts` anew; repeating it is harmless. Returns its `ts`."""
    ids = metadata(case_id, version)
    return _ts(
        lambda: client.chat_update(channel=channel, ts=ts, text=card.text, blocks=card.blocks, metadata=ids, **_SAFE)
    )


def post_text(
    client: WebClient, channel: str, text: str, *, thread_ts: str | None = None, blocks: list[Block] | None = None
) -> str | Failure:
    """A short text of our own (no words of a person), in a card's thread if `thread_ts` is given. Returns its `ts`.

    Not idempotent: after `Temporary(maybe_done=True)` a repetition may say it twice.
    """
    drawn = blocks or [section(text)]
    return _ts(
        lambda: client.chat_postMessage(
            channel=channel, text=text, blocks=drawn, thread_ts=thread_ts, **_SAFE, **_NO_UNFURL
        )
    )


def post_page(client: WebClient, channel: str, text: str, carried: str) -> str | Failure:
    """As `post_text`, but everybody in the channel is called (@channel): for 今すぐ only.

    With a button that stops the call; `carried` is the reference to the case.
    """
    watch = button(names.WATCH, "わたしが見ます", carried, style="primary")
    return post_text(client, channel, text, blocks=[call(text), {"type": "actions", "elements": [watch]}])


def update_text(client: WebClient, channel: str, ts: str, text: str) -> str | Failure:
    """Say `text` in place of the post at `ts`, without its buttons; repeating it is harmless.

    A post that somebody deleted by hand needs nothing more.
    """
    drawn = [section(text)]
    result = _ts(lambda: client.chat_update(channel=channel, ts=ts, text=text, blocks=drawn, **_SAFE))
    return ts if result in _GONE else result


def ephemeral(
    client: WebClient, channel: str, user: str, text: str, blocks: list[Block] | None = None
) -> Failure | None:
    """Tell one person something that only they see; by direct message when the channel is not ours to post to.

    A `channel` that is the person's own id means a direct message.
    """
    drawn = blocks or [section(text)]
    if channel == user:
        sent = post_text(client, user, text, blocks=drawn)
        return None if isinstance(sent, str) else sent
    found = ask(lambda: client.chat_postEphemeral(channel=channel, user=user, text=text, blocks=drawn, **_SAFE))
    if isinstance(found, dict):
        return None
    if isinstance(found, Permanent) and found.code in _NOT_IN:
        sent = post_text(client, user, text, blocks=drawn)
        return None if isinstance(sent, str) else sent
    return found


def publish(client: WebClient, user: str, view: Block) -> Failure | None:
    """Put a person's App Home on their screen; repeating it is harmless."""
    found = ask(lambda: client.views_publish(user_id=user, view=view))
    return None if isinstance(found, dict) else found


def _history(client: WebClient, channel: str, cursor: str) -> dict[str, Any] | Failure:
    return ask(
        lambda: client.conversations_history(
            channel=channel, limit=100, include_all_metadata=True, cursor=cursor or None
        )
    )


def _is_card(message: object, case_id: int) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("ts"), str):
        return False
    found = message.get("metadata")
    if not isinstance(found, dict) or found.get("event_type") != names.EVENT_TYPE:
        return False
    payload = found.get("event_payload")
    return isinstance(payload, dict) and payload.get("case") == str(case_id)


def _ts(call: Callable[[], Any]) -> str | Failure:
    found = ask(call)
    if not isinstance(found, dict):
        return found
    ts = found.get("ts")
    return ts if isinstance(ts, str) and ts else Temporary("bad_answer", maybe_done=True)


@dataclass(frozen=True, slots=True)
class SlackPoster:
    """One municipality's way out to Slack: a client and the staff channel. Safe to share between threads.

    `channels`: the further ones, by desk or domain, as in `SlackSettings.channels`.
    """

    client: WebClient
    channel: str
    channels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(
        cls, bot_token: str, api_base: str, channel: str, channels: Mapping[str, str] | None = None
    ) -> SlackPoster:
        """With a client of its own."""
        return cls(make_client(bot_token, api_base), channel, channels or {})
