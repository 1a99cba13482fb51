"""The cases of a busy afternoon, as the reference pictures show them."""

from __future__ import annotations

from console_town import MINUTE, NOW, TOWN, Town, add_case, reading

from handoff import desk
from intake.ids import new_id
from intake.records import InboxEvent, Outgoing
from triage.assessment import Assessment, Domain, Reporter, Urgency


def fill(town: Town) -> None:
    """The cases of a busy afternoon."""
    text = "また怒鳴られました。今夜帰るのがこわいです。子どもも一緒です。電話はできません。"
    add_case(
        town,
        "dv",
        text,
        reading(
            text, {"怒鳴られました": "dv", "帰るのがこわい": "emergency", "子どもも一緒": "child"}, Urgency.EMERGENCY
        ),
        ago=38,
    )
    text = (
        "検針で声をかけました。来週に水道が止まる予定です。平日の昼なのに小学生くらいの子が出てきました。"
        "お母さんは起き上がれないと話していました。郵便受けがいっぱいです。"
    )
    add_case(
        town,
        "water",
        text,
        reading(
            text,
            {
                "水道が止まる": "poverty",
                "小学生くらいの子": "child",
                "起き上がれない": "disability",
                "郵便受けがいっぱい": "self_neglect",
            },
            Urgency.HIGH,
            reporter=Reporter.LIFELINE,
        ),
        ago=102,
        route="lifeline",
    )
    text = "点検で入りました。室内はとても寒く、冷蔵庫は空でした。足が痛くて歩けないそうです。"
    add_case(
        town,
        "gas",
        text,
        reading(
            text,
            {"冷蔵庫は空": "food", "歩けない": "elderly"},
            Urgency.HIGH,
            reporter=Reporter.LIFELINE,
            domains=(Domain.POVERTY,),
        ),
        ago=2,
        route="lifeline",
    )
    text = "父の物忘れがふえて、わたしは仕事をやめました。弟は10年家にいます。貯金もなくなりました。"
    add_case(
        town,
        "family",
        text,
        reading(
            text,
            {
                "物忘れがふえて": "dementia",
                "仕事をやめました": "work",
                "10年家にいます": "hikikomori",
                "貯金もなくなりました": "poverty",
            },
            domains=(Domain.ELDERLY,),
        ),
        ago=55,
    )
    add_case(town, "unread", "たすけて\u202eください\u200b <b>いますぐ</b>", Assessment.unread("timeout"), ago=6)
    add_case(town, "writing", "こんにちは。はじめて書きます。", None, ago=1, finish=False)
    office = town.office
    with town.sessions.begin() as session:
        desk.claim(office, session, town.case["water"], town.staff["suzuki"], town.now - 9 * MINUTE)
        desk.release(office, session, town.case["water"], town.staff["suzuki"], town.now - 8 * MINUTE)
        desk.claim(office, session, town.case["family"], town.staff["sato"], town.now - 40 * MINUTE)
        desk.reply(
            office,
            session,
            town.case["family"],
            town.staff["sato"],
            "書いてくださって、ありがとうございます。お父さまのことから、いっしょに考えさせてください。",
            town.now - 30 * MINUTE,
            f"{town.case['family']}-first",
        )
        desk.note(
            office, session, town.case["family"], town.staff["sato"], "包括に電話で相談ずみ。", town.now - 20 * MINUTE
        )
        session.query(Outgoing).filter_by(purpose="reply").update({"state": "unknown"})
        session.add(
            InboxEvent(
                id=new_id(),
                tenant=TOWN,
                channel="line",
                event_key="e1",
                partition="p",
                event_at=NOW,
                received_at=NOW - 5 * MINUTE,
                state="quarantined",
                note="KeyError",
            )
        )
        session.add(
            Outgoing(
                id=new_id(),
                tenant=TOWN,
                channel="slack",
                purpose="card",
                dedupe="x1",
                state="held",
                case_id=town.case["dv"],
                retry_key="1",
                error="channel_shared",
                created_at=NOW - MINUTE,
            )
        )
