"""One outgoing row to Slack: a card drawn from the case as it is now, a call, or a word to one person.

The channel is asked whether it is still private and ours before every post; if not, the row is held and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from bots import digest
from bots.parts import Parts, Tenant
from bots.settled import Settled
from bots.slack import blocks, deliver_person, detour, post, roster
from bots.slack.channels import place_of
from bots.slack.deliver_card import deliver_card, spread
from bots.slack.digest import digest_blocks
from bots.slack.handing_note import note as hand_note
from bots.slack.post import Held, SlackPoster
from bots.slack.reminding import reminder
from bots.slack.settle import body_of, failed, still_maybe
from handoff import calls, ledger, staff_notes
from handoff.number import label_of
from handoff.practice import PREFIX
from handoff.records import SlackCard
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case, Outgoing


def deliver_slack(parts: Parts, poster: SlackPoster | None, row: Outgoing, *, interrupted: bool) -> Settled:
    """Do what the row asks for and say what became of it. Never raises for anything Slack answers."""
    if poster is None:
        return Settled("failed", error="no_slack")
    if row.purpose in _TO_ONE:
        return _TO_ONE[row.purpose](parts, poster, row)
    place = place_of(row.lane)
    if row.purpose == "card" and not place:
        spread(parts, poster, row)
    channel = post.check_channel(poster.client, place or poster.channel)
    barred = (
        roster.check(parts, poster.client, row.tenant, channel.id) if isinstance(channel, post.Channel) else channel
    )
    if isinstance(barred, Held) and row.purpose == "page":
        return detour.ring(parts, poster, row, barred)
    if barred is not None:
        return still_maybe(failed(barred, row), row, interrupted=interrupted)
    if row.purpose == "card":
        return still_maybe(deliver_card(parts, poster, row, interrupted=interrupted), row, interrupted=interrupted)
    # Calls and reminders repeat after a crash: better heard twice than not at all.
    others = {"taken": _taken, "reminder": _remind, "digest": _digest, staff_notes.TO_DESK: _handing}
    return others.get(row.purpose, _text)(parts, poster, row)


def _text(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    with reading(parts.sessions) as session:
        text, thread = _words(session, parts.tenants[row.tenant], poster.channel, row)
        carried = blocks.reference(row.case_id or 0, 0)
    if text is None:
        return Settled("dropped", error="taken")
    if row.purpose == "page":
        result = post.post_page(poster.client, poster.channel, text, carried)
    else:
        result = post.post_text(poster.client, poster.channel, text, thread_ts=thread)
    if not isinstance(result, str):
        return failed(result, row)
    return Settled("sent", via="post", remote_id=result)


def _remind(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    with reading(parts.sessions) as session:
        said = reminder(session, row.tenant, row, now_ms())
        card = None if said is None or said.user else session.get(SlackCard, (row.case_id, poster.channel))
        thread = card.ts if card else None
    if said is None:
        return Settled("dropped", error="taken")
    to = said.user or poster.channel
    result = post.post_text(poster.client, to, said.text, thread_ts=thread, blocks=said.blocks)
    return Settled("sent", via="post", remote_id=result) if isinstance(result, str) else failed(result, row)


def _handing(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    """A word about a つなぎ: to one person, or to the asked desk's channel (the town's where it has none)."""
    with reading(parts.sessions) as session:
        said = hand_note(parts, session, row)
    if said is None:
        return Settled("dropped", error="gone")
    to = said.user or poster.channels.get(said.desk, "")
    if to and not said.user and to != poster.channel:
        channel = post.check_channel(poster.client, to)
        to = to if isinstance(channel, post.Channel) and not roster.check(parts, poster.client, row.tenant, to) else ""
    result = post.post_text(poster.client, to or poster.channel, said.text, blocks=said.blocks)
    return Settled("sent", via="post", remote_id=result) if isinstance(result, str) else failed(result, row)


def _digest(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    tenant, desk = parts.tenants[row.tenant], str(body_of(parts, row)["desk"])
    title, lines = digest.words(parts, tenant, desk, now_ms())
    drawn = digest_blocks(title, lines, parts.settings.base_url)
    result = post.post_text(poster.client, place_of(row.lane) or poster.channel, title, blocks=drawn)
    return Settled("sent", via="post", remote_id=result) if isinstance(result, str) else failed(result, row)


def _taken(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    """A call that somebody took loses its button and says who looks."""
    with reading(parts.sessions) as session:
        case = session.get(Case, row.case_id)
        found = calls.taken(session, int(body_of(parts, row)["call"]))
        if case is None or found is None or not found.posts:
            return Settled("dropped", error="gone")
        who = f"{found.by} さん" if found.by else "だれか"
        text = f"{_label(case)} の呼び出し：{who}が見ています。"
    for ts in found.posts:
        result = post.update_text(poster.client, poster.channel, ts, text)
        if not isinstance(result, str):
            return failed(result, row)
    return Settled("sent", via="update", remote_id=found.posts[-1])


def _words(session: Session, tenant: Tenant, channel: str, row: Outgoing) -> tuple[str | None, str | None]:
    """The text of a call or reminder (our own words only), and the card's thread where there is one."""
    if row.purpose == "health":
        return "▲ まだ機械が読めていない相談があります。受付の画面を開いて、人の目で確かめてください。", None
    found = ledger.case_and_ticket(session, tenant.name, row.case_id or 0)
    if found is not None and row.purpose == "pass":
        return f"◆ 相談 {_label(found[0])} を、ほかの窓口の人が開きました。監査の人は確かめてください。", None
    if found is None or found[1].state in ("closed", "erased"):
        return None, None
    case = found[0]
    if row.purpose == "page":
        if calls.open_call(session, case.id) is None:
            return None, None  # somebody was quicker than the channel
        practice = PREFIX if found[1].practice else ""
        return (
            f"{practice}▲ 今すぐ：{_label(case)} の確認をお願いします。見る人が「わたしが見ます」を押してください。",
            None,
        )
    if row.purpose == "glass":
        return f"{_label(case)} で、LINE の利用者番号が開かれました。閲覧の記録を確かめてください。", None
    return None, None


def _label(case: Case) -> str:
    return label_of(case.number, case.route)


_TO_ONE: Mapping[str, Callable[[Parts, SlackPoster, Outgoing], Settled]] = {
    "notice": deliver_person.notice,
    "nudge": _remind,
    staff_notes.TO_ONE: _handing,
    "home": deliver_person.home,
}
"""What goes to one person: no channel is asked."""
