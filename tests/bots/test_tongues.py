"""Which language somebody is answered in who chose none: heard only where it is certain."""

from __future__ import annotations

import pytest
from play_town import Town

from bots.tongues import heard
from intake.conversation.script import load, shipped
from intake.conversation.values import Known, Options, State

OPTIONS = Options("みほん市", languages=shipped())


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("I lost my job", "en"), ("hello", "en"), ("toi bi chong danh", "vi"), ("xin chào", "vi"), ("没有钱", "zh"),
        ("我想咨询一下家里的事情", "zh"), ("你好", "zh"), ("안녕하세요", "ko"), ("घर छैन", "ne"),
        ("Perdi o emprego", "pt"),
        ("Nawalan ako ng trabaho", "fil"), ("Saya tidak punya uang", "id"), ("ผมไม่มีเงิน", "en"),
        ("家賃が払えません", "ja"),
    ],
)  # fmt: skip
def test_a_language_is_heard(words: str, language: str) -> None:
    assert heard(State(), words, OPTIONS) == language


@pytest.mark.parametrize(
    "words",
    [
        "",
        "1",
        "DV",
        "wifi",
        "test",
        "LINE",
        "生活苦",
        "家庭暴力",
        "家賃滞納",
        "okane ga nai",
        "tasukete kudasai",
        "😭",
        "7K3M-92Q5",
    ],
)
def test_in_doubt_nothing_is_heard(words: str) -> None:
    assert heard(State(), words, OPTIONS) is None


def test_what_was_chosen_and_what_is_a_number_or_a_code_is_not_listened_to() -> None:
    assert heard(State(language="ja"), "I lost my job", OPTIONS) is None
    assert heard(State(), "my old words", Options("みほん市", known=Known(receipt="7K3M-92Q5"))) is None


def test_somebody_who_knows_no_japanese_reads_the_first_answer_and_the_card_of_danger(town: Town) -> None:
    vi = load("vi")
    town.say("Tôi không có tiền trả tiền nhà")
    said = town.said()
    assert vi.ask["safety"].text.split("\n")[0] in said and "受付番号" not in said
    town.say("chồng đánh tôi, cứu tôi với")
    assert vi.say["urgent"].text.split("\n")[1] in town.said()
    assert town.messages() == ["Tôi không có tiền trả tiền nhà", "chồng đánh tôi, cứu tôi với"]
