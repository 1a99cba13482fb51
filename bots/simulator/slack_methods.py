"""Slack's Web API methods on messages and conversations. Each takes the parsed arguments and returns the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bots.simulator import block_kit
from bots.simulator.slack_workspace import BOT_ID, BOT_USER, Args, Channel, Message, SlackError, Workspace

Answer = dict[str, Any]
Method = Callable[[Workspace, Args], Answer]
_TEXT_LIMIT = 40_000
_KEPT = ("text", "blocks", "attachments", "metadata", "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn")


def auth_test(space: Workspace, _: Args) -> Answer:
    """Who the bot token speaks for."""
    return {
        "url": "https://mihon-renshu.slack.example/",
        "team": f"{space.settings.town}（練習）",
        "user": "toritsugi",
        "team_id": space.settings.slack_team_id,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def post_message(space: Workspace, args: Args) -> Answer:
    """chat.postMessage. Raises SlackError for what Slack refuses."""
    channel = _writable(space, args)
    message = space.post(channel, content_of(space, args) | {"type": "message", "user": BOT_USER, "bot_id": BOT_ID})
    return {"channel": channel.channel_id, "ts": message["ts"], "message": message}


def post_ephemeral(space: Workspace, args: Args) -> Answer:
    """chat.postEphemeral: only one person sees it, and only until they reload."""
    channel = _writable(space, args)
    user_id = _needed(args, "user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    return {"message_ts": ephemeral(space, channel, user_id, content_of(space, args))["ts"]}


def ephemeral(space: Workspace, channel: Channel, user_id: str, content: Message) -> Message:
    """Show something to one person in a channel."""
    space.counters.slack_ephemerals += 1
    message = {"ts": space.ids.slack_ts(space.clock.now()), "channel": channel.channel_id, "to": user_id, **content}
    channel.ephemerals.append(message | {"is_ephemeral": True})
    return message


def update(space: Workspace, args: Args) -> Answer:
    """chat.update: only the bot's own messages; leaving blocks out while giving text removes the blocks."""
    channel = space.channel(_needed(args, "channel"))
    message = space.find(channel, _needed(args, "ts"))
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_update_message")
    content = content_of(space, args)
    if "blocks" not in content:
        message.pop("blocks", None)
    message.update(content)
    message["edited"] = {"user": BOT_USER, "ts": space.ids.slack_ts(space.clock.now())}
    space.counters.slack_updates += 1
    return {"channel": channel.channel_id, "ts": message["ts"], "text": message.get("text", ""), "message": message}


def delete(space: Workspace, args: Args) -> Answer:
    """chat.delete: only the bot's own messages."""
    channel = space.channel(_needed(args, "channel"))
    message = space.find(channel, _needed(args, "ts"))
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.channel_id, "ts": message["ts"]}


def permalink(space: Workspace, args: Args) -> Answer:
    """chat.getPermalink."""
    channel = space.channel(_needed(args, "channel"))
    ts = space.find(channel, _needed(args, "message_ts"))["ts"]
    link = f"https://mihon-renshu.slack.example/archives/{channel.channel_id}/p{ts.replace('.', '')}"
    return {"channel": channel.channel_id, "permalink": link}


def info(space: Workspace, args: Args) -> Answer:
    """conversations.info with the sharing switches."""
    channel = space.channel(_needed(args, "channel"))
    return {"channel": described(space, channel)}


def described(space: Workspace, channel: Channel) -> Answer:
    """A channel object as Slack writes it."""
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "is_channel": not channel.is_im and not channel.is_private,
        "is_group": not channel.is_im and channel.is_private,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_archived": False,
        "is_shared": channel.is_ext_shared or channel.is_org_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "is_org_shared": channel.is_org_shared,
        "is_member": channel.bot_inside,
        "context_team_id": space.settings.slack_team_id,
        "num_members": len(channel.members),
    }


def members(space: Workspace, args: Args) -> Answer:
    """conversations.members, in one page."""
    return {"members": list(space.channel(_needed(args, "channel")).members), "response_metadata": {"next_cursor": ""}}


def history(space: Workspace, args: Args) -> Answer:
    """conversations.history, newest first, thread answers left out; metadata only when asked for."""
    channel = space.channel(_needed(args, "channel"))
    top = [message for message in channel.messages if message.get("thread_ts") in {None, message["ts"]}]
    return _page(list(reversed(_between(top, args))), args)


def replies(space: Workspace, args: Args) -> Answer:
    """conversations.replies: the thread's first message and its answers, oldest first."""
    channel = space.channel(_needed(args, "channel"))
    root = _needed(args, "ts")
    space.find(channel, root)
    thread = [message for message in channel.messages if root in {message["ts"], message.get("thread_ts")}]
    return _page(_between(thread, args), args)


def open_conversation(space: Workspace, args: Args) -> Answer:
    """conversations.open for one person."""
    return {"channel": {"id": space.direct(space.member(_needed(args, "users")).user_id).channel_id}}


def user_info(space: Workspace, args: Args) -> Answer:
    """users.info."""
    member = space.member(_needed(args, "user"))
    return {
        "user": {
            "id": member.user_id,
            "team_id": member.team_id,
            "name": member.user_id.lower(),
            "real_name": member.name,
            "profile": {"real_name": member.name, "display_name": member.name},
            "is_bot": member.user_id == BOT_USER,
            "is_restricted": member.is_guest,
            "is_ultra_restricted": False,
            "is_stranger": member.team_id != space.settings.slack_team_id,
            "deleted": False,
            "tz": "Asia/Tokyo",
        }
    }


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_conversation,
    "users.info": user_info,
}


def _needed(args: Args, name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str) or not value:
        raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return value


def _writable(space: Workspace, args: Args) -> Channel:
    channel = space.channel(_needed(args, "channel"))
    if not channel.bot_inside:
        raise SlackError("not_in_channel")
    thread = args.get("thread_ts")
    if thread and not any(message["ts"] == thread for message in channel.messages):
        raise SlackError("thread_not_found")
    return channel


def content_of(space: Workspace, args: Args) -> Message:
    """The message in the arguments, checked. Raises SlackError no_text, msg_too_long, invalid_blocks …"""
    content = {key: args[key] for key in _KEPT if args.get(key) not in (None, "", [])}
    if not any(key in content for key in ("text", "blocks", "attachments")):
        raise SlackError("no_text")
    if len(str(content.get("text", ""))) > _TEXT_LIMIT:
        raise SlackError("msg_too_long")
    if problems := block_kit.problems(content["blocks"]) if "blocks" in content else []:
        too_long = any(problem.endswith(block_kit.TOO_LONG) for problem in problems)
        raise SlackError("msg_blocks_too_long" if too_long else "invalid_blocks", problems)
    if "metadata" in content:
        _check_metadata(content["metadata"])
    if "blocks" in content:
        content["blocks"] = space.with_block_ids(content["blocks"])
    return content


def _check_metadata(metadata: Any) -> None:
    well_formed = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not well_formed:
        raise SlackError("invalid_metadata_format")


def _between(messages: list[Message], args: Args) -> list[Message]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    inclusive = str(args.get("inclusive", "")).lower() in {"1", "true"}
    if inclusive:
        return [message for message in messages if oldest <= float(message["ts"]) <= latest]
    return [message for message in messages if oldest < float(message["ts"]) < latest]


def _page(messages: list[Message], args: Args) -> Answer:
    limit = max(1, min(int(args.get("limit") or 100), 999))
    start = int(args.get("cursor") or 0)
    with_metadata = str(args.get("include_all_metadata", "")).lower() in {"1", "true"}
    shown = [
        {key: value for key, value in message.items() if with_metadata or key != "metadata"}
        for message in messages[start : start + limit]
    ]
    more = start + limit < len(messages)
    cursor = str(start + limit) if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}
