"""What a page must hold on a real screen."""

from __future__ import annotations

from typing import Any

DESKTOP, PHONE = (1440, 1000), (390, 844)


def check(page: Any) -> None:
    """No axe violation, no error, nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]
    assert page.troubles == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
