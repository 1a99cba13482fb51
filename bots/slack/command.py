"""`/toritsugi`, the shortcuts and the buttons of the menu (呼び出しのことば): which modal they open.

Nothing that is typed or marked here is stored before somebody submits a form.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

from bots.slack import blocks, limits, names, wish
from bots.slack.advice_form import advice_form
from bots.slack.blocks import Block
from bots.slack.case_view import case_view, notice_view
from bots.slack.gate import staff_of
from bots.slack.parse import SlackArrival
from bots.slack.parts import SlackParts
from bots.slack.remark_form import remark_form
from bots.slack.report import report_form
from bots.tame import mapping, text
from handoff import advice, view
from handoff.desks import desk as desk_named
from handoff.number import parse_label
from handoff.office import Refused
from intake.db import reading

Kind = Literal["menu", "report", "remark", "advice", "find", "help"]
_HEADS: Final[dict[str, Kind]] = {
    "通報": "report", "気づき": "report", "相談": "advice", "使い方": "help", "ヘルプ": "help", "help": "help",
    "番号": "find", "一言": "remark", "ひとこと": "remark",
}  # fmt: skip
_PRESSED: Final[dict[str, Kind]] = {
    names.MENU_REPORT: "report", names.MENU_ADVICE: "advice", names.MENU_FIND: "find", names.MENU_HELP: "help",
    names.REPORT_SHORTCUT: "report", names.ADVICE_SHORTCUT: "advice", names.FIND_SHORTCUT: "find",
    names.MESSAGE_SHORTCUT: "report", names.MENU_REMARK: "remark", names.REMARK_SHORTCUT: "remark",
}  # fmt: skip
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
USAGE: Final = (
    "/toritsugi　えらぶ画面がひらきます。",
    "/toritsugi 通報 気づいたこと　気づきの通報がひらきます。送るまで、どこにも残りません。",
    "/toritsugi 一言 気になったこと　まだ相談ではない「気になった一言」を残します。30秒です。",
    "/toritsugi T-0412　または　/toritsugi 412　その番号の相談をひらきます。見たことは記録に残ります。",
    "/toritsugi 相談 ききたいこと　多機関協働の担当に助言をたのみます（支援者の相談）。番号がなくてもかまいません。",
    "メッセージの「その他」→「気づきとして通報」　その文が入った通報の画面がひらきます。",
    "カードのボタン　担当する・返信・つなぐ・保留など。返信はここから送ります。スレッドに書いても本人には届きません。",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which modal is asked for, and the words that go with it."""

    kind: Kind
    rest: str = field(default="", repr=False)
    about: str = ""


def wanted(typed: str) -> Wanted:
    """What `/toritsugi <typed>` asks for. Words under no heading fill the report, as they always did."""
    words = typed.strip()
    if not words:
        return Wanted("menu")
    head, rest = _parted(words)
    kind = _HEADS.get(unicodedata.normalize("NFKC", head).lower())
    if kind is None:
        return Wanted("find", about=words) if parse_label(words) else Wanted("report", words)
    if kind == "find":
        return Wanted("find", about=rest)
    if kind == "advice":
        first, more = _parted(rest)
        return Wanted("advice", more, first) if parse_label(first) else Wanted("advice", rest)
    return Wanted(kind, rest)


def _parted(words: str) -> tuple[str, str]:
    """The first word and the rest; a full-width space parts them as well."""
    found = words.split(maxsplit=1)
    return (found[0] if found else "", found[1] if len(found) > 1 else "")


def opened(parts: SlackParts, arrival: SlackArrival) -> Block:
    """The modal of a command, a shortcut or a button of the menu. Blocks; raises `gate.Stranger`."""
    asked = _asked(arrival)
    if asked.kind == "find" and asked.about:
        return found(parts, arrival, asked.about)
    with reading(parts.sessions) as session:
        staff_of(session, parts.tenant, parts.team_id, arrival)
    if asked.kind == "report":
        return report_form(first=asked.rest, channel=arrival.channel_id)
    if asked.kind == "remark":
        return remark_form(first=asked.rest, channel=arrival.channel_id)
    if asked.kind == "advice":
        pack = parts.office.pack
        asked_desk = desk_named(pack, advice.desk_of(pack))
        name = asked_desk.name if asked_desk else pack.office
        return advice_form(name, first=asked.rest, about=asked.about, channel=arrival.channel_id)
    if asked.kind == "find":
        return find_form()
    return help_view() if asked.kind == "help" else menu()


def found(parts: SlackParts, arrival: SlackArrival, typed: str) -> Block:
    """The case of a number, logged as read; one sentence for absent and forbidden. Blocks; raises `gate.Stranger`."""
    try:
        with parts.sessions.begin() as session:
            staff = staff_of(session, parts.tenant, parts.team_id, arrival)
            about = advice.case_about(parts.office, session, staff, typed)
            if about is None:
                return find_form()
            case = view.open_case(parts.office, session, about[0].id, staff, parts.now(), "slack")
    except Refused as refused:
        return notice_view("見つかりません", refused.message_ja)
    return case_view(case, parts.now(), parts.console_url)


def looked_up(parts: SlackParts, arrival: SlackArrival) -> Block:
    """The answer to the submitted number: the case, or the sentence. Blocks; raises `gate.Stranger`."""
    return found(parts, arrival, wish.typed(arrival, "number") or "-")


def menu() -> Block:
    """えらぶ画面."""
    made = [
        (names.MENU_REPORT, "気づきを通報する", "気になる世帯のことを、受付に知らせます。"),
        (names.MENU_REMARK, "気になった一言", "まだ相談ではない、気になったことを残します。"),
        (names.MENU_ADVICE, "支援者の相談", "多機関協働の担当に、助言をたのみます。"),
        (names.MENU_FIND, "番号でさがす", "T-0412 などの番号で、相談をひらきます。"),
        (names.MENU_HELP, "使い方", "コマンドとボタンの使い方です。"),
    ]
    drawn = [
        blocks.section(told) | {"block_id": name, "accessory": blocks.button(name, label, "-")}
        for name, label, told in made
    ]
    return blocks.modal(names.MENU_VIEW, "取次", drawn, "")


def find_form() -> Block:
    """番号でさがす."""
    number = blocks.field("number", "相談の番号", blocks.typed("text", multiline=False, most=20), hint="例：T-0412")
    return blocks.modal(names.FIND_SEND, "番号でさがす", [number], "", submit="ひらく")


def help_view() -> Block:
    """使い方."""
    return blocks.modal(names.NOTICE_VIEW, "使い方", [blocks.section(line) for line in USAGE], "")


def in_modal(arrival: SlackArrival) -> bool:
    """Whether the button stands in a modal: what it opens goes on top of that one."""
    return mapping(arrival.payload.get("view")).get("type") == "modal"


def _asked(arrival: SlackArrival) -> Wanted:
    if arrival.source == "command":
        return wanted(text(arrival.payload.get("text")) or "")
    kind = _PRESSED.get(arrival.name, "menu")
    return Wanted(kind, _marked(arrival) if arrival.source == "message_action" else "")


def _marked(arrival: SlackArrival) -> str:
    """The text of the message that the shortcut was used on, as people see it."""
    said = text(mapping(arrival.payload.get("message")).get("text")) or ""
    for entity, char in _ENTITIES:
        said = said.replace(entity, char)
    return blocks.cut(said, limits.INPUT_LENGTH)
