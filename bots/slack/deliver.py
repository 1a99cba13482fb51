"""One outgoing row to Slack: a card drawn from the case as it is now, a call, or a word to one person.

The channel is asked whether it is still private and ours before every post; if not, the row is held and shown.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bots import digest
from bots.parts import Parts, Tenant
from bots.settled import Settled
from bots.slack import blocks, post
from bots.slack.card import card
from bots.slack.digest import digest_blocks
from bots.slack.outcome import Failure, Permanent, RateLimited, Temporary
from bots.slack.post import Held, SlackPoster
from bots.slack.reminding import reminder
from handoff import calls, ledger, plan_store, sightings, view
from handoff.number import label_of
from handoff.records import SlackCard, Ticket
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case, Outgoing
from intake.seal import Cell
from triage.assessment import Kind

_BACKOFF = (1.0, 3.0, 10.0, 30.0, 120.0)


def deliver_slack(parts: Parts, poster: SlackPoster | None, row: Outgoing, *, interrupted: bool) -> Settled:
    """Do what the row asks for and say what became of it. Never raises for anything Slack answers."""
    if poster is None:
        return Settled("failed", error="no_slack")
    if row.purpose in ("notice", "nudge"):  # to one person
        return (_notice if row.purpose == "notice" else _remind)(parts, poster, row)
    channel = post.check_channel(poster.client, poster.channel)
    if isinstance(channel, Held):
        return _still_maybe(Settled("held", error=channel.code), row, interrupted=interrupted)
    if not isinstance(channel, post.Channel):
        return _still_maybe(_failed(channel, row), row, interrupted=interrupted)
    if row.purpose == "card":
        return _still_maybe(_card(parts, poster, row, interrupted=interrupted), row, interrupted=interrupted)
    # Calls and reminders repeat after a crash: better heard twice than not at all.
    others = {"taken": _taken, "reminder": _remind, "digest": _digest}
    return others.get(row.purpose, _text)(parts, poster, row)


def _card(parts: Parts, poster: SlackPoster, row: Outgoing, *, interrupted: bool) -> Settled:
    tenant = parts.tenants[row.tenant]
    with reading(parts.sessions) as session:
        found = ledger.case_and_ticket(session, row.tenant, row.case_id or 0)
        if found is None:
            return Settled("dropped", error="gone")
        case, ticket = found
        shown = session.get(SlackCard, (case.id, poster.channel))
        if _needless(ticket, shown):
            return Settled("dropped", via="update", error="already_shown")
        plan = plan_store.plan_of(parts.vault.sealer, ticket)
        item, near = view.item_of(tenant.office, session, case, ticket), sightings.suggested(session, case.id)
        drawn = card(item, plan, now_ms(), excerpt=tenant.pack.excerpt, near=near)
        version = ticket.version
    result: str | Failure = Permanent("message_not_found")
    if shown:
        result = post.update_card(poster.client, poster.channel, shown.ts, drawn, case_id=case.id, version=version)
    if result == Permanent("message_not_found"):
        # Never posted, or somebody deleted it by hand: a case must not vanish from the channel.
        maybe = interrupted or row.error.startswith("maybe")
        result = post.post_card(poster.client, poster.channel, drawn, case.id, version, maybe_posted=maybe)
    if not isinstance(result, str):
        return _failed(result, row)
    with parts.sessions.begin() as session:
        session.merge(SlackCard(case_id=case.id, channel=poster.channel, tenant=row.tenant, ts=result, version=version))
    return Settled("sent", via="update" if shown else "post", remote_id=result)


def _still_maybe(settled: Settled, row: Outgoing, *, interrupted: bool) -> Settled:
    """What may have been posted stays so while the row waits or is held: it is looked for before reposting."""
    doubtful = interrupted or row.error.startswith("maybe")
    comes_again = settled.wait_seconds is not None or settled.state == "held"
    if not doubtful or not comes_again or settled.error.startswith("maybe"):
        return settled
    return replace(settled, error=f"maybe:{settled.error}")


def _needless(ticket: Ticket, shown: SlackCard | None) -> bool:
    """Whether the card shows this already, or the case is no 相談 and never had one."""
    if shown is not None:
        return shown.version >= ticket.version
    return ticket.kind != Kind.CONSULTATION or ticket.state == "erased"


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
        return _failed(result, row)
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
    return Settled("sent", via="post", remote_id=result) if isinstance(result, str) else _failed(result, row)


def _digest(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    tenant, desk = parts.tenants[row.tenant], str(_body(parts, row)["desk"])
    title, lines = digest.words(parts, tenant, desk, now_ms())
    drawn = digest_blocks(title, lines, parts.settings.base_url)
    result = post.post_text(poster.client, poster.channel, title, blocks=drawn)
    return Settled("sent", via="post", remote_id=result) if isinstance(result, str) else _failed(result, row)


def _taken(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    """A call that somebody took loses its button and says who looks."""
    with reading(parts.sessions) as session:
        case = session.get(Case, row.case_id)
        found = calls.taken(session, int(_body(parts, row)["call"]))
        if case is None or found is None or not found.posts:
            return Settled("dropped", error="gone")
        who = f"{found.by} さん" if found.by else "だれか"
        text = f"{_label(case)} の呼び出し：{who}が見ています。"
    for ts in found.posts:
        result = post.update_text(poster.client, poster.channel, ts, text)
        if not isinstance(result, str):
            return _failed(result, row)
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
        return f"▲ 今すぐ：{_label(case)} の確認をお願いします。見る人が「わたしが見ます」を押してください。", None
    if row.purpose == "glass":
        return f"{_label(case)} で、LINE の利用者番号が開かれました。閲覧の記録を確かめてください。", None
    return None, None


def _label(case: Case) -> str:
    return label_of(case.number, case.route)


def _notice(parts: Parts, poster: SlackPoster, row: Outgoing) -> Settled:
    if row.body_sealed is None:
        return Settled("dropped", error="empty")
    body = _body(parts, row)
    failure = post.ephemeral(poster.client, body["channel"] or poster.channel, body["user"], body["text"])
    return Settled("sent", via="post") if failure is None else _failed(failure, row)


def _body(parts: Parts, row: Outgoing) -> dict[str, Any]:
    cell = Cell(row.tenant, "outgoing", "body_sealed", row.id)
    body: dict[str, Any] = json.loads(parts.vault.sealer.open_text(cell, row.body_sealed or b""))
    return body


def _failed(failure: Held | RateLimited | Temporary | Permanent, row: Outgoing) -> Settled:
    match failure:
        case RateLimited(seconds):
            return Settled("waiting", error="429", wait_seconds=float(seconds))
        case Temporary(code, maybe_done):
            wait = _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
            return Settled("waiting", error=f"maybe:{code}" if maybe_done else code, wait_seconds=wait)
        case Held(code):
            return Settled("held", error=code)
        case Permanent(code):
            return Settled("failed", error=code)
