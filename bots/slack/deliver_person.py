"""What one person sees alone (ひとりに見せるもの): a notice, the fate of their answer, their App Home."""

from __future__ import annotations

from typing import Final

from bots.parts import Parts
from bots.settled import Settled
from bots.slack import post
from bots.slack.home import home_view, stranger_view
from bots.slack.home_read import home_of
from bots.slack.notice import Notice, drawn
from bots.slack.post import SlackPoster
from bots.slack.settle import body_of, failed
from handoff.answers import OWNER_CHANGED
from handoff.desk_records import SlackHome
from handoff.login import staff_by_identity
from handoff.number import label_of
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case, Outgoing

_LOOK_AGAIN_S = 5.0
_LOOKS: Final = 6
_SEE = "受付の画面で確かめてください。"


def notice(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    """Tell one person, by an ephemeral message or a direct one."""
    if row.body_sealed is None:
        return Settled("dropped", error="empty")
    told = Notice.from_json(body_of(parts, row))
    text = told.text
    if told.fate_of is not None:
        said = _fate(parts, told.fate_of, row)
        if isinstance(said, Settled):
            return said
        text = said
    blocks = drawn(Notice(told.channel_id, told.user_id, text, told.keys))
    channel = told.channel_id or poster.channel
    failure = post.ephemeral(poster.client, channel, told.user_id, text, blocks)
    return Settled("sent", via="post") if failure is None else failed(failure, row)


def home(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    """Draw somebody's App Home as it is now."""
    tenant, now = parts.tenants[row.tenant], now_ms()
    user_id = str(body_of(parts, row)["user"])
    team = tenant.settings.slack.team_id if tenant.settings.slack else ""
    with reading(parts.sessions) as session:
        staff = staff_by_identity(session, row.tenant, "slack", f"{team}:{user_id}")
        view = (
            home_view(home_of(tenant.office, session, staff, now), now, parts.settings.base_url)
            if staff is not None
            else stranger_view(user_id)
        )
    result = post.publish(poster.client, user_id, view)
    if result is not None:
        return failed(result, row)
    with parts.sessions.begin() as session:
        known = session.get(SlackHome, (row.tenant, user_id))
        if known is not None and staff is None:
            session.delete(known)
        elif known is not None:
            known.drawn_at = now
    return Settled("sent", via="update")


def _fate(parts: Parts, outgoing_id: int, row: Outgoing) -> str | Settled:
    """What became of an answer, once its time to be taken back is over."""
    with reading(parts.sessions) as session:
        sent = session.get(Outgoing, outgoing_id)
        case = session.get(Case, sent.case_id) if sent is not None and sent.case_id else None
        if sent is None or case is None or sent.state == "dropped":
            return Settled("dropped", error="undone")
        label, state, error = label_of(case.number, case.route), sent.state, sent.error
        web = sent.channel == "web"
    if state == "sent":
        return f"{label} への返信を、{'本人の画面に出しました。' if web else '本人に送りました。'}"
    if state == "held" and error == OWNER_CHANGED:
        return f"{label} の担当が変わったため、返信は送っていません。{_SEE}"
    if state in ("waiting", "sending"):
        if row.attempts < _LOOKS:
            return Settled("waiting", error="not_yet", wait_seconds=_LOOK_AGAIN_S)
        return f"{label} への返信は、まだ送れていません。{_SEE}"
    why = "届いたかどうか分かりません" if state == "unknown" else "送れませんでした"
    return f"{label} への返信は、{why}。{_SEE}"
