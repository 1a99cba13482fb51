"""What reads as greeting is put aside by the machine alone only where nothing speaks against it (never lose)."""

from __future__ import annotations

import pytest

from triage.assessment import Kind
from triage.reader import Reader

ODD = ("まんさく", "ぽぷら荘", "キョロロ", "ハナミズキの会", "ゆいま〜る", "りんご園")
TROUBLE = (
    "で介護につかれました。", "で家賃が払えません", "に行っても お金がないです", "のことで、夫とけんかばかりです",
    "に通う子どもが学校に行きません", "で眠れない日が続きます", "の件で困っています",
)  # fmt: skip
TALK = (
    "こんにちは", "おはようございます", "ありがとうございました", "ありがとうございます。助かりました",
    "はじめまして、よろしくお願いします", "お世話になります", "てすと送信です", "おつかれさまです",
    "またね", "今日はいい天気ですね", "おやすみなさい", "登録しました！", "ばんちゃん、おはよう",
    "今日のまつり楽しかったです", "市役所は何時まで開いていますか", "住民票はどこで取れますか",
    "ごみの日はいつですか", "粗大ごみの申し込み番号を教えてください", "図書館の休館日はいつですか",
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_an_unknown_word_makes_no_greeting_of_a_trouble(reader: Reader, odd: str) -> None:
    for read, tail in zip(reader.read_many([odd + tail for tail in TROUBLE]), TROUBLE, strict=True):
        assert read.kind is Kind.CONSULTATION or read.needs_human, tail


def test_greetings_and_office_questions_still_alert_nobody(reader: Reader) -> None:
    read = dict(zip(TALK, reader.read_many(list(TALK)), strict=True))
    assert [text for text, one in read.items() if one.kind is Kind.CONSULTATION or one.needs_human] == []
