"""The control API for people's phones: writing, tapping, unsending, and odd webhooks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, Field

from bots.simulator import line_group, line_media, line_odd, line_person, line_tap, line_webhook, snapshot
from bots.simulator.line_person import Sent
from bots.simulator.personas import user_id_of
from bots.simulator.world import World

Json = dict[str, Any]


class Act(BaseModel):
    """Something a person does on the phone; `kind` says which fields count."""

    user: str
    kind: str = "text"
    text: str = ""
    data: str = ""
    display_text: str = ""
    params: dict[str, str] | None = None
    keywords: list[str] = Field(default_factory=list)
    address: str = "みほん市本町 1-2"
    latitude: float = 35.0
    longitude: float = 135.0
    message_id: str = ""
    preparing: int = 0
    bytes_base64: str = ""
    sample: str = ""
    file_name: str = "おたより.pdf"
    media_type: str = ""


class Tap(BaseModel):
    """Tap the button with this label, or this very action."""

    user: str
    label: str = ""
    action: Json | None = None
    value: str = ""


def router(world: World) -> APIRouter:
    """The control routes of the phones."""
    api = APIRouter(prefix="/control/line")

    @api.post("/act")
    async def act(asked: Act) -> Json:
        try:
            return _sent(await _act(world, asked))
        except KeyError:
            raise HTTPException(404, "no such message of this person") from None

    @api.post("/tap")
    async def tap(asked: Tap) -> Json:
        user_id = user_id_of(asked.user)
        try:
            action = asked.action or line_tap.find(world, user_id, asked.label)
        except line_tap.NothingToTapError:
            raise HTTPException(404, "no button with that label") from None
        sent = await line_tap.tap(world, user_id, action, asked.value)
        return {"action": action, **(_sent(sent) if sent else {})}

    @api.post("/batch")
    async def batch(messages: Annotated[list[Act], Body(embed=True)]) -> Json:
        texts = [(user_id_of(one.user), one.text) for one in messages]
        return snapshot.delivery(await line_person.batch(world, texts))

    @api.post("/odd")
    async def odd(user: Annotated[str, Body(embed=True)], kind: Annotated[str, Body(embed=True)]) -> Json:
        if kind not in line_odd.KINDS:
            raise HTTPException(422, f"unknown kind; one of {sorted(line_odd.KINDS)}")
        return snapshot.delivery(await line_odd.send(world, kind, user_id_of(user)))

    @api.post("/device")
    async def device(user: Annotated[str, Body(embed=True)], on_pc: Annotated[bool, Body(embed=True)]) -> Json:
        world.line.resident(user_id_of(user)).on_pc = on_pc
        world.touch()
        return {"on_pc": on_pc}

    @api.post("/unknown")
    async def unknown(user: Annotated[str, Body(embed=True)]) -> Json:
        return snapshot.delivery(await line_odd.send(world, "hologram", user_id_of(user)))

    @api.post("/verify")
    async def verify() -> Json:
        return snapshot.delivery(await line_webhook.send(world, []))

    @api.post("/quota")
    async def quota(value: Annotated[int | None, Body(embed=True)], used: Annotated[int, Body(embed=True)] = 0) -> Json:
        world.line.quota, world.line.used = value, used
        return {"quota": value, "used": used}

    @api.get("/phone/{user}")
    async def phone(user: str) -> Json:
        return snapshot.phone(world, user_id_of(user))

    @api.get("/menu/{menu_id}")
    async def menu(menu_id: str) -> Json:
        shown = world.menus.get(menu_id)
        return {"image": base64.b64encode(shown.image).decode(), "media_type": shown.media_type}

    return api


async def _act(world: World, asked: Act) -> Sent:
    person = line_person
    user_id = user_id_of(asked.user)
    acts: dict[str, Callable[[], Awaitable[Sent]]] = {
        "text": lambda: person.say(world, user_id, asked.text),
        "sticker": lambda: person.sticker(world, user_id, asked.keywords),
        "image": lambda: person.image(world, user_id, _bytes(asked), asked.media_type or "image/png", asked.preparing),
        "audio": lambda: person.audio(world, user_id, _bytes(asked), asked.preparing),
        "video": lambda: line_media.video(world, user_id, _bytes(asked), asked.preparing),
        "file": lambda: line_media.file(
            world, user_id, _bytes(asked), asked.file_name, asked.media_type or "application/pdf", asked.preparing
        ),
        "location": lambda: person.location(world, user_id, asked.address, asked.latitude, asked.longitude),
        "postback": lambda: person.postback(world, user_id, asked.data, asked.display_text, asked.params),
        "follow": lambda: person.follow(world, user_id),
        "unfollow": lambda: person.unfollow(world, user_id),
        "unsend": lambda: person.unsend(world, user_id, asked.message_id),
        "edit": lambda: person.edit(world, user_id, asked.message_id, asked.text),
        "group_join": lambda: line_group.join(world),
        "group_leave": lambda: line_group.leave(world),
        "group_say": lambda: line_group.say(world, user_id, asked.text),
        "group_member_joined": lambda: line_group.member_joined(world, user_id),
        "group_member_left": lambda: line_group.member_left(world, user_id),
    }
    if asked.kind not in acts:
        raise HTTPException(422, f"unknown kind; one of {sorted(acts)}")
    return await acts[asked.kind]()


def _bytes(asked: Act) -> bytes:
    if asked.sample:
        try:
            return line_media.sample(asked.sample)
        except KeyError:
            raise HTTPException(422, "no such sample") from None
    try:
        return base64.b64decode(asked.bytes_base64, validate=True) or line_person.TINY_PNG
    except binascii.Error:
        raise HTTPException(422, "bytes_base64 is not base64") from None


def _sent(sent: Sent) -> Json:
    tries = sent.delivery.attempts
    return {
        "message_id": sent.message_id,
        "event_id": sent.delivery.id,
        "status": tries[-1].status if tries else 0,
        "settled": sent.delivery.settled,
        "held": not tries,
    }
