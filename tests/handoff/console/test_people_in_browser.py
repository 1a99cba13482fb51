"""People, leaving, sign-ins and passes on a real screen: axe, the CSP, no overflow, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from browser_kit import needs_browser
from console_screen import DESKTOP, check
from console_town import Town

from handoff import desk, login, passes
from handoff.office import StaffRef

pytestmark = needs_browser
NARROW = (360, 740)
SHOTS = os.environ.get("TORITSUGI_SHOTS", "")


def fill(town: Town) -> None:
    """Somebody with cases of their own, a pass, a person who is invited."""
    with town.sessions.begin() as session:
        office, tanaka = town.office, town.staff["tanaka"]
        for name in ("dv", "water", "gas"):
            desk.claim(office, session, town.case[name], town.staff["suzuki"], town.now)
        desk.hand(
            office, session, town.case["gas"], town.staff["suzuki"], "jiritsu", "C3", "お願い", "続ける", town.now
        )
        reason = "夜間の当直で、電話がかかってきたため"
        number = next(row.number for row in session.scalars(_cases()) if row.id == town.case["water"])
        passes.ask(office, session, tanaka, str(number), reason, town.now)
        made = login.add_staff(session, office.tenant, "山本", "worker", "kodomo", town.now)
        login.make_link(session, office.tenant, made, town.now, login.INVITE_TTL_MS, kind="invite")
        login.link_identity(session, office.tenant, "slack", "T1:U0123", tanaka.id)
        town.staff["yamamoto"] = StaffRef(made, office.tenant, "山本", "worker", "kodomo")
        for agent in ("Edge・Windows", "Safari・iPhone"):
            login.start_session(session, office.tenant, town.staff["kato"].id, town.now - 60_000, browser=agent)
            login.start_session(session, office.tenant, tanaka.id, town.now - 60_000, via="oidc", browser=agent)


def test_every_page_fits_and_is_readable(busy: Town, site: str, visit: Callable[..., Any]) -> None:
    fill(busy)
    suzuki, yamamoto = busy.staff["suzuki"].id, busy.staff["yamamoto"].id
    pages = (
        ("kato", "people", "/console/people"),
        ("kato", "person", f"/console/people/{yamamoto}"),
        ("kato", "leave", f"/console/people/{suzuki}/leave"),
        ("kato", "sessions", "/console/sessions"),
        ("mori", "passes", "/console/passes"),
        ("tanaka", "open-case", "/console/open-case"),
        ("", "login", "/console/login"),
        ("", "invite", "/console/invite/abc"),
    )
    for who, name, path in pages:
        for label, size in (("wide", DESKTOP), ("narrow", NARROW)):
            page = visit(who, size)
            page.goto(f"{site}{path}")
            check(page)
            if SHOTS:
                page.screenshot(path=str(Path(SHOTS) / f"people-{name}-{label}.png"), full_page=True)


def test_an_invitation_and_leaving_without_scripts(busy: Town, site: str, visit: Callable[..., Any]) -> None:
    fill(busy)
    page = visit("kato", DESKTOP, scripts=False)
    page.goto(f"{site}/console/people/{busy.staff['yamamoto'].id}")
    page.get_by_role("button", name="招待のリンクを作る").click()
    link = page.locator(".once code").inner_text()
    assert link.startswith(f"{site}/console/invite/")
    page.goto(f"{site}/console/people/{busy.staff['suzuki'].id}/leave")
    page.get_by_label("この人は出る").check()
    page.get_by_role("button", name="行き先を決めて").click()
    assert "つなぎ中" in page.locator("[role=alert]").inner_text()
    page.locator("select").filter(has_text="人を選んでください").select_option(label="佐藤（受付・福祉まるごと相談）")
    page.get_by_role("button", name="行き先を決めて").click()
    assert page.url == f"{site}/console/people"
    assert "異動・退職" in page.locator("tr", has_text="鈴木").inner_text()
    new = visit("", DESKTOP, scripts=False)
    new.goto(link)
    new.get_by_role("button", name="入る").click()
    assert new.url == f"{site}/console/"


def _cases() -> Any:
    from sqlalchemy import select

    from intake.records import Case

    return select(Case)
