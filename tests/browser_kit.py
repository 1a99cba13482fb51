"""A real browser for the journeys: Debian's Chromium through Playwright, skipped with a reason where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path(os.environ.get("TORITSUGI_CHROMIUM", "/usr/bin/chromium"))
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PHONE, DESKTOP = (360, 740), (1280, 900)
LIVE_MS = int(os.environ.get("TORITSUGI_LIVE_MS", 8_000 * int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))))
"""Within what a page shows by itself what happened elsewhere: it tries again after 3 s and looks every 5 s. 8 s alone,
as much again for each test file that runs beside it.

Waits that say so name it; all others may take what a machine needs that runs three files of tests on two cores.
"""
needs_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM} (.ci/run installs it)")


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser (`playwright.sync_api.Browser`)."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_FLAGS))
        try:
            yield running
        finally:
            running.close()


def new_page(chrome: Any, size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Any:
    """A page in a context of its own. Script errors and refusals of the content policy gather in `page.troubles`."""
    context = chrome.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="ja-JP", java_script_enabled=scripts
    )
    page = context.new_page()
    page.set_default_timeout(30_000)  # a busy machine draws slowly; what must come soon is waited for by LIVE_MS
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("console", lambda said: page.troubles.append(said.text) if "Content Security" in said.text else None)
    return page
