"""Pictures, voices and films for tests, as a phone would make them: with a place, a device and words beside them."""

from __future__ import annotations

import io
import struct
import zlib

import av
import numpy as np
from PIL import Image

HIDDEN = b"HIDDEN-PLACE"


def photo(size: tuple[int, int] = (400, 300), turned: int = 6) -> bytes:
    """A JPEG on its side, with a GPS position, a device and a comment."""
    picture = Image.effect_noise(size, 40).convert("RGB")
    exif = picture.getexif()
    exif[0x0112], exif[0x010F] = turned, HIDDEN.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (35.0, 1.0, 2.0), "E", (135.0, 1.0, 2.0)
    held = io.BytesIO()
    picture.save(held, "JPEG", exif=exif, comment=HIDDEN)
    return held.getvalue()


def png(width: int, height: int) -> bytes:
    """A white PNG of any size in few bytes, one bit a pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" + b"\xff" * ((width + 7) // 8)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def voice(seconds: float = 2.0) -> bytes:
    """A tone as M4A."""
    held = io.BytesIO()
    with av.open(held, "w", format="ipod") as made:
        made.metadata["title"] = HIDDEN.decode()
        track = made.add_stream("aac", rate=44_100, layout="mono")
        for start in range(0, int(44_100 * seconds), 1024):
            wave = np.sin(np.arange(start, start + 1024) * 440 * 2 * np.pi / 44_100).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1) * np.float32(0.3), "fltp", "mono")
            frame.rate, frame.pts = 44_100, start
            made.mux(track.encode(frame))
        made.mux(track.encode(None))
    return held.getvalue()


def film(codec: str = "libx264", frames: int = 30) -> bytes:
    """A second of grey as MP4, without sound."""
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as made:
        made.metadata["title"] = HIDDEN.decode()
        track = made.add_stream(codec, rate=30)
        track.width, track.height, track.pix_fmt = 320, 180, "yuv420p"
        for shade in range(frames):
            grey = np.full((180, 320, 3), shade * 8 % 256, np.uint8)
            made.mux(track.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        made.mux(track.encode(None))
    return held.getvalue()
