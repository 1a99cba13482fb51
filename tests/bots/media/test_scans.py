"""A FAX on paper beside what was taken down of it: cleaned, sealed with the case, for those who may see the case."""

from __future__ import annotations

import io

import pytest
from media_kit import HIDDEN, photo
from play_town import Town

from bots.media.scans import TownScans
from handoff import scans
from handoff.office import NotFound, Refused
from handoff.records import Audit
from intake import attachments, cases
from intake.clock import now_ms
from intake.db import reading
from intake.records import Message

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_a_scan_is_cleaned_and_sealed_with_its_case(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    other = town.staff("田中", "worker", "hokatsu")
    looked = TownScans(town.parts).look(io.BytesIO(photo()), "image/jpeg", "FAX 見本はなこ.jpg")
    with town.work() as session, pytest.raises(NotFound):
        scans.attach(town.office, session, case_id, other, looked, now_ms())
    with town.work() as session:
        scans.attach(town.office, session, case_id, staff, looked, now_ms())
    with reading(town.parts.sessions) as session:
        (row,) = attachments.of_case(session, case_id)
        body = attachments.body_of(town.office.sealer, row)
    assert body is not None and HIDDEN not in body
    message = town.one(Message, kind="image")
    assert message.staff_id == staff.id
    assert "はなこ" not in cases.text_of(town.office.sealer, message)
    assert town.one(Audit, action="scan_added").case_id == case_id


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_what_is_no_paper_is_refused(town: Town) -> None:
    for body, kind in ((b"MZ\x90", "application/pdf"), (b"not a picture", "image/png"), (photo(), "video/mp4")):
        with pytest.raises(Refused):
            TownScans(town.parts).look(io.BytesIO(body), kind, "x")
