"""A first turn before the first person: loads scripts, holidays and the SDK's models, so that nobody waits for them."""

from __future__ import annotations

from linebot.v3.messaging import ReplyMessageRequest

from bots.line.facts import options_for
from bots.line.render import render
from bots.parts import Parts
from handoff import clock
from intake.clock import now_ms, to_datetime
from intake.conversation import values as talk
from intake.conversation.step import step
from triage.assessment import Urgency


def warm_up(parts: Parts) -> None:
    """Answer nobody once for every tenant. Writes and sends nothing."""
    facts = dict.fromkeys(talk.PLACEHOLDERS, "…") | dict.fromkeys(("link", "form"), "https://example.invalid/")
    now = now_ms()
    for tenant in parts.tenants.values():
        kinds = parts.alarm.scan("はじめまして。助けてください。").kinds
        options = options_for(tenant, now, kinds)
        clock.due(Urgency.NORMAL, to_datetime(now), tenant.pack.sla, tenant.pack.hours)
        for alarm in (frozenset[str](), kinds):
            outcome = step(talk.State(), talk.Text("はじめまして。困っています。"), alarm, to_datetime(now), options)
            ReplyMessageRequest.from_dict({"replyToken": "none", "messages": render(outcome.says, facts)})
