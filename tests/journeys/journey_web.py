"""Our own page in browsers of their own: a telephone or a desk, with scripts or without, looked over by axe."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from journey_stage import PATIENCE_MS, SHOTS, Phone, Stage

from bots.demo.town import _variables

PHONE, DESKTOP = (360, 740), (1280, 900)
_EXIT = "<title>天気</title><h1>天気</h1>"


@contextmanager
def visitor(browser: Any, *, scripts: bool = True, size: tuple[int, int] = PHONE) -> Iterator[Any]:
    """A page of somebody at our own site, with cookies of its own. Where the exit button leads is played here."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="ja-JP", java_script_enabled=scripts
    )
    context.route("https://**", lambda route: route.fulfill(body=_EXIT, content_type="text/html; charset=utf-8"))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        yield page
    finally:
        context.close()


def look_over(page: Any, name: str = "") -> None:
    """No axe violation and nothing wider than the screen, on a small telephone and on a desk; pictures with SHOTS."""
    from axe_playwright_python.sync_playwright import Axe

    before, troubles = page.viewport_size, []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if SHOTS and name:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{size[0]}.png"), full_page=True)
        found = Axe().run(page).response["violations"]
        troubles += [(size[0], one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        troubles += [(size[0], "wide", wide)] if wide > 0 else []
    page.set_viewport_size(before)
    assert troubles == [], page.url


def refused_none(stage: Stage) -> None:
    """LINE and Slack took every body. (A question put again after a correction may repeat itself word by word.)"""
    counted = stage.client.counters()
    kinds = ("line_refused", "slack_refused", "duplicate_slack_posts", "webhook_failures")
    assert {kind: counted[kind] - stage.before[kind] for kind in kinds} == dict.fromkeys(kinds, 0)
    assert stage.client.warnings() == []


def code(stage: Stage, partner: str) -> str:
    """What the office's person reads from the command line and gives to the partner."""
    made = subprocess.run(
        [sys.executable, "-m", "bots", "partner", "code", partner],
        env=_variables(stage.town.settings), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"登録のコード　(\S+)", made.stdout)
    assert found, made.stdout
    return found[1]


def enrol(stage: Stage, person: str, partner: str, name: str) -> Phone:
    """Join a partner with its code; the telephone stands at the welcome."""
    phone = stage.phone(person).take()
    phone.presses("仕事で気づいた").sees("事業所のコード")
    phone.says(code(stage, partner)).sees("お名前を書いてください")
    phone.says(name).sees("登録しました")
    return phone


@contextmanager
def at_work(stage: Stage, who: str) -> Iterator[Any]:
    """A browser of one of the staff, come in with the account of their workplace."""
    context = stage.page.context.browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="ja-JP"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        page.goto(f"{stage.desk.home}/console/login")
        way = "練習用のアカウントで入る"
        page.get_by_role("link", name=way).or_(page.get_by_role("button", name=way)).click()
        page.get_by_role("button", name=who).click()
        page.wait_for_url("**/console/**")
        yield page
    finally:
        context.close()
