"""The Slack workspace: channels and messages, people, modals, triggers and response addresses."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from bots.simulator.clock import Clock, Ids
from bots.simulator.counters import Counters
from bots.simulator.settings import SimulatorSettings

Args = dict[str, Any]
View = dict[str, Any]
Message = dict[str, Any]

APP_ID = "A0TORITSUGI"
BOT_ID = "B0TORITSUGI"
BOT_USER = "U0TORITSUGI"
RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE_S = 30 * 60


class SlackError(Exception):
    """Slack's `{"ok": false, "error": …}`; `details` go into response_metadata.messages."""

    def __init__(self, error: str, details: list[str] | None = None) -> None:
        super().__init__(error)
        self.error, self.details = error, details or []


@dataclass(slots=True)
class Member:
    """A person in the workspace, or a stranger when `team_id` is another one."""

    user_id: str
    name: str
    team_id: str
    is_guest: bool = False


@dataclass(slots=True)
class Channel:
    """A conversation; the switches are what a careful product checks before posting."""

    channel_id: str
    name: str
    is_private: bool = True
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False
    is_im: bool = False
    bot_inside: bool = True
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class Trigger:
    """A single-use right to open a modal, a few seconds long."""

    user_id: str
    expires: float
    used: bool = False
    root_view_id: str = ""


@dataclass(slots=True)
class Answerback:
    """A response_url: five uses in thirty minutes."""

    channel_id: str
    message_ts: str
    user_id: str
    expires: float
    left: int = RESPONSE_URL_USES


@dataclass(slots=True)
class OpenView:
    """A modal or home as it stands for one person. `closed` keeps it readable for tests."""

    view: View
    user_id: str
    closed: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Workspace:
    """Everything Slack remembers. Values stay in memory and die with the process."""

    settings: SimulatorSettings
    clock: Clock
    ids: Ids
    counters: Counters
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    answerbacks: dict[str, Answerback] = field(default_factory=dict)
    views: dict[str, OpenView] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    sockets: list[Any] = field(default_factory=list)
    acks: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill the workspace with its channel and its fictional staff."""
        channel = Channel(self.settings.slack_channel_id, "相談窓口-練習")
        self.channels[channel.channel_id] = channel
        for user_id, name in _STAFF.items():
            self.members[user_id] = Member(user_id, name, self.settings.slack_team_id)
            channel.members.append(user_id)
        channel.members.append(BOT_USER)
        for channel_id, name in self.settings.slack_channels:
            self.channels[channel_id] = Channel(channel_id, name, members=list(channel.members))
        self.members[BOT_USER] = Member(BOT_USER, "toritsugi", self.settings.slack_team_id)
        self.members[STRANGER] = Member(STRANGER, "よその組織の人", "T0YOSO")

    @property
    def main(self) -> Channel:
        """The channel of the desk."""
        return self.channels[self.settings.slack_channel_id]

    def channel(self, channel_id: str) -> Channel:
        """A channel by id; a person's id opens the direct talk with them. Raises SlackError channel_not_found."""
        if channel_id in self.members and channel_id != BOT_USER:
            return self.direct(channel_id)
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def direct(self, user_id: str) -> Channel:
        """The bot's direct talk with a person."""
        name = f"D{user_id[1:]}"
        return self.channels.setdefault(name, Channel(name, "", is_im=True, members=[user_id, BOT_USER]))

    def member(self, user_id: str) -> Member:
        """A person. Raises SlackError user_not_found."""
        if user_id not in self.members:
            raise SlackError("user_not_found")
        return self.members[user_id]

    def post(self, channel: Channel, message: Message) -> Message:
        """Append a message with its own ts, counting a post whose metadata was already posted there."""
        message = {"ts": self.ids.slack_ts(self.clock.now()), "channel": channel.channel_id, **message}
        if message.get("bot_id"):
            self.counters.slack_posts += 1
            marked = message.get("metadata")
            if marked and any(_same(marked, other.get("metadata")) for other in channel.messages):
                self.counters.duplicate_slack_posts += 1
        channel.messages.append(message)
        return message

    def find(self, channel: Channel, ts: str) -> Message:
        """A message by ts. Raises SlackError message_not_found."""
        for message in (*channel.messages, *channel.ephemerals):
            if message["ts"] == ts:
                return message
        raise SlackError("message_not_found")

    def new_trigger(self, user_id: str, root_view_id: str = "") -> str:
        """A trigger_id for this person's act."""
        number = int(self.clock.now() * 1000)
        trigger_id = f"{number}.{self.ids.hex(8)}.{self.ids.hex(32)}"
        self.triggers[trigger_id] = Trigger(
            user_id, self.clock.now() + self.settings.trigger_ttl_s, root_view_id=root_view_id
        )
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Spend a trigger. Raises SlackError invalid_trigger_id, exchanged_trigger_id or expired_trigger_id."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(self, channel_id: str, message_ts: str, user_id: str) -> str:
        """An address to answer an act at."""
        token = self.ids.upper(24)
        expires = self.clock.now() + RESPONSE_URL_LIFE_S
        self.answerbacks[token] = Answerback(channel_id, message_ts, user_id, expires)
        return f"{self.settings.base_url}/slack-api/actions/{self.settings.slack_team_id}/{token}"

    def with_block_ids(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A copy of the blocks where every block and element has an id, as Slack gives one to those that have none."""
        return [self._with_ids({**block, "block_id": block.get("block_id") or self.ids.hex(6)}) for block in blocks]

    def _with_ids(self, block: dict[str, Any]) -> dict[str, Any]:
        for name in ("element", "accessory"):
            if isinstance(block.get(name), dict):
                block[name] = {"action_id": self.ids.hex(6), **block[name]}
        if block["type"] in {"actions", "context_actions"}:
            block["elements"] = [{"action_id": self.ids.hex(6), **element} for element in block["elements"]]
        return block

    def warn(self, text: str) -> None:
        """Keep what Slack would show to the person as a small warning."""
        self.warnings.append(text)
        del self.warnings[:-50]


def _same(left: Any, right: Any) -> bool:
    return right is not None and json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


STRANGER = "U0YOSONOHITO"
#: Fictional staff: everyone is a role with a colour for a name.
_STAFF = {
    "U0UKETSUKE": "受付 あお",
    "U0TANTOU": "担当 みどり",
    "U0KANRI": "管理 もも",
    "U0TOUBAN": "当番 きいろ",
    "U0KANSA": "監査 ぎん",
}
