"""A photo, voice, film or file arrives (添付の受け取り): its row and its job, in the transaction of its message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bots.durable import MEDIA, Job
from bots.line.parse import Origin, origin
from bots.media.brought import Brought
from bots.parts import Parts
from intake import attachments
from intake.records import Case
from intake.seal import Cell

if TYPE_CHECKING:
    from bots.talk import Turn


def received(turn: Turn, kind: str, message_id: int) -> None:
    """The attachment of the message just written (0: it was there before). Bytes that LINE does not hold are refused.

    An external provider names an address that the sender chose: fetching it would make us call whatever they like.
    """
    if not message_id or turn.case is None:
        return
    if turn.brought is not None:
        keep_brought(turn.parts, turn.session, turn.case, message_id, turn.brought, turn.now)
        return
    found = _origin(turn)
    row = attachments.create(
        turn.session, turn.parts.vault.sealer, turn.case, message_id, kind, name=found.name, now=turn.now
    )
    if not found.at_line:
        attachments.settle(row, attachments.UNSAFE, "external", turn.now)
        return
    turn.parts.jobs.put(turn.session, media_job(row.id))


def keep_brought(parts: Parts, session: Session, case: Case, message_id: int, brought: Brought, now: int) -> None:
    """The attachment of the message just written (0: it was there before), and the job that cleans it if need be."""
    if not message_id:
        return
    sealer = parts.vault.sealer
    row = attachments.create(session, sealer, case, message_id, brought.kind, name=brought.name, now=now)
    if brought.media_type:
        attachments.keep(sealer, case, row, brought.body, brought.media_type, brought.duration, now)
        return
    attachments.hold(sealer, case, row, brought.body)
    parts.jobs.put(session, media_job(row.id))


def media_job(attachment_id: int, attempt: int = 0, delay_seconds: float = 0.0) -> Job:
    """The job that fetches this attachment; each further attempt is a job of its own."""
    name = f"media-{attachment_id:019d}-{attempt}"
    return Job(MEDIA, "media", name, f"media:{attachment_id}", (attachment_id, attempt), delay_seconds)


def _origin(turn: Turn) -> Origin:
    event = turn.event
    if event.raw_sealed is None:
        return Origin(at_line=True, name="")
    cell = Cell(event.tenant, "inbox", "raw_sealed", event.id)
    return origin(json.loads(turn.parts.vault.sealer.open(cell, event.raw_sealed)))
