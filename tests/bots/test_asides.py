"""居場所 and offers of help are answered beside the conversation; what speaks of a need or of danger is a 相談."""

from __future__ import annotations

import json
import math

import pytest
from play_town import Town
from sqlalchemy import update

from bots.simulator.line_limits import message_problems
from handoff import offers, resources
from handoff.office import StaffRef
from handoff.pack import load
from handoff.path_records import Offer
from handoff.records import Ticket
from intake.clock import now_ms
from intake.records import Case, Message
from intake.seal import Cell, KeyDestroyed


def _seeds(town: Town) -> list[tuple[str, str, str]]:
    staff = StaffRef(1, "mihon", "佐藤", "intake", "")
    with town.work() as session:
        return [(one.kind, one.text, one.reach) for one in offers.listed(town.office, session, staff, now_ms())]


def _card(town: Town, **typed: str) -> None:
    with town.work() as session:
        resources.write(town.office, session, town.staff(), {"kind": "place", **typed}, now_ms())


def test_an_offer_stands_outside_every_case_and_is_thanked(town: Town) -> None:
    town.say("空き家を貸せます。使ってください")
    assert "ありがとう" in town.said() and "地域づくり" in town.said()
    assert town.all(Case) == [] and town.all(Message) == []
    town.say("090-1234-5678 田中です")
    assert "受けとりました" in town.said()
    assert _seeds(town) == [("place", "空き家を貸せます。使ってください", "090-1234-5678 田中です")]
    row = town.one(Offer)
    assert b"\xe7\xa9\xba" not in row.text_sealed and town.all(Case) == []
    town.say("母の介護でつらいです")
    assert len(town.all(Case)) == 1, "the next need is a 相談 like any other"


@pytest.mark.parametrize(
    "said",
    [
        "手伝いたいです。でも、借金があって眠れません",
        "食品を寄付したい。死にたいです",
        "ボランティアをしたいけど、行く所がなくて寂しい",
        "手伝ってほしいです",
    ],
)
def test_whatever_speaks_of_a_need_or_danger_stays_a_case(town: Town, said: str) -> None:
    town.say(said)
    assert town.all(Offer) == []
    assert town.messages() == [said]


def test_a_mistaken_offer_becomes_a_case_with_its_words(town: Town) -> None:
    said = "何か手伝いたいです"
    town.say(said)
    row = town.one(Offer)
    assert f"o1:case:{row.id}" in town.said()
    town.press(f"o1:case:{row.id}")
    assert town.messages() == [said]
    after = town.one(Offer)
    assert (after.state, after.text_sealed) == ("dropped", None)
    with pytest.raises(KeyDestroyed):
        town.office.sealer.open_text(Cell("mihon", "offers", "text_sealed", row.id), row.text_sealed)


def test_an_answer_that_is_no_telephone_is_not_lost(town: Town) -> None:
    town.say("何か手伝いたいです")
    town.say("やっぱり、家賃が払えなくて困っています")
    assert town.messages() == ["やっぱり、家賃が払えなくて困っています"]
    town_two = town.say("ボランティアをしたいです", user="U-two")
    assert town_two.case_id is None
    row = town.all(Offer)[-1]
    town.take(town.event("postback", user="U-two", postback={"data": f"o1:skip:{row.id}"}))
    assert "000-0000-0013" in town.said()


def test_taking_the_message_back_and_deleting_take_the_offer(town: Town) -> None:
    town.say("お米を寄付したいです", ref="m-rice")
    assert len(_seeds(town)) == 1
    town.unsend("m-rice")
    assert _seeds(town) == []
    town.say("子ども服をゆずりたいです")
    town.say("けす")
    assert "消しました" in town.said() and _seeds(town) == []


def test_somebody_elses_button_does_nothing(town: Town) -> None:
    town.say("何か手伝いたいです", user="U-one")
    row = town.one(Offer)
    town.take(town.event("postback", user="U-two", postback={"data": f"o1:case:{row.id}"}))
    assert town.one(Offer).text_sealed is not None and town.all(Message) == []


def test_an_offer_within_an_open_case_stays_there(town: Town) -> None:
    town.open()
    town.say("元気になったらボランティアをしたいです")
    assert town.all(Offer) == [] and len(town.messages()) == 2
    with town.work() as session:
        session.execute(update(Ticket).values(state="closed", closed_at=now_ms()))
    town.say("お米を寄付したいです")
    assert len(town.all(Offer)) == 1 and len(town.messages()) == 2, "after the end, it is an offer like anybody's"


def test_too_many_offers_of_one_person_are_read_as_messages(town: Town) -> None:
    for number in range(7):
        town.say(f"お米を{number}kg寄付したいです")
    assert len(town.all(Offer)) == offers.MOST_A_DAY
    assert town.messages() == ["お米を5kg寄付したいです", "お米を6kg寄付したいです"]


def test_places_are_told_with_days_and_unknown_ones_said_so(town: Town) -> None:
    _card(town, name="ひだまりカフェ", days="月・水 11時から", who="だれでも", public="1")
    _card(town, name="よるのごはん", public="1")
    _card(town, name="職員だけのカード")
    town.say("居場所！")
    said = town.said()
    assert "ひだまりカフェ" in said and "月・水 11時から" in said and "分かりません" in said
    assert "職員だけのカード" not in said and "/places" in said
    assert town.all(Case) == [], "asking where one may go is no case"


@pytest.mark.parametrize(
    "said", ["窓口", "窓口！", "Where can I ask?", "咨询窗口", "상담 창구", "Nơi có thể hỏi", "loket"]
)
def test_the_word_for_desks_tells_where_to_ask_and_the_whole_list(town: Town, said: str) -> None:
    town.say(said)
    told = town.said()
    assert "福祉まるごと相談" in told and "000-0000-0001" in told and "/madoguchi" in told
    assert town.all(Case) == [], "asking where one may ask is no case"
    town.say("窓口で死にたいと言ったら帰されました")
    assert len(town.all(Case)) == 1


def test_hours_that_nobody_knows_are_said_so_on_line_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = town.office.shelf
    monkeypatch.setattr(shelf, "_pack", load("aomori"))
    monkeypatch.setattr(shelf, "_look_at", math.inf)
    town.say("窓口")
    told = town.said()
    assert told.count("分かりません（確認中）") == 2 and "017-752-1888" in told and "0172-88-8637" in told


def test_what_is_said_beside_is_a_message_that_line_takes(town: Town) -> None:
    _card(
        town, name="{かぎかっこ} の家", what="あ" * 300, days="い" * 120, who="う" * 120, where="え" * 120, public="1"
    )
    town.say("居場所")
    town.say("窓口")
    town.say("空き家を貸せます")
    town.say("けす")
    for row in town.answers():
        body = json.loads(town.body(row)) | {"replyToken": "x"}
        assert not message_problems("ReplyMessageRequest", body), body
    assert "{かぎかっこ}" in town.body(town.answers()[0])


def test_a_hidden_screen_stays_silent(town: Town) -> None:
    _card(town, name="ひだまりカフェ", public="1")
    town.say("かくす")
    before = len(town.answers())
    town.say("居場所")
    town.say("窓口")
    town.say("空き家を貸せます")
    assert len(town.answers()) == before and town.all(Offer) == []


def test_in_an_open_case_the_word_stands_in_the_case_and_the_list_comes_too(town: Town) -> None:
    _card(town, name="ひだまりカフェ", public="1")
    town.open()
    town.say("居場所")
    assert "ひだまりカフェ" in town.said() and town.messages()[-1] == "居場所"
