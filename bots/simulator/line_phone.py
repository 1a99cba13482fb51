"""The phones: people, their talk with the official account, reply tokens, retry keys and the monthly quota."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from bots.simulator.clock import Clock, Ids
from bots.simulator.counters import Counters

Message = dict[str, Any]
RETRY_KEY_LIFE_S = 24 * 3600
NON_FRIEND_PUSH_S = 7 * 24 * 3600
_TWICE_WITHIN_S = 60


class LineError(Exception):
    """An answer LINE would give instead of doing the work."""

    def __init__(
        self, status: int, message: str, *, headers: dict[str, str] | None = None, body: Message | None = None
    ):
        super().__init__(message)
        self.status, self.message, self.headers, self.body = status, message, headers or {}, body or {}


@dataclass(slots=True)
class Bubble:
    """One message in a talk. `content` is a LINE message object; `via` tells how a bot's message came.

    `silent`: sent without a notification. `speaker`: who wrote it in a group.
    """

    id: str
    sender: Literal["user", "bot"]
    at: float
    content: Message
    via: str = ""
    read: bool = False
    unsent: bool = False
    edited: bool = False
    silent: bool = False
    speaker: str = ""


@dataclass(slots=True)
class Resident:
    """One person with a phone, or one group (`is_group`). `on_pc`: looks at the talk in LINE for PC.

    `deleted`: the person has given up the LINE account; nobody is told.
    """

    user_id: str
    friend: bool = True
    blocked: bool = False
    last_message_at: float = 0.0
    loading_until: float = 0.0
    menu_id: str = ""
    on_pc: bool = False
    deleted: bool = False
    is_group: bool = False
    talk: list[Bubble] = field(default_factory=list)


@dataclass(slots=True)
class ReplyToken:
    """A single-use right to answer one event."""

    user_id: str
    expires: float
    used: bool = False


@dataclass(slots=True)
class AcceptedPush:
    """What a retry key did when it was first accepted."""

    request_id: str
    at: float
    sent: list[Message]


@dataclass(slots=True)
class Content:
    """The bytes behind an image message. `preparing` calls answer 202 before the bytes come."""

    data: bytes
    media_type: str
    preparing: int = 0
    gone: bool = False


@dataclass(slots=True)
class LineNetwork:
    """Everything LINE remembers. Values stay in memory and die with the process.

    `redelivery`: the console's switch, off at LINE unless somebody turns it on. `suspended`: the account may send
    nothing. `preparing_next`: 202 answers for the next media sent.
    """

    clock: Clock
    ids: Ids
    counters: Counters
    reply_token_ttl_s: float
    quota: int | None = None
    used: int = 0
    redelivery: bool = True
    failed_in_a_row: int = 0
    suspended: bool = False
    preparing_next: int = 0
    residents: dict[str, Resident] = field(default_factory=dict)
    tokens: dict[str, ReplyToken] = field(default_factory=dict)
    accepted: dict[str, AcceptedPush] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    read_tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    seen: dict[tuple[str, str], float] = field(default_factory=dict)

    def resident(self, user_id: str) -> Resident:
        """The person with this id, made on first sight."""
        return self.residents.setdefault(user_id, Resident(user_id))

    def group(self, group_id: str) -> Resident:
        """The group with this id, made on first sight."""
        return self.residents.setdefault(group_id, Resident(group_id, is_group=True))

    def new_reply_token(self, user_id: str) -> str:
        """A token that answers this person once within its life."""
        token = self.ids.hex(32)
        self.tokens[token] = ReplyToken(user_id, self.clock.now() + self.reply_token_ttl_s)
        return token

    def reply(self, token: str, messages: list[Message], *, silent: bool = False) -> list[Message]:
        """Deliver an answer. Raises LineError 400 for a token that is unknown, used or expired."""
        self._refuse_suspended()
        right = self.tokens.get(token)
        if right is None or right.used or self.clock.now() > right.expires:
            raise LineError(400, "Invalid reply token")
        right.used = True
        self.counters.replies += 1
        return self._deliver(self.resident(right.user_id), messages, "reply", silent)

    def push(
        self, to: str, messages: list[Message], retry_key: str, request_id: str, *, silent: bool = False
    ) -> list[Message]:
        """Deliver a message of our own accord, once per retry key. Raises LineError 400, 403, 409 or 429."""
        self._refuse_suspended()
        self._refuse_known_key(retry_key)
        person = self.residents.get(to)
        if person is None:
            raise LineError(400, "The property, 'to', in the request body (line: -, column: -) is invalid")
        if self.quota is not None and self.used >= self.quota:
            raise LineError(429, "You have reached your monthly limit.")
        self.counters.pushes += 1
        sent = self._deliver(person, messages, "push", silent)
        if retry_key:
            self.accepted[retry_key] = AcceptedPush(request_id, self.clock.now(), sent)
        return sent

    def _refuse_suspended(self) -> None:
        if self.suspended:
            raise LineError(403, "Your account is suspended")

    def _refuse_known_key(self, retry_key: str) -> None:
        before = self.accepted.get(retry_key) if retry_key else None
        if before is None or self.clock.now() - before.at > RETRY_KEY_LIFE_S:
            return
        self.counters.retry_key_conflicts += 1
        raise LineError(
            409,
            "The retry key is already accepted",
            headers={"x-line-accepted-request-id": before.request_id},
            body={"sentMessages": before.sent},
        )

    def _deliver(self, person: Resident, messages: list[Message], via: str, silent: bool) -> list[Message]:
        sent = [{"id": self.ids.line_message(), "quoteToken": self.ids.hex(48)} for _ in messages]
        person.loading_until = 0.0
        if not self._reachable(person, via):
            self.counters.line_undelivered += len(messages)
            return sent
        if via == "push":
            self.used += 1
        self._count_twice(person.user_id, messages)
        now = self.clock.now()
        for entry, message in zip(sent, messages, strict=True):
            person.talk.append(Bubble(str(entry["id"]), "bot", now, message, via, silent=silent))
        self.counters.line_messages_delivered += len(messages)
        return sent

    def _reachable(self, person: Resident, via: str) -> bool:
        if person.blocked or person.deleted:
            return False
        recent = self.clock.now() - person.last_message_at <= NON_FRIEND_PUSH_S
        return via == "reply" or person.friend or recent

    def _count_twice(self, user_id: str, messages: list[Message]) -> None:
        key = (user_id, json.dumps(messages, sort_keys=True))
        now = self.clock.now()
        if now - self.seen.get(key, float("-inf")) <= _TWICE_WITHIN_S:
            self.counters.duplicate_line_messages += 1
        self.seen[key] = now

    def content(self, message_id: str) -> Content | None:
        """The bytes of a message; None while they are prepared. Raises LineError 404 or 410 (unsent)."""
        content = self.contents.get(message_id)
        if content is None:
            raise LineError(404, "Not found")
        if content.gone:
            raise LineError(410, "Gone")
        if content.preparing > 0:
            content.preparing -= 1
            return None
        self.counters.content_reads += 1
        return content

    def mark_read(self, token: str) -> None:
        """Mark everything up to the token's message as read. Raises LineError 400 for an unknown token."""
        if token not in self.read_tokens:
            raise LineError(400, "Invalid markAsReadToken")
        user_id, message_id = self.read_tokens[token]
        for bubble in self.resident(user_id).talk:
            if bubble.sender == "user":
                bubble.read = True
            if bubble.id == message_id:
                return
