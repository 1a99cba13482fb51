"""Tapping what is on the phone: quick replies, Flex and template buttons, rich-menu areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bots.simulator import line_person
from bots.simulator.line_menu import Menu
from bots.simulator.line_person import Sent
from bots.simulator.line_phone import Message, Resident
from bots.simulator.world import World

Action = dict[str, Any]


class NothingToTapError(LookupError):
    """No button with that label is on the phone now."""


def actions_of(message: Message) -> Iterator[Action]:
    """Every action in a message body, in reading order, quick replies not included."""
    yield from _walk({key: value for key, value in message.items() if key != "quickReply"})


def _walk(node: Any) -> Iterator[Action]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item)
        return
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "action" and isinstance(value, dict):
            yield value
        elif key == "actions" and isinstance(value, list):
            yield from (item for item in value if isinstance(item, dict))
        else:
            yield from _walk(value)


def quick_replies(person: Resident) -> list[Action]:
    """The chips under the talk: only those of the very last message show, and none in LINE for PC."""
    if person.on_pc or not person.talk or person.talk[-1].sender != "bot":
        return []
    items = person.talk[-1].content.get("quickReply", {}).get("items", [])
    return [item["action"] for item in items]


def menu_of(world: World, person: Resident) -> Menu | None:
    """The rich menu this person sees: their own, else the one for all. None in LINE for PC and in groups."""
    if person.on_pc or person.is_group:
        return None
    return world.menus.menus.get(person.menu_id or world.menus.default_id)


def find(world: World, user_id: str, label: str) -> Action:
    """The newest action with this label: chips first, then messages from the last back, then the menu."""
    person = world.line.resident(user_id)
    places = [quick_replies(person)]
    places += [list(actions_of(bubble.content)) for bubble in reversed(person.talk) if bubble.sender == "bot"]
    menu = menu_of(world, person)
    if menu is not None:
        places.append([area["action"] for area in menu.order["areas"]])
    for actions in places:
        for action in actions:
            if action.get("label") == label:
                return action
    raise NothingToTapError(label)


async def tap(world: World, user_id: str, action: Action, value: str = "") -> Sent | None:
    """Do what LINE would do. `value` is the picked date for a picker. None when nothing is sent (a link, a copy)."""
    kind = action.get("type")
    if kind == "message":
        return await line_person.say(world, user_id, action["text"])
    if kind == "postback":
        shown = str(action.get("displayText") or action.get("text") or "")
        return await line_person.postback(world, user_id, action["data"], shown)
    if kind == "datetimepicker":
        picked = value or str(action.get("initial", "2026-12-01"))
        return await line_person.postback(world, user_id, action["data"], "", {str(action["mode"]): picked})
    return await _tap_phone_part(world, user_id, action)


async def _tap_phone_part(world: World, user_id: str, action: Action) -> Sent | None:
    """Actions that open a part of the phone: the place picker, the camera, another menu."""
    kind = action.get("type")
    if kind == "location":
        return await line_person.location(world, user_id, "みほん市本町 1-2", 35.0, 135.0)
    if kind in {"camera", "cameraRoll"}:
        return await line_person.image(world, user_id, line_person.TINY_PNG, "image/png")
    if kind == "richmenuswitch":
        return await _switch_menu(world, user_id, action)
    return None


async def _switch_menu(world: World, user_id: str, action: Action) -> Sent:
    alias = action["richMenuAliasId"]
    target = world.menus.aliases.get(alias, "")
    world.line.resident(user_id).menu_id = target
    params = {"newRichMenuAliasId": alias, "status": "SUCCESS" if target else "RICHMENU_ALIAS_ID_NOTFOUND"}
    return await line_person.postback(world, user_id, action["data"], "", params)
