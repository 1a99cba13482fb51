"""Delivery of webhooks (外部への通知の送信): at least once, signed, in a durable job per try.

The address was chosen by an administrator of the town, but what answers there is nobody we know: no redirects, no
body is read, ten seconds, and never an address inside our own network (SSRF), whatever its name resolves to.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx2
from sqlalchemy import select
from standardwebhooks import Webhook

from bots.durable import TIMERS, Job
from bots.parts import Parts
from bots.patience import patiently
from handoff import hooks
from handoff.outward_records import WebhookDelivery, WebhookTarget
from intake.clock import now_ms, to_datetime
from intake.db import reading
from intake.seal import KeyDestroyed

TIMEOUT_S: Final = 10.0
WAITS_S: Final = (5, 60, 600, 3_600, 6 * 3_600, 24 * 3_600)
"""Between the tries; after the last the delivery has failed and stands on screen."""
_MOST: Final = 100
_LOST_MS: Final = 300_000
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAT64_OWN: Final = ipaddress.ip_network("64:ff9b:1::/48")
"""Behind these prefixes (RFC 6052, RFC 8215) a gateway may lead to an inner IPv4 address."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: `error` is a code, "" when it arrived."""

    error: str = ""
    final: bool = False


def plan(parts: Parts) -> int:
    """Enqueue a job for every delivery that is due; a second enqueue of the same try changes nothing."""
    now = now_ms()
    with reading(parts.sessions) as session:
        rows = session.execute(
            select(
                WebhookDelivery.id,
                WebhookDelivery.attempts,
                WebhookDelivery.target_id,
                WebhookDelivery.not_before,
                WebhookDelivery.created_at,
            )
            .where(
                WebhookDelivery.tenant.in_(parts.tenants),
                WebhookDelivery.state == "waiting",
                WebhookDelivery.not_before <= now,
            )
            .order_by(WebhookDelivery.id)
            .limit(_MOST)
        ).all()
    for row in rows:
        # A job may be lost with its process: after a while the same try gets another one.
        again = max(0, now - max(row.not_before, row.created_at)) // _LOST_MS
        name = f"hook-{row.id:019d}-{row.attempts}-{again}"
        parts.jobs.put_now(Job(TIMERS, "hook", name, f"hook:{row.target_id}", (row.id, row.attempts)))
    return len(rows)


def deliver_hook(parts: Parts, row_id: int, attempt: int) -> str:
    """One try of one delivery; returns its state afterwards."""
    return patiently("hook", lambda: _deliver(parts, row_id, attempt))


def _deliver(parts: Parts, row_id: int, attempt: int) -> str:
    with reading(parts.sessions) as session:
        row = session.get(WebhookDelivery, row_id)
        target = session.get(WebhookTarget, row.target_id) if row is not None else None
        if row is None or target is None or row.state != "waiting" or row.attempts != attempt:
            return "done"
        event_id, body, url = row.event_id, row.body, target.url
        try:
            secret = "" if target.ended_at else hooks.secret_of(parts.vault.sealer, target)
        except KeyDestroyed:
            secret = ""
        silent = row.tenant not in parts.tenants or parts.tenants[row.tenant].office.shadow
    outcome = Outcome("silent" if silent else "ended", final=True)
    if secret and not silent:
        outcome = post(url, secret, event_id, body, now_ms())
    return _settle(parts, row_id, attempt, outcome)


def _settle(parts: Parts, row_id: int, attempt: int, outcome: Outcome) -> str:
    now = now_ms()
    with parts.sessions.begin() as session:
        row = session.get(WebhookDelivery, row_id, with_for_update=True)
        if row is None or row.state != "waiting" or row.attempts != attempt:
            return "done"
        row.attempts, row.error = attempt + 1, outcome.error
        if not outcome.error:
            row.state, row.sent_at = "sent", now
        elif outcome.final or attempt >= len(WAITS_S):
            row.state = "failed"
        else:
            row.not_before = now + WAITS_S[attempt] * 1000
        return row.state


def post(url: str, secret: str, event_id: str, body: str, now: int) -> Outcome:
    """Sign and send. Never raises for what the network or the other side does."""
    at = to_datetime(now)
    place = _place(url)
    if place is None:
        return Outcome("address_refused", final=_resolves(url))
    address, host = place
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": host,
        "user-agent": "toritsugi-webhook/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, at, body),
    }
    name = urlsplit(url).hostname or ""
    try:
        # The connection goes to the address that was looked at, so that the name cannot point elsewhere meanwhile;
        # the certificate is still asked for by the name.
        with (
            httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", address, content=body.encode(), headers=headers, extensions={"sni_hostname": name}
            ) as answer,
        ):
            status = answer.status_code
    except httpx2.TimeoutException:
        return Outcome("timeout")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return Outcome("not_reached")
    if 200 <= status < 300:
        return Outcome()
    return Outcome(f"http_{status}", final=status == 410)


def _place(url: str) -> tuple[str, str] | None:
    """(the URL with a public address in place of the name, the Host header); None for what may not be reached."""
    if not hooks.right_url(url):
        return None
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = _addresses(host, parts.port or (443 if parts.scheme == "https" else 80))
    own = parts.scheme == "http"  # `right_url` lets plain http go to this very machine only, for trying
    if not found or not all(_public(one) or (own and ipaddress.ip_address(one).is_loopback) for one in found):
        return None
    address = f"[{found[0]}]" if ":" in found[0] else found[0]
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{address}{port}", parts.path or "/", parts.query, "")), parts.netloc


def _resolves(url: str) -> bool:
    """Whether the name leads anywhere: then it leads inside, and trying again would not mend it."""
    parts = urlsplit(url)
    return bool(_addresses(parts.hostname or "", parts.port or 443))


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))


def _public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in _NAT64:
        inner = ipaddress.ip_address(int(address) & 0xFFFFFFFF)
    if address in _NAT64_OWN:
        return False
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)
