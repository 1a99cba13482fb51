"""LINE's webhook (`POST /line/{tenant}`): verify the raw bytes, save, and only then answer 200.

Source: LINE Messaging API, "Verify webhook signature" and "Receive messages". Nothing is decoded before the
signature holds; a request that is refused leaves nothing behind but a count.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from bots.accept import Acceptor, Arrival
from bots.body import TooLarge, limited_body
from bots.line.parse import BadBody, envelope, event_key, parse
from bots.metrics import received, refused
from bots.parts import Parts
from intake.clock import now_ms

_log = structlog.get_logger()


class BadSignature(Exception):
    """The request was not signed with this channel's secret."""


def verify(body: bytes, signature: str | None, secret: str) -> None:
    """Check `x-line-signature` (base64 of HMAC-SHA256 of the raw body). Raises `BadSignature`."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    if not secret or not signature or not hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8")):
        raise BadSignature("x-line-signature")


def make_router(parts: Parts, acceptor: Acceptor) -> APIRouter:
    """The webhook of every tenant that has a LINE account."""
    router = APIRouter()

    @router.post("/line/{tenant}")
    async def webhook(tenant: str, request: Request) -> Response:
        known = parts.tenants.get(tenant)
        line = known.settings.line if known else None
        secret = line.channel_secret.get_secret_value() if line else ""
        try:
            body = await limited_body(request)
            # An unknown tenant answers as a wrong signature does: nobody learns which towns are served.
            verify(body, request.headers.get("x-line-signature"), secret)
            batch = envelope(body)
        except TooLarge:
            return _refuse("too_large", 413)
        except BadSignature:
            return _refuse("bad_signature", 401)
        except BadBody:
            return _refuse("bad_body", 400)
        if line and line.destination and batch.destination != line.destination:
            return _refuse("wrong_destination", 400)
        try:
            new = await acceptor.accept([_arrival(tenant, event) for event in batch.events])
        except SQLAlchemyError as error:
            _log.error("accept_failed", channel="line", error=type(error).__name__)
            return Response(status_code=503)
        received("line", len(batch.events), new)
        return Response(status_code=200)

    return router


def _arrival(tenant: str, event: dict[str, object]) -> Arrival:
    parsed = parse(event)
    return Arrival(
        tenant=tenant,
        channel="line",
        event_key=event_key(event),
        conversation=parsed.group_id or parsed.user_id or "nobody",
        event_at=parsed.timestamp_ms or now_ms(),
        raw=json.dumps(event, ensure_ascii=True, separators=(",", ":")).encode(),
    )


def _refuse(code: str, status: int) -> Response:
    refused("line", code)
    return Response(status_code=status)
