"""Taking in what is done on our own page (画面からの受け付け): one form, one transaction, one step of the talk."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bots.converse import converse, state_of
from bots.media.brought import Brought
from bots.parts import Parts, Tenant
from bots.talk import Turn
from bots.web import links, screen
from bots.web.links import Visit
from handoff import surveys
from intake import cases
from intake.conversation import values as talk
from intake.conversation.script import LANGUAGES
from intake.doubled import first_time
from intake.ids import new_id
from intake.records import Contact, InboxEvent

MAX_UNITS = 5_000
"""UTF-16 units of one text, as on LINE."""
_ONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?")
FIELDS = ("once", "text", "press", "place", "moment", "lat", "lon")
"""What a form of the talk holds beside its file and the visit's mark."""
AGAIN_MS = 120_000
"""How long a doubled first form leads to the same talk."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form of the talk held. `press` is the button's data."""

    once: str
    text: str = ""
    press: str = ""
    place: str = ""
    moment: str = ""
    lat: str = ""
    lon: str = ""

    @property
    def words(self) -> str:
        """What was typed, as the person sees it: one kind of line end, no NUL."""
        return _clean(self.text)

    @property
    def too_long(self) -> bool:
        """Whether it is more than one message may hold."""
        return len(self.words.encode("utf-16-le", "surrogatepass")) // 2 > MAX_UNITS

    def events(self, brought: Brought | None = None) -> tuple[talk.Event, ...]:
        """What the person did, in its order: what they typed, what they sent, then what they pressed."""
        found: list[talk.Event] = [talk.Text(words) for words in (self.words, _clean(self.place)) if words]
        if brought is not None:
            found.append(talk.Media(brought.kind, f"web:{hashlib.sha256(brought.body).hexdigest()[:32]}"))
        if self.press == "here":
            found += _location(self.lat, self.lon)
        elif self.press:
            moment = {"datetime": self.moment} if _MOMENT.fullmatch(self.moment) else {}
            found.append(talk.Press(self.press[:200], moment))
        return tuple(found)


def fresh_once() -> str:
    """A mark that makes a doubled form harmless."""
    return secrets.token_urlsafe(16)


def is_once(text: str) -> bool:
    """Whether it looks like one of our marks."""
    return bool(_ONCE.fullmatch(text))


def take_in(parts: Parts, visit: Visit, form: Form, now: int, brought: Brought | None = None) -> bool:
    """Take the form in, with the file that came with it.

    False when the visit ended meanwhile: then nothing was kept, and the words must not be lost.
    """
    with parts.sessions.begin() as session:
        contact = session.get(Contact, visit.contact_id, with_for_update=True)
        if contact is None or links.visit_of(session, visit.token, now) is None:
            return False
        links.touch(session, visit.token, now)
        destroy = _converse(parts, session, contact, form.once, form.events(brought), now, brought)
    parts.vault.destroy(destroy)
    return True


def begin(
    parts: Parts, tenant: Tenant, form: Form, language: str, now: int, survey: str = ""
) -> Visit | None:  # fmt: skip
    """The first words of somebody new, with a visit of their own; None for a form that was sent long ago.

    The form's mark is the address: sent twice, it leads to the same talk. `survey`: the code of a questionnaire.
    """
    try:
        return _begin(parts, tenant, form, language, now, survey)
    except IntegrityError:
        # The same form at the same moment from a doubled click: the other one made the contact.
        return _begin(parts, tenant, form, language, now, survey)


def _begin(parts: Parts, tenant: Tenant, form: Form, language: str, now: int, survey: str) -> Visit | None:
    with parts.sessions.begin() as session:
        contact = cases.contact_of(session, parts.vault, tenant.name, "web", form.once, now)
        session.refresh(contact, with_for_update=True)
        if contact.created_at < now - AGAIN_MS or contact.hidden:
            return None
        if survey:  # a code that is no longer good takes no word away
            surveys.use(tenant.office, session, survey, contact, now)
        spoken = (talk.Press(f"t1:language:{_TONGUE[language]}:0"),) if language in _TONGUE else ()
        destroy = _converse(parts, session, contact, form.once, (*spoken, *form.events()), now)
        visit = links.begin(session, contact, now)
    parts.vault.destroy(destroy)
    return visit


def _converse(
    parts: Parts,
    session: Session,
    contact: Contact,
    once: str,
    events: tuple[talk.Event, ...],
    now: int,
    brought: Brought | None = None,
) -> list[int]:
    says: tuple[talk.Say, ...] = ()
    destroy: list[int] = []
    if screen.shut(parts, session, contact, now):
        # The page asked for the passphrase before a word was written: the first words may be it already.
        turn = Turn(parts, parts.tenants[contact.tenant], session, InboxEvent(id=new_id()), contact, None, now)
        converse(turn, talk.Press(f"t1:menu:resume:{state_of(turn).serial}"), own_page=True)
    mark = once if is_once(once) else fresh_once()  # without a mark of its own, nothing said may count as said before
    for number, event in enumerate(events):
        # Other words under the same mark are new words.
        what, lane = f"{contact.id}\x1f{mark}\x1f{number}\x1f{event!r}", f"web\x1f{contact.id}"
        row = first_time(session, parts.vault, contact.tenant, "web", what, now, lane=lane)
        if row is None:
            continue
        turn = Turn(parts, parts.tenants[contact.tenant], session, row, contact, None, now)
        turn.brought = brought if isinstance(event, talk.Media) else None
        contact.last_event_at = max(contact.last_event_at, now)
        said = _step(turn, event)
        row.state, row.handled_at = "answered", now
        destroy += turn.destroy
        if not (number + 1 < len(events) and isinstance(event, talk.Press)):  # a language chosen before the first words
            says = (*says, *said)
    if contact.hidden:
        links.end_all(session, contact.id, now)
        contact.page_sealed = None
    elif says and not parts.tenants[contact.tenant].office.shadow:
        screen.keep(parts, contact, says, now)
    return destroy


def _step(turn: Turn, event: talk.Event) -> tuple[talk.Say, ...]:
    """One step; the question when notices may ring is passed over where nothing ever rings."""
    said = converse(turn, event, own_page=True)
    state = state_of(turn)
    if turn.contact.channel == "web" and state.pending == "window":
        said = converse(turn, talk.Press(f"t1:window:skip:{state.serial}"), own_page=True)
    return said


def _location(lat: str, lon: str) -> list[talk.Event]:
    try:
        where = float(lat), float(lon)
    except ValueError:
        return []
    inside = abs(where[0]) <= 90 and abs(where[1]) <= 180
    return [talk.Location(*where)] if inside else []


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


_TONGUE = {name: {"ja-easy": "easy"}.get(name, name) for name in LANGUAGES if name != "ja"}
