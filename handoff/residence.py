"""Where the person of concern lives (住んでいるところ), in words and by the pack. Pure.

`Ticket.area` holds a place name of the pack, the name of another municipality, `ELSEWHERE` where only that is known,
or "" (未確認).
"""

from __future__ import annotations

from collections.abc import Mapping

from handoff.pack import Pack
from handoff.packs.codes import Municipality, find_named, name_of_code

ELSEWHERE = "ほかの市町村"
TOWN = "town:"
"""Before the code of a municipality where a つなぎ names its recipient: one outside the pack."""
NAMED = "name:"
"""Before the code of a recipient that is known by its name alone (`handoff.named`)."""
_NAMED_JA = "名前で書いた相手"
NO_SUCH_TOWN_JA = "その名前の市町村が見つかりません。「青森市」のように、市町村の名前だけを書いてください。"
QUESTIONS = ("town", "elsewhere")
"""The questions of the conversation about it, and the fields of the forms."""


def area_of(pack: Pack, answers: Mapping[str, str]) -> str:
    """What the answers say of it, as `Ticket.area` keeps it."""
    town = answers.get("town", "")
    if town in {area.name for area in pack.areas}:
        return town
    if town != "other":
        return ""
    found = town_named(pack, answers.get("elsewhere", ""))  # a name of the list, and no other words: it stands in clear
    if found is None:
        return ELSEWHERE
    return next((one.name for one in pack.areas if one.code6 == found[0]), found[1])


def answerable(pack: Pack, town: str, elsewhere: str) -> bool:
    """Whether a form of staff may say this: nothing, a place of the pack, or another municipality of the list."""
    if town == "other":
        return not elsewhere or town_named(pack, elsewhere) is not None
    return not town or town in {area.name for area in pack.areas}


def outside(pack: Pack, area: str) -> bool:
    """Whether the place is known not to be of this office."""
    return bool(area) and area not in {one.name for one in pack.areas} and area != pack.municipality


def mark_ja(pack: Pack, area: str) -> str:
    """What staff read beside the case: 「ほかの市町村の方（青森市）」, "" for the office's own people."""
    if not outside(pack, area):
        return ""
    return "ほかの市町村の方" + (f"（{area}）" if area != ELSEWHERE else "")


def town_ja(pack: Pack, area: str) -> str:
    """The municipality alone, for where no district may stand (Slack's cards); "" where only a district is known."""
    known = next((one for one in pack.areas if one.name == area), None)
    return "" if known is not None and not known.code6 else mark_ja(pack, area) or area


def municipality(pack: Pack, area: str) -> str:
    """The municipality for a form: of a district of this one the whole, so that no district tells who somebody is."""
    known = next((one for one in pack.areas if one.name == area), None)
    return pack.municipality if known is not None and not known.code6 else area


def where_ja(pack: Pack, area: str) -> str:
    """The line on a case's page: the place, whose it is, or that it is not known."""
    if not area:
        return "未確認"
    group = next((one.group for one in pack.areas if one.name == area and one.group), "")
    return mark_ja(pack, area) or (f"{area}（{group}）" if group else area)


def town_named(pack: Pack, text: str) -> tuple[str, str] | None:
    """The municipality that the whole text names: (code, name), with its prefecture when it is another one's.

    None when it names none, or two in different prefectures.
    """
    found = find_named(text, pack.prefecture)
    if len({one.prefecture + one.name for one in found}) != 1:
        return None
    return found[0].code6, _name(pack, found[0])


def recipient_name(desk_id: str) -> str:
    """The municipality behind a recipient outside the pack (`town:022012`), else the id itself.

    Of one that is known by its name alone the name lies sealed: `named.name_of`.
    """
    if desk_id.startswith(NAMED):
        return _NAMED_JA
    known = name_of_code(desk_id.removeprefix(TOWN)) if desk_id.startswith(TOWN) else None
    return known.full if known is not None else desk_id


def _name(pack: Pack, one: Municipality) -> str:
    return one.name if not pack.prefecture or one.prefecture == pack.prefecture else one.full


def choices(pack: Pack) -> tuple[str, ...]:
    """The places that staff choose from; another municipality is typed."""
    return tuple(area.name for area in pack.areas) or (pack.municipality,)
