"""Signs of watching systems by webhook (`POST /feeds/{tenant}/{feed}`, R4b): verified, saved, and only then 200.

Signed as Standard Webhooks say (webhook-id, webhook-timestamp, webhook-signature; five minutes either way). A delivery
sent again has the same id and changes nothing. Nothing is decoded before the signature holds.
"""

from __future__ import annotations

import anyio.to_thread
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bots.body import TooLarge, limited_body
from bots.metrics import received, refused
from bots.parts import Parts
from handoff import feed_register, feeds
from handoff.feed_signal import BadSignal, delivery_key, signal_of
from handoff.office import NotFound
from intake.clock import now_ms
from intake.db import reading

_LONGEST_ID = 200
_NOBODY = "whsec_bm9ib2R5LW5vYm9keS1ub2JvZHktbm9ib2R5LW5vYm9keQ=="
"""Stands for the secret of a feed that is not: it is verified against all the same, so that both take as long."""
_log = structlog.get_logger()


class BadSignature(Exception):
    """Not signed with this feed's secret, too old, or sent too early."""


def verify(secret: str, body: bytes, headers: dict[str, str]) -> str:
    """The delivery's id. Raises `BadSignature`, also for an unknown feed (`secret` "")."""
    try:
        Webhook(secret or _NOBODY).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The library splits and decodes what the sender wrote: what does not fit its shape is a ValueError.
        raise BadSignature("webhook-signature") from None
    found = headers.get("webhook-id", "")
    if not secret or len(found) > _LONGEST_ID:
        raise BadSignature("webhook-id")
    return found


def make_router(parts: Parts) -> APIRouter:
    """The way in for every town and feed."""
    router = APIRouter(include_in_schema=False)

    @router.post("/feeds/{tenant}/{feed}")
    async def signal(tenant: str, feed: str, request: Request) -> Response:
        try:
            body = await limited_body(request)
            headers = {name.lower(): value for name, value in request.headers.items()}
            return await anyio.to_thread.run_sync(lambda: _take(parts, tenant, feed, body, headers))
        except TooLarge:
            return _refuse("too_large", 413)
        except BadSignature:
            return _refuse("bad_signature", 401)
        except BadSignal as fault:
            return _refuse("bad_body", 400, field=str(fault))
        except SQLAlchemyError as error:
            _log.error("accept_failed", channel="feed", error=type(error).__name__)
            return _refuse("away", 503)

    return router


def _take(parts: Parts, tenant: str, feed: str, body: bytes, headers: dict[str, str]) -> Response:
    """Everything but the reading of the body. 200 only after the commit."""
    town = parts.tenants.get(tenant)
    secret = ""
    if town is not None:
        with reading(parts.sessions) as session:
            row = feed_register.find(session, tenant, feed)
            secret = feed_register.secret_of(town.office, row) if row is not None else ""
    delivery = verify(secret, body, headers)
    sign = signal_of(body)
    assert town is not None
    try:
        with parts.sessions.begin() as session:
            taken = feeds.take(town.office, session, feed, {delivery_key(delivery): sign}, now_ms())
    except NotFound:  # ended since we looked
        raise BadSignature("ended") from None
    received("feed", 1, taken.new + taken.cases)
    return JSONResponse({"taken": taken.known == 0})


def _refuse(code: str, status: int, **more: str) -> Response:
    refused("feed", code)
    return JSONResponse({"error": code, **more}, status_code=status)
