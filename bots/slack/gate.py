"""Who may act from Slack: a linked, active member of staff of this very workspace, and nobody else."""

from __future__ import annotations

import asyncio

from slack_bolt.response import BoltResponse
from sqlalchemy.orm import Session

from bots.slack import names, post
from bots.slack.carried import case_of
from bots.slack.parse import SlackArrival, seen_only, unspoken
from bots.slack.parts import SlackParts
from bots.slack.roster import kind_known, kind_of
from handoff.login import staff_by_identity
from handoff.office import StaffRef
from intake.db import reading

_LOOK_S = 2
"""A trigger lives for three seconds."""
_NOT_HERE = "このワークスペースの方ではないため、操作できません。"
_GUEST = "ゲストの方は、相談を見たり操作したりできません。管理者に相談してください。"
_UNKNOWN = "登録されていない方です。管理者に、Slack との結びつけを頼んでください。"


class Stranger(Exception):
    """Somebody who may not act: `code` for the audit log, `message_ja` for them. Names nobody."""

    def __init__(self, code: str, message_ja: str, case_id: int | None) -> None:
        super().__init__(code)
        self.code = code
        self.message_ja = message_ja
        self.case_id = case_id


class Unsure(Exception):
    """Slack did not say now what kind of account somebody has."""


def look(parts: SlackParts, arrival: SlackArrival) -> None:
    """Ask Slack, before anything is shown, whether whoever clicked is a guest by now; `staff_of` looks at the answer.

    Blocks for at most `_LOOK_S` seconds, once a minute and person. Raises `Unsure`.
    """
    if not from_here(arrival, parts.team_id) or not arrival.user_id:
        return  # refused in any case
    client = post.make_client(parts.bot_token, parts.api_base, _LOOK_S)
    if kind_of(client, arrival.team_id, arrival.user_id) == "unclear":
        raise Unsure


def of_stranger(parts: SlackParts, arrival: SlackArrival) -> bool:
    """Whether whoever sent this may not act: then nothing that they typed is kept. Blocks (database)."""
    with reading(parts.sessions) as session:
        try:
            staff_of(session, parts.tenant, parts.team_id, arrival)
        except Stranger:
            return True
    return False


def from_here(arrival: SlackArrival, team_id: str) -> bool:
    """Whether both the acting person and the place belong to our workspace.

    In a channel shared with another organisation the two differ; then nobody is let in.
    """
    return bool(team_id) and arrival.team_id == team_id and arrival.place_team in ("", team_id)


def staff_of(session: Session, tenant: str, team_id: str, arrival: SlackArrival) -> StaffRef:
    """The member of staff who clicked. Raises `Stranger` for other workspaces, guests and people not linked."""
    case_id = case_of(arrival.payload)
    if not from_here(arrival, team_id) or not arrival.user_id:
        raise Stranger("other_team", _NOT_HERE, case_id)
    staff = staff_by_identity(session, tenant, "slack", f"{arrival.team_id}:{arrival.user_id}")
    if staff is None:
        raise Stranger("not_linked", _UNKNOWN, case_id)
    if kind_known(arrival.team_id, arrival.user_id) == "guest":
        raise Stranger("guest", _GUEST, case_id)
    return staff


async def turned_away(parts: SlackParts, arrival: SlackArrival) -> BoltResponse | None:
    """The answer to what has no listener or comes from elsewhere, once it is stored; None for what may go on.

    Without it Bolt would answer 404 and Slack would send the same event again and again.
    """
    if (arrival.source, arrival.name) not in names.KNOWN:
        await asyncio.to_thread(parts.accept, seen_only(arrival))
        return BoltResponse(status=200, body={"options": []} if arrival.kind == "options" else "")
    if not from_here(arrival, parts.team_id):
        await asyncio.to_thread(parts.accept, unspoken(arrival))  # its job audits the attempt and tells the person
        return BoltResponse(status=200, body="")
    return None
