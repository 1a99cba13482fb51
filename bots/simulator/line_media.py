"""What a person can send beside words and a photo: video, files, and ready-made samples of every medium."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from bots.simulator.line_person import Sent, send
from bots.simulator.line_phone import Content
from bots.simulator.world import World

#: sample → (file in samples/, media type)
SAMPLES: Mapping[str, tuple[str, str]] = {
    "photo": ("photo.jpg", "image/jpeg"),
    "voice": ("voice.m4a", "audio/x-m4a"),
    "video": ("video.mp4", "video/mp4"),
    "paper": ("paper.pdf", "application/pdf"),
}
HUGE_BYTES = 40_000_000


def sample(name: str) -> bytes:
    """The bytes of a sample: those in SAMPLES, `broken` (no medium at all) or `huge` (40 MB). Raises KeyError."""
    if name == "broken":
        return b"\x00\x01 this is neither a picture nor a sound " * 8
    if name == "huge":
        return files("bots.simulator").joinpath("samples", "photo.jpg").read_bytes() + bytes(HUGE_BYTES)
    return files("bots.simulator").joinpath("samples", SAMPLES[name][0]).read_bytes()


async def video(world: World, user_id: str, data: bytes, preparing: int = 0) -> Sent:
    """A video of two seconds."""
    message = {"type": "video", "duration": 2000, "contentProvider": {"type": "line"}}
    return await send(world, user_id, message, Content(data, "video/mp4", preparing))


async def file(world: World, user_id: str, data: bytes, name: str, media_type: str, preparing: int = 0) -> Sent:
    """A file with its name and size, as LINE tells them."""
    message = {"type": "file", "fileName": name, "fileSize": len(data)}
    return await send(world, user_id, message, Content(data, media_type, preparing))
