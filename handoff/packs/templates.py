"""`[[template]]` of a pack (ひな型): read, check, and what may stand in one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.packs.checking_texts import TELLING
from handoff.packs.table import PackError, Table
from handoff.packs.values import Level, Pack, Problem, Template
from triage.assessment import Kind

PLACEHOLDERS = frozenset({"office", "hours", "phone"})
"""The office's name, its hours in words, its telephone number."""
MOST_LETTERS = 1_000
MOST_TITLE = 30
_ID = re.compile(r"[a-z0-9-]{1,32}")
_BRACES = re.compile(r"\{([^{}]*)\}")


def read_template(table: Table) -> Template:
    """One `[[template]]`. Raises `PackError` for what no screen could offer."""
    template = Template(
        id=table.get("id", str),
        title=table.get("title", str),
        text=table.get("text", str).strip(),
        kinds=tuple(str(kind) for kind in table.choices("kinds", Kind)),
        routes=table.words("routes"),
    )
    table.done()
    if not _ID.fullmatch(template.id):
        raise PackError(f"{table.where}: id は英小文字・数字・「-」の 32 文字までです: {template.id}")
    return template


def check_templates(pack: Pack) -> Iterator[Problem]:
    """What is wrong with the templates: doubles, empty or too long ones, unknown placeholders, a telling first line.

    The first line is what a locked telephone shows, perhaps to somebody else.
    """
    ids = [template.id for template in pack.templates]
    for double in sorted({name for name in ids if ids.count(name) > 1}):
        yield _error("double_template", f"同じ id のひな型が二つあります: {double}")
    for template in pack.templates:
        where = f"ひな型「{template.title}」"
        if not template.title.strip() or len(template.title) > MOST_TITLE or "\n" in template.title:
            yield _error("wrong_template", f"ひな型 {template.id}: 題（title）は、1 行で {MOST_TITLE} 字までです。")
        if not template.text or len(template.text) > MOST_LETTERS:
            yield _error("wrong_template", f"{where}: 文（text）は 1〜{MOST_LETTERS} 字です。")
        if unknown := sorted(set(_BRACES.findall(template.text)) - PLACEHOLDERS):
            yield _error("unknown_placeholder", f"{where}: 知らない差しこみです: {{{'}, {'.join(unknown)}}}")
        if set(_BRACES.sub("", template.text)) & set("{}"):
            yield _error("unknown_placeholder", f"{where}: {{ }} の組が合いません。")
        first = template.text.split("\n", 1)[0]
        if told := [word for word in TELLING if word in first]:
            yield _error("telling_template", f"{where}: 1 行めに、相談していると分かることば「{told[0]}」があります。")
        if _BRACES.search(first):
            yield _error("telling_template", f"{where}: 1 行めに差しこみは使えません（通知に窓口の名前が出ます）。")


def _error(code: str, message: str) -> Problem:
    return Problem(Level.ERROR, code, message)
