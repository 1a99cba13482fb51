"""Rich menus (リッチメニュー) as data: what each one shows, what its areas press, and what LINE is told of it.

Limits are those of the Messaging API reference: width 800–2,500 px, height from 250 px, width / height at least
1.45, 20 areas, a PNG or JPEG of at most 1 MB, `chatBarText` 14 characters, label 20, alias `[a-z0-9_-]{1,32}`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

PREFIX = "toritsugi"
"""Our menus' names and aliases begin so; whatever else is on the account is left alone."""
MAIN, HIDDEN, WORKER = f"{PREFIX}-main", f"{PREFIX}-hidden", f"{PREFIX}-worker"
"""Aliases. `MAIN` points at the menu that everybody sees, whichever it is in this mode."""
MAX_IMAGE_BYTES = 1_000_000
_SERIAL = 0
"""Menu buttons belong to no case: the conversation takes them with any serial."""


@dataclass(frozen=True, slots=True)
class Area:
    """One button: `key` is the conversation's own, `words` one or two lines, `at` left, top, width, height in px.

    `tone`: `main` (the biggest), `red` (help) or "". `input`: what the phone does besides (LINE's `inputOption`).
    """

    key: str
    icon: str
    words: tuple[str, ...]
    at: tuple[int, int, int, int]
    tone: str = ""
    input: str = ""

    @property
    def label(self) -> str:
        """What a screen reader says."""
        return "".join(self.words) if self.words[-1] != "Language" else "/".join(self.words)

    def order(self) -> Json:
        """The area as LINE wants it. No `displayText`: a press leaves no words of its own in the talk."""
        left, top, width, height = self.at
        action = {"type": "postback", "label": self.label, "data": f"t1:menu:{self.key}:{_SERIAL}"}
        if self.input:
            action["inputOption"] = self.input
        return {"bounds": {"x": left, "y": top, "width": width, "height": height}, "action": action}


@dataclass(frozen=True, slots=True)
class Menu:
    """One rich menu. `home`: the LINE mode (`talk`, `door`, `info`) in which everybody sees it, "" for none."""

    name: str
    language: str
    home: str
    chat_bar: str
    size: tuple[int, int]
    areas: tuple[Area, ...]

    @property
    def alias(self) -> str:
        """Under which name it can be shown to one person."""
        return MAIN if self.home else f"{PREFIX}-{self.name}"

    @property
    def image_name(self) -> str:
        """The file of its picture in `menu_images`."""
        return f"{self.name}-{self.language}.png"

    def order(self, image: bytes) -> Json:
        """The body of `POST /v2/bot/richmenu`. Its name holds a digest: a change makes a new menu."""
        width, height = self.size
        body = {
            "size": {"width": width, "height": height},
            "selected": True,
            "chatBarText": self.chat_bar,
            "areas": [area.order() for area in self.areas],
        }
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode() + image).hexdigest()
        return {**body, "name": f"{PREFIX} {self.name} {digest[:12]}"}


def load_menus() -> tuple[Menu, ...]:
    """Every menu that ships. Reads one file."""
    found = tomllib.loads(files("bots.line").joinpath("menus.toml").read_text("utf-8"))["menu"]
    return tuple(_menu(given) for given in found)


def menus_for(mode: str, language: str = "ja") -> tuple[Menu, ...]:
    """What an account needs in this mode: the menu for everybody first, then those shown to one person."""
    shipped = [menu for menu in load_menus() if menu.language == language]
    return (*(menu for menu in shipped if menu.home == mode), *(menu for menu in shipped if not menu.home))


def image_of(menu: Menu) -> bytes:
    """The shipped picture, a PNG."""
    return files("bots.line").joinpath("menu_images", menu.image_name).read_bytes()


def _menu(given: Json) -> Menu:
    areas = tuple(Area(**{**area, "words": tuple(area["words"]), "at": tuple(area["at"])}) for area in given["area"])
    left = {name: value for name, value in given.items() if name != "area"}
    return Menu(**{**left, "size": tuple(given["size"])}, areas=areas)
