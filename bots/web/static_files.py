"""Files of our own page and its forms. htmx and the design tokens are the console's copies."""

from __future__ import annotations

from importlib.resources import files

from handoff.console.static_files import Shelf

_OWN = ("page.css", "page.js", "mark.svg")
_VENDOR = ("htmx-4.0.1.min.js", "digital-go-tokens-1.1.9.css")


def door_shelf() -> Shelf:
    """All static files of the door, read anew."""
    own, vendor = files("bots.web") / "static", files("handoff.console") / "static" / "vendor"
    found = {name: own.joinpath(name) for name in _OWN} | {name: vendor.joinpath(name) for name in _VENDOR}
    return Shelf(found | {"forms.css": files("bots.web_forms").joinpath("static", "forms.css")}, "/s")
