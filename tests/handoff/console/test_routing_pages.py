"""住んでいるところとつなぎ先: the page, its corrections, a transfer and its receipt, as staff click them."""

from __future__ import annotations

from collections.abc import Callable

from console_browser import Browser
from console_town import Town

from handoff.records import HandOver, Ticket

Browsers = Callable[..., Browser]


def _row(town: Town, name: str) -> Ticket:
    with town.sessions() as session:
        row = session.get(Ticket, town.case[name])
        assert row is not None
        return row


def test_where_the_person_lives_is_corrected_and_another_town_is_marked(busy: Town, browser: Browsers) -> None:
    case, client = busy.case["dv"], browser("sato")
    page = client.get(f"/console/cases/{case}/routing")
    assert page.status_code == 200 and "未確認" in page.text and "①" in page.text and "主に受ける" in page.text
    client.send_form(f"/console/cases/{case}/area", area="other", other="八王子市")
    assert _row(busy, "dv").area == "東京都八王子市"
    shown = client.get(f"/console/cases/{case}/routing").text
    assert "ほかの市町村の方（東京都八王子市）" in shown and "断らずに受けとめます" in shown
    wrong = client.send_form(f"/console/cases/{case}/area", area="other", other="ない町")
    assert wrong.status_code == 422 and "その名前の市町村が見つかりません" in wrong.text
    client.send_form(f"/console/cases/{case}/area", area="みほん市")
    assert _row(busy, "dv").area == "みほん市"
    assert "ほかの市町村の方" not in client.get(f"/console/cases/{case}/routing").text


def test_a_transfer_waits_for_its_receipt(busy: Town, browser: Browsers) -> None:
    case, client = busy.case["dv"], browser("sato")
    client.send_form(f"/console/cases/{case}/claim")
    owner = _row(busy, "dv").owner_id
    values = {"town": "八王子市", "desk": "福祉課", "ask": "会ってください", "keep": "返事を続けます"}
    refused = client.send_form(f"/console/cases/{case}/transfer", basis="C0", **values)
    assert refused.status_code == 422 and "会ってください" in refused.text
    client.send_form(f"/console/cases/{case}/transfer", basis="C0", heard="本人に電話で", by_whom="self", **values)
    assert (_row(busy, "dv").state, _row(busy, "dv").owner_id) == ("handed", owner)
    assert "受け取りを待っています" in client.get(f"/console/cases/{case}/routing").text
    again = client.send_form(f"/console/cases/{case}/receipt", who="", when="きょう", way="phone")
    assert again.status_code == 422 and "だれが・いつ・どの方法で" in again.text
    client.send_form(f"/console/cases/{case}/receipt", who="福田さん", when="24日 10時", way="phone")
    assert (_row(busy, "dv").state, _row(busy, "dv").owner_id) == ("claimed", owner)
    with busy.sessions() as session:
        assert [one.state for one in session.query(HandOver).all()] == ["accepted"]


def test_it_is_closed_to_who_may_not_see_the_case(busy: Town, browser: Browsers) -> None:
    case = busy.case["dv"]
    for who in ("tanaka", "kato", "mori"):
        assert browser(who).get(f"/console/cases/{case}/routing").status_code == 404


def test_the_queue_and_the_case_say_it(busy: Town, browser: Browsers) -> None:
    case, client = busy.case["dv"], browser("sato")
    assert "未確認" in client.get(f"/console/cases/{case}").text
    client.send_form(f"/console/cases/{case}/area", area="other", other="八王子市")
    assert "ほかの市町村の方（東京都八王子市）" in client.get(f"/console/cases/{case}").text
    assert "ほかの市町村の方（東京都八王子市）" in client.get("/console/").text
