"""Pictures (写真): drawn anew from their pixels alone, so that no place, camera, comment or hidden part remains."""

from __future__ import annotations

import contextlib
import errno
import io
import warnings
from typing import BinaryIO

from PIL import (
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from bots.media.refusal import Clean, Unsafe

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
PIXELS_MOST = 40_000_000
"""Checked before a pixel is decoded. Phones take 12 to 50 megapixels, LINE sends less; 40 take 160 MB in memory."""
EDGE = 2048
"""Enough to read a letter that was photographed."""
_QUALITY = 85
_PNG_MOST = 4_000_000
"""A photo as PNG is larger than this, a screenshot smaller."""
_PLUGINS = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
"""Registered by being loaded. A phone's JPEG may hold further pictures (MPO), and EXIF is read by TIFF's reader."""


def prepare() -> None:
    """Load everything that opening needs, while files may still be opened: the library loads much of itself late."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = PIXELS_MOST
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `_checked` refuses it with a code of its own
    for form, mode in (("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "LA"), ("GIF", "P"), ("WEBP", "RGB")):
        held, tiny = io.BytesIO(), Image.new(mode, (2, 2))
        turned = tiny.getexif()
        turned[0x0112] = 6
        tiny.save(held, form, exif=turned)
        clean(io.BytesIO(held.getvalue()), io.BytesIO())
    with contextlib.suppress(Unsafe):
        clean(io.BytesIO(b"nothing that anybody draws"), io.BytesIO())


def clean(source: BinaryIO, target: BinaryIO) -> Clean:
    """Write the first picture in `source` to `target` as JPEG or PNG, upright, at most `EDGE` long.

    Raises `Unsafe`: `format`, `pixels`, or `broken`.
    """
    try:
        with Image.open(source, formats=FORMATS) as opened:
            _checked(opened)
            opened.draft("RGB", (EDGE, EDGE))
            drawn = _upright(opened)
            lossless = opened.format in ("PNG", "GIF")
    except Image.DecompressionBombError:
        raise Unsafe("pixels") from None
    except UnidentifiedImageError:
        raise Unsafe("format") from None
    except OSError as error:
        if error.errno == errno.EMFILE:
            raise  # a fault of ours: something was not loaded before
        raise Unsafe("broken") from None
    except (SyntaxError, ValueError, IndexError, KeyError, EOFError):
        raise Unsafe("broken") from None
    return _write(drawn, target, lossless=lossless)


def _checked(opened: Image.Image) -> None:
    if opened.width * opened.height > PIXELS_MOST:
        raise Unsafe("pixels")


def _upright(opened: Image.Image) -> Image.Image:
    """A new picture of nothing but pixels."""
    opened.load()
    small = opened if opened.mode in ("RGB", "RGBA", "L") else opened.convert(_mode(opened))
    small.thumbnail((EDGE, EDGE))
    # What was converted carries the orientation on; a turned copy carries what it was told of the camera.
    turned = ImageOps.exif_transpose(small)
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _mode(opened: Image.Image) -> str:
    return "RGBA" if opened.mode in ("LA", "PA", "La") or "transparency" in opened.info else "RGB"


def _write(drawn: Image.Image, target: BinaryIO, *, lossless: bool) -> Clean:
    if lossless or drawn.mode == "RGBA":
        held = io.BytesIO()
        drawn.save(held, "PNG")
        if drawn.mode == "RGBA" or held.tell() <= _PNG_MOST:
            target.write(held.getvalue())
            return Clean("image/png")
    drawn.save(target, "JPEG", quality=_QUALITY)
    return Clean("image/jpeg")
