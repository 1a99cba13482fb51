"""From a photo on LINE to a sealed row: fetched, waited for, refused, taken back and erased."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import media_kit
import pytest
from play_town import TENANT, Town
from sqlalchemy import update

from bots.media import cleaning
from bots.media.content import Fetched, Gone, Preparing, Result, TooLarge, Trouble
from bots.media.fetch import GIVE_UP_MS, fetch
from bots.sweep import sweep
from handoff import view
from intake import attachments, cases
from intake.clock import now_ms
from intake.db import is_sqlite, reading
from intake.door_records import Attachment
from intake.records import Case, Message


class Line:
    """LINE's content as a list of answers, the last for ever; `between` happens while it is being read."""

    def __init__(self, *answers: bytes | Result) -> None:
        self.answers, self.asked = list(answers), []
        self.between: Any = lambda: None

    def fetch(self, message_id: str, target: BinaryIO, most: int) -> Result:
        self.asked.append(message_id)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.between()
        if not isinstance(answer, bytes):
            return answer
        if len(answer) > most:
            return TooLarge()
        target.write(answer)
        target.flush()
        return Fetched(len(answer))


def send(town: Town, kind: str = "image", ref: str = "i1", **more: Any) -> Attachment:
    """Somebody sends one; its row."""
    town.take(town.event("message", message={"type": kind, "id": ref, **more}))
    return town.all(Attachment)[-1]


def run(town: Town, line: Line, row: Attachment, attempt: int = 0) -> str:
    return fetch(town.parts, {TENANT: line}, row.id, attempt)  # type: ignore[dict-item]


def now(town: Town, row: Attachment) -> Attachment:
    return town.one(Attachment, id=row.id)


def body(town: Town, row: Attachment) -> bytes | None:
    with reading(town.parts.sessions) as session:
        found = session.get(Attachment, row.id)
        assert found is not None
        return attachments.body_of(town.parts.vault.sealer, found)


def due(town: Town, row: Attachment, **values: int) -> None:
    with town.work() as session:
        session.execute(update(Attachment).where(Attachment.id == row.id).values(**({"not_before": 0} | values)))


def media_jobs(town: Town) -> list[str]:
    return [job_id for name, job_id in town.jobs() if name == "media"]


def lines(town: Town) -> Mapping[str, view.Line]:
    who = town.staff()
    with town.work() as session:
        opened = view.open_case(town.parts.tenants[TENANT].office, session, town.case()[0].id, who, now_ms(), "console")
    return {line.kind: line for line in opened.lines}


def test_a_photo_is_fetched_cleaned_and_sealed(town: Town) -> None:
    row, line = send(town), Line(media_kit.photo())
    assert row.state == "waiting"
    assert media_jobs(town) == [f"media-{row.id:019d}-0"]
    assert run(town, line, row) == "kept"
    assert line.asked == ["i1"]
    kept, whole = now(town, row), body(town, row)
    assert whole is not None
    assert (kept.media_type, kept.size, kept.case_id) == ("image/jpeg", len(whole), town.case()[0].id)
    assert whole.startswith(b"\xff\xd8\xff")
    assert media_kit.HIDDEN not in whole
    assert run(town, line, row) == "kept"
    assert len(line.asked) == 1
    said = lines(town)["image"]
    assert said.attachment is not None
    assert (said.text, said.attachment.title, said.attachment.why) == ("", "写真 1", "")


def test_nothing_of_it_lies_open_in_the_database(town: Town) -> None:
    row = send(town)
    run(town, Line(media_kit.photo()), row)
    whole = body(town, row)
    assert whole is not None
    with reading(town.parts.sessions) as session:
        found = session.get(Attachment, row.id)
        assert found is not None
        stored = found.body_sealed
    assert stored is not None
    assert whole[100:164] not in stored
    if is_sqlite(town.parts.engine):
        path = str(town.parts.engine.url.database)
        for name in (path, f"{path}-wal"):
            raw = Path(name).read_bytes()
            assert whole[100:164] not in raw
            assert media_kit.HIDDEN not in raw


def test_a_voice_keeps_its_length_and_a_file_its_name(town: Town) -> None:
    voice = send(town, "audio", "a1", duration=2000, contentProvider={"type": "line"})
    paper = send(town, "file", "f1", fileName="診断書.pdf", fileSize=12)
    run(town, Line(media_kit.voice(2.0)), voice)
    run(town, Line(b"%PDF-1.7 \x00\x01"), paper)
    seen = lines(town)
    assert seen["audio"].attachment is not None
    assert seen["file"].attachment is not None
    assert seen["audio"].attachment.length == "2秒"
    assert seen["file"].attachment.name == "診断書.pdf"
    assert body(town, paper) == b"%PDF-1.7 \x00\x01"


def test_line_prepares_it_first(town: Town) -> None:
    row, line = send(town, "video"), Line(Preparing(), media_kit.film())
    assert run(town, line, row) == "waiting"
    assert media_jobs(town)[-1] == f"media-{row.id:019d}-1"
    assert run(town, line, row, 1) == "waiting", "not before its time"
    assert len(line.asked) == 1
    due(town, row)
    assert run(town, line, row, 1) == "kept"


@pytest.mark.parametrize(
    ("answer", "state"), [(Gone(), "gone"), (b"x" * 16_000_000, "too_large"), (b"MZ", "unsafe"), (b"", "unsafe")]
)
def test_what_will_never_come(town: Town, answer: bytes | Result, state: str) -> None:
    row = send(town)
    assert run(town, Line(answer), row) == state
    assert body(town, row) is None
    said = lines(town)["image"]
    assert said.attachment is not None
    assert said.attachment.why
    assert len(media_jobs(town)) == 1


def test_line_is_away_for_a_while_and_then_for_a_day(town: Town) -> None:
    row, line = send(town), Line(Trouble("503"))
    assert run(town, line, row) == "waiting"
    assert now(town, row).note == "503"
    due(town, row, created_at=now_ms() - GIVE_UP_MS - 1)
    assert run(town, line, row, 1) == "failed"


def test_a_child_that_dies_twice_is_the_fault_of_what_it_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "clean", lambda kind, held: cleaning.Died())
    row, line = send(town), Line(media_kit.photo())
    assert run(town, line, row) == "waiting"
    due(town, row)
    assert run(town, line, row, 1) == "unsafe"


def test_an_address_of_the_senders_choice_is_never_fetched(town: Town) -> None:
    row = send(town, contentProvider={"type": "external", "originalContentUrl": "http://169.254.169.254/"})
    assert (row.state, row.note) == ("unsafe", "external")
    assert media_jobs(town) == []
    line = Line(b"never")
    assert run(town, line, row) == "unsafe"
    assert line.asked == []


def test_taken_back_before_during_and_after(town: Town) -> None:
    before, during, after = (send(town, ref=ref) for ref in ("i1", "i2", "i3"))
    town.unsend("i1")
    line = Line(media_kit.photo())
    assert run(town, line, before) == "gone"
    assert line.asked == []
    line.between = lambda: town.unsend("i2")
    assert run(town, line, during) == "gone"
    line.between = lambda: None
    assert run(town, line, after) == "kept"
    town.unsend("i3")
    for row in (before, during, after):
        assert now(town, row).state == "gone"
        assert body(town, row) is None
    assert lines(town)["image"].unsent


def test_kesu_takes_it_all(town: Town) -> None:
    kept, waiting = send(town, "file", "f1", fileName="名前.pdf"), send(town, ref="i2")
    run(town, Line(b"%PDF-1"), kept)
    with town.work() as session:
        case = session.get(Case, kept.case_id)
        assert case is not None
        cases.erase_case(session, case, now_ms())
    line = Line(media_kit.photo())
    for row in (kept, waiting):
        found = now(town, row)
        assert (found.state, found.size, found.name_sealed) == ("gone", 0, None)
        assert body(town, row) is None
        assert run(town, line, row) == "gone"
    assert line.asked == []


def test_erased_while_it_is_fetched(town: Town) -> None:
    row, line = send(town), Line(media_kit.photo())
    case = town.case()[0]
    line.between = lambda: town.parts.vault.keys.destroy(case.key_id) or town.parts.vault.sealer.forget(case.key_id)
    assert run(town, line, row) == "gone"
    assert body(town, row) is None


def test_one_left_behind_gets_a_new_job_and_a_deadly_one_is_set_aside(town: Town) -> None:
    row, resting = send(town), send(town, ref="i2")
    due(town, row, created_at=now_ms() - 300_000)
    due(town, resting, created_at=now_ms() - 300_000, not_before=now_ms() + 60_000)
    first = set(media_jobs(town))
    sweep(town.parts, [])
    new = set(media_jobs(town)) - first
    assert len(new) == 1
    assert new.pop().startswith(f"media-{row.id:019d}-")
    job = f"media-{row.id:019d}-0"
    assert sweep(town.parts, [("media", job)]) == [job]
    assert (now(town, row).state, now(town, row).note) == ("failed", "died_too_often")


def test_a_redelivered_photo_is_one_photo(town: Town) -> None:
    event = town.event("message", message={"type": "image", "id": "i1"})
    town.take(event)
    assert town.save(event) is None
    assert len(town.all(Attachment)) == len(town.all(Message, kind="image")) == 1
