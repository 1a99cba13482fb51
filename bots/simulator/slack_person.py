"""What staff do in Slack: pressing, submitting, commanding, writing."""

from __future__ import annotations

from typing import Any

from bots.simulator import slack_modal, slack_out, slack_values
from bots.simulator.block_kit import STATEFUL
from bots.simulator.slack_methods import content_of, ephemeral
from bots.simulator.slack_out import Answer, Payload
from bots.simulator.slack_workspace import APP_ID, BOT_ID, BOT_USER, Channel, Member, OpenView, SlackError
from bots.simulator.world import Delivery, World


async def press(
    world: World,
    member: Member,
    action_id: str,
    *,
    where: OpenView | tuple[Channel, str],
    value: Any = None,
    block_id: str = "",
) -> Answer:
    """Use a button, menu or picker of a message or an open view. Raises NoSuchElementError or SlackError."""
    if isinstance(where, OpenView):
        blocks, place = where.view["blocks"], _view_place(where)
    else:
        channel, ts = where
        message = world.slack.find(channel, ts)
        blocks, place = message.get("blocks", []), _message_place(world, member, channel, message)
    block, element = slack_values.find(blocks, action_id, value, block_id)
    typed = slack_values.chosen(element, value)
    if isinstance(where, OpenView) and element["type"] in STATEFUL:
        where.draft[f"{block['block_id']}.{action_id}"] = {"type": element["type"], **typed}
        place["view"]["state"] = slack_modal.state_of(where)
    action = {
        "type": element["type"],
        "action_id": action_id,
        "block_id": block["block_id"],
        "action_ts": world.ids.slack_ts(world.clock.now()),
        **typed,
    }
    root = where.view["root_view_id"] if isinstance(where, OpenView) else ""
    payload = slack_modal.common(world, member, "block_actions", root) | place | {"actions": [action]}
    return await slack_out.interactive(world, payload)


def _view_place(opened: OpenView) -> Payload:
    opened.view["state"] = slack_modal.state_of(opened)
    return {"container": {"type": "view", "view_id": opened.view["id"]}, "view": dict(opened.view)}


def _message_place(world: World, member: Member, channel: Channel, message: Payload) -> Payload:
    hidden = bool(message.get("is_ephemeral"))
    place: Payload = {
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.channel_id,
            "is_ephemeral": hidden,
        },
        "channel": {"id": channel.channel_id, "name": "directmessage" if channel.is_im else channel.name},
        "state": {"values": {}},
        "response_url": world.slack.new_response_url(channel.channel_id, message["ts"], member.user_id),
    }
    if not hidden:
        place["message"] = {key: value for key, value in message.items() if key != "channel"}
    return place


async def slash(world: World, member: Member, channel: Channel, command: str, text: str) -> Answer:
    """Run a slash command; what comes back is shown to the person, or to all with `in_channel`."""
    space = world.slack
    form = {
        "token": "verification-token-not-used",
        "team_id": member.team_id,
        "team_domain": "mihon-renshu",
        "channel_id": channel.channel_id,
        "channel_name": channel.name,
        "user_id": member.user_id,
        "user_name": member.user_id.lower(),
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": space.new_response_url(channel.channel_id, "", member.user_id),
        "trigger_id": space.new_trigger(member.user_id),
    }
    answer = await slack_out.command(world, form)
    if answer.ok and (answer.body.get("text") or answer.body.get("blocks")):
        try:
            content = content_of(space, answer.body)
        except SlackError as error:
            space.warn(f"{command}: {error.error}")
            return answer
        if answer.body.get("response_type") == "in_channel":
            space.post(channel, content | {"type": "message", "user": BOT_USER, "bot_id": BOT_ID})
        else:
            ephemeral(space, channel, member.user_id, content)
    return answer


async def shortcut(
    world: World, member: Member, callback_id: str, message: tuple[Channel, str] | None = None
) -> Answer:
    """Open a global shortcut, or one on a message."""
    payload = slack_modal.common(world, member, "message_action" if message else "shortcut")
    payload |= {"callback_id": callback_id, "action_ts": world.ids.slack_ts(world.clock.now())}
    if message:
        channel, ts = message
        found = world.slack.find(channel, ts)
        payload |= {
            "message_ts": ts,
            "channel": {"id": channel.channel_id, "name": channel.name},
            "message": {key: value for key, value in found.items() if key != "channel"},
            "response_url": world.slack.new_response_url(channel.channel_id, ts, member.user_id),
        }
    return await slack_out.interactive(world, payload)


async def write(world: World, member: Member, channel: Channel, text: str, thread_ts: str = "") -> Delivery:
    """Write an ordinary message, in a thread when `thread_ts` is given."""
    message: Payload = {"type": "message", "user": member.user_id, "team": member.team_id, "text": text}
    if thread_ts:
        world.slack.find(channel, thread_ts)
        message["thread_ts"] = thread_ts
    posted = world.slack.post(channel, message)
    kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
    inner = {**posted, "event_ts": posted["ts"], "channel_type": kind}
    mentioned = f"<@{BOT_USER}>" in text
    return await slack_out.event(world, {**inner, "type": "app_mention"} if mentioned else inner)


async def open_home(world: World, member: Member) -> Delivery:
    """Open the app's home."""
    channel = world.slack.direct(member.user_id).channel_id
    stamp = world.ids.slack_ts(world.clock.now())
    inner = {"type": "app_home_opened", "user": member.user_id, "channel": channel, "tab": "home", "event_ts": stamp}
    return await slack_out.event(world, inner)


async def suggest(world: World, member: Member, opened: OpenView, action_id: str, query: str) -> Answer:
    """Type into a select whose options the product provides."""
    block, _ = slack_values.find(opened.view["blocks"], action_id)
    payload = slack_modal.common(world, member, "block_suggestion") | _view_place(opened)
    payload |= {"action_id": action_id, "block_id": block["block_id"], "value": query}
    payload.pop("trigger_id")
    return await slack_out.interactive(world, payload)
