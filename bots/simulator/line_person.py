"""What people do on their phones, as the events LINE would send for it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from bots.simulator import line_webhook
from bots.simulator.line_phone import NON_FRIEND_PUSH_S, Bubble, Content, Message
from bots.simulator.line_webhook import Event
from bots.simulator.world import Delivery, World

# A 1×1 grey PNG: enough to be fetched, scanned and shown.
TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a494441"
    "54789c636800000082008177cd72b60000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person's act became: the message on the phone (if any) and the webhook."""

    message_id: str
    delivery: Delivery


async def say(world: World, user_id: str, text: str) -> Sent:
    """A text message."""
    return await send(world, user_id, {"type": "text", "text": text})


async def sticker(world: World, user_id: str, keywords: list[str]) -> Sent:
    """A sticker, with the words LINE attaches to it."""
    return await send(
        world,
        user_id,
        {
            "type": "sticker",
            "packageId": "1",
            "stickerId": "1",
            "stickerResourceType": "STATIC",
            "keywords": keywords,
        },
    )


async def image(world: World, user_id: str, data: bytes, media_type: str, preparing: int = 0) -> Sent:
    """A photo; its bytes answer 202 `preparing` times before they come."""
    content = Content(data, media_type, preparing)
    return await send(world, user_id, {"type": "image", "contentProvider": {"type": "line"}}, content)


async def audio(world: World, user_id: str, data: bytes, preparing: int = 0) -> Sent:
    """A voice message."""
    message = {"type": "audio", "duration": 3000, "contentProvider": {"type": "line"}}
    return await send(world, user_id, message, Content(data, "audio/m4a", preparing))


async def location(world: World, user_id: str, address: str, latitude: float, longitude: float) -> Sent:
    """A place."""
    place = {"title": address[:100], "address": address, "latitude": latitude, "longitude": longitude}
    return await send(world, user_id, {"type": "location", **place})


async def postback(
    world: World, user_id: str, data: str, display_text: str = "", params: dict[str, str] | None = None
) -> Sent:
    """A pressed button. Its displayText appears on the phone and is not an event of its own."""
    person = world.line.resident(user_id)
    if display_text:
        shown = Bubble(world.ids.line_message(), "user", world.clock.now(), {"type": "text", "text": display_text})
        shown.read = not world.account.reads_by_hand
        person.talk.append(shown)
    content: dict[str, Any] = {"data": data}
    if params:
        content["params"] = params
    event = event_of(world, user_id, "postback", {"postback": content}, reply=True)
    return Sent("", await line_webhook.emit(world, event))


async def follow(world: World, user_id: str) -> Sent:
    """Adding the account as a friend, or lifting a block."""
    person = world.line.resident(user_id)
    event = event_of(world, user_id, "follow", {"follow": {"isUnblocked": person.blocked}}, reply=True)
    person.friend, person.blocked = True, False
    return Sent("", await line_webhook.emit(world, event))


async def unfollow(world: World, user_id: str) -> Sent:
    """Blocking the account: nothing reaches the phone any more."""
    person = world.line.resident(user_id)
    person.blocked = True
    return Sent("", await line_webhook.emit(world, event_of(world, user_id, "unfollow", {})))


async def leave_friends(world: World, user_id: str, *, long_silent: bool = False) -> None:
    """Being no friend (and not blocking): LINE says nothing; pushes arrive for 7 days after their last message.

    `long_silent` puts that message more than 7 days back.
    """
    person = world.line.resident(user_id)
    person.friend = False
    if long_silent:
        person.last_message_at = world.clock.now() - NON_FRIEND_PUSH_S - 1
    world.touch()


async def delete_account(world: World, user_id: str) -> None:
    """Giving up the LINE account: nobody is told, and what is sent gets a 200 and arrives nowhere."""
    world.line.resident(user_id).deleted = True
    world.touch()


async def edit(world: World, user_id: str, message_id: str, text: str) -> Sent:
    """Changing the words of a text sent before. Raises KeyError for a message that is not theirs or no text."""
    bubble = own_message(world, user_id, message_id)
    if bubble.content.get("type") != "text":
        raise KeyError(message_id)
    bubble.content, bubble.edited = {"type": "text", "text": text}, True
    message = {"id": message_id, "type": "text", "text": text}
    event = event_of(world, user_id, "messageEdited", {"message": message}, reply=True)
    return Sent(message_id, await line_webhook.emit(world, event))


async def unsend(world: World, user_id: str, message_id: str) -> Sent:
    """Taking a message back: its content is gone for good. Raises KeyError for a message that is not theirs."""
    bubble = own_message(world, user_id, message_id)
    bubble.unsent, bubble.content = True, {"type": "unsent"}
    if message_id in world.line.contents:
        gone = world.line.contents[message_id]
        gone.gone, gone.data = True, b""
    event = event_of(world, user_id, "unsend", {"unsend": {"messageId": message_id}})
    return Sent(message_id, await line_webhook.emit(world, event))


def own_message(world: World, user_id: str, message_id: str) -> Bubble:
    """A message this person wrote and has not taken back. Raises KeyError."""
    for bubble in world.line.resident(user_id).talk:
        if bubble.id == message_id and bubble.sender == "user" and not bubble.unsent:
            return bubble
    raise KeyError(message_id)


async def batch(world: World, texts: list[tuple[str, str]]) -> Delivery:
    """One webhook that mixes the messages of several people."""
    return await line_webhook.send(world, [text_event(world, user_id, text) for user_id, text in texts])


def text_event(world: World, user_id: str, text: str) -> Event:
    """A text message on the phone and its event, not sent yet."""
    return _message_event(world, user_id, {"type": "text", "text": text}, None)[1]


async def send(world: World, user_id: str, message: Message, content: Content | None = None) -> Sent:
    """Any message of a person: its place in the talk, its bytes, its event."""
    message_id, event = _message_event(world, user_id, message, content)
    return Sent(message_id, await line_webhook.emit(world, event))


def _message_event(world: World, user_id: str, message: Message, content: Content | None) -> tuple[str, Event]:
    line = world.line
    message_id = world.ids.line_message()
    person = line.resident(user_id)
    person.last_message_at = world.clock.now()
    shown = Bubble(message_id, "user", world.clock.now(), copy.deepcopy(message), read=not world.account.reads_by_hand)
    person.talk.append(shown)
    if content is not None:
        content.preparing, line.preparing_next = content.preparing or line.preparing_next, 0
        line.contents[message_id] = content
    token = world.ids.hex(32)
    line.read_tokens[token] = (user_id, message_id)
    sent = {**message, "id": message_id, "markAsReadToken": token}
    if message["type"] in {"text", "sticker", "image", "video"}:
        sent["quoteToken"] = world.ids.hex(48)
    return message_id, event_of(world, user_id, "message", {"message": sent}, reply=True)


def event_of(world: World, user_id: str, kind: str, rest: dict[str, Any], *, reply: bool = False) -> Event:
    """A webhook event of one person in a one-to-one talk."""
    at = world.clock.now_ms()
    event: Event = {
        "type": kind,
        "mode": "active",
        "timestamp": at,
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": world.ids.ulid(at),
        "deliveryContext": {"isRedelivery": False},
        **rest,
    }
    if reply:
        event["replyToken"] = world.line.new_reply_token(user_id)
    return event
