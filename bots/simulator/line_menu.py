"""Rich menus: the picture with areas at the bottom of a talk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bots.simulator.clock import Ids
from bots.simulator.line_phone import LineError

MAX_MENUS = 1000
MAX_IMAGE_BYTES = 1_000_000
_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(slots=True)
class Menu:
    """One rich menu as it was ordered, and its picture once uploaded."""

    menu_id: str
    order: dict[str, Any]
    image: bytes = b""
    media_type: str = ""


@dataclass(slots=True)
class MenuShelf:
    """All menus of the channel, their aliases and which one everybody sees. Persons' own links live with the person."""

    ids: Ids
    menus: dict[str, Menu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_id: str = ""
    moves: dict[str, str] = field(default_factory=dict)
    """The phase of each batch of moves, by the request's id."""

    def create(self, order: dict[str, Any]) -> Menu:
        """Keep a menu. Raises LineError 400 when the shelf is full."""
        if len(self.menus) >= MAX_MENUS:
            raise LineError(400, "The number of rich menus reached the limit")
        menu = Menu(f"richmenu-{self.ids.hex(32)}", order)
        self.menus[menu.menu_id] = menu
        return menu

    def get(self, menu_id: str) -> Menu:
        """The menu, or LineError 404."""
        if menu_id not in self.menus:
            raise LineError(404, "richmenu not found")
        return self.menus[menu_id]

    def upload(self, menu_id: str, data: bytes) -> None:
        """Keep the picture. Raises LineError 400 for a second picture, a wrong format or more than 1 MB."""
        menu = self.get(menu_id)
        media_type = next((kind for magic, kind in _TYPES.items() if data.startswith(magic)), "")
        if menu.image:
            raise LineError(400, "An image has already been uploaded to the richmenu")
        if not media_type or len(data) > MAX_IMAGE_BYTES:
            raise LineError(400, "The image must be a JPEG or PNG of at most 1 MB")
        menu.image, menu.media_type = data, media_type

    def usable(self, menu_id: str) -> str:
        """The id of a menu that may be shown. Raises LineError 400 while it has no picture."""
        if not self.get(menu_id).image:
            raise LineError(400, "must upload richmenu image before applying it to user")
        return menu_id

    def delete(self, menu_id: str) -> None:
        """Remove a menu and its aliases."""
        self.get(menu_id)
        del self.menus[menu_id]
        self.aliases = {alias: target for alias, target in self.aliases.items() if target != menu_id}
        if self.default_id == menu_id:
            self.default_id = ""
