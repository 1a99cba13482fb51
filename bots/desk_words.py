"""「窓口」: the desks, told in a word on LINE and our own page, with the way to the whole list (窓口の一覧)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bots.web.texts import tag, texts
from handoff.clock_words import hours_words
from handoff.hours import hours_ja
from handoff.pack import Desk
from handoff.service_list import Service, first_desks
from intake.clock import to_datetime
from intake.conversation import values as talk
from intake.conversation.say import literal
from intake.conversation.words import fold

if TYPE_CHECKING:
    from bots.talk import Turn

DESK_WORDS: Final = (
    "窓口", "まどぐち", "窓口一覧", "窓口の一覧", "窓口を知りたい", "窓口を教えて", "窓口を教えてください",
    "相談窓口", "相談の窓口", "相談先", "相談できる所", "相談(そうだん)できる 所(ところ)",
    "where can i ask", "where to ask", "desks", "help desk", "咨询窗口", "窗口", "諮詢窗口", "상담 창구", "창구",
    "nơi có thể hỏi", "hỏi ở đâu", "quầy hỗ trợ", "सोध्ने ठाउँ", "सोध्न सकिने ठाउँ",
    "onde pedir ajuda", "balcão", "balcões", "atendimento", "loket", "tempat bertanya", "daftar loket",
    "tanggapan", "mga tanggapan", "saan magtatanong",
)  # fmt: skip
"""The whole message that asks for the list, in ten languages, whatever marks and spaces it has."""


def asked(text: str) -> bool:
    """Whether this whole message asks for the desks."""
    return len(text) <= 40 and fold(text) in map(fold, DESK_WORDS)


def told(turn: Turn, state: talk.State) -> talk.Say:
    """The desks that take everything, and the page that has them all."""
    language, pack = state.language or "ja", turn.tenant.pack
    words = texts(language)
    lead = words["desks_lead"].replace("{office}", pack.office)
    lines = [_line(one, words, language) for one in first_desks(pack, to_datetime(turn.now))]
    more = talk.Choice(words["desks_all"], "uri", literal(page_of(turn, "madoguchi", state.language)))
    return talk.Say(literal("\n\n".join([lead, *lines])), (more,))


def page_of(turn: Turn, name: str, language: str | None) -> str:
    """The address of an open page of this town, in their language."""
    base = turn.parts.settings.base_url.rstrip("/")
    own = next(iter(turn.parts.tenants.values())).name == turn.tenant.name
    spoken = f"?lang={language}" if language and language != "ja" else ""
    return f"{base}{'' if own else f'/w/{turn.tenant.name}'}/{name}{spoken}"


def hours_of(desk: Desk, language: str) -> tuple[str, bool]:
    """The hours in words and whether these are the pack's own Japanese ones; "" where nobody knows them."""
    own = desk.hours_ja and desk.hours_ja != hours_ja(desk.hours)
    if own or tag(language) == "ja":
        return desk.hours_ja, True
    return (hours_words(desk.hours, language), False) if desk.hours is not None else ("", False)


def _line(one: Service, words: Mapping[str, str], language: str) -> str:
    hours = hours_of(one.desk, language)[0] or words["desks_unknown"]
    parts = [
        f"■ {one.name}",
        one.does,
        f"{words['desks_hours']}：{hours}",
        f"{words['desks_phone']}：{one.desk.phone or words['desks_unknown']}",
        "" if one.sure else f"▲ {words['desks_unsure']}",
    ]
    return "\n".join(part for part in parts if part)
