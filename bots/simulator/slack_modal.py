"""Modals from the person's side: filling in, submitting, closing, and what the product's answer does to them."""

from __future__ import annotations

from typing import Any

from bots.simulator import slack_out, slack_values, slack_views
from bots.simulator.slack_out import Answer, Payload
from bots.simulator.slack_workspace import APP_ID, Member, OpenView, SlackError
from bots.simulator.world import World


class CannotDoError(Exception):
    """Slack's own screen would not let the person do this; the message says why."""


async def submit(world: World, member: Member, opened: OpenView, values: dict[str, Any]) -> dict[str, Any]:
    """Fill and send a modal. `values`: action_id, block_id or `block_id.action_id` → text, option or list.

    Returns `{"result": closed|errors|update|push|clear|failed, …}`. Raises CannotDoError when Slack's screen would
    not let it go (a required field is empty, a text too long).
    """
    opened.errors = {}
    fill(opened, values)
    _refuse_incomplete(opened)
    opened.view["state"] = state_of(opened)
    payload = common(world, member, "view_submission", opened.view["root_view_id"])
    answer = await slack_out.interactive(world, payload | {"view": dict(opened.view), "response_urls": []})
    try:
        return _follow(world, opened, answer)
    except SlackError as error:
        world.slack.warn(f"view_submission: {error.error}")
        return {"result": "failed", "status": answer.status, "error": error.error, "problems": error.details}


def _follow(world: World, opened: OpenView, answer: Answer) -> dict[str, Any]:
    """Do what the product's answer to a submission says."""
    space, wanted = world.slack, answer.body.get("response_action", "")
    outcome: dict[str, Any] = {"result": wanted or "closed", "status": answer.status}
    if not answer.ok:
        return outcome | {"result": "failed", "error": answer.note}
    if wanted == "errors":
        opened.errors = dict(answer.body.get("errors", {}))
        inputs = {block["block_id"] for block in opened.view["blocks"] if block["type"] == "input"}
        if not opened.errors or not set(opened.errors) <= inputs:
            raise SlackError("invalid_errors", ["errors must name input blocks of the view"])
        return outcome | {"errors": opened.errors}
    if wanted == "update":
        slack_views.replace(space, opened, slack_views.checked(answer.body.get("view")))
        return outcome | {"view_id": opened.view["id"]}
    if wanted == "push":
        return outcome | {
            "view_id": slack_views.push(space, slack_views.checked(answer.body["view"]), opened.user_id).view["id"]
        }
    if wanted == "clear":
        for view in slack_views.open_stack(space, opened.user_id):
            view.closed = True
    elif wanted:
        raise SlackError("invalid_response_action")
    opened.closed = True
    return outcome


async def close(world: World, member: Member, opened: OpenView) -> Answer | None:
    """Close a modal; the product hears of it only when it asked with notify_on_close."""
    opened.closed = True
    world.touch()
    if not opened.view.get("notify_on_close"):
        return None
    payload = common(world, member, "view_closed") | {"view": dict(opened.view), "is_cleared": False}
    payload.pop("trigger_id")
    return await slack_out.interactive(world, payload)


def fill(opened: OpenView, values: dict[str, Any]) -> None:
    """Keep what a person put into a modal. Raises NoSuchElementError for an option that is not there."""
    for block, element in slack_views.inputs(opened.view["blocks"]):
        name = f"{block['block_id']}.{element.get('action_id')}"
        for key in (name, block["block_id"], str(element.get("action_id"))):
            if key in values:
                opened.draft[name] = {"type": element["type"], **slack_values.chosen(element, values[key])}
                break


def state_of(opened: OpenView) -> dict[str, Any]:
    """The view's `state`: every input with what it holds now."""
    held: dict[str, dict[str, Any]] = {}
    for block, element in slack_views.inputs(opened.view["blocks"]):
        action_id = str(element.get("action_id"))
        untouched = {"type": element["type"], **slack_values.initial(element)}
        held.setdefault(block["block_id"], {})[action_id] = opened.draft.get(
            f"{block['block_id']}.{action_id}", untouched
        )
    return {"values": held}


def _refuse_incomplete(opened: OpenView) -> None:
    values = state_of(opened)["values"]
    for block in opened.view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        typed = values.get(block["block_id"], {}).get(str(element.get("action_id")), {})
        if slack_values.empty(typed):
            if not block.get("optional"):
                raise CannotDoError(f"{block['block_id']}: required")
            continue
        length = len(str(typed.get("value") or ""))
        if element["type"] == "plain_text_input" and not (
            int(element.get("min_length", 0)) <= length <= int(element.get("max_length", 3000))
        ):
            raise CannotDoError(f"{block['block_id']}: length")


def common(world: World, member: Member, kind: str, root_view_id: str = "") -> Payload:
    """The fields that every interactive payload has."""
    home = member.team_id
    return {
        "type": kind,
        "team": {"id": home, "domain": "mihon-renshu" if home == world.settings.slack_team_id else "yoso"},
        "user": {
            "id": member.user_id,
            "username": member.user_id.lower(),
            "name": member.user_id.lower(),
            "team_id": home,
        },
        "api_app_id": APP_ID,
        "token": "verification-token-not-used",
        "trigger_id": world.slack.new_trigger(member.user_id, root_view_id),
        "enterprise": None,
        "is_enterprise_install": False,
    }
