"""Every box of the partners' web forms has its place on the packets (連絡票・見守り報告), and none names who wrote."""

from __future__ import annotations

import pytest
from partners_kit import SAME, browser_of, once_in
from play_town import Town

from handoff.packet.as_json import Letterhead, Recipient, body_of
from handoff.packet.cut import cut, variant_of
from handoff.packet.fields import fields
from handoff.packet.pdf import paper
from handoff.packet.sheet import sheet_of
from handoff.packet.told import told
from handoff.packet.values import Sheet
from handoff.records import Ticket
from intake.records import Case

NAME = "柿崎鮎美"


def _sent(town: Town, path: str, **values: object) -> Sheet:
    """The sheet of the case that this form begins."""
    with browser_of(town) as client:
        once = once_in(client.get(path).text)
        assert client.post(path, data={"once": once, **values}, headers=SAME).status_code == 303
    with town.work() as session:
        case = session.get_one(Case, town.one(Case).id)
        return sheet_of(town.office, session, case, session.get_one(Ticket, case.id))


def _paper(sheet: Sheet, kind: str) -> str:
    head = Letterhead(
        "P-0001", kind, "C2b", variant_of("C2b"), "", "みほん市", "999998", "T-0001", "2026-11-22T17:05+09:00", "窓口",
        "", "", "佐藤", "", (Recipient("受け手"),), "お願い", "続ける",
    )  # fmt: skip
    return str(paper(body_of(head, cut(sheet, "C2b", variant_of("C2b")))))


def test_every_box_of_the_renraku_form_reaches_the_sheet(town: Town) -> None:
    sheet = _sent(
        town, "/renraku", danger="no", urgent=f"月末に電気が止まるため。{NAME}まで", issue=["k01", "k12"], most="k03",
        story="薬が切れて来ません", guess="お金がないのかもしれません", person="70代、一人暮らし", place="本町1-2-3",
        reach="夕方に電話", consent="unaware", way=["visit", "meeting"], ask="訪ねてほしい", keep="受診を待ちます",
        others="訪問看護ステーション みほん", organisation="みほん診療所", name=NAME, phone="000-0000-1234",
    )  # fmt: skip
    held = {name: entry.value for name, entry in sheet.entries.items()}
    said = {
        "danger_now": "no", "urgency_why": "月末に電気が止まるため。■■■まで", "issues": ("K01", "K03", "K12"),
        "issue_most": "K03", "guess": "お金がないのかもしれません", "target": "70代、一人暮らし",
        "address": "本町1-2-3", "contact_ways": "夕方に電話", "r_known": "unaware", "wanted": ("visit", "meeting"),
        "asked_of_us": "訪ねてほしい", "goes_on": "受診を待ちます", "agencies": "訪問看護ステーション みほん",
    }  # fmt: skip
    assert {name: held.get(name) for name in said} == said
    assert str(held["facts"]).startswith("薬が切れて来ません")
    printed = _paper(sheet, "referral")
    for words in ("月末に電気", "お金がない", "夕方に電話", "訪問・会議", "訪問看護ステーション", "'mark': '◎'"):
        assert words in printed, words
    assert not [one for one in (NAME, "1234", "診療所", "受診を待ちます") if one in printed]


def test_every_sign_of_the_tsuho_form_is_ticked_on_paper(town: Town) -> None:
    keys = ["post", "child", "odd", "cold", "empty", "laundry", "light", "curtain", "smell", "silent", "unseen"]
    more = ["meter", "hurt", "cry", "night", "lost", "food", "bill", "other"]
    with browser_of(town) as client:
        page = client.get("/tsuho").text
    assert not [key for key in (*keys, *more) if f'name="sign" value="{key}"' not in page]
    sheet = _sent(
        town, "/tsuho", sign=[*keys, *more, "made_up"], place="本町1-2-3", when="today", since="先週から", tell="wants",
        customer="12-3456-7890",
    )  # fmt: skip
    signs, choices = sheet.entries["w_signs"].value, fields()["w_signs"].choices
    assert set(signs) == set(choices) - {"harm"}, "けが・どなり声 is asked in two here"
    assert (sheet.entries["w_since"].value, sheet.entries["w_tell"].value) == ("先週から", "知らせてほしい")
    printed = _paper(sheet, "watch")
    assert "ほかに：" not in printed and "先週から" in printed and printed.count("'mark': '✓'") == len(signs)
    assert "知らせてほしい" not in printed, "of who reported nothing goes on"
    assert sheet.entries["w_place"].value == "本町1-2-3"
    assert "7890" not in printed and "お客さま番号" not in printed, "it says whose customer they are"


@pytest.mark.parametrize(
    ("path", "marks", "urgency"),
    [
        ("/tsuho", {"sign": ["night"], "place": "本町1"}, "high"),
        ("/tsuho", {"sign": ["hurt", "post"], "place": "本町1"}, "high"),
        ("/tsuho", {"sign": ["smell"], "place": "本町1"}, "normal"),
        ("/renraku", {"issue": ["k14"], "organisation": "みほん診療所"}, "high"),
    ],
)
def test_a_mark_behind_which_somebody_may_be_hurt_is_seen_within_hours(
    town: Town, path: str, marks: dict[str, object], urgency: str
) -> None:
    _sent(town, path, danger="no", **marks)
    assert town.one(Ticket).urgency == urgency and not town.slack("page")


def test_a_customer_s_number_is_no_place_on_paper() -> None:
    pressed = {"l_place": "customer", "l_customer": "12-3456-7890"}
    entry = told(pressed, for_another=True)["w_place"]
    assert (entry.value, entry.asked) == ("", True)


def test_what_a_worker_presses_on_line_stands_in_its_own_box() -> None:
    pressed = told({"l_sign": "harm,child,odd,cold,empty,bill,post"}, for_another=True)["w_signs"].value
    assert pressed == ("harm", "young", "odd", "cold", "empty", "bill", "post")
    assert set(pressed) <= set(fields()["w_signs"].choices)
