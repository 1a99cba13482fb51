"""Coming back: another telephone, another matter, and what the person may see of their own record."""

from __future__ import annotations

import json
from typing import Any

from play_town import TENANT, Town

from bots import passphrase
from bots.line.facts import facts_for
from bots.my_record import record_words
from bots.talk import Turn
from handoff import consents, desk, view
from handoff.records import History, Ticket
from intake import cases, given
from intake.clock import now_ms
from intake.conversation import values as talk
from intake.conversation.say import Say
from intake.door_records import Attachment, PlaceMark
from intake.ids import new_id
from intake.records import Case, Contact, InboxEvent, Message, Outgoing
from intake.seal import Cell

WORDS = "ふうしゃ りんご"
SECRET = "きのうの夜のことです。もう一つ聞いてください"


def turn_of(town: Town, session: Any, contact_id: int) -> Turn:
    contact = session.get(Contact, contact_id)
    turn = Turn(
        town.parts,
        town.parts.tenants[TENANT],
        session,
        InboxEvent(id=new_id(), event_at=now_ms()),
        contact,
        None,
        now_ms(),
    )
    turn._load(contact.case_id)
    return turn


def apply(town: Town, *effects: talk.Effect, proven: int | None = None, user: str | None = None) -> None:
    contact = next(row for row in town.all(Contact) if user is None or row.id == contact_of(town, user))
    with town.work() as session:
        turn = turn_of(town, session, contact.id)
        turn.proven = proven
        turn.carry_out(effects)


def contact_of(town: Town, user: str) -> int:
    with town.work() as session:
        return cases.contact_of(session, town.parts.vault, TENANT, "line", user, now_ms()).id


def receipt(town: Town, case_id: int) -> str:
    return cases.receipt_of(town.parts.vault.sealer, town.one(Case, id=case_id))


def closed(town: Town) -> int:
    """A case that staff closed, and to which the person wrote again."""
    case_id, staff = town.open(), town.staff()
    town.say("人と話す")
    with town.work() as session:
        desk.claim(town.office, session, case_id, staff, now_ms())
        desk.close(town.office, session, case_id, staff, "done", "", now_ms())
    apply(town, talk.AppendText(SECRET))
    return case_id


def test_a_passphrase_guards_and_is_stored_only_as_a_hash(town: Town) -> None:
    case_id = town.open()
    apply(town, talk.SetPassphrase(WORDS))
    stored = town.one(Case, id=case_id).pass_hash
    assert stored and "りんご" not in stored
    with town.work() as session:
        found = passphrase.prove(town.parts, session, TENANT, receipt(town, case_id), WORDS, now_ms())
        assert isinstance(found, Case) and found.id == case_id
    apply(town, talk.SetPassphrase("  - "))
    assert town.one(Case, id=case_id).pass_hash == stored, "words of which nothing is left take no guard away"
    apply(town, talk.SetPassphrase(None))
    assert town.one(Case, id=case_id).pass_hash is None


def test_another_telephone_goes_on_and_the_old_one_hears_no_more(town: Town) -> None:
    case_id = town.open()
    apply(town, talk.SetPassphrase(WORDS), talk.ChooseIdentity("nickname", "ひなた"))
    old = town.one(Contact).id
    number = receipt(town, case_id)
    town.say(number, user="U-new")
    assert town.one(Case, id=case_id).contact_id == old, "the number alone opens nothing"
    town.say("ちがうことば", user="U-new")
    assert town.one(Case, id=case_id).contact_id == old
    town.say(WORDS, user="U-new")
    new = contact_of(town, "U-new")
    assert town.one(Case, id=case_id).contact_id == new
    assert (town.one(Contact, id=new).case_id, town.one(Contact, id=old).case_id) == (case_id, None)
    left = [row for row in town.all(Outgoing, contact_id=old, case_id=case_id) if row.state == "waiting"]
    assert left == []
    assert any(row.what == "came_back" for row in town.all(History, case_id=case_id))
    sealer = town.parts.vault.sealer
    assert cases.name_of(sealer, town.one(Contact, id=new)) == "ひなた"
    assert cases.name_of(sealer, town.one(Contact, id=old)) == ""
    staff = town.staff()
    with town.work() as session:
        desk.reply(town.office, session, case_id, staff, "読みました", now_ms(), "r1")
    assert town.one(Outgoing, purpose="reply").contact_id == new
    town.say("また書きます")
    assert town.one(Contact, id=old).case_id != case_id


def test_without_the_proof_of_this_event_nothing_is_claimed(town: Town) -> None:
    case_id = town.open()
    owner = town.one(Contact).id
    town.say("べつの人です。こまっています", user="U-thief")
    for proven in (None, case_id + 1):
        apply(town, talk.Claim(receipt(town, case_id)), proven=proven, user="U-thief")
    assert town.one(Case, id=case_id).contact_id == owner


def test_what_the_old_telephone_takes_back_goes_also_after_the_move(town: Town) -> None:
    case_id = town.open()
    town.say("カギは玄関の植木ばちの下", ref="m-key")
    apply(town, talk.SetPassphrase(WORDS))
    town.say(receipt(town, case_id), user="U-new")
    town.say(WORDS, user="U-new")
    assert any("植木ばち" in words for words in town.messages())
    town.unsend("m-key")
    assert not any("植木ばち" in words for words in town.messages())


def test_a_number_typed_before_is_taken_back_from_the_answers_after_the_move(town: Town) -> None:
    case_id = town.open()
    with town.work() as session:
        turn = turn_of(town, session, town.one(Contact).id)
        turn.message_id = "m-phone"
        turn.carry_out((talk.Answer("phone", "000-0000-0000"),))
        before = turn.contact.id
    apply(town, talk.SetPassphrase(WORDS))
    town.say("べつの電話からです", user="U-new")
    apply(town, talk.Claim(receipt(town, case_id)), proven=case_id, user="U-new")
    assert town.one(Case, id=case_id).contact_id != before
    town.unsend("m-phone")
    assert given.answers_of(town.parts.vault.sealer, town.one(Case, id=case_id)) == {}


def test_words_after_the_end_move_into_a_case_of_their_own(town: Town) -> None:
    old = closed(town)
    said = next(row for row in town.all(Message) if SECRET in cases.text_of(town.parts.vault.sealer, row))
    with town.work() as session:
        keep = Attachment(
            id=new_id(), tenant=TENANT, case_id=old, message_id=said.id, kind="image", state="kept", created_at=1,
            media_type="image/jpeg", size=3, duration=0, note="", not_before=0,
        )  # fmt: skip
        sealer = town.parts.vault.sealer
        key = session.get(Case, old).key_id  # type: ignore[union-attr]
        keep.body_sealed = sealer.seal(key, Cell(TENANT, "attachments", "body_sealed", keep.id), b"jpg")
        session.add(keep)
    before = {row.id for row in town.all(Message, case_id=old)} - {said.id}
    apply(town, talk.NewCase(since_reopened=True))
    contact = town.one(Contact)
    new = contact.case_id
    assert new is not None and new != old
    assert {row.id for row in town.all(Message, case_id=old)} == before
    moved = town.one(Message, case_id=new)
    assert cases.text_of(town.parts.vault.sealer, moved) == SECRET
    key = town.one(Case, id=new).key_id
    assert int.from_bytes(moved.body_sealed[1:9], "big") == key, "the old case's key must not open it any more"
    with town.work() as session:
        kept = session.get(Attachment, keep.id)
        assert kept is not None and kept.case_id == new and kept.body_sealed is not None
        assert int.from_bytes(kept.body_sealed[1:9], "big") == key
    row = town.one(Ticket, case_id=old)
    assert (row.state, row.close_reason, row.owner_id, row.reading_sealed) == ("closed", "done", None, None)
    assert town.one(Ticket, case_id=new).state in ("draft", "received")
    reads = [job for name, job in town.jobs() if name == "read"]
    assert len(reads) == len(set(reads)) >= 4, "both cases are read anew"


def test_danger_said_after_the_end_moves_with_its_words(town: Town) -> None:
    old = closed(town)
    apply(town, talk.RaiseUrgency("emergency"), talk.Page(("dv",)))
    apply(town, talk.NewCase(since_reopened=True))
    new = town.one(Contact).case_id
    assert town.one(Ticket, case_id=new).urgency == "emergency"
    assert any(row.what == "alarm" for row in town.all(History, case_id=new))
    assert town.one(Ticket, case_id=old).state == "closed"


def test_something_else_leaves_the_present_case_with_staff(town: Town) -> None:
    case_id = town.open()
    apply(town, talk.NewCase())
    assert town.one(Contact).case_id is None
    assert town.one(Ticket, case_id=case_id).state == "draft"
    town.say("べつの相談です。仕事のことです")
    assert town.one(Contact).case_id not in (None, case_id)


def test_the_record_says_what_is_held_and_whom_it_went_to(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    apply(town, talk.ChooseIdentity("nickname", "ひなた"), talk.SetPassphrase(WORDS))
    to = town.office.pack.desks[-1]
    with town.work() as session:
        heard = consents.Heard(to.id, "partial", "self", "窓口で佐藤が")
        consents.record_by_staff(town.office, session, case_id, staff, heard, now_ms())
    with town.work() as session:
        turn = turn_of(town, session, town.one(Contact).id)
        words = record_words(turn)
        facts = facts_for(turn, [Say("{record}{status}")])
    held = ("送ったもの：1", "ひなた", to.name, "書いたことだけ", "合い言葉", "まだ、どこにも")
    for part in (receipt(town, case_id), *held):
        assert part in words, part
    assert "母の介護" not in words, "a screen that others may see holds no story"
    assert facts["record"] == words and facts["status"] == "受付 ✓"


def test_the_status_names_only_steps_that_happened(town: Town) -> None:
    case_id, staff = town.open(), town.staff()

    def status() -> str:
        with town.work() as session:
            turn = turn_of(town, session, town.one(Contact).id)
            return facts_for(turn, [Say("{status}")])["status"]

    with town.work() as session:
        view.open_case(town.office, session, case_id, staff, now_ms(), "console")
    assert status() == "受付 ✓ → 読みました ✓"
    with town.work() as session:
        desk.claim(town.office, session, case_id, staff, now_ms())
    assert status() == "受付 ✓ → 読みました ✓ → 担当が決まりました ✓"


def test_anonymous_again_takes_the_name_from_every_screen(town: Town) -> None:
    case_id, staff = town.open(), town.staff()
    apply(town, talk.ChooseIdentity("name", "白石ひなた"))
    apply(town, talk.ChooseIdentity("anonymous"))
    with town.work() as session:
        seen = view.open_case(town.office, session, case_id, staff, now_ms(), "slack")
        assert seen.name == "" and seen.item.identity == "anonymous"
        assert "白石" not in json.dumps(seen.answers, ensure_ascii=False)
        turn = turn_of(town, session, town.one(Contact).id)
        assert "白石" not in record_words(turn)
    assert town.one(Contact).name_sealed is None


def test_a_place_taken_back_leaves_no_mark_to_meet_by(town: Town) -> None:
    town.say("検針員です。新聞がたまっています", ref="m-0")
    place = {"type": "location", "id": "m-place", "latitude": 34.5, "longitude": 135.5, "address": "みほん町1-2"}
    town.take(town.event("message", message=place))
    assert town.all(PlaceMark)
    town.unsend("m-place")
    assert town.all(PlaceMark) == []
    assert not any("みほん町" in words for words in town.messages())
