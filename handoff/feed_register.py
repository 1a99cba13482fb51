"""The register of lists and watching systems (記録のもと), with the secrets of their webhooks. Never commits."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger
from handoff.office import NotFound, Office, Refused
from handoff.path_records import Feed
from intake.db import insert_ignore
from intake.ids import new_id
from intake.seal import Cell

KIND_JA: Final = {"visit": "全戸訪問の記録", "watch": "見守り・安否確認"}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def add(office: Office, session: Session, name: str, label: str, kind: str, now: int, *, signed: bool) -> str:
    """A new feed. Returns the secret of its webhook, to be shown once ("" when it comes as files only).

    Raises `Refused`: `bad_name`, `taken`, `bad_kind`.
    """
    if not _NAME.fullmatch(name):
        raise Refused("bad_name", "名前は、英小文字・数字・ハイフンで 31 文字までです。")
    if kind not in KIND_JA:
        raise Refused("bad_kind", "種類は visit（全戸訪問）か watch（見守り・安否確認）です。")
    if signed and kind != "watch":
        raise Refused("bad_kind", "外から届く形（webhook）は、見守り・安否確認（watch）だけです。")
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}" if signed else ""
    row_id, key_id = new_id(), office.vault.keys.create(office.tenant, "feed")
    sealed = office.sealer.seal_text(key_id, _secret_cell(office.tenant, row_id), secret) if secret else None
    values = {
        "id": row_id, "tenant": office.tenant, "name": name, "label": label.strip()[:80] or name, "kind": kind,
        "key_id": key_id, "secret_sealed": sealed, "created_at": now,
    }  # fmt: skip
    if not insert_ignore(session, Feed, values):
        raise Refused("taken", "その名前は使われています。終わったものの名前も、もう一度は使えません。")
    ledger.audit(session, office.audit_key, office.tenant, at=now, action="feed_added", staff_id=None, detail=name)
    return secret


def end(office: Office, session: Session, name: str, now: int) -> None:
    """Take nothing more from this feed; its secret is gone. Raises `NotFound`."""
    row = find(session, office.tenant, name, lock=True)
    if row is None:
        raise NotFound("not_found", "その名前のものはありません。")
    row.ended_at, row.secret_sealed = now, None
    ledger.audit(session, office.audit_key, office.tenant, at=now, action="feed_ended", staff_id=None, detail=name)


def find(session: Session, tenant: str, name: str, *, lock: bool = False) -> Feed | None:
    """The live feed of this name. `lock`: its signs are filed one after another, so that one person has one case."""
    wanted = select(Feed).where(Feed.tenant == tenant, Feed.name == name, Feed.ended_at.is_(None))
    return session.scalar(wanted.with_for_update() if lock else wanted)


def listed(session: Session, tenant: str) -> tuple[Feed, ...]:
    """Every feed of the town, ended ones last."""
    rows = session.scalars(select(Feed).where(Feed.tenant == tenant).order_by(Feed.ended_at.is_not(None), Feed.name))
    return tuple(rows)


def secret_of(office: Office, feed: Feed) -> str:
    """The secret of its signatures, "" when nothing may come by webhook."""
    sealed = feed.secret_sealed
    return office.sealer.open_text(_secret_cell(feed.tenant, feed.id), sealed) if sealed is not None else ""


def _secret_cell(tenant: str, row_id: int) -> Cell:
    return Cell(tenant, "feeds", "secret_sealed", row_id)
