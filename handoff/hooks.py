"""Webhooks (外部への通知): the addresses that hear of events, their secrets, and what did not arrive.

The form is Standard Webhooks (standardwebhooks.com): `webhook-id`, `webhook-timestamp`, `webhook-signature`. What is
told: `handoff.hook_events`; `bots.hooks` delivers it. Nothing here commits.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Sequence
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.hook_events import EVENTS
from handoff.office import Office, Refused
from handoff.outward_records import WebhookDelivery, WebhookTarget
from intake.ids import new_id
from intake.seal import Cell, Sealer

_LONGEST: Final = 400


def add(office: Office, session: Session, staff_id: int, name: str, url: str, events: Collection[str], now: int) -> str:
    """A new address; returns the signing secret (`whsec_…`), which is shown this once.

    Raises `Refused`: `no_name`, `bad_url` (https only; plain http to this machine for trying), `no_event`.
    """
    if not name.strip() or len(name.strip()) > 64:
        raise Refused("no_name", "どこへの通知か、名前を書いてください（64文字まで）。")
    chosen = [event for event in EVENTS if event in events]
    if not chosen or len(chosen) != len(set(events)):
        raise Refused("no_event", f"知らせることを選んでください: {'、'.join(EVENTS)}")
    if not right_url(url):
        raise Refused("bad_url", "宛先は https:// ではじまる番地です（名前とパスワードは入れられません）。")
    secret = secrets.token_bytes(32)
    row_id, key_id = new_id(), office.vault.keys.create(office.tenant, "hook")
    cell = Cell(office.tenant, "webhook_targets", "secret_sealed", row_id)
    text = "whsec_" + base64.b64encode(secret).decode()
    session.add(
        WebhookTarget(
            id=row_id, tenant=office.tenant, name=name.strip(), url=url, events=" ".join(chosen), key_id=key_id,
            secret_sealed=office.sealer.seal_text(key_id, cell, text), by_staff=staff_id, at=now,
        )
    )  # fmt: skip
    session.flush()
    _audited(office, session, "webhook_added", row_id, staff_id, now)
    return text


def right_url(url: str) -> bool:
    """Whether a notice may go there: https, or http on this very machine; no credentials, no fragment."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    own = parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    plain = not (parts.username or parts.password or parts.fragment)
    return plain and bool(host) and len(url) <= _LONGEST and url.isascii() and (parts.scheme == "https" or own)


def end(office: Office, session: Session, staff_id: int, target_id: int, now: int) -> int:
    """Nothing more goes there; what waits is dropped. Returns the key to destroy after the commit.

    Raises `Refused("gone")`.
    """
    row = session.get(WebhookTarget, target_id, with_for_update=True)
    if row is None or row.tenant != office.tenant or row.ended_at is not None:
        raise Refused("gone", "その宛先は、もうありません。")
    row.ended_at = now
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.target_id == row.id, WebhookDelivery.state == "waiting")
        .values(state="failed", error="ended")
    )
    _audited(office, session, "webhook_ended", row.id, staff_id, now)
    return row.key_id


def secret_of(sealer: Sealer, row: WebhookTarget) -> str:
    """The signing secret. Raises `KeyDestroyed` for an address that was ended."""
    return sealer.open_text(Cell(row.tenant, "webhook_targets", "secret_sealed", row.id), row.secret_sealed)


def failed(session: Session, tenant: str, limit: int = 50) -> Sequence[WebhookDelivery]:
    """What did not arrive, the newest first."""
    wanted = select(WebhookDelivery).where(WebhookDelivery.tenant == tenant, WebhookDelivery.state == "failed")
    return session.scalars(wanted.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def again(office: Office, session: Session, staff_id: int, delivery_id: int, now: int) -> None:
    """Try a failed one again. Raises `Refused("gone")`."""
    row = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    target = session.get(WebhookTarget, row.target_id) if row is not None else None
    if row is None or row.tenant != office.tenant or row.state != "failed" or target is None or target.ended_at:
        raise Refused("gone", "その通知は、もう送れません。")
    row.state, row.attempts, row.not_before, row.error = "waiting", 0, now, ""
    _audited(office, session, "webhook_again", target.id, staff_id, now)


def _audited(office: Office, session: Session, action: str, target_id: int, staff_id: int, now: int) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff_id, detail=f"#{target_id}"
    )  # fmt: skip
