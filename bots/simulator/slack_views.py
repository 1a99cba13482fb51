"""Modals and the home: opening, changing, stacking, and the values people put in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bots.simulator import block_kit
from bots.simulator.slack_workspace import APP_ID, BOT_ID, Args, OpenView, SlackError, View, Workspace

STACK_LIMIT = 3
_SERVER_KEYS = ("id", "team_id", "state", "hash", "previous_view_id", "root_view_id", "app_id", "bot_id")


def open_view(space: Workspace, args: Args) -> dict[str, Any]:
    """views.open: spends a trigger."""
    view = checked(args.get("view"))
    trigger = space.use_trigger(str(args.get("trigger_id", "")))
    return {"view": show(space, view, trigger.user_id).view}


def push_view(space: Workspace, args: Args) -> dict[str, Any]:
    """views.push: a trigger that came from a modal; at most three modals on top of each other."""
    view = checked(args.get("view"))
    trigger = space.use_trigger(str(args.get("trigger_id", "")))
    if not trigger.root_view_id:
        raise SlackError("invalid_trigger_id")
    return {"view": push(space, view, trigger.user_id).view}


def update_view(space: Workspace, args: Args) -> dict[str, Any]:
    """views.update by view_id or external_id; a stale hash is refused."""
    view = checked(args.get("view"))
    current = _find(space, args)
    if args.get("hash") and args["hash"] != current.view["hash"]:
        raise SlackError("hash_conflict")
    replace(space, current, view)
    return {"view": current.view}


def publish_view(space: Workspace, args: Args) -> dict[str, Any]:
    """views.publish: the app's home of one person."""
    view = checked(args.get("view"), home=True)
    user_id = space.member(str(args.get("user_id", ""))).user_id
    for known in space.views.values():
        if known.user_id == user_id and known.view["type"] == "home":
            known.closed = True
    return {"view": show(space, view, user_id).view}


def show(space: Workspace, view: View, user_id: str, previous: str = "", root: str = "") -> OpenView:
    """Give a view its server-side fields and put it on the person's screen."""
    view_id = f"V{space.ids.upper(10)}"
    shown = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **view,
        "id": view_id,
        "team_id": space.settings.slack_team_id,
        "app_id": APP_ID,
        "app_installed_team_id": space.settings.slack_team_id,
        "bot_id": BOT_ID,
        "hash": _hash(space),
        "state": {"values": {}},
        "previous_view_id": previous or None,
        "root_view_id": root or view_id,
        "blocks": space.with_block_ids(view["blocks"]),
    }
    space.counters.slack_views += 1
    opened = OpenView(shown, user_id)
    space.views[view_id] = opened
    return opened


def push(space: Workspace, view: View, user_id: str) -> OpenView:
    """Put a modal on top of the person's open ones. Raises SlackError push_limit_reached."""
    stack = open_stack(space, user_id)
    if len(stack) >= STACK_LIMIT:
        raise SlackError("push_limit_reached")
    top = stack[-1].view if stack else None
    return show(space, view, user_id, top["id"] if top else "", top["root_view_id"] if top else "")


def replace(space: Workspace, current: OpenView, view: View) -> None:
    """Change what an open view shows; inputs whose block_id and action_id stay keep their values."""
    kept = {key: current.view[key] for key in (*_SERVER_KEYS, "app_installed_team_id") if key in current.view}
    current.view = {
        **{key: current.view[key] for key in ("external_id", "private_metadata", "callback_id", "close", "submit")},
        **view,
        **kept,
        "hash": _hash(space),
        "blocks": space.with_block_ids(view["blocks"]),
    }
    current.errors = {}


def open_stack(space: Workspace, user_id: str) -> list[OpenView]:
    """The modals on a person's screen, the top one last."""
    return [
        view
        for view in space.views.values()
        if view.user_id == user_id and not view.closed and view.view["type"] == "modal"
    ]


def inputs(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element that holds a value, with its block."""
    for block in blocks:
        candidates = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        for element in candidates:
            if isinstance(element, dict) and element.get("type") in block_kit.STATEFUL:
                yield block, element


def checked(view: Any, *, home: bool = False) -> View:
    """The view, once Slack's rules hold. Raises SlackError invalid_arguments."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    problems = block_kit.problems(view)
    if not problems and (view.get("type") == "home") is not home:
        problems = ["view.type: home is for views.publish, modal for the other methods"]
    if problems:
        raise SlackError("invalid_arguments", [f"[ERROR] {problem}" for problem in problems])
    return view


def _find(space: Workspace, args: Args) -> OpenView:
    view_id, external_id = args.get("view_id"), args.get("external_id")
    for known in space.views.values():
        if known.closed:
            continue
        if known.view["id"] == view_id or (external_id and known.view.get("external_id") == external_id):
            return known
    raise SlackError("not_found")


def _hash(space: Workspace) -> str:
    return f"{int(space.clock.now())}.{space.ids.hex(8)}"


VIEW_METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
