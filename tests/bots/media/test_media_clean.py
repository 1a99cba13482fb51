"""The cleaning child: nothing but pixels and sound comes out, and what is not a picture or voice is refused."""

from __future__ import annotations

import io
import resource
import sys
from typing import Any

import av
import media_kit
import pytest
from PIL import Image

from bots.media import cleaning, files, limits
from bots.media.cleaning import Cleaned, Died, Refused
from bots.media.sounds import container_of


def clean(kind: str, body: bytes) -> Cleaned | Refused | Died:
    with cleaning.scratch("test") as held:
        held.write(body)
        held.flush()
        return cleaning.clean(kind, held)


def cleaned(kind: str, body: bytes) -> Cleaned:
    found = clean(kind, body)
    assert isinstance(found, Cleaned), found
    return found


def test_a_photo_loses_its_place_device_and_comment_and_stands_upright() -> None:
    given = media_kit.photo((4000, 1000))
    assert media_kit.HIDDEN in given
    kept = cleaned("image", given)
    assert kept.media_type == "image/jpeg"
    assert media_kit.HIDDEN not in kept.body
    assert b"Exif" not in kept.body
    with Image.open(io.BytesIO(kept.body)) as shown:
        assert not shown.getexif()
        assert shown.size == (512, 2048)  # turned, then at most 2048 long


@pytest.mark.parametrize(
    ("form", "mode", "media_type"),
    [
        ("PNG", "P", "image/png"), ("PNG", "LA", "image/png"), ("PNG", "I;16", "image/png"), ("GIF", "P", "image/png"),
        ("JPEG", "CMYK", "image/jpeg"), ("JPEG", "L", "image/jpeg"), ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
    ],
)  # fmt: skip
def test_every_kind_of_picture_that_a_phone_sends(form: str, mode: str, media_type: str) -> None:
    held = io.BytesIO()
    Image.new(mode, (40, 20)).save(held, form)
    kept = cleaned("image", held.getvalue())
    assert kept.media_type == media_type
    with Image.open(io.BytesIO(kept.body)) as shown:
        assert shown.size == (40, 20)


def test_a_bomb_is_refused_before_it_is_opened_and_we_do_not_grow() -> None:
    bomb = media_kit.png(30_000, 30_000)
    assert len(bomb) < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert clean("image", bomb) == Refused("pixels")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert isinstance(clean("image", media_kit.png(6_000, 6_600)), Cleaned)


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("image", b"neither this nor that " * 50, "format"),
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        ("image", media_kit.photo()[:3000], "broken"),
        ("image", media_kit.voice(), "format"),
        ("audio", b"#EXTM3U\nhttp://169.254.169.254/latest\n", "format"),
        ("audio", media_kit.voice()[:4000], "broken"),
        ("audio", media_kit.film(), "nothing"),
        ("video", media_kit.voice(), "nothing"),
        ("video", media_kit.photo(), "format"),
    ],
)
def test_what_is_not_what_it_says_is_refused(kind: str, body: bytes, code: str) -> None:
    assert clean(kind, body) == Refused(code)


def test_a_voice_plays_and_says_nothing_more() -> None:
    given = media_kit.voice(2.0)
    assert media_kit.HIDDEN in given
    kept = cleaned("audio", given)
    assert kept.media_type == "audio/mp4"
    assert 1_900 <= kept.duration <= 2_200
    assert media_kit.HIDDEN not in kept.body
    with av.open(io.BytesIO(kept.body)) as played:
        assert [stream.codec_context.name for stream in played.streams] == ["aac"]
        assert sum(frame.samples for frame in played.decode(audio=0)) > 44_100


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_a_film_plays_in_a_browser_and_says_nothing_more(codec: str) -> None:
    kept = cleaned("video", media_kit.film(codec))
    assert kept.media_type == "video/mp4"
    assert 800 <= kept.duration <= 1_200
    assert media_kit.HIDDEN not in kept.body
    with av.open(io.BytesIO(kept.body)) as played:
        assert played.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in played.decode(video=0)) == 30


def test_a_copied_film_holds_no_free_text() -> None:
    given = media_kit.film("libx264")
    assert b"x264 - core" in given
    assert b"x264" not in cleaned("video", given).body


def test_no_time_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WALL_SECONDS", {"image": 0.01})
    assert clean("image", media_kit.photo()) == Died()


def test_no_memory_no_answer_and_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMORY_MOST", {"image": 1})
    assert clean("image", media_kit.photo()) == Died()


def test_a_copy_larger_than_the_cap_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEEP_MOST", {"image": 1_000})
    assert clean("image", media_kit.photo()) == Died()


def test_the_child_can_open_nothing_while_it_reads(tmp_path: Any) -> None:
    """A decoder that is led to a file or an address gets none: the right to open is given up before the first byte."""
    script = (
        "import socket, sys\n"
        "from bots.media import pictures, reencode\n"
        "def led(source, target):\n"
        "    for opener in (lambda: open('/etc/hosts'), socket.socket):\n"
        "        try:\n"
        "            opener()\n"
        "        except OSError as error:\n"
        "            target.write(str(error.errno).encode() + b' ')\n"
        "    return pictures.Clean('image/jpeg')\n"
        "pictures.clean = led\n"
        "pictures.prepare = lambda: None\n"
        "sys.exit(reencode.main(sys.argv[1:]))\n"
    )
    import subprocess

    with cleaning.scratch("in") as source, cleaning.scratch("out") as target:
        subprocess.run(
            [sys.executable, "-c", script, "image", str(source.fileno()), str(target.fileno()), str(2**31), "9", "999"],
            pass_fds=(source.fileno(), target.fileno()), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        target.seek(0)
        assert target.read() == b"24 24 "


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", files._OFFICE[0][1]),
        (b"PK\x03\x04....word/document.xml....word/vbaProject.bin", None),
        (b"PK\x03\x04....evil.exe", None),
        (b"MZ\x90\x00", None),
        (b"\x7fELF", None),
        (b"#!/bin/sh\nrm", None),
        (b" <html><script>", None),
        ("きのう届いた手紙です。\n".encode("cp932"), "text/plain"),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_content(body: bytes, media_type: str | None) -> None:
    assert files.media_type_of(body) == media_type


def test_no_demuxer_is_guessed() -> None:
    heads = {b"\0\0\0\x18ftypM4A ": "mp4", b"ID3\x04": "mp3", b"\xff\xf1P\x80": "aac", b"#EXTM3U": None, b"": None}
    assert {head: container_of(head) for head in heads} == heads
