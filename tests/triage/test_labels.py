from dataclasses import replace

from triage.assessment import THEMES, Assessment
from triage.labels import THEME_JA, foreign_ja, label_ja


def test_every_theme_has_a_japanese_name() -> None:
    assert set(THEME_JA) == set(THEMES)
    assert label_ja("poverty") == "困窮"


def test_the_language_of_a_text_that_was_not_read_is_named() -> None:
    foreign = Assessment.unread("language")
    assert foreign_ja(replace(foreign, language="vi")) == "ベトナム語のようです。機械は読めません。人が読んでください。"
    assert foreign_ja(replace(foreign, language="und")).startswith("何語で")
    assert foreign_ja(foreign).startswith("ローマ字の日本語")
    assert foreign_ja(Assessment.unread("timeout")) == ""
