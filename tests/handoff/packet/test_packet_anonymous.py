"""準支援会議: nobody is read out of an anonymous packet."""

from __future__ import annotations

import pytest

from handoff.packet.anonymise import Known, anonymised, blur, decade, known_of
from handoff.packet.cut import cut, variant_of
from handoff.packet.names import names_in
from handoff.packet.values import Entry, Member, Sheet, Source

KNOWN = Known(("山田花子", "山田", "はなちゃん"), ("緑町2-14-3",), names_in)


@pytest.mark.parametrize(
    ("words", "gone", "left"),
    [
        ("隣の山田さんは緑町2-14-3に住んでいます", ["山田", "緑町", "2-14"], "住んでいます"),
        ("電話は090-1234-5678、０３（１２３４）５６７８です", ["1234", "5678", "１２３４"], "電話は"),
        ("hana.y@example.jp に送って https://x.example/a?b=c", ["hana", "x.example"], "送って"),
        ("2026年11月3日に退院、12/24に受診", ["3日", "24"], "2026年11月"),
        ("82歳の母と五十六歳の兄", ["82", "五十六"], "80代の母と50代の兄"),
        ("借金が327万円、家賃58,000円", ["327", "58"], "借金が"),
        ("若葉町三丁目のみほん内科クリニックに通う", ["若葉町", "三丁目", "みほん内科"], "に通う"),
        ("田中一郎さんとよし子さんが来た", ["田中", "一郎", "よし子"], "が来た"),
    ],
)
def test_words_lose_who_and_where(words: str, gone: list[str], left: str) -> None:
    blurred = blur(words, KNOWN)
    assert not [one for one in gone if one in blurred], blurred
    assert left in blurred


def test_ages_become_decades() -> None:
    assert [decade(one) for one in ("3歳", "53", "８２歳", "九十一", "103歳", "不明")] == [
        "10歳未満", "50代", "80代", "90代以上", "90代以上", "",
    ]  # fmt: skip


def test_a_sheet_loses_its_names_its_rare_facts_and_its_size() -> None:
    sheet = Sheet(
        {
            "name": Entry("山田 花子"), "visitor_name": Entry("鈴木商店の店主"), "age": Entry("54歳"),
            "received_on": Entry("2026-11-20"), "story": Entry("山田です。母は82歳です。", Source.PERSON),
            "a24": Entry("yes", whose="山田 花子"), "a17": Entry("yes", whose="母（82歳）"),
        },
        tuple(Member(f"子{i}", f"{i + 10}歳") for i in range(8)),
    )  # fmt: skip
    left = anonymised(cut(sheet, "C9", variant_of("C9")), known_of(sheet, ()))
    said = str({name: (entry.value, entry.whose) for name, entry in left.sheet.entries.items()})
    assert not [one for one in ("山田", "花子", "鈴木", "54", "82", "20日") if one in said]
    assert "2026年11月" in said and "50代" in said and "a24" in left.withheld
    assert "くわしくは載せません" in left.sheet.entries["a99"].whose
    assert len(left.sheet.household) == 6 and left.sheet.household[0].age == "10代"
