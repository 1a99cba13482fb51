"""The settings as 管理 uses them: forms taken, refused beside their field, overtaken; before → after; taken back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from browser_kit import needs_browser
from console_browser import Browser
from console_screen import DESKTOP, check
from console_town import Town, add_case
from sqlalchemy import select

from handoff import overlay_store
from handoff.console.settings_sections import SECTIONS
from handoff.console.settings_setup import TownSetup
from handoff.desk_records import SettingChange
from handoff.numbers import load_registry
from handoff.overlay_shelf import PackShelf, Ways
from handoff.pack import Pack, load
from handoff.packs.local import Area
from handoff.packs.values import AreaRota
from handoff.records import Ticket

Browsers = Callable[..., Browser]
HOME = "/console/settings"
PAGES = (
    "", *(f"/{section.path}" for section in SECTIONS), "/desks/new", "/desks/kodomo", "/desks/sumai/close",
    "/hours/marugoto", "/texts/template", "/texts/template?id=read", "/numbers/own", "/partners/new",
    "/partners/GAS-02", "/history?kind=desk&key=kodomo",
)  # fmt: skip
FORMS = (
    "/save", "/back", "/desks/new", "/desks/kodomo", "/desks/kodomo/verified", "/desks/kodomo/close", "/hours/kodomo",
    "/on-call", "/on-call/test", "/texts", "/texts/template", "/numbers", "/numbers/own", "/partners/new",
    "/partners/GAS-02", "/sla",
)  # fmt: skip
WEEK = {"known": "yes", "week_mon": "8：30〜12：00、13:00~17:15", "week_tue": "", "rows": "3", "seen": "0"}


@pytest.fixture
def manager(town: Town, browser: Browsers) -> Browser:
    """加藤 of 管理, in a town whose settings name two addresses."""
    ways = Ways(True, frozenset({"first", "second"}))
    shelf = PackShelf("mihon", town.office.pack, load_registry(), town.sessions, ways)
    town.office = replace(town.office, packs=shelf)
    ring = TownSetup(True, "C0MAIN", {"kodomo": "C0KODOMO", "gone": "C0OLD"}, lambda: {"first": True, "slack": False})
    return browser("kato", setup=ring)


def now(town: Town) -> Pack:
    with town.sessions() as session:
        return overlay_store.effective(town.office, session).pack


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page of 前 → 後."""
    form = page.partition('action="/console/settings/save"')[2].partition("</form>")[0]
    found = re.findall(r'name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "csrf"}


def saved(manager: Browser, shown: httpx2.Response) -> httpx2.Response:
    assert shown.status_code == 200 and "これで変えますか" in shown.text, shown.text[-1500:]
    return manager.send_form(f"{HOME}/save", **hidden(shown.text))


def test_only_managers_find_the_settings(town: Town, browser: Browsers) -> None:
    for who, status in (("kato", 200), ("sato", 404), ("tanaka", 404), ("mori", 404)):
        client = browser(who)
        assert {client.get(f"{HOME}{page}").status_code for page in PAGES} == {status}
        if status == 404:
            assert {client.send_form(f"{HOME}{form}", kind="hours", key="kodomo").status_code for form in FORMS} == {
                404
            }
            assert f'href="{HOME}"' not in client.get("/console/").text
    with town.sessions() as session:
        assert not session.scalars(select(SettingChange)).all()


def test_hours_are_shown_before_they_are_saved_and_can_be_taken_back(manager: Browser, town: Town) -> None:
    form = {**WEEK, "closed_on_holidays": "yes", "closed_at_year_end": "yes"}
    rows = {
        "rule_which_0": "-1", "rule_weekday_0": "mon", "rule_spans_0": "", "day_1": "2026-11-30",
        "day_spans_1": "9:00-10:00", "day_label_1": "臨時", "from_0": "8/13", "to_0": "8月16日",
    }  # fmt: skip
    shown = manager.send_form(f"{HOME}/hours/marugoto", **form, **rows)
    assert "月 8:30〜12:00・13:00〜17:15" in shown.text and "臨時" in shown.text and "祝日" in shown.text
    assert "いま来た「ふつう」の相談に伝える期限" in shown.text, "what residents will be told"
    before = now(town)
    assert before.hours and before.hours.week[1], "nothing is changed yet"
    assert saved(manager, shown).headers["location"] == f"{HOME}/hours?saved=1"
    hours = now(town).hours
    assert hours and [len(spans) for spans in hours.week] == [2, 0, 0, 0, 0, 0, 0]
    assert hours.closed_yearly == (("08-13", "08-16"), ("12-29", "01-03"))
    history = manager.get(f"{HOME}/history?kind=hours&key=marugoto").text
    assert "加藤" in history and "いまの設定" in history and "平日 8:30〜17:15" in history
    saved(manager, manager.send_form(f"{HOME}/back", kind="hours", key="marugoto"))
    assert now(town) == before
    assert "（前に戻しました）" in manager.get(f"{HOME}/history?kind=hours&key=marugoto").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"week_mon": "8:30-26:00"}, "時間は「8:30-12:00, 13:00-17:15」のように"),
        ({"week_mon": "8:30-12:00, 11:00-13:00"}, "時間は「8:30-12:00, 13:00-17:15」のように"),
        ({"week_mon": ""}, "開く日がありません。時間が分からないときは「分からない」"),
        ({"day_0": "2026-13-01"}, "日付は 2026-11-22 のように"),
        ({"from_0": "ぼん"}, "月と日を 8/13 のように"),
    ],
)
def test_hours_that_nobody_could_keep_are_refused_beside_their_field(
    manager: Browser, town: Town, changed: dict[str, str], said: str
) -> None:
    got = manager.send_form(f"{HOME}/hours/marugoto", **{**WEEK, **changed})
    assert got.status_code == 422 and said in got.text and "まだ何も変わっていません" in got.text
    assert all(f'value="{value}"' in got.text for value in changed.values() if value), "what was typed stays"
    assert now(town) == town.office.shelf.base


def test_unknown_hours_are_said_to_be_unknown(manager: Browser, town: Town) -> None:
    shown = manager.send_form(f"{HOME}/hours/kodomo", known="no", hours_ja="電話で聞いてください。", seen="0")
    saved(manager, shown)
    found = next(one for one in now(town).desks if one.id == "kodomo")
    assert (found.hours, found.hours_ja) == (None, "電話で聞いてください。")


def desk_form(**changed: str) -> dict[str, str]:
    return {"name": "こども家庭センター", "domains": "child", "projects": "comprehensive", "phone": "000-0000-0005",
            "owner": "こども家庭課", "layer": "city", "seen": "0", **changed}  # fmt: skip


def test_a_desk_is_changed_and_its_hours_stay(manager: Browser, town: Town) -> None:
    shown = manager.send_form(
        f"{HOME}/desks/kodomo", **desk_form(phone="０００－００００－０５５５", does="子どものこと。")
    )
    assert "000-0000-0005" in shown.text and "000-0000-0555" in shown.text
    saved(manager, shown)
    found = next(one for one in now(town).desks if one.id == "kodomo")
    assert (found.phone, found.does_ja, bool(found.hours)) == ("000-0000-0555", "子どものこと。", True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"phone": "000-12"}, "番号のけたが違います: 000-12"),
        ({"fax": "000-13"}, "番号のけたが違います: 000-13"),
        ({"phone": ""}, "電話も FAX もメールもありません"),
        ({"name": " "}, "名前を書いてください"),
        ({"domains": "money"}, "知らないもの"),
        ({"layer": "moon"}, "layer は city"),
    ],
)
def test_a_desk_that_nobody_could_reach_is_refused(
    manager: Browser, town: Town, changed: dict[str, str], said: str
) -> None:
    got = manager.send_form(f"{HOME}/desks/kodomo", **desk_form(**changed))
    assert got.status_code == 422 and said in html.unescape(got.text)
    assert f'id="{next(iter(changed))}-wrong"' in got.text, "it stands beside its field"
    assert now(town) == town.office.shelf.base


def test_who_comes_too_late_sees_a_conflict_twice(manager: Browser, town: Town) -> None:
    shown = manager.send_form(f"{HOME}/desks/kodomo", **desk_form(does="わたしの文。"))
    saved(manager, manager.send_form(f"{HOME}/desks/kodomo", **desk_form(does="先の文。")))
    late = saved(manager, shown)
    assert late.status_code == 409 and "ほかの人が先に変えました" in late.text
    again = manager.send_form(f"{HOME}/desks/kodomo", **desk_form(does="わたしの文。"))
    assert again.status_code == 409 and "わたしの文。" in again.text
    seen = re.findall(r'name="seen" value="([0-9]+)"', again.text)[0]
    saved(manager, manager.send_form(f"{HOME}/desks/kodomo", **desk_form(does="わたしの文。", seen=seen)))
    assert next(one for one in now(town).desks if one.id == "kodomo").does_ja == "わたしの文。"


def test_a_forged_change_is_tried_again_when_it_is_saved(manager: Browser, town: Town) -> None:
    for kind, key, value in (
        ("number", "police", '{"on": false}'),
        ("text", "danger", '"x"'),
        ("hours", "kodomo", "{"),
    ):
        got = manager.send_form(f"{HOME}/save", kind=kind, key=key, value=value, seen="0")
        assert got.status_code == 422 and "何も変わっていません" in got.text
    assert manager.send_form(f"{HOME}/save", kind="slack", key="x", value="{}", seen="0").status_code == 404
    assert now(town) == town.office.shelf.base


def test_closing_a_desk_says_how_many_cases_move_and_moves_them(manager: Browser, town: Town) -> None:
    case_id = add_case(town, "home", "住まいのこと", None)
    with town.sessions.begin() as session:
        session.get_one(Ticket, case_id).owner_desk = "sumai"
    assert "<b>1 件</b>" in manager.get(f"{HOME}/desks/sumai/close").text
    assert manager.send_form(f"{HOME}/desks/sumai/close", to="").status_code == 422
    shown = manager.send_form(f"{HOME}/desks/sumai/close", to="jiritsu")
    assert "住まいの相談の終わっていない相談 1 件が移ります" in shown.text
    saved(manager, shown)
    with town.sessions() as session:
        assert session.get_one(Ticket, case_id).owner_desk == "jiritsu"
    assert manager.get(f"{HOME}/desks/sumai").status_code == 404
    assert "閉じられません" in manager.get(f"{HOME}/desks/marugoto/close").text


def test_a_new_desk_and_making_sure_of_it(manager: Browser, town: Town) -> None:
    bad = manager.send_form(f"{HOME}/desks/new", id="Kodomo!", **desk_form())
    assert bad.status_code == 422 and "英小文字" in bad.text
    taken = manager.send_form(f"{HOME}/desks/new", id="kodomo", **desk_form())
    assert taken.status_code == 422 and "同じ短い名前" in taken.text
    saved(manager, manager.send_form(f"{HOME}/desks/new", id="gaikoku", **desk_form(name="外国人の相談")))
    assert "外国人の相談" in manager.get(HOME).text, "nobody made sure of it yet"
    assert manager.send_form(f"{HOME}/desks/gaikoku/verified").status_code == 303
    assert "外国人の相談</a> <span" not in manager.get(HOME).text
    found = next(one for one in now(town).desks if one.id == "gaikoku")
    assert str(found.verified_on) == "2026-11-20" and found.hours is None


def test_the_rota_takes_only_addresses_of_the_settings(manager: Browser, town: Town) -> None:
    page = manager.get(f"{HOME}/on-call").text
    assert "はじめに鳴るのは：<b>first・Slack</b>" in page
    form = {"available": "yes", "label": "当番", "desk": "night", "every_minutes": "７", "seen": "0"}
    for wrong, said in (
        ({"rota_1": "boss"}, "知らないもの"),
        ({"rota_2": "first"}, "だれもいない回"),
        ({"every_minutes": "90"}, "1〜60"),
    ):
        got = manager.send_form(f"{HOME}/on-call", **{**form, "rota_1": "" if "rota_2" in wrong else "first", **wrong})
        assert got.status_code == 422 and said in got.text
    saved(manager, manager.send_form(f"{HOME}/on-call", **form, rota_1="second", rota_2="first"))
    assert (now(town).on_call.rota, now(town).on_call.every_minutes) == ((("second",), ("first",)), 7)


def test_what_the_pack_s_check_warns_of_is_seen_first_of_all_an_ended_plan(
    manager: Browser, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "計画の期間" not in manager.get(HOME).text
    monkeypatch.setattr(town.office.shelf, "base", load("chigasaki"))
    page = manager.get(HOME).text.partition('id="warn-title"')[2].partition("</section>")[0]
    first = page.partition("<li>")[2].partition("</li>")[0]
    assert "2026-03-31 に終わっています" in first and "連絡先は未確認です" in page
    assert "確かめた日がありません" not in page, "what is old stands in its own list"


def test_a_partner_s_agreement_says_where_reports_go_and_what_is_told(
    manager: Browser, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"name": "みほんガス", "kind": "ガスの点検", "seen": "0"}
    got = manager.send_form(f"{HOME}/partners/GAS-02", **form, tell="none", desk="nowhere")
    assert got.status_code == 422 and "ない窓口" in got.text
    saved(manager, manager.send_form(f"{HOME}/partners/GAS-02", **form, tell="none", desk="outreach"))
    found = next(one for one in now(town).partners if one.code == "GAS-02")
    assert (found.tell, found.desk) == ("none", "outreach")
    page = manager.get(f"{HOME}/partners/GAS-02").text
    assert 'value="none" checked' in page and 'value="outreach" selected' in page
    monkeypatch.setattr(town.office.shelf, "_look_at", 0)
    register = manager.get("/console/partners").text
    assert "受理だけ" in register and "アウトリーチ支援" in register


def test_a_place_gets_a_rota_of_its_own_on_screen(
    manager: Browser, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = town.office.shelf
    monkeypatch.setattr(shelf, "base", replace(shelf.base, areas=(Area("北町", group="東"), Area("南町"))))
    page = manager.get(f"{HOME}/on-call").text
    assert page.index("<summary>東</summary>") < page.index("<summary>北町</summary>")
    form = {"available": "yes", "desk": "night", "every_minutes": "5", "seen": "0", "rota_1": "first"}
    got = manager.send_form(f"{HOME}/on-call", **form, area1_rota_2="second")
    assert got.status_code == 422 and "だれもいない回" in got.text
    saved(manager, manager.send_form(f"{HOME}/on-call", **form, area1_rota_1="second"))
    assert now(town).on_call.areas == (AreaRota("北町", (("second",),)),)
    assert "北町：1 回め second" in manager.get(f"{HOME}/history?kind=on_call&key=all").text


def test_ringing_for_practice_says_what_took_it(manager: Browser) -> None:
    got = manager.send_form(f"{HOME}/on-call/test")
    assert "届きました</span>　first" in got.text and "届きませんでした</span>　slack" in got.text


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("neutral", "あしたの天気です。\n福祉のお知らせです。", "相談していると分かることば「福祉」"),
        ("office", "あ" * 41, "40 字まで"),
        ("exit_url", "http://example.org/", "https://"),
        ("notice:read", "あ" * 201, "長すぎます"),
    ],
)
def test_words_that_would_tell_or_not_fit_are_refused(
    manager: Browser, town: Town, key: str, text: str, said: str
) -> None:
    got = manager.send_form(f"{HOME}/texts", key=key, text=text, seen="0")
    assert got.status_code == 422 and said in got.text and text[:20] in got.text
    assert now(town) == town.office.shelf.base


def test_texts_and_templates_of_the_town(manager: Browser, town: Town) -> None:
    saved(manager, manager.send_form(f"{HOME}/texts", key="office", text="ふくし相談室", seen="0"))
    saved(
        manager,
        manager.send_form(f"{HOME}/texts", key="notice:read", text="読みました。\r\nお待ちください。", seen="0"),
    )
    new = {
        "id": "next-week",
        "new": "1",
        "title": "また来週",
        "text": "ありがとうございます。\n{office}です。",
        "kinds": "consultation",
    }
    saved(manager, manager.send_form(f"{HOME}/texts/template", **new, seen="0"))
    bad = manager.send_form(f"{HOME}/texts/template", **{**new, "id": "x", "text": "{name}さん"}, seen="0")
    assert bad.status_code == 422 and "知らない差しこみ" in bad.text
    gone = manager.send_form(f"{HOME}/texts/template", id="read", step="off", seen="0")
    saved(manager, gone)
    pack = now(town)
    assert (pack.office, pack.notices["read"]) == ("ふくし相談室", "読みました。\nお待ちください。")
    assert "next-week" in {one.id for one in pack.templates} and "read" not in {one.id for one in pack.templates}
    page = manager.get(f"{HOME}/texts").text
    assert "画面から変えられない文" in page and "試験で確かめた文だけ" in page


def test_numbers_of_the_registry_and_of_the_town(manager: Browser, town: Town) -> None:
    saved(manager, manager.send_form(f"{HOME}/numbers", id="er7119", move="on"))
    saved(manager, manager.send_form(f"{HOME}/numbers", id="dv_plus", move="off"))
    assert manager.send_form(f"{HOME}/numbers", id="police", move="verified").status_code == 303
    assert manager.send_form(f"{HOME}/numbers", id="police", move="off").status_code == 422
    own = {
        "id": "town-1",
        "new": "1",
        "label": "防災電話",
        "number": "0120-000-000",
        "kinds": "disaster",
        "spans": "9-17",
        "seen": "0",
    }
    assert manager.send_form(f"{HOME}/numbers/own", **own).status_code == 422
    saved(manager, manager.send_form(f"{HOME}/numbers/own", **{**own, "spans": "9:00-17:00"}))
    wrong = manager.send_form(
        f"{HOME}/numbers/own",
        **{**own, "id": "town-2", "number": "12345"},
    )
    assert wrong.status_code == 422
    lines = {line.id: line for line in now(town).numbers}
    assert lines["town-1"].hours and "er7119" in lines and "dv_plus" not in lines
    assert str(lines["police"].verified_on) == "2026-11-20"


def test_a_partner_gets_a_new_code_and_keeps_the_rest(manager: Browser, town: Town) -> None:
    before = next(one for one in now(town).partners if one.code == "GAS-02")
    shown = manager.send_form(f"{HOME}/partners/GAS-02", step="renew", seen="0")
    assert "2 代目" in shown.text
    saved(manager, shown)
    assert next(one for one in now(town).partners if one.code == "GAS-02") == replace(before, generation=2)
    new = {"code": "pan-06", "name": "みほんパン", "kind": "配達", "until": "2029-03-31", "phone": "000-0000-0909"}
    saved(manager, manager.send_form(f"{HOME}/partners/new", **new))
    assert "PAN-06" in {one.code for one in now(town).partners}
    assert manager.send_form(f"{HOME}/partners/new", **{**new, "code": "GAS-02"}).status_code == 422


def test_times_to_answer_and_what_is_only_shown(manager: Browser, town: Town) -> None:
    form = {"emergency_minutes": "10", "high_minutes": "60", "normal_business_days": "2", "seen": "0"}
    assert manager.send_form(f"{HOME}/sla", **{**form, "high_minutes": "0"}).status_code == 422
    shown = manager.send_form(f"{HOME}/sla", **form)
    assert "いま来た「ふつう」の相談に伝える期限" in shown.text
    saved(manager, shown)
    assert now(town).sla.normal_business_days == 2
    slack = manager.get(f"{HOME}/slack").text
    assert "C0KODOMO" in slack and "この窓口はありません：gone" in slack
    assert 'href="/console/people"' in manager.get(f"{HOME}/roles").text


@needs_browser
@pytest.mark.parametrize("size", [DESKTOP, (360, 740)], ids=["desktop", "small"])
def test_every_page_is_accessible(visit: Callable[..., Any], site: str, busy: Town, size: tuple[int, int]) -> None:
    page = visit("kato", size)
    for path in PAGES:
        page.goto(f"{site}{HOME}{path}")
        check(page)
    page.goto(f"{site}{HOME}/desks/kodomo")
    page.get_by_label("電話", exact=True).fill("000-12")
    page.get_by_role("button", name="前 → 後を見る").click()
    page.get_by_text("番号のけたが違います").wait_for()
    check(page)
    page.get_by_label("電話", exact=True).fill("000-0000-0555")
    page.get_by_role("button", name="前 → 後を見る").click()
    page.get_by_text("これで変えますか").wait_for()
    check(page)
    page.get_by_role("button", name="変える", exact=True).click()
    page.get_by_text("保存しました").wait_for()
    check(page)
    page.goto(f"{site}{HOME}/history?kind=desk&key=kodomo")
    check(page)
