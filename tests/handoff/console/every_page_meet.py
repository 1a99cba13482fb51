"""Cards, offers, a list of a meeting and lessons for the busy town of `every_page_town`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console_town import Town
from sqlalchemy.orm import Session

from handoff import facts, incidents, lessons, meeting_acts, offers, resources
from handoff.office import Office
from intake.clock import to_datetime


def meet_names(town: Town, session: Session, case_id: int) -> dict[str, str]:
    """Something on each page of ours; `{card}` for the addresses."""
    office, staff, now = town.office, town.staff["sato"], town.now
    month = facts.month_of(now)
    card = resources.write(
        office, session, staff,
        {"name": "ひだまりカフェ", "kind": "place", "form": "place", "what": "お茶を飲みながら話せます。",
         "days": "月・水 11時から",
         "who": "だれでも", "where": "若葉町3-8", "vacancy": "いつでも", "public": "1"}, now,
    )  # fmt: skip
    resources.write(office, session, staff, {"name": "畑の手伝い", "kind": "work", "form": "individual"}, now)
    offers.take(
        office, session, "place", "空き家の一階を貸せます。週末なら使ってもらえます。", now, reach="090-0000-0000"
    )
    offers.take(office, session, "goods", "お米を寄付したいです。", now, reach="")
    session.flush()
    meeting_acts.choose(office, session, staff, "shien", month, case_id, "だれがいつ訪ねるか", now)
    meeting_acts.hurry(office, session, staff, "shien", town.case["dv"], "今週の安全の確かめ方", now)
    lessons.write(office, session, staff, "lack", month, "isolation", "夜に送っていける人がいませんでした。", now)
    lessons.write(
        office, session, staff, "near", month, "care", "窓口が二つあって、行き先を決めるのに時間がかかりました。", now
    )
    leak = incidents.Told(
        to_datetime(now).date() - timedelta(days=9), "sensitive", 1, "控えの紙を、別の人に渡しました。"
    )
    _late(office, session, town, leak)
    return {"card": str(card)}


def _late(office: Office, session: Session, town: Town, leak: incidents.Told) -> None:
    """An incident whose 速報 was sent; the other is due."""
    manager = town.staff["kato"]
    number = incidents.add(office, session, manager, leak, town.now)
    incidents.stepped(office, session, manager, number, "outline", town.now)
    incidents.add(office, session, manager, replace(leak, kind="malicious", people=None), town.now)
