"""A photo, a voice or a paper on our own page: taken in, refused kindly, never lost and never open on a disk."""

from __future__ import annotations

import threading

import media_kit
import pytest

from bots.media import brought, cleaning, fetch
from bots.web import uploads
from handoff import enclosed, view
from intake import attachments
from intake.clock import now_ms
from intake.door_records import Attachment
from intake.records import Case, Message

PDF = b"%PDF-1.7 \x00\x01"


def whole(town, row: Attachment) -> bytes | None:
    with town.work() as session:
        return attachments.body_of(town.parts.vault.sealer, session.get(Attachment, row.id))


def test_a_photo_goes_to_staff_cleaned_with_the_words_beside_it(guest, town):
    guest.start()
    page = guest.send(media_kit.photo(), "image/jpeg", "この手紙が来ました")
    assert page.status_code == 200 and "この手紙が来ました" in page.text and "写真：受けとりました。" in page.text
    row = town.one(Attachment)
    kept = whole(town, row)
    assert (row.state, row.kind, row.media_type) == ("kept", "image", "image/jpeg")
    assert kept and kept.startswith(b"\xff\xd8\xff") and media_kit.HIDDEN not in kept
    assert not [name for name, _ in town.jobs() if name == "media"]
    who = town.staff()
    with town.work() as session:
        shown = view.open_case(town.office, session, row.case_id, who, now_ms(), "console")
        assert [line.kind for line in shown.lines if line.author == "person"] == ["text", "text", "image"]
        opened = enclosed.open_attachment(town.office, session, row.case_id, row.id, who, now_ms())
    assert opened.body == kept


def test_a_voice_and_a_paper_are_taken_too_and_a_doubled_form_once(guest, town):
    guest.start()
    guest.send(media_kit.voice(1.0), "audio/mp4", name="声.m4a")
    old = guest.get("/talk")
    once, csrf = guest.hidden("once"), guest.hidden("csrf")
    for _ in range(2):
        answer = guest.client.post(
            "/talk",
            data={"once": once, "csrf": csrf, "text": ""},
            files={"file": ("診断書.pdf", PDF, "application/pdf")},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 303
    assert old.status_code == 200
    assert [(row.kind, row.state) for row in town.all(Attachment)] == [("audio", "kept"), ("file", "kept")]
    assert whole(town, town.one(Attachment, kind="file")) == PDF


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b"MZ\x90\x00", "image/jpeg", "安全にひらけない"),
        (b"<html><script>", "application/pdf", "安全にひらけない"),
        (b"whatever", "video/mp4", "動画は受けとれません"),
        (b"x" * (15 * 1024 * 1024 + 1), "image/jpeg", "15 MB"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_words_stay(guest, town, body, media_type, said):
    guest.start()
    page = guest.send(body, media_type, "だいじな話")
    assert page.status_code in (413, 422) and said in page.text and "だいじな話</textarea>" in page.text
    assert town.all(Attachment) == [] and len(town.messages()) == 1


def test_words_of_danger_wait_for_no_picture(guest, town):
    guest.start()
    page = guest.send(b"MZ", "image/jpeg", "夫に殴られました。助けてください")
    assert page.status_code == 200 and "tel:110" in page.text and "安全にひらけない" in page.text
    assert any("殴られました" in said for said in town.messages()) and town.all(Attachment) == []


def test_what_takes_too_long_is_sealed_as_it_came_and_cleaned_by_its_job(guest, town, monkeypatch):
    guest.start()
    monkeypatch.setattr(brought.cleaning, "clean", lambda *_: cleaning.Died())
    page = guest.send(media_kit.photo(), "image/jpeg")
    assert "中をたしかめています" in page.text
    monkeypatch.undo()
    row = town.one(Attachment)
    assert row.state == "waiting" and whole(town, row) is None
    with town.work() as session:
        held = session.get(Attachment, row.id).body_sealed
    assert held and media_kit.HIDDEN not in held
    assert [job for name, job in town.jobs() if name == "media"] == [f"media-{row.id:019d}-0"]
    assert fetch.fetch(town.parts, {}, row.id, 0) == "kept"
    assert media_kit.HIDDEN not in (whole(town, row) or media_kit.HIDDEN)
    assert "写真：受けとりました。" in guest.get("/talk").text


@pytest.mark.parametrize("how", ["broken", "erased"])
def test_what_waits_sealed_goes_when_it_cannot_be_kept(guest, town, monkeypatch, how):
    guest.start()
    monkeypatch.setattr(brought, "_ROOMS", threading.BoundedSemaphore(1))
    brought._ROOMS.acquire()
    guest.send(b"MZ" if how == "broken" else media_kit.photo(), "image/jpeg")
    row = town.one(Attachment)
    assert row.state == "waiting"
    if how == "erased":
        case = town.one(Case)
        town.parts.vault.keys.destroy(case.key_id)
        town.parts.vault.sealer.forget(case.key_id)
    state = {"broken": "unsafe", "erased": "gone"}[how]
    assert fetch.fetch(town.parts, {}, row.id, 0) == state
    with town.work() as session:
        assert session.get(Attachment, row.id).body_sealed is None
    if how == "broken":
        assert "安全にひらけない" in guest.get("/talk").text


def test_a_crash_before_the_commit_keeps_nothing_and_the_person_sends_again(guest, town, monkeypatch):
    from sqlalchemy.exc import OperationalError

    guest.start()

    def away(*_args, **_more):
        raise OperationalError("INSERT", {}, Exception("gone"))

    monkeypatch.setattr(attachments, "keep", away)
    page = guest.send(media_kit.photo(), "image/jpeg", "だいじな話")
    assert page.status_code == 503 and "だいじな話</textarea>" in page.text
    assert town.all(Attachment) == town.all(Message, kind="image") == []
    monkeypatch.undo()
    assert "写真：受けとりました。" in guest.send(media_kit.photo(), "image/jpeg", "だいじな話").text


def test_too_many_files_at_once_and_too_long_a_form(guest, town, monkeypatch):
    guest.start()
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(uploads, "_AT_ONCE", full)
    page = guest.send(media_kit.photo(), "image/jpeg", "だいじな話")
    assert page.status_code == 503 and "だいじな話</textarea>" in page.text and "もう一度えらんで" in page.text
    monkeypatch.undo()
    guest.get("/talk")
    assert guest.send(b"", "image/jpeg", "い" * 200_000).status_code == 413
    big = {"csrf": "x", "once": "x", "text": "い" * 200_000}
    assert guest.client.post("/back", data=big, files={"file": ("a", b"x")}).status_code == 413
    assert len(town.messages()) == 1


def test_a_worker_is_asked_for_no_picture_and_one_sent_all_the_same_stays_outside(guest, town):
    guest.start("検針員です。メーターが止まっています")
    assert town.one(Case).route == "lifeline"
    assert 'accept="audio/*"' in guest.shown.text and "声をおくる" in guest.shown.text
    page = guest.send(media_kit.photo(), "image/jpeg")
    assert "写真は受けとっていません" in page.text and town.all(Attachment) == []
