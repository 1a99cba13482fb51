"""Danger in other languages: every phrase list hits its examples by itself, and its look-alikes stay silent."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.alarm import KINDS, Alarm
from triage.alarm.foreign import hits, read_phrases

PHRASES = read_phrases()
ALARM = Alarm.load()
LANGUAGES = ("en", "fil", "id", "ko", "ne", "pt", "vi", "zh")
HITS = [pytest.param(rule, text, id=text) for rule in PHRASES for text in rule.hit]
MISSES = [text for rule in PHRASES for text in rule.miss]
WANTED = {"suicide", "self_harm", "violence", "child", "collapse", "hunger", "help"}


@pytest.mark.parametrize(("rule", "text"), HITS)
def test_example_hits(rule: object, text: str) -> None:
    (only,) = [one for one in PHRASES if one is rule]
    assert {kind for kind, _, _ in hits((only,), text)} == {only.kind}
    assert only.kind in ALARM.scan(f"おしえてください。{text}").kinds or only.language == "zh"
    assert only.kind in ALARM.scan(unicodedata.normalize("NFD", text.upper())).kinds


@pytest.mark.parametrize("text", MISSES)
def test_lookalike_is_silent(text: str) -> None:
    assert not ALARM.scan(text)


def test_every_language_speaks_of_every_danger() -> None:
    assert {rule.language for rule in PHRASES} == set(LANGUAGES)
    for language in LANGUAGES:
        kinds = {rule.kind for rule in PHRASES if rule.language == language}
        assert kinds >= WANTED and kinds <= set(KINDS)


@pytest.mark.parametrize(
    "text",
    ["Hello, I would like to ask about my residence tax.", "Xin chào, tôi muốn hỏi về trường học cho con.",
     "Oi, preciso renovar o seguro de saúde.", "안녕하세요. 보육원에 대해 묻고 싶어요.",
     "你好，我想问一下国民健康保险。",
     "नमस्ते, म स्कुलको बारेमा सोध्न चाहन्छु।", "Magandang araw, magtatanong po ako tungkol sa paaralan.",
     "Selamat pagi, saya mau tanya soal pajak.", "救命講習に申し込みたい", "刀の手入れの講座"],
)  # fmt: skip
def test_everyday_questions_are_silent(text: str) -> None:
    assert not ALARM.scan(text)


def test_a_sentence_is_judged_by_itself() -> None:
    assert "suicide" in ALARM.scan("I don't want to die. But I want to die sometimes").kinds
    text = "🙏 Olá!  Meu marido me BATE, todo dia"
    (hit,) = [hit for hit in ALARM.scan(text).hits if hit.kind == "violence"]
    assert text[hit.start : hit.end] == hit.text == "marido me BATE"


@given(st.text(max_size=80))
def test_any_text_is_safe(text: str) -> None:
    for _, start, end in hits(PHRASES, text):
        assert 0 <= start < end <= len(text)
