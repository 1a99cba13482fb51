"""Slack's way in: `POST /slack/{tenant}` over HTTP, or Socket Mode for an office without an inbound address."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

import structlog
from fastapi import FastAPI, Request, Response
from slack_bolt.async_app import AsyncApp
from sqlalchemy.exc import SQLAlchemyError

from bots.accept import Acceptor, Arrival
from bots.body import TooLarge, limited_body
from bots.metrics import received, refused
from bots.parts import Parts, Tenant
from bots.slack.app import make_bolt
from bots.slack.dispatch import dispatch
from bots.slack.http import BadSignature, verify
from bots.slack.parse import BadBody, SlackArrival, parse
from bots.slack.parts import SlackParts
from bots.slack.socket import SocketLink
from intake.clock import now_ms

_log = structlog.get_logger()


async def open_slack(app: FastAPI, parts: Parts, acceptor: Acceptor, stack: AsyncExitStack) -> None:
    """Make every tenant's Bolt app; connect those in Socket Mode, and add the HTTP route."""
    bolts: dict[str, tuple[AsyncApp, SlackParts]] = {}
    for name, tenant in parts.tenants.items():
        if tenant.settings.slack is None:
            continue
        slack = slack_parts(parts, tenant, acceptor)
        bolts[name] = (make_bolt(slack), slack)
        if tenant.settings.slack.mode == "socket":
            link = SocketLink(*bolts[name])
            await link.connect_async()  # type: ignore[no-untyped-call]
            stack.push_async_callback(link.close_async)
    app.add_api_route("/slack/{tenant}", _webhook(bolts), methods=["POST"])


def slack_parts(parts: Parts, tenant: Tenant, acceptor: Acceptor) -> SlackParts:
    """What the Slack bot of a tenant needs. Raises `ValueError` for a tenant without Slack."""
    slack = tenant.settings.slack
    if slack is None:
        raise ValueError("no Slack here")
    return SlackParts(
        tenant=tenant.name,
        team_id=slack.team_id,
        bot_token=slack.bot_token.get_secret_value(),
        signing_secret=slack.signing_secret.get_secret_value(),
        app_token=slack.app_token.get_secret_value() if slack.app_token else None,
        api_base=slack.api_base,
        channel_id=slack.channel,
        office=tenant.office,
        sessions=parts.sessions,
        accept=lambda arrival: accept_slack(tenant.name, acceptor, arrival),
        now=now_ms,
        console_url=parts.settings.base_url,
    )


def accept_slack(tenant: str, acceptor: Acceptor, arrival: SlackArrival) -> bool:
    """Commit the arrival and its job; False when it was seen before. Blocks."""
    new = acceptor.accept_now(
        Arrival(
            tenant=tenant,
            channel="slack",
            event_key=arrival.event_key,
            conversation=arrival.partition,
            event_at=arrival.event_at or now_ms(),
            raw=json.dumps(arrival.payload, ensure_ascii=True, separators=(",", ":")).encode(),
        )
    )
    received("slack", 1, int(new))
    return new


def _webhook(bolts: dict[str, tuple[AsyncApp, SlackParts]]) -> Callable[[str, Request], object]:
    async def webhook(tenant: str, request: Request) -> Response:
        known = bolts.get(tenant)
        try:
            body = await limited_body(request)
            verify(body, request.headers, known[1].signing_secret if known else "", int(time.time()))
            arrival = parse(body, request.headers.get("content-type", ""), request.headers.get("x-slack-retry-num"))
        except TooLarge:
            return _refuse("too_large", 413)
        except BadSignature:
            return _refuse("bad_signature", 401)
        except BadBody:
            return _refuse("bad_body", 400)
        if known is None:
            return _refuse("bad_signature", 401)
        try:
            answer = await dispatch(known[0], known[1], arrival)
        except (TimeoutError, SQLAlchemyError) as error:
            _log.error("accept_failed", channel="slack", error=type(error).__name__)
            return Response(status_code=503)
        return Response(answer.body, answer.status, media_type=answer.content_type)

    return webhook


def _refuse(code: str, status: int) -> Response:
    refused("slack", code)
    return Response(status_code=status)
