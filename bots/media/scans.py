"""Papers that staff scan (FAX・手紙): through the same cleaning as whatever people send us."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from typing import BinaryIO

from sqlalchemy.orm import Session

from bots.media import brought
from bots.media.brought import Brought
from bots.media.cleaning import scratch
from bots.media.receive import keep_brought
from bots.parts import Parts
from handoff.office import Refused
from intake import cases
from intake.records import Case


@dataclass(frozen=True, slots=True)
class Kept:
    """A cleaned scan, `handoff.scans.Scan`."""

    parts: Parts
    brought: Brought = field(repr=False)

    def keep(self, session: Session, case: Case, staff_id: int, now: int) -> None:
        """As the protocol says. The text of its message is a mark, no word of anybody."""
        mark = f"scan:{secrets.token_hex(16)}"
        written = cases.add_message(
            session, self.parts.vault.sealer, case, source=mark, author="person", kind=self.brought.kind, text=mark,
            at=now, staff_id=staff_id,
        )  # fmt: skip
        keep_brought(self.parts, session, case, written or 0, self.brought, now)


@dataclass(frozen=True, slots=True)
class TownScans:
    """`handoff.scans.Scans` over the product's parts."""

    parts: Parts

    def look(self, source: BinaryIO, media_type: str, name: str) -> Kept:
        """As the protocol says: pictures and PDF, nothing that sounds or moves."""
        if media_type.partition("/")[0] in ("audio", "video"):
            raise Refused("kind", "紙の画像（JPEG・PNG）か PDF をえらんでください。")
        # The child that opens it needs a file of the system, which an upload in memory is not.
        with scratch("scan") as held:
            shutil.copyfileobj(source, held)
            found = brought.look(held, media_type, name)
        if isinstance(found, str):
            raise Refused("unsafe", "このファイルは受けとれません。JPEG・PNG・PDF で、もう一度スキャンしてください。")
        return Kept(self.parts, found)
