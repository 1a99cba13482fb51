"""Lists as CSV (全戸訪問・見守りの一覧): reading, with a sentence for each line that cannot be read. Pure.

UTF-8 with or without a mark, and Shift_JIS as Excel writes it. A cell is text and nothing else: the apostrophe by which
spreadsheets keep a formula from running is taken off, and nothing is ever computed. A file is taken
whole or not at all.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from handoff.feed_signal import WITH_DAYS, Sign, iso_day

MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 2_000_000
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("利用者番号", "番号", "利用者id", "id"),
    "on": ("日付", "訪問日", "さいごの応答", "最後の応答", "最終応答日"),
    "place": ("場所", "住所"),
    "note": ("気になったこと", "気になること", "メモ", "備考"),
    "mark": ("気になる", "チェック"),
    "danger": ("いま危ない", "危険"),
    "kind": ("種類", "知らせ"),
    "days": ("日数",),
}
"""Our field → the headings that name it."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {"visit": ("on", "place", "note"), "watch": ("person", "kind")}
_KINDS: Final = {
    "応答なし": "no_reply", "応答がない": "no_reply", "使用なし": "no_use", "使っていない": "no_use",
    "呼び出し": "call", "通報": "call",
}  # fmt: skip
_YES: Final = frozenset({"○", "〇", "◯", "はい", "有", "あり", "1", "yes", "レ", "✓"})
_NO: Final = frozenset({"", "×", "✕", "いいえ", "無", "なし", "0", "no", "-", "ー", "x"})


@dataclass(frozen=True, slots=True)
class Read:
    """A list as it was read. With `faults` (line of the file, sentence) nothing of it may be used.

    `unmarked`: how many lines had nothing to note.
    """

    signs: tuple[Sign, ...] = field(default=(), repr=False)
    faults: tuple[tuple[int, str], ...] = ()
    unmarked: int = 0


class _Fault(Exception):
    """One line cannot be read; the argument is the sentence."""


def decoded(body: bytes) -> str | None:
    """The text of a file; None when it is neither UTF-8 nor Shift_JIS, or holds NUL."""
    for codec in ("utf-8-sig", "cp932"):
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def read(body: bytes, kind: str) -> Read:
    """The signs of a list of this kind (`visit` or `watch`). Never raises on what stands in the file."""
    if len(body) > MOST_BYTES:
        return _refused("ファイルが大きすぎます（2 MB まで）。分けてください。")
    text = decoded(body)
    if text is None:
        return _refused("文字が読めません。UTF-8 か Shift_JIS の CSV で保存してください。")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return _refused('CSV の形になっていません。引用符（"）の数を確かめてください。')
    if len(lines) - 1 > MOST_ROWS:
        return _refused(f"行が多すぎます（{MOST_ROWS:,}行まで）。分けてください。")
    return _read(lines, kind)


def _read(lines: Sequence[Sequence[str]], kind: str) -> Read:
    columns = _columns(lines[0] if lines else ())
    missing = [_COLUMNS[name][0] for name in _NEEDED[kind] if name not in columns]
    if missing:
        return _refused(f"1 行目に見出しがありません：{'・'.join(missing)}")
    signs, faults, unmarked = list[Sign](), list[tuple[int, str]](), 0
    make: Callable[[Callable[[str], str]], Sign | None] = _visit if kind == "visit" else _watch
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue

        def get(name: str, cells: Sequence[str] = cells) -> str:
            at = columns.get(name, len(cells))
            return _cell(cells[at]) if at < len(cells) else ""

        try:
            found = make(get)
        except _Fault as fault:
            faults.append((number, str(fault)))
            continue
        signs += [found] if found is not None else []
        unmarked += found is None
    if not signs and not faults:
        return _refused("気になることのある行が、一つもありません。")
    return Read((), tuple(faults), 0) if faults else Read(tuple(signs), (), unmarked)


def _visit(get: Callable[[str], str]) -> Sign | None:
    mark, note = _plain(get("mark")), get("note")
    if mark not in _YES | _NO:
        raise _Fault("「気になる」は ○ か × で書いてください。")
    if not note and mark not in _YES:
        return None
    if not note:
        raise _Fault("「気になる」に ○ がありますが、「気になったこと」が空です。")
    if mark in _NO - {""}:
        return None
    place, day = get("place"), iso_day(get("on"))
    if not day:
        raise _Fault("日付が読めません。2026-11-20 のように書いてください。")
    if not place:
        raise _Fault("場所が空です。")
    return Sign("visit", get("person")[:80], 0, day, _within(place, 200, "場所"), _within(note, 500, "気になったこと"),
                danger=_danger(get))  # fmt: skip


def _watch(get: Callable[[str], str]) -> Sign | None:
    person, kind, days, day = get("person"), _KINDS.get(get("kind")), unicodedata.normalize("NFKC", get("days")), ""
    if not person:
        raise _Fault("利用者番号が空です。")
    if kind is None:
        raise _Fault("種類は「応答なし」「使用なし」「呼び出し」のどれかで書いてください。")
    if kind in WITH_DAYS and not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= 3650):
        raise _Fault("日数は、1 から 3650 の数で書いてください。")
    if get("on"):
        day = iso_day(get("on"))
        if not day:
            raise _Fault("さいごの応答の日が読めません。2026-11-20 のように書いてください。")
    return Sign(
        kind, _within(person, 80, "利用者番号"), int(days) if kind in WITH_DAYS else 0, day,
        _within(get("place"), 200, "場所"), _within(get("note"), 500, "メモ"), danger=kind == "call" or _danger(get),
    )  # fmt: skip


def _danger(get: Callable[[str], str]) -> bool:
    said = _plain(get("danger"))
    if said not in _YES | _NO:
        raise _Fault("「いま危ない」は ○ か × で書いてください。")
    return said in _YES


def _within(text: str, most: int, name: str) -> str:
    if len(text) > most:
        raise _Fault(f"「{name}」が長すぎます（{most}字まで）。")
    return text


def _columns(head: Sequence[str]) -> dict[str, int]:
    plain = [_plain(cell) for cell in head]
    found = {}
    for name, headings in _COLUMNS.items():
        at = next((plain.index(heading) for heading in headings if heading in plain), None)
        if at is not None:
            found[name] = at
    return found


def _cell(text: str) -> str:
    """The cell as text: one line, without the apostrophe of a spreadsheet and without signs that nobody can see."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split()).removeprefix("'")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", _cell(text)).lower()


def _refused(sentence: str) -> Read:
    return Read((), ((1, sentence),), 0)
