"""つなぐ, what would go out, つなぎの流れ and 届いたつなぎ on a screen: axe, the CSP, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from browser_kit import needs_browser
from console_screen import DESKTOP, check
from console_town import Town

from handoff import desk, handing

pytestmark = needs_browser
SHOTS = os.environ.get("TORITSUGI_SHOTS", "")
_UNFOLD = "all => all.forEach(one => { one.open = true })"


def test_handing_and_what_arrived_are_readable(busy: Town, site: str, visit: Callable[..., Any]) -> None:
    sato, case_id = busy.staff["sato"], busy.case["family"]
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, case_id, sato, busy.now)
        what = handing.Sending(
            ("jiritsu", "sanka"), "C8", "家計の見直しを一緒にお願いします", "LINE のやりとりを続けます",
            "coordination", decided_by=sato.id,
        )  # fmt: skip
        handing.send(busy.office, session, case_id, sato, what, busy.now)
        desk.claim(busy.office, session, busy.case["dv"], sato, busy.now)
    pages = (
        ("overs", f"/console/cases/{case_id}#overs"), ("hand", f"/console/cases/{busy.case['dv']}#hand"),
        ("incoming", "/console/incoming"),
    )  # fmt: skip
    for size in (DESKTOP, (360, 740)):
        page = visit("sato", size)
        page.set_default_navigation_timeout(60_000)  # long pages
        for name, address in pages:
            page.goto(f"{site}{address}")
            page.locator("details.fold").evaluate_all(_UNFOLD)
            _look(page, name, size)
            check(page)
        page.goto(f"{site}{pages[1][1]}")
        page.locator("details.fold").evaluate_all(_UNFOLD)
        page.locator("#hand input[name=to_desk]").first.check()
        page.locator("#hand input[name=basis][value=C3]").check()
        page.locator("#hand-decided").select_option(str(sato.id))
        page.locator("#hand-ask").fill("きょう訪ねてください")
        page.locator("#hand-keep").fill("電話を続けます")
        page.get_by_role("button", name="渡る内容を先に見る").click()
        page.get_by_role("button", name="この内容でつなぐ").wait_for()
        assert "きょう訪ねてください" in page.inner_text(".paper")
        _look(page, "preview", size)
        check(page)
        page.get_by_role("button", name="書き直す").click()
        assert page.locator("#hand-ask").input_value() == "きょう訪ねてください"


def _look(page: Any, name: str, size: tuple[int, int]) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"handing-{name}-{size[0]}.png"), full_page=True)
