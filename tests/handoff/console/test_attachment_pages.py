"""Photos, voices and files on the case page: shown, played, downloaded, and behind the case's own door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import media_kit
import pytest
from browser_kit import needs_browser
from console_browser import Browser
from console_screen import PHONE, check
from console_town import Town, add_case
from sqlalchemy import select

from bots.media import cleaning
from handoff.records import Audit
from intake import attachments, cases
from intake.door_records import Attachment
from intake.records import Case

BODY = bytes(range(256)) * 8
PLAYED = """kind => new Promise((done, failed) => {
    const player = document.querySelector(kind)
    player.muted = true
    player.onended = () => done(player.duration)
    player.onerror = () => failed(player.error.message)
    player.play().catch(failed)
})"""


def enclose(
    town: Town,
    case_id: int,
    kind: str,
    body: bytes = BODY,
    media_type: str = "",
    *,
    state: str = "kept",
    name: str = "",
) -> str:
    """A message with an attachment; its address."""
    sealer = town.office.sealer
    with town.sessions.begin() as session:
        case = session.get(Case, case_id)
        assert case is not None
        message = cases.add_message(
            session, sealer, case, source=f"in:{kind}{state}{len(name)}", author="person", kind=kind, text="LINE-ID-77",
            at=town.now,
        )  # fmt: skip
        assert message is not None
        row = attachments.create(session, sealer, case, message, kind, name=name, now=town.now)
        if state == "kept":
            attachments.keep(sealer, case, row, body, media_type, 65_000 if kind == "audio" else 0, town.now)
        elif state != "waiting":
            attachments.settle(row, state, "", town.now)
        return f"/console/cases/{case_id}/attachments/{row.id}"


def test_the_page_shows_plays_and_offers(town: Town, browser: Callable[..., Browser]) -> None:
    case = add_case(town, "a", "写真を送ります", None)
    photo = enclose(town, case, "image", media_type="image/jpeg")
    voice = enclose(town, case, "audio", media_type="audio/mp4")
    film = enclose(town, case, "video", media_type="video/mp4")
    paper = enclose(town, case, "file", media_type="application/pdf", name="<b>診断書.pdf")
    page = browser("sato").get(f"/console/cases/{case}")
    assert f'<img src="{photo}" alt="本人が送った写真"' in page.text
    assert f'<audio controls preload="none" src="{voice}"' in page.text
    assert f'<video controls preload="none" src="{film}"' in page.text
    assert f'href="{paper}" download' in page.text
    assert "音声 1（1分5秒）" in page.text
    assert "&lt;b&gt;診断書.pdf" in page.text
    assert "LINE-ID-77" not in page.text
    assert "media-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "受けとっています"), ("gone", "もうありません"), ("too_large", "大きすぎる"),
        ("unsafe", "安全に開けない"), ("failed", "受けとれませんでした"),
    ],
)  # fmt: skip
def test_what_is_not_here_says_why(town: Town, browser: Callable[..., Browser], state: str, words: str) -> None:
    case = add_case(town, "a", "写真を送ります", None)
    where = enclose(town, case, "image", state=state)
    reader = browser("sato")
    page = reader.get(f"/console/cases/{case}").text
    assert words in page
    assert "本人が送った写真" not in page
    assert reader.get(where).content == reader.get(f"/console/cases/{case}/attachments/1").content


def test_what_waits_asks_for_itself_until_it_is_here(town: Town, browser: Callable[..., Browser]) -> None:
    case = add_case(town, "a", "写真を送ります", None)
    where = enclose(town, case, "image", state="waiting")
    reader = browser("sato")
    assert f'hx-get="{where}/shown" hx-trigger="every 5s"' in reader.get(f"/console/cases/{case}").text
    assert reader.get(f"{where}/shown").status_code == 204
    with town.sessions.begin() as session:
        row = session.get(Attachment, int(where.rpartition("/")[2]))
        attachments.keep(town.office.sealer, session.get(Case, case), row, BODY, "image/jpeg", 0, town.now)
    shown = reader.get(f"{where}/shown").text
    assert f'<img src="{where}"' in shown and "hx-get" not in shown and "<html" not in shown


def test_its_headers(town: Town, browser: Callable[..., Browser]) -> None:
    case = add_case(town, "a", "写真を送ります", None)
    photo = enclose(town, case, "image", media_type="image/jpeg")
    paper = enclose(town, case, "file", media_type="application/pdf", name="田中 診断書.pdf")
    reader = browser("sato")
    shown, saved = reader.get(photo), reader.get(paper)
    assert shown.content == saved.content == BODY
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"] == 'inline; filename="image-1.jpg"'
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"] == 'attachment; filename="file-1.pdf"'
    for answer in (shown, saved):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_who_may_not_see_the_case_sees_nothing_of_it(town: Town, browser: Callable[..., Browser]) -> None:
    case, other = add_case(town, "a", "写真を送ります", None), add_case(town, "b", "別の相談", None)
    photo = enclose(town, case, "image", media_type="image/jpeg")
    attachment = photo.rpartition("/")[2]
    absent = browser("sato").get(f"/console/cases/{case}/attachments/4711")
    assert absent.status_code == 404
    swapped = browser("sato").get(f"/console/cases/{other}/attachments/{attachment}")
    assert (swapped.status_code, swapped.content) == (404, absent.content)
    for who in ("tanaka", "kato", "mori"):
        reader = browser(who)
        refused, nothing = reader.get(photo), reader.get("/console/cases/4711/attachments/4711")
        assert (refused.status_code, refused.content) == (404, nothing.content)
        assert not any(byte in refused.content for byte in (BODY[:40], BODY[-40:]))
    assert browser().get(photo).status_code == 303
    with town.sessions() as session:
        assert not session.scalars(select(Audit).where(Audit.action == "attachment_opened")).all()


def test_opening_is_logged_once_however_many_pieces_are_asked_for(town: Town, browser: Callable[..., Browser]) -> None:
    case = add_case(town, "a", "声を送ります", None)
    voice = enclose(town, case, "audio", media_type="audio/mp4")
    sato, suzuki = browser("sato"), browser("suzuki")
    for first in range(5):
        sato.get(voice, headers={"Range": f"bytes={first}-"})
    suzuki.get(voice)
    town.now += 700_000
    sato.get(voice)
    with town.sessions() as session:
        entries = session.scalars(select(Audit).where(Audit.action == "attachment_opened")).all()
    assert [entry.staff_id for entry in entries] == [town.staff[who].id for who in ("sato", "suzuki", "sato")]
    assert all(entry.case_id == case for entry in entries)


@pytest.mark.parametrize(
    ("asked", "status", "told", "piece"),
    [
        ("bytes=0-1", 206, "bytes 0-1/2048", BODY[:2]),
        ("bytes=2000-", 206, "bytes 2000-2047/2048", BODY[2000:]),
        ("bytes=-48", 206, "bytes 2000-2047/2048", BODY[2000:]),
        ("bytes=10-99999", 206, "bytes 10-2047/2048", BODY[10:]),
        ("bytes=2048-", 416, "bytes */2048", b""),
        ("bytes=-0", 416, "bytes */2048", b""),
        ("bytes=5-2", 200, None, BODY),
        ("bytes=0-1,5-6", 200, None, BODY),
        ("bytes=-", 200, None, BODY),
        ("lines=1-2", 200, None, BODY),
        ("bytes=٣-٤", 200, None, BODY),
    ],
)
def test_a_player_asks_for_pieces(
    town: Town, browser: Callable[..., Browser], asked: str, status: int, told: str | None, piece: bytes
) -> None:
    case = add_case(town, "a", "声を送ります", None)
    voice = enclose(town, case, "audio", media_type="audio/mp4")
    answer = browser("sato").get(voice, headers={"Range": asked.encode()})
    assert (answer.status_code, answer.headers.get("content-range"), answer.content) == (status, told, piece)
    assert answer.headers["accept-ranges"] == "bytes"


@needs_browser
def test_staff_see_and_hear_it(busy: Town, visit: Callable[..., Any], site: str) -> None:
    case = busy.case["family"]
    for kind, sent in (("image", media_kit.photo()), ("audio", media_kit.voice()), ("video", media_kit.film())):
        with cleaning.scratch(kind) as held:
            held.write(sent)
            held.flush()
            kept = cleaning.clean(kind, held)
        assert isinstance(kept, cleaning.Cleaned)
        enclose(busy, case, kind, kept.body, kept.media_type)
    enclose(busy, case, "file", media_type="application/pdf", name="とても長い名前の診断書" * 6 + ".pdf")
    page = visit(size=PHONE)
    page.goto(f"{site}/console/cases/{case}")
    page.locator(".enclosed img").scroll_into_view_if_needed()
    assert page.evaluate("document.querySelector('.enclosed img').decode()") is None
    assert page.evaluate("document.querySelector('.enclosed img').naturalWidth") == 300
    for kind in ("audio", "video"):
        assert page.evaluate(PLAYED, kind) > 0.8
    check(page)
