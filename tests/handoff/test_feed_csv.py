"""Lists as CSV: both encodings, a sentence for each bad line, nothing taken of a file with a fault, cells are text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handoff.feed_csv import MOST_ROWS, read
from handoff.feed_signal import BadSignal, Sign, schema, signal_of

VISIT = (
    "訪問日,場所,気になる,気になったこと,いま危ない\r\n"
    "2026/11/20,本町1-2-3,○,郵便がたまっている,\r\n"
    "2026-11-20,本町1-2-4,×,,\r\n"
)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
def test_a_list_is_read_in_every_encoding(codec: str) -> None:
    found = read(VISIT.encode(codec), "visit")
    assert not found.faults
    assert found.unmarked == 1
    assert found.signs == (Sign("visit", "", 0, "2026-11-20", "本町1-2-3", "郵便がたまっている"),)
    assert found.signs[0].words_ja("秋の訪問").startswith("郵便がたまっている")


def test_each_bad_line_has_its_sentence_and_nothing_is_taken() -> None:
    bad = VISIT + "きのう,本町2,○,灯りがつかない,\r\n2026-11-20,,○,窓が割れている,\r\n2026-11-20,本町3,たぶん,x,\r\n"
    found = read(bad.encode(), "visit")
    assert [line for line, _ in found.faults] == [4, 5, 6]
    assert found.signs == ()
    assert not any("きのう" in sentence or "窓" in sentence for _, sentence in found.faults)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe\x00", "訪問日,気になったこと\r\n".encode(), '訪問日,場所,気になったこと\r\n"a'.encode(),
        "訪問日,場所,気になったこと\r\n".encode() + b"2026-11-20,a,b\r\n" * (MOST_ROWS + 1), VISIT.encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_whole(body: bytes) -> None:
    found = read(body, "visit")
    assert found.signs == ()
    assert len(found.faults) == 1


def test_a_formula_is_text_and_its_apostrophe_is_taken_off() -> None:
    body = "番号,種類,日数,メモ\r\nA-1,応答なし,４,'=HYPERLINK(1)\r\n".encode()
    (sign,) = read(body, "watch").signs
    assert (sign.kind, sign.days, sign.note) == ("no_reply", 4, "=HYPERLINK(1)")
    assert read("番号,種類,日数\r\nA-1,応答なし,0\r\n".encode(), "watch").faults
    assert read(("番号,種類,日数\r\nA-1,応答なし," + "9" * 5000).encode(), "watch").faults
    assert read("番号,種類\r\nA-1,呼び出し\r\n".encode(), "watch").signs[0].danger


def body(**data: object) -> bytes:
    return json.dumps({"type": "watch.no_reply", "data": {"person": "A-1", "days": 4, **data}}).encode()


def test_a_signal_is_read_and_what_we_do_not_ask_for_is_refused() -> None:
    assert signal_of(body(last_seen="2026-11-18")).words_ja("電球").startswith("「電球」からの知らせ：4日間")
    for bad, field in (
        (body(name="見本はなこ"), "data.name"), (body(days="4"), "data.days"), (body(person=""), "data.person"),
        (body(last_seen="11/18"), "data.last_seen"), (b"[]", "body"), (b"{", "body"), (b"\xff", "body"),
    ):  # fmt: skip
        with pytest.raises(BadSignal) as fault:
            signal_of(bad)
        assert str(fault.value) == field
        assert "はなこ" not in str(fault.value)


def test_the_published_schema_is_what_the_code_reads() -> None:
    shipped = Path(__file__).parents[2] / "docs" / "schema" / "feed-signal-v1.json"
    assert json.loads(shipped.read_text("utf-8")) == schema()
