"""The timeline of a case (やりとりと経過): words, acts of staff and machine, looks and posts in one order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from handoff import attempts, ticket
from handoff.attempts import RESULT_JA
from handoff.basis import BASES
from handoff.clock import TOKYO
from handoff.consent_rows import ATTEND_JA
from handoff.console import words
from handoff.console.consent_words import STATE_JA
from handoff.plan import NextStep
from handoff.proxy import TAKEN_JA, WAY_JA
from handoff.requests import KIND_JA
from handoff.timeline import Around, Look, Post
from handoff.view import Line, Step
from intake.clock import to_datetime

GROUPS = {"talk": "やりとり", "hand": "つなぎ", "record": "記録"}
"""The filters above the timeline, beside すべて."""
_HAND = frozenset(
    [
        "claimed",
        "released",
        "handed",
        "returned",
        "received",
        "taken_back",
        "hand_shared",
        "hand_reminded",
        "accepted",
        "closed",
        "reopened",
        "held",
        "unheld",
        "hold_over",
        "folded",
        "unfolded",
        "fold_in",
        "fold_out",
        "linked",
        "link_refused",
        "link_undone",
        "link_again",
        "given_back",
        "paged",
        "called",
        "call_acked",
        "lifted",
        "taken_down",
        "watched",
    ]
)
"""Steps about who has it, who was asked and where it goes; consents besides."""
_OF_DESK = frozenset(["handed", "returned", "accepted", "received", "taken_back", "hand_shared", "hand_reminded"])
_SHOWN_AS_LINE = frozenset({"replied"})
_CODES: Mapping[str, Mapping[str, str]] = {
    "raised": words.URGENCY_WORD, "lowered": words.URGENCY_WORD, "opened": words.ROUTE_JA,
    "data_asked": KIND_JA, "feedback": words.FEEDBACK_JA, "taken_down": TAKEN_JA, "words_added": WAY_JA,
    **dict.fromkeys(RESULT_JA, attempts.WAY_JA),
}  # fmt: skip
_LOOK_JA = {
    "viewed": "開きました", "attachment_opened": "添付を開きました", "printed": "控えを印刷用に開きました",
}  # fmt: skip
_WHERE_JA = {"slack": "Slack で", "danger": "「命の危険があるとき」のページで"}
_POST_JA = {
    ("slack", "card"): "Slack に知らせました", ("slack", "page"): "Slack で当番の人を呼び出しました",
    ("slack", "taken"): "Slack に、見る人が決まったことを知らせました",
    ("slack", "reminder"): "Slack に、待っていることを知らせました",
    ("slack", "glass"): "Slack に、番号を開いたことを知らせました",
    ("notify", "page"): "メール・SMS などで当番の人を呼び出しました",
    ("notify", "reminder"): "メール・SMS などで、待っていることを知らせました",
    ("notify", "glass"): "メール・SMS などで、番号を開いたことを知らせました",
}  # fmt: skip
_LOST_JA = {"slack": "Slack への知らせが届いていません", "notify": "メール・SMS などの知らせが届いていません"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing on the timeline: a message (`line`) or something that happened (`words`, `who`, `note`).

    `group` is a key of `GROUPS`; `until`: the person's answer of this reader can be taken back until then (ms UTC).
    """

    at: int
    group: str
    line: Line | None = None
    words: str = ""
    who: str = ""
    note: str = ""
    what: str = ""
    fresh: bool = False
    first_fresh: bool = False
    until: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """The moments of one day in Tokyo, under its heading: 「11月22日（日）」."""

    name: str
    moments: tuple[Moment, ...]


def moments(
    lines: Sequence[Line],
    steps: Sequence[Step],
    around: Around,
    desks: Mapping[str, str],
    undoable: Mapping[int, int],
    me: str,
    whose: str = "本人",
) -> tuple[Moment, ...]:
    """Everything in order of time. `undoable`: outgoing row → until when its answer can be taken back. `me`: the
    reader's name: what they wrote is not new to them. `whose`: who speaks in the case (`CaseView.whose`).
    """
    seen = around.seen_before
    found = [
        Moment(
            line.at,
            "talk",
            line,
            fresh=bool(seen) and line.at > seen and line.author != "machine" and line.staff_name != me,
            until=undoable.get(line.outgoing_id, 0),
        )
        for line in lines
    ]
    found += [_step(step, desks, whose) for step in steps if step.what not in _SHOWN_AS_LINE]
    found += [_look(look) for look in around.looks]
    found += [_post(post) for post in around.posts]
    ordered = sorted(found, key=lambda moment: moment.at)
    first = next((index for index, moment in enumerate(ordered) if moment.fresh), None)
    if first is not None:
        ordered[first] = _first(ordered[first])
    return tuple(ordered)


def days(ordered: Sequence[Moment], now: int) -> tuple[Day, ...]:
    """The moments under the days on which they were."""
    return tuple(
        Day(words.moment(found[0].at, now).partition("）")[0] + "）", found)
        for found in (tuple(same) for _, same in groupby(ordered, key=lambda moment: _date(moment.at)))
    )


def taker(steps: Sequence[Step]) -> str:
    """Who of staff took the first words down (受けた人), "" for a case that the person wrote."""
    return next((step.staff_name for step in steps if step.what == "taken_down"), "")


def detail_of(step: Step, desks: Mapping[str, str]) -> str:
    """What a step says besides its name, "" for nothing."""
    if step.what in _CODES:
        return _CODES[step.what].get(step.detail, "")
    if step.what in _OF_DESK or step.what.startswith(("consent_", "plan_")):
        return _desk_said(step, desks)
    if step.what in ("folded", "unfolded", "fold_in", "fold_out"):
        return step.detail
    return _said_of_itself(step)


def _desk_said(step: Step, desks: Mapping[str, str]) -> str:
    """The desk of a handing or a consent, with its basis or answer."""
    desk, _, rest = step.detail.partition(" ")
    if step.what.startswith("plan_"):
        named = f"主担当 {desks[desk]}" if desk in desks else ""
        day = rest or ("" if named else desk)
        said: tuple[str, ...] = (named, f"次の見直し {day}" if day else "")
    elif step.what.startswith("consent_"):
        said = (desks.get(desk, ""), STATE_JA.get(rest, "") or ATTEND_JA.get(rest, ""))
    else:
        code, _, scope = rest.partition(" ")
        said = (desks.get(desk, ""), BASES[code].name_ja if code in BASES else "", "書いたことだけ" if scope else "")
    return "、".join(part for part in said if part)


def _said_of_itself(step: Step) -> str:
    found = ""
    if step.what == "called":
        number, _, ways = step.detail.partition(" ")
        found = f"{number} 回目・{ways} か所"
    elif step.what == "call_acked":
        found = "お知らせのリンクから" if step.detail == "link" else ""
    elif step.what == "closed":
        found = next((str(r.label_ja) for r in ticket.CloseReason if r == step.detail), "")
    elif step.what == "held" and step.detail.isdigit():
        found = f"{words.moment(int(step.detail), step.at)} まで"
    elif step.what == "read":
        found = next((step_.label_ja for step_ in NextStep if step_ == step.detail), "人の目で")
    return found


def _step(step: Step, desks: Mapping[str, str], whose: str) -> Moment:
    said, detail = words.STEP_JA.get(step.what, "記録しました"), detail_of(step, desks)
    group = "talk" if step.what in RESULT_JA else "record"
    group = "hand" if step.what in _HAND or step.what.startswith(("consent_", "plan_")) else group
    unnamed = {"person": whose, "machine": "機械"}.get(step.actor, "職員")
    who = f"{step.staff_name}さん" if step.staff_name else unnamed
    return Moment(step.at, group, None, f"{said}（{detail}）" if detail else said, who, step.note, step.what)


def _look(look: Look) -> Moment:
    who = f"{look.staff_name}さん" if look.staff_name else "職員"
    said = f"{who}が{_WHERE_JA.get(look.where, '')}{_LOOK_JA.get(look.action, '開きました')}"
    return Moment(look.at, "record", None, said + _times(look.times, look.last_at), what=look.action)


def _post(post: Post) -> Moment:
    said = _POST_JA.get((post.channel, post.purpose), "職員に知らせました")
    if not post.arrived:
        said = _LOST_JA.get(post.channel, "知らせが届いていません")
    return Moment(post.at, "record", None, said + _times(post.times, post.last_at), what="post")


def _times(times: int, last_at: int) -> str:
    return f"（{times}回、最後は {words.clock_time(last_at, last_at)}）" if times > 1 else ""


def _first(moment: Moment) -> Moment:
    return Moment(
        moment.at, moment.group, moment.line, fresh=True, first_fresh=True, until=moment.until
    )  # fmt: skip


def _date(at: int) -> object:
    return to_datetime(at).astimezone(TOKYO).date()
