from triage.assessment import THEMES
from triage.labels import THEME_JA, label_ja


def test_every_theme_has_a_japanese_name() -> None:
    assert set(THEME_JA) == set(THEMES)
    assert label_ja("poverty") == "困窮"
