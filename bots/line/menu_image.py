"""Draws the pictures of the rich menus (メニューの絵) from `menus.toml`: a pictogram and words for each area.

The pictures ship ready-made, so that no Japanese font is needed where the product runs; this is how they are made anew.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bots.line import menu_icons
from bots.line.menus import Area, Menu

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/System/Library/Fonts/ヒラギノ角ゴシック W6.ttc",
    "C:/Windows/Fonts/YuGothB.ttc",
)
"""Where Japanese fonts usually lie (Debian: fonts-noto-cjk)."""
_WHITE, _INK, _LINE, _PALE = "#FFFFFF", "#1A1A1C", "#B4B4BE", "#F2F5FA"
_BLUE, _RED = "#0B3D91", "#B00020"
"""White on blue 10.0:1, white on red 7.3:1, ink on white 17:1: far above the 4.5:1 of JIS X 8341-3 AA."""
_GAP, _ROUND, _FINE = 14, 44, 2
_COLOURS = 64


class NoFont(Exception):
    """No font with Japanese letters was found; the message says what to do."""


def find_font(given: Path | None = None) -> Path:
    """A bold Japanese font. Raises `NoFont`."""
    for candidate in (given,) if given else tuple(map(Path, FONTS)):
        if candidate.is_file():
            return candidate
    raise NoFont("日本語の太い書体が見つかりません (--font で .ttc・.otf・.ttf を指してください)。")


def draw(menu: Menu, font: Path) -> bytes:
    """The menu's picture: a PNG of its size with a small palette. Raises OSError for an unreadable font."""
    width, height = menu.size
    image = Image.new("RGB", (width * _FINE, height * _FINE), _PALE)
    pen = ImageDraw.Draw(image)
    for area in menu.areas:
        _area(pen, area, font)
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _area(pen: ImageDraw.ImageDraw, area: Area, font: Path) -> None:
    left, top, width, height = (value * _FINE for value in area.at)
    paper = {"main": _BLUE, "red": _RED}.get(area.tone, _WHITE)
    ink = _WHITE if area.tone else _INK
    gap = _GAP * _FINE
    pen.rounded_rectangle(
        (left + gap, top + gap, left + width - gap, top + height - gap),
        _ROUND * _FINE,
        paper,
        None if area.tone else _LINE,
        4 * _FINE,
    )
    size = _fitting(area, font, width - 8 * gap)
    line = int(size * 1.28)
    icon = int(min(height * (0.40 if len(area.words) == 1 else 0.34), width * 0.46))
    block = icon + height * 0.05 + line * len(area.words)
    y = top + (height - block) / 2
    menu_icons.paint(pen, area.icon, (left + width / 2 - icon / 2, y, icon), _WHITE if area.tone else _BLUE, paper)
    y += icon + height * 0.05
    shape = ImageFont.truetype(str(font), size)
    for words in area.words:
        pen.text((left + width / 2, y + line / 2), words, ink, shape, anchor="mm")
        y += line


def _fitting(area: Area, font: Path, room: float) -> int:
    """The letters' height: as large as the tone asks for, smaller where the longest line would not fit."""
    size = (178 if area.tone and len(area.words) == 1 else 150 if area.tone else 122) * _FINE
    while size > 60 * _FINE:
        shape = ImageFont.truetype(str(font), size)
        if max(shape.getlength(words) for words in area.words) <= room:
            break
        size -= 4
    return size
