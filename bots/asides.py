"""What is answered beside the conversation (会話のそばで): lists of 居場所 and 窓口, offers of help (資源のたね).

Neither is a 相談, and neither stands in a case. Whatever also speaks of danger or of a need goes to the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bots import desk_words
from bots.web.texts import texts
from handoff import offers, resources
from handoff.packs.local import Resource
from handoff.packs.values import LineMode
from handoff.path_records import Offer
from handoff.records import Ticket
from handoff.ticket import State as TicketState
from intake.conversation import values as talk
from intake.conversation.say import literal
from intake.conversation.words import control, fold
from triage.offering import read_offer, speaks_of_need

if TYPE_CHECKING:
    from bots.talk import Turn

PLACE_WORDS: Final = (
    "居場所", "いばしょ", "居場所を知りたい", "居場所を教えて", "居場所の一覧", "居場所をさがす", "居場所を探す",
    "行く所", "行ける所", "行く場所", "行ける場所", "通いの場", "みんなの居場所", "サロン", "places", "place to go",
    "去处", "去處", "거처", "갈 곳",
)  # fmt: skip
"""The whole message that asks for the list, whatever marks and spaces it has."""
SHOWN: Final = 5
_PRESS = re.compile(r"o1:(skip|case):([0-9]{1,19})")
_REACH = re.compile(r"[0-9０-９][0-9０-９\-ー－‐() ]{8,}|[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}")
_LONGEST_REACH = 200


def answer(turn: Turn, before: talk.State, event: talk.Event, *, own_page: bool) -> talk.Event | tuple[talk.Say, ...]:
    """What is said at once instead of a step, else the event with which the conversation goes on."""
    if before.hidden:
        return event
    match event:
        case talk.Text(text):
            return _words(turn, before, text, own_page=own_page)
        case talk.Press(data) if found := _PRESS.fullmatch(data):
            return _pressed(turn, before, found[1], int(found[2]))
        case talk.Unsent(ref) | talk.Edited(ref, _):
            for row in _mine(turn, ref):
                turn.destroy.append(offers.forget(turn.tenant.office, row, turn.now))
            return event
        case _:
            return event


def after(turn: Turn, before: talk.State, event: talk.Event) -> tuple[talk.Say, ...]:
    """The list behind the answer to somebody whose case is open: their word stands in the case as well."""
    if before.hidden or not isinstance(event, talk.Text):
        return ()
    return _list(turn, before, event.text)


def places(turn: Turn, state: talk.State) -> talk.Say:
    """The public cards, those that somebody may look up first; the page that has them all."""
    words, pack = texts(state.language), turn.tenant.pack
    found = resources.shown(turn.tenant.office, turn.session)
    if not found:
        return talk.Say(literal(words["places_none"].replace("{office}", pack.office)))
    lines = [_line(one, words) for one in found[:SHOWN]]
    more = talk.Choice(words["places_more"], "uri", literal(desk_words.page_of(turn, "places", None)))
    return talk.Say(literal("\n\n".join([words["places_lead"], *lines])), (more,))


def _line(one: Resource, words: Mapping[str, str]) -> str:
    parts = [
        f"■ {one.name}",
        one.what,
        f"{words['places_days']}：{one.days or words['places_days_unknown']}",
        f"{words['places_who']}：{one.who or words['places_unknown']}",
        f"{words['places_where']}：{one.where}" if one.where else "",
        f"{words['places_contact']}：{one.contact}" if one.contact else "",
    ]
    return "\n".join(part for part in parts if part)


def _words(turn: Turn, before: talk.State, text: str, *, own_page: bool) -> talk.Event | tuple[talk.Say, ...]:
    event = talk.Text(text)
    if turn.parts.alarm.scan(text).kinds or not _free(turn, before):
        return event
    if said := _list(turn, before, text):
        return said
    mode = turn.tenant.pack.line_mode
    if mode is LineMode.INFO or (mode is LineMode.DOOR and not own_page):
        return event
    asked = offers.asked(turn.session, turn.tenant.name, turn.contact.id, turn.now)
    if asked is not None and (said := _answered(turn, before, asked, text)):
        return said
    found = read_offer(text)
    if found is None or not found.plain or offers.too_many(
        turn.session, turn.tenant.name, turn.contact.id, turn.now
    ):  # fmt: skip
        return event
    lookup = turn.lookup(turn.message_id)
    reach = text if _REACH.search(text) else None
    row_id = offers.take(
        turn.tenant.office, turn.session, found.kind, text, turn.now, contact_id=turn.contact.id, lookup=lookup,
        reach=reach,
    )  # fmt: skip
    return _thanks(turn, before, row_id, asks=reach is None)


def _answered(turn: Turn, before: talk.State, row: Offer, text: str) -> tuple[talk.Say, ...]:
    """An answer to the one question: a telephone or an address. Anything else goes to the conversation."""
    office = turn.tenant.office
    if control(text) == "delete":
        turn.destroy.append(offers.forget(office, row, turn.now))
        return (_said(turn, before, "offer_gone"),)
    if len(text) > _LONGEST_REACH or not _REACH.search(text) or speaks_of_need(text):
        return ()
    offers.keep_reach(office, row, text)
    return (_said(turn, before, "offer_reached"),)


def _pressed(turn: Turn, before: talk.State, what: str, row_id: int) -> talk.Event | tuple[talk.Say, ...]:
    """〔書かない〕, or 〔ちがいます。相談です〕: then the words begin a case as if they had just come."""
    row = next((one for one in _mine(turn) if one.id == row_id), None)
    if row is None or row.state != "new":
        return talk.Press("t1:menu:consult:0")
    if what == "skip":
        if row.reach_sealed is None:
            offers.keep_reach(turn.tenant.office, row, "")
        return (_said(turn, before, "offer_skipped"),)
    text = offers.words_of(turn.tenant.office, row)
    turn.message_id = None
    turn.destroy.append(offers.forget(turn.tenant.office, row, turn.now))
    return talk.Text(text)


def _thanks(turn: Turn, before: talk.State, row_id: int, *, asks: bool) -> tuple[talk.Say, ...]:
    words = texts(before.language)
    wrong = talk.Choice(words["offer_wrong"], "press", f"o1:case:{row_id}")
    if not asks:
        return (talk.Say(_text(turn, words["offer_taken"]), (wrong,)),)
    skip = talk.Choice(words["offer_skip"], "press", f"o1:skip:{row_id}")
    return talk.Say(_text(turn, words["offer_taken"])), talk.Say(_text(turn, words["offer_ask"]), (skip, wrong))


def _said(turn: Turn, before: talk.State, key: str) -> talk.Say:
    return talk.Say(_text(turn, texts(before.language)[key]))


def _text(turn: Turn, words: str) -> str:
    desk = offers.desk_of(turn.tenant.office)
    return literal(words.replace("{desk}", desk.name).replace("{phone}", desk.phone or "—"))


def _list(turn: Turn, before: talk.State, text: str) -> tuple[talk.Say, ...]:
    """The list for which this whole message asks; none for any other message."""
    if desk_words.asked(text):
        return (desk_words.told(turn, before),)
    asks = len(text) <= 40 and fold(text) in map(fold, PLACE_WORDS)
    return (places(turn, before),) if asks else ()


def _free(turn: Turn, before: talk.State) -> bool:
    """Whether neither a case nor a question is under way: no case at all, or one that staff closed."""
    if turn.contact.case_id is None:
        return not before.case and before.pending is None
    row = turn.session.get(Ticket, turn.contact.case_id)
    return row is not None and row.state == TicketState.CLOSED


def _mine(turn: Turn, ref: str | None = None) -> tuple[Offer, ...]:
    lookup = turn.lookup(ref) if ref else None
    return tuple(offers.of_contact(turn.session, turn.tenant.name, turn.contact.id, lookup))
