"""What a municipality pack holds, as frozen values. Public through `handoff.pack`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from handoff.clock import Hours, Sla
from handoff.packs.desk_values import Desk, Meeting, Project, Route
from handoff.packs.local import Area, Former, Link, Resource

__all__ = [
    "EXIT_URL", "Area", "AreaRota", "Desk", "Form", "Former", "Level", "LineMode", "Link", "Meeting", "Number",
    "OnCall", "Pack", "Partner", "Problem", "Project", "Resource", "Route", "Template",
]  # fmt: skip


class LineMode(StrEnum):
    """What LINE is used for: the conversation itself, only the door to our own page, only information."""

    TALK = "talk"
    DOOR = "door"
    INFO = "info"


class Form(StrEnum):
    """The municipality's form of the 重層的支援体制整備事業."""

    RUNNING = "running"
    PREPARING = "preparing"
    NONE = "none"

    @property
    def label_ja(self) -> str:
        """実施, 移行準備 or 未実施."""
        return {"running": "実施", "preparing": "移行準備", "none": "未実施"}[self.value]


@dataclass(frozen=True, slots=True)
class AreaRota:
    """Who is called first for people of one place: a place name of the pack (平内町), or a group of them (東地域)."""

    area: str
    rota: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is paged (当番). `available` is whether anybody at all can be outside hours; `desk` is theirs.

    `rota`: round by round the names of the addresses to call (`[tenants.*.notify]` in the settings); the last round
    repeats every `every_minutes` until somebody acknowledges. `office_rota`: instead of it while the office is open.
    `areas`: instead of `rota` for people who live there; where none is named, or nobody knows where, `rota` it is.
    """

    available: bool = False
    label: str = ""
    desk: str = ""
    rota: tuple[tuple[str, ...], ...] = ()
    every_minutes: int = 5
    office_rota: tuple[tuple[str, ...], ...] = ()
    areas: tuple[AreaRota, ...] = ()


TELL_JA = {"steps": "確認中・対応済も知らせる", "none": "受理だけ"}


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner with an agreement (協定台帳): its code in the register, its name and kind of work.

    `signs`: what its workers are asked about first, in order (choice keys of the question `l_sign`; all when empty).
    `professional`: a clinic, school, care office …: it is offered the 連絡票 instead. `generation` rises when the code
    given to its workers must stop working. `hours_ja`, `phone`: whom to ask there. `tell`: what whoever reports hears
    after 受理 (`steps`: 確認中 and 対応済; `none`: nothing more). `desk`: to which desk a report goes first ("" for the
    one that takes everything).
    """

    code: str
    name: str
    kind: str
    until: date | None = None
    signs: tuple[str, ...] = ()
    professional: bool = False
    generation: int = 1
    phone: str = ""
    hours_ja: str = ""
    tell: str = "steps"
    desk: str = ""

    @property
    def tell_ja(self) -> str:
        """確認中・対応済も知らせる, or 受理だけ."""
        return TELL_JA[self.tell]


@dataclass(frozen=True, slots=True)
class Template:
    """A template of an answer (ひな型) as the pack has it. `text` may hold `{office}`, `{hours}` and `{phone}`.

    `kinds` (`triage.assessment.Kind`) and `routes` (経路) say for which cases it is offered; empty for all.
    """

    id: str
    title: str
    text: str
    kinds: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """One telephone or chat line of the registry (`packs/numbers.toml`).

    `status`: `verified` on an official page, `verified2` on another page, `recalled` from memory. `kinds` are those of
    `triage.alarm.KINDS` and themes; the order in the file is the order of preference. `hours` of `None`: unknown or
    different by place, said by `hours_ja`. `default_on` is false where it is not nationwide.
    """

    id: str
    label: str
    number: str = ""
    url: str = ""
    line_id: str = ""
    hours: Hours | None = None
    hours_ja: str = ""
    area_ja: str = ""
    kinds: tuple[str, ...] = ()
    status: str = "recalled"
    source: str = ""
    verified_on: date | None = None
    note: str = ""
    default_on: bool = True


EXIT_URL = "https://www.jma.go.jp/bosai/forecast/"
"""An innocent page that everybody may have open: the weather forecast."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that differs from one municipality to the next. `numbers` are the lines switched on, in order.

    `fallback` is the desk that takes everything (福祉まるごと相談); its hours are the office's. `excerpt`: Slack cards
    may quote a short plain text. `neutral` are the innocent bubbles of the hide word. `staff_names`: residents may see
    a worker's 呼び名. `retention_days` is by kind of record
    (`raw_event`: events that nobody could read). `partner_photos`: whether partners may send pictures.
    """

    name: str
    municipality: str
    code: str
    fictional: bool
    office: str
    form: Form
    line_mode: LineMode
    fallback: str
    desks: tuple[Desk, ...]
    numbers: tuple[Number, ...]
    routes: tuple[Route, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    partners: tuple[Partner, ...] = ()
    templates: tuple[Template, ...] = ()
    on_call: OnCall = OnCall()
    sla: Sla = field(default_factory=Sla)
    neutral: tuple[str, ...] = ()
    excerpt: bool = False
    staff_names: bool = False
    partner_photos: bool = False
    retention_days: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    min_cell: int = 10
    """The smallest count that the statistics show (`[statistics] min_cell`): `handoff.suppression`."""
    exit_url: str = EXIT_URL
    """Where 〔この画面をとじる〕 of our own page leads: an innocent page (the weather forecast)."""
    notices: Mapping[str, str] = field(default_factory=dict)
    """The town's own words of Japanese notices (`read`, `assigned`, `waiting`, `closed`), after the first line, which
    is the same in every notice and tells nothing."""

    prefecture: str = ""
    """The name of the prefecture (青森県), "" when the pack does not say."""
    areas: tuple[Area, ...] = ()
    """Places among which people choose where they (or the person of concern) live; none: nobody is asked."""
    lead: str = ""
    """The desk that leads where troubles are entangled (複合); "" for the first desk of 多機関協働."""
    referrers: tuple[str, ...] = ()
    """Kinds of agencies that hand people in (情報提供元), as the municipality names them."""
    members: tuple[str, ...] = ()
    """Members of the meeting that carries the 事業 (相談支援包括化推進会議, 支援会議)."""
    resources: tuple[Resource, ...] = ()
    """Cards of what there is in town; those written on screen stand beside them (`handoff.path_records`)."""
    links: tuple[Link, ...] = ()
    """Pages of other bodies (関係機関)."""
    plan_until: date | None = None
    """The last day of the plan (実施計画) from which the desks come: after it every desk must be asked again."""
    coordinator_only: bool = True
    """Whether suggestions of what belongs together (世帯リンク候補) are for 推進員 alone."""

    @property
    def hours(self) -> Hours | None:
        """The office's hours: those of the fallback desk."""
        return next((desk.hours for desk in self.desks if desk.id == self.fallback), None)

    @property
    def room_codes(self) -> frozenset[str]:
        """The basis codes of the meetings that exist here, for `basis.may_share`."""
        return frozenset(meeting.basis for meeting in self.meetings)


class Level(StrEnum):
    """How bad a problem of a pack is. An error is refused; a warning is shown until somebody looks."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label_ja(self) -> str:
        """誤り, 注意 or お知らせ."""
        return {"error": "誤り", "warning": "注意", "info": "お知らせ"}[self.value]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of `check`."""

    level: Level
    code: str
    message_ja: str
