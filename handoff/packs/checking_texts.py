"""Check the words that a town may put in its own mouth: they must fit, and tell nothing where others may look."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.packs.values import Level, Pack, Problem

MOST_LETTERS = 200
MOST_LINES = 5
"""Of one bubble, as `toritsugi script check` asks of the shipped wordings."""
MOST_NAME = 40
TELLING = (
    "相談", "福祉", "支援", "虐待", "暴力", "ＤＶ", "DV", "通報", "自殺", "死", "生活保護", "借金", "貧困", "障害",
    "職員",
)  # fmt: skip
"""Words that would say to a stranger's eye what this talk is."""


def check_texts(pack: Pack) -> Iterator[Problem]:
    """What is wrong with the office's name, the innocent bubbles and the words of notices."""
    if not pack.office.strip() or len(pack.office) > MOST_NAME or "\n" in pack.office:
        yield _error("wrong_office", f"窓口の名前（office）は、1 行で {MOST_NAME} 字までです。")
    if any(letter in pack.office for letter in "{}"):
        yield _error("wrong_office", "窓口の名前（office）に { } は使えません。")
    for number, text in enumerate(pack.neutral, 1):
        where = f"無難な文の {number} つめ"
        if not text.strip() or "\n" in text.strip():
            yield _error("wrong_neutral", f"{where}: 1 行の文にしてください。")
        yield from _fits(text, where, "wrong_neutral", MOST_LINES)
        told = [word for word in TELLING if word in text]
        if told:
            yield _error("telling_neutral", f"{where}: 相談していると分かることば「{told[0]}」があります。")
    for kind, text in pack.notices.items():
        if not text.strip():
            yield _error("wrong_notice", f"お知らせの文が空です（{kind}）。")
        yield from _fits(text, f"お知らせの文（{kind}）", "wrong_notice", MOST_LINES - 1)


def _fits(text: str, where: str, code: str, lines: int) -> Iterator[Problem]:
    if len(text) > MOST_LETTERS:
        yield _error(code, f"{where}: 長すぎます（{MOST_LETTERS} 字まで。いまは {len(text)} 字）。")
    if len(text.strip().split("\n")) > lines:
        yield _error(code, f"{where}: 行が多すぎます（{lines} 行まで）。")


def _error(code: str, message: str) -> Problem:
    return Problem(Level.ERROR, code, message)
