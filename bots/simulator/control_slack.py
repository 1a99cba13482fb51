"""The control API for Slack's screen: pressing, modals, commands, shortcuts, messages."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, Field

from bots.simulator import slack_modal, slack_out, slack_person, slack_views, snapshot
from bots.simulator.slack_out import Answer
from bots.simulator.slack_values import NoSuchElementError
from bots.simulator.slack_workspace import Channel, Member, OpenView, SlackError
from bots.simulator.world import World

Json = dict[str, Any]
Done = TypeVar("Done")
DEFAULT_STAFF = "U0UKETSUKE"


class Press(BaseModel):
    """Use an element of a message (`message_ts`) or of an open view (`view_id`); neither means the newest place."""

    action_id: str
    user: str = DEFAULT_STAFF
    message_ts: str = ""
    view_id: str = ""
    channel: str = ""
    block_id: str = ""
    value: Any = None
    values: Json = Field(default_factory=dict)


class Submit(BaseModel):
    """Send a modal; no `view_id` means the top one."""

    view_id: str = ""
    user: str = DEFAULT_STAFF
    values: Json = Field(default_factory=dict)


class Words(BaseModel):
    """A command or a message."""

    user: str = DEFAULT_STAFF
    channel: str = ""
    command: str = ""
    text: str = ""
    thread_ts: str = ""


class Shortcut(BaseModel):
    """A shortcut, on a message when `message_ts` is given."""

    callback_id: str
    user: str = DEFAULT_STAFF
    channel: str = ""
    message_ts: str = ""


class Suggest(BaseModel):
    """Typing into a select with options from the product."""

    action_id: str
    query: str = ""
    view_id: str = ""
    user: str = DEFAULT_STAFF


def router(world: World) -> APIRouter:
    """The control routes of the Slack screen."""
    api = APIRouter(prefix="/control/slack")

    @api.get("/channel")
    async def channel(channel_id: str = "") -> Json:
        return snapshot.channel(world, _channel(world, channel_id))

    @api.get("/views")
    async def views(user: str = "") -> list[Json]:
        everyone = list(world.slack.views.values())
        return [snapshot.view(one) for one in everyone if not user or one.user_id == user]

    @api.get("/warnings")
    async def warnings() -> list[str]:
        return list(world.slack.warnings)

    @api.post("/press")
    async def press(asked: Press) -> Json:
        member = _member(world, asked.user)
        where = _place(world, member, asked)
        if isinstance(where, OpenView):
            slack_modal.fill(where, asked.values)
        done = slack_person.press(
            world, member, asked.action_id, where=where, value=asked.value, block_id=asked.block_id
        )
        return _answer(await _allowed(done))

    @api.post("/submit")
    async def submit(asked: Submit) -> Json:
        member = _member(world, asked.user)
        return await _allowed(slack_modal.submit(world, member, _view(world, member, asked.view_id), asked.values))

    @api.post("/close")
    async def close(asked: Submit) -> Json:
        member = _member(world, asked.user)
        answer = await slack_modal.close(world, member, _view(world, member, asked.view_id))
        return _answer(answer) if answer else {"status": 0}

    @api.post("/slash")
    async def slash(asked: Words) -> Json:
        place = _channel(world, asked.channel)
        return _answer(await slack_person.slash(world, _member(world, asked.user), place, asked.command, asked.text))

    @api.post("/shortcut")
    async def shortcut(asked: Shortcut) -> Json:
        message = (_channel(world, asked.channel), asked.message_ts) if asked.message_ts else None
        member = _member(world, asked.user)
        return _answer(await _allowed(slack_person.shortcut(world, member, asked.callback_id, message)))

    @api.post("/write")
    async def write(asked: Words) -> Json:
        place = _channel(world, asked.channel)
        member = _member(world, asked.user)
        sent = await _allowed(slack_person.write(world, member, place, asked.text, asked.thread_ts))
        return {"ts": place.messages[-1]["ts"], "event_id": sent.id, **snapshot.delivery(sent)}

    @api.post("/home")
    async def home(user: Annotated[str, Body(embed=True)] = DEFAULT_STAFF) -> Json:
        return snapshot.delivery(await slack_person.open_home(world, _member(world, user)))

    @api.post("/suggest")
    async def suggest(asked: Suggest) -> Json:
        member = _member(world, asked.user)
        view = _view(world, member, asked.view_id)
        answer = await _allowed(slack_person.suggest(world, member, view, asked.action_id, asked.query))
        return {
            **_answer(answer),
            "options": answer.body.get("options", []),
            "groups": answer.body.get("option_groups", []),
        }

    @api.post("/verify")
    async def verify() -> Json:
        return _answer(await slack_out.verify_url(world))

    return api


async def _allowed(work: Awaitable[Done]) -> Done:
    """Turn what the screen would not allow into a 4xx."""
    try:
        return await work
    except NoSuchElementError as error:
        raise HTTPException(404, f"no such element: {error}") from None
    except slack_modal.CannotDoError as error:
        raise HTTPException(409, str(error)) from None
    except SlackError as error:
        raise HTTPException(404, error.error) from None


def _answer(answer: Answer) -> Json:
    return {"status": answer.status, "ok": answer.ok, "note": answer.note, "body": answer.body}


def _member(world: World, user: str) -> Member:
    try:
        return world.slack.member(user)
    except SlackError as error:
        raise HTTPException(404, error.error) from None


def _channel(world: World, channel_id: str) -> Channel:
    try:
        return world.slack.channel(channel_id) if channel_id else world.slack.main
    except SlackError as error:
        raise HTTPException(404, error.error) from None


def _view(world: World, member: Member, view_id: str) -> OpenView:
    stack = slack_views.open_stack(world.slack, member.user_id)
    found = world.slack.views.get(view_id) if view_id else (stack[-1] if stack else None)
    if found is None or found.closed:
        raise HTTPException(404, "no such open view")
    return found


def _place(world: World, member: Member, asked: Press) -> OpenView | tuple[Channel, str]:
    """Where the pressed element stands; without a hint the top modal if it has the element, else the newest message."""
    if asked.view_id:
        return _view(world, member, asked.view_id)
    channel = _channel(world, asked.channel)
    if asked.message_ts:
        return channel, asked.message_ts
    named = f"'action_id': '{asked.action_id}'"
    stack = slack_views.open_stack(world.slack, member.user_id)
    if stack and named in str(stack[-1].view["blocks"]):
        return stack[-1]
    for message in reversed([*channel.messages, *channel.ephemerals]):
        if named in str(message.get("blocks")):
            return channel, str(message["ts"])
    raise HTTPException(404, "no such element on the screen")
