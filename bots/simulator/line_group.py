"""A group chat with the account inside: joining, leaving, talking. The group has a talk like a person's."""

from __future__ import annotations

from typing import Any

from bots.simulator import line_person, line_webhook
from bots.simulator.line_person import Sent
from bots.simulator.line_phone import Bubble
from bots.simulator.line_webhook import GROUP_ID, Event
from bots.simulator.world import World


async def join(world: World) -> Sent:
    """Somebody invites the account into the group."""
    group = world.line.group(GROUP_ID)
    group.blocked = False
    return await _emit(world, "join", {}, reply=True)


async def leave(world: World) -> Sent:
    """Somebody puts the account out of the group: no reply token, and nothing reaches it any more."""
    world.line.group(GROUP_ID).blocked = True
    return await _emit(world, "leave", {})


async def say(world: World, user_id: str, text: str) -> Sent:
    """A member writes in the group."""
    group = world.line.group(GROUP_ID)
    message_id = world.ids.line_message()
    message = {"type": "text", "text": text}
    shown = Bubble(
        message_id, "user", world.clock.now(), message, speaker=user_id, read=not world.account.reads_by_hand
    )
    group.talk.append(shown)
    group.last_message_at = world.clock.now()
    sent = {**message, "id": message_id, "quoteToken": world.ids.hex(48)}
    return await _emit(world, "message", {"message": sent}, user_id=user_id, reply=True, message_id=message_id)


async def member_joined(world: World, user_id: str) -> Sent:
    """A person joins the group that the account is in."""
    joined = {"joined": {"members": [{"type": "user", "userId": user_id}]}}
    return await _emit(world, "memberJoined", joined, reply=True)


async def member_left(world: World, user_id: str) -> Sent:
    """A person leaves the group."""
    return await _emit(world, "memberLeft", {"left": {"members": [{"type": "user", "userId": user_id}]}})


def leaves(world: World, group_id: str) -> bool:
    """The account leaves by itself; False when it is not inside."""
    group = world.line.residents.get(group_id)
    if group is None or not group.is_group or group.blocked:
        return False
    group.blocked = True
    return True


async def _emit(
    world: World, kind: str, rest: dict[str, Any], *, user_id: str = "", reply: bool = False, message_id: str = ""
) -> Sent:
    event: Event = line_person.event_of(world, GROUP_ID, kind, rest, reply=reply)
    event["source"] = {"type": "group", "groupId": GROUP_ID, **({"userId": user_id} if user_id else {})}
    return Sent(message_id, await line_webhook.emit(world, event))
