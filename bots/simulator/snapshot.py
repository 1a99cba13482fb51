"""The world as plain JSON, for tests and for the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bots.simulator import line_tap, slack_views
from bots.simulator.line_phone import Bubble, Resident
from bots.simulator.line_webhook import GROUP_ID
from bots.simulator.slack_workspace import Channel, OpenView
from bots.simulator.world import Delivery, World

Json = dict[str, Any]
NOTICE_LENGTH = 120


def phone(world: World, user_id: str) -> Json:
    """One person's phone: the talk, the chips that show now, the menu, and whether the typing dots run."""
    person = world.line.residents.get(user_id)
    if person is None:
        person = Resident(user_id)
    menu = line_tap.menu_of(world, person)
    return {
        "user": user_id,
        "messages": [bubble(one) for one in person.talk],
        "quick_replies": line_tap.quick_replies(person),
        "menu": {"id": menu.menu_id, **menu.order} if menu else None,
        "blocked": person.blocked,
        "friend": person.friend,
        "loading": person.loading_until > world.clock.now(),
        "on_pc": person.on_pc,
        "deleted": person.deleted,
        "is_group": person.is_group,
        "notices": [
            notice(one, world.settings.account_name) for one in person.talk if one.sender == "bot" and not one.silent
        ],
    }


def notice(one: Bubble, account: str) -> Json:
    """What a locked telephone shows of a message to whoever looks at it: the sender's name and the first words."""
    content = one.content
    text = content.get("altText") or (content.get("text") if content.get("type") in {"text", "textV2"} else "")
    name = content.get("sender", {}).get("name") or account
    return {
        "id": one.id,
        "at": one.at,
        "title": name,
        "text": str(text or "新しいメッセージがあります")[:NOTICE_LENGTH],
    }


def bubble(one: Bubble) -> Json:
    """One message: `from` is user or bot, `text` what a person can read of it, `labels` what can be tapped."""
    return {
        "id": one.id,
        "from": one.sender,
        "at": one.at,
        "type": one.content.get("type", ""),
        "text": readable(one.content),
        "labels": [str(action.get("label", "")) for action in line_tap.actions_of(one.content)],
        "via": one.via,
        "read": one.read,
        "unsent": one.unsent,
        "edited": one.edited,
        "speaker": one.speaker,
        "content": one.content,
    }


def readable(content: Json) -> str:
    """All the words of a message, from top to bottom."""
    kind = content.get("type")
    if kind in {"text", "textV2"}:
        return str(content["text"])
    if kind == "flex":
        return "\n".join(_texts(content["contents"]))
    if kind == "template":
        return str(content["template"].get("text") or content["altText"])
    return str(content.get("address") or content.get("fileName") or "")


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for item in node for text in _texts(item)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") in {"text", "span"} and isinstance(node.get("text"), str) else []
    return own + [text for key, value in node.items() if key != "action" for text in _texts(value)]


def channel(world: World, which: Channel) -> Json:
    """A Slack conversation with its messages, and what single persons see in it."""
    return {
        "id": which.channel_id,
        "name": which.name,
        "is_private": which.is_private,
        "is_ext_shared": which.is_ext_shared,
        "is_im": which.is_im,
        "messages": list(which.messages),
        "ephemerals": list(which.ephemerals),
        "members": [world.slack.members[user].name for user in which.members if user in world.slack.members],
    }


def view(opened: OpenView) -> Json:
    """A modal or home: `view` is Slack's object, `errors` what the product objected to."""
    return {
        "view": opened.view,
        "user": opened.user_id,
        "closed": opened.closed,
        "errors": opened.errors,
        "draft": opened.draft,
    }


def delivery(one: Delivery) -> Json:
    """A webhook's journey; the body stays out, it holds people's words."""
    return {
        "id": one.id,
        "channel": one.channel,
        "kinds": one.kinds,
        "settled": one.settled,
        "attempts": [asdict(attempt) for attempt in one.attempts],
    }


def account(world: World) -> Json:
    """The switches of the LINE account, as the lab shows them."""
    line = world.line
    return {
        "chat_on": world.account.chat,
        "redelivery": line.redelivery,
        "webhook_stopped": not world.account.active,
        "suspended": line.suspended,
        "quota": line.quota,
        "used": line.used,
    }


def world_state(world: World, user_id: str, staff_id: str) -> Json:
    """Everything one page shows."""
    space = world.slack
    homes = [
        one for one in space.views.values() if one.user_id == staff_id and one.view["type"] == "home" and not one.closed
    ]
    return {
        "version": world.version,
        "now": world.clock.now(),
        "shift_s": world.clock.shift_s,
        "phone": phone(world, user_id),
        "group": phone(world, GROUP_ID),
        "line": account(world),
        "unread": {person.user_id: len(person.talk) for person in world.line.residents.values()},
        "channel": channel(world, space.main),
        "channels": [channel(world, space.channels[name]) for name, _ in world.settings.slack_channels],
        "direct": channel(world, space.direct(staff_id)),
        "views": [view(one) for one in slack_views.open_stack(space, staff_id)],
        "home": view(homes[-1]) if homes else None,
        "warnings": space.warnings[-5:],
        "faults": [asdict(fault) for fault in world.faults.waiting],
        "counters": asdict(world.counters),
        "deliveries": [delivery(one) for one in world.deliveries[-8:]],
        "socket_mode": bool(space.sockets),
        "notices": world.notices[-8:],
    }
