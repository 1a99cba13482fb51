from __future__ import annotations

import pytest

from triage.persons import Band, ages, persons


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("3歳児がいます", [3]), ("82さいの母", [82]), ("79の母が", [79]), ("80代の夫婦", [80]),
        ("年長の娘", [6]),
        ("小3の弟", [9]), ("中2で不登校", [14]), ("古希を迎えた", [70]),
        ("後期高齢者です", [75]), ("生後2か月です", [0]),
        ("家内は八十一、私は八十四です", [81, 84]), ("財布に500円", []), ("8050", []),
        ("3さいふ", []), ("10時に行きます", []),
    ],
)  # fmt: skip
def test_ages(text: str, years: list[int]) -> None:
    assert [age.years for age in ages(text)] == years


@pytest.mark.parametrize(
    ("text", "role", "band"),
    [
        ("82歳の母", "parent", Band.ELDERLY), ("50代の息子", "child", Band.ADULT), ("小3の弟", "sibling", Band.CHILD),
        ("おばあちゃんが", "grandparent", Band.ELDERLY), ("夫が", "spouse", Band.ADULT),
    ],
)  # fmt: skip
def test_persons(text: str, role: str, band: Band) -> None:
    (person,) = persons(text)
    assert (person.role, person.band) == (role, band)


@pytest.mark.parametrize("text", ["大丈夫です", "母子手帳", "親切な人", "まごまごする"])
def test_words_that_only_look_like_persons(text: str) -> None:
    assert not persons(text)
