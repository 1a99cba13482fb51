"""閲覧の記録: who may read which part, filters, the chain, looks that stand out."""

from __future__ import annotations

from collections.abc import Callable

from console_browser import Browser
from console_town import TOWN, Town
from sqlalchemy import update

from handoff import ledger, unusual
from handoff.records import Audit, Ticket

Browsers = Callable[..., Browser]
HOUR = 3_600_000


def _log(town: Town, who: str, action: str, case_id: int | None, ago_ms: int) -> None:
    with town.sessions.begin() as session:
        ledger.audit(
            session, town.office.audit_key, TOWN, at=town.now - ago_ms, action=action,
            staff_id=town.staff[who].id, case_id=case_id,
        )  # fmt: skip


def test_auditors_filter_and_managers_see_sign_ins_only(busy: Town, browser: Browsers) -> None:
    case_id = busy.case["family"]
    _log(busy, "tanaka", "viewed", case_id, 30 * HOUR)
    _log(busy, "kato", "signed_in", None, HOUR)
    client = browser("mori")
    rows = client.get(f"/console/audit?staff={busy.staff['tanaka'].id}").text
    assert rows.count("<td>田中</td>") == 1 and "<td>加藤</td>" not in rows
    assert "<td>田中</td>" in client.get("/console/audit?group=looks&day=2026-11-19").text
    assert "<td>田中</td>" not in client.get("/console/audit?group=looks&day=2026-11-20").text
    for odd in ("group=x", "day=2026-13-40", "number=%E3%81%82", "staff=9" * 1, "before=1"):
        assert client.get(f"/console/audit?{odd}").status_code == 200
    manager = browser("kato").get("/console/audit?group=looks").text
    assert "<td>加藤</td>" in manager and "相談をひらきました" not in manager
    file = client.get("/console/audit.csv?group=looks").content.decode("utf-8-sig")
    assert "田中" in file and "加藤" not in file and file.startswith("番,")
    assert "この記録を CSV で出しました" in client.get("/console/audit").text


def test_a_broken_chain_says_where(busy: Town, browser: Browsers) -> None:
    for number in range(5):
        _log(busy, "sato", "viewed", busy.case["dv"], number)
    client = browser("mori")
    assert "つながっています" in client.get("/console/audit").text
    with busy.sessions.begin() as session:
        session.execute(update(Audit).where(Audit.tenant == TOWN, Audit.seq == 3).values(action="signed_in"))
    assert "記録のつながりが切れています（3 番）" in client.get("/console/audit").text
    with busy.sessions() as session:
        assert ledger.verify_audit(session, busy.office.audit_key, TOWN, 5) is None, "what is later vouches for itself"


def test_who_looked_at_a_case_is_shown_to_who_may_see_it(busy: Town, browser: Browsers) -> None:
    case_id = busy.case["family"]
    _log(busy, "tanaka", "viewed", case_id, HOUR)
    page = browser("sato").get(f"/console/cases/{case_id}/looks").text
    assert "田中" in page and "相談をひらきました" in page
    for who in ("tanaka", "kato", "mori"):
        assert browser(who).get(f"/console/cases/{case_id}/looks").status_code == 404
    assert browser("kato").get("/console/audit/unusual").status_code == 404


def test_unusual_looks_are_named_with_their_reason(busy: Town, browser: Browsers) -> None:
    case_id = busy.case["family"]
    for number in range(unusual.MANY_CASES):
        _log(busy, "tanaka", "viewed", 1_000 + number, 30 * HOUR)  # 8:05 on a Thursday, before the office opens
    _log(busy, "suzuki", "claimed", case_id, 29 * HOUR)
    _log(busy, "suzuki", "released", case_id, 28 * HOUR)
    _log(busy, "suzuki", "viewed", case_id, 27 * HOUR)
    page = browser("mori").get("/console/audit/unusual").text
    assert "1時間に 30件の相談を見ました" in page and "受付時間の外に、30回見ました" in page
    assert "鈴木" not in page, "the hour after giving it up is no reason"
    _log(busy, "suzuki", "viewed", case_id, 1 * HOUR)
    page = browser("mori").get("/console/audit/unusual").text
    assert "担当をはなれてから 1日より後に見ました" in page and "鈴木" in page


def test_todays_figures_are_numbers_by_desk_and_person(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        row = session.get_one(Ticket, busy.case["dv"])
        row.owner_id, row.state = busy.staff["tanaka"].id, "claimed"
    page = browser("kato").get("/console/figures").text
    assert "窓口ごと" in page and "田中" in page and "福祉まるごと相談" in page
    assert "怒鳴" not in page and "T-0" not in page
    for who in ("sato", "tanaka", "mori"):
        assert browser(who).get("/console/figures").status_code == 404
