"""What a pack says of its places, people and things beside the desks: areas, resources, links, former names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

ResourceKind: TypeAlias = Literal["place", "work", "home", "food", "talk", "other"]
ResourceForm: TypeAlias = Literal["", "individual", "place", "area"]
RESOURCE_KINDS: tuple[str, ...] = get_args(ResourceKind)
RESOURCE_FORMS: tuple[str, ...] = get_args(ResourceForm)
LINK_KINDS = ("", "plan")
RESOURCE_KIND_JA = {
    "place": "居場所・通いの場", "work": "働く・手伝う", "home": "住まい", "food": "食べもの", "talk": "話す・相談",
    "other": "そのほか",
}  # fmt: skip
RESOURCE_FORM_JA = {"individual": "個別支援型", "place": "場づくり型", "area": "地域支援型", "": ""}


@dataclass(frozen=True, slots=True)
class Area:
    """A place of which people are asked whether they live there: a town of several, or a district of one.

    `code6` is its 全国地方公共団体コード ("" for a district). `group` is what it belongs to (東地域); `desk` the desk
    that takes everything from there instead of the pack's fallback ("" for the fallback itself).
    """

    name: str
    code6: str = ""
    group: str = ""
    desk: str = ""

    @property
    def key(self) -> str:
        """What a button of the conversation says for it: its code, else its name."""
        return self.code6 or self.name


@dataclass(frozen=True, slots=True)
class Resource:
    """A card of what there is in town (資源カード): what, where, who may come, whom to ask.

    `kind` and `form` (参加支援の型, "" for none) are codes of this module. `public`: residents may see it. `vacancy`
    is said in words (空き). `area` is a place name of the pack, "" for the whole town.
    """

    id: str
    name: str
    kind: str = "other"
    form: str = ""
    what: str = ""
    where: str = ""
    days: str = ""
    who: str = ""
    contact: str = ""
    vacancy: str = ""
    public: bool = False
    area: str = ""
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A page of another body (関係機関), or of the plan (`kind` of `plan`: 実施計画, 社会福祉法106条の5).

    `url` may be empty when only the name is known: then it is said so.
    """

    name: str
    url: str = ""
    verified_on: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """What a desk was called, or to which section it belonged, up to and including a day (組織の変わり目)."""

    until: date
    name: str
    owner: str = ""
