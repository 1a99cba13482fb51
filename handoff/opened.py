"""What live cases say, kept open in memory (開いたままの見出し), so that a list opens no seal twice.

Kept by (case, version): whatever is written to a case raises its version. Nothing of it is ever on disk; it is
bounded, it goes when the case was erased, and all of it goes when nobody has looked for ten minutes.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from handoff.office import Office
from handoff.records import Ticket
from handoff.view_item import item_with
from handoff.view_values import QueueItem
from intake.db import reading
from intake.records import Case, Contact
from intake.seal import KeyDestroyed

AT_ONCE = 120
"""So many cases are opened while somebody waits for a page; more are opened behind it."""
IDLE_SECONDS = 600.0
_CHUNK = 200


class Spot(Protocol):
    """A case as it lies open in the database."""

    @property
    def case_id(self) -> int:
        """The case."""

    @property
    def version(self) -> int:
        """It rises with whatever is written to the case."""


Item = TypeVar("Item", bound=Spot)


class Kept(Generic[Item]):
    """What was made of the opened cases of one municipality. Thread-safe. A subclass says what `_made` is.

    Without `sessions` nothing is opened behind a page.
    """

    def __init__(self, sessions: sessionmaker[Session] | None = None, keep: int = 6000) -> None:
        self._kept: OrderedDict[int, Item] = OrderedDict()
        self._keep = keep
        self._said: dict[int, tuple[Item, str]] = {}
        self._sessions = sessions
        self._lock = threading.Lock()
        self._warming: threading.Thread | None = None
        self._used_at = 0.0
        self._broom: threading.Timer | None = None

    def _made(self, office: Office, session: Session, case_ids: Sequence[int]) -> dict[int, Item]:
        """What is kept of these cases, opened now. One that was erased meanwhile is left out."""
        raise NotImplementedError

    def of(self, places: Iterable[Spot]) -> dict[int, Item]:
        """Those of `places` that lie open as they now stand."""
        with self._lock:
            self._used_at = time.monotonic()
            found: dict[int, Item] = {}
            for place in places:
                item = self._kept.get(place.case_id)
                if item is not None and item.version == place.version:
                    self._kept.move_to_end(place.case_id)
                    found[place.case_id] = item
            return found

    def open(self, office: Office, session: Session, places: Iterable[Spot]) -> dict[int, Item]:
        """All of `places`, opened now where they did not lie open. One that was erased meanwhile is left out."""
        places = list(places)
        found = self.of(places)
        missing = [place.case_id for place in places if place.case_id not in found]
        if len(missing) > AT_ONCE and threading.current_thread() is not self._warming:
            self.settle()  # what is being opened already need not be opened twice
            found = self.of(places)
            missing = [place.case_id for place in places if place.case_id not in found]
        for start in range(0, len(missing), _CHUNK):
            opened = self._made(office, session, missing[start : start + _CHUNK])
            self._put(opened)
            found |= opened
        return found

    def open_soon(
        self, office: Office, session: Session, places: Sequence[Spot], also: Callable[[], Sequence[Spot]] = tuple
    ) -> tuple[dict[int, Item], bool]:
        """What lies open of `places`, and whether that is all: a few are opened now, many behind this page.

        `also` names what is then opened behind it too.
        """
        found = self.of(places)
        missing = len(places) - len(found)
        if missing <= AT_ONCE or self._sessions is None:
            return (self.open(office, session, places) if missing else found), True
        self._warm(office, [*(place for place in places if place.case_id not in found), *also()])
        return found, False

    def said(self, items: Iterable[Item], read: Callable[[Item], str]) -> dict[int, str]:
        """What `read` makes of each case, made once and kept as long as the case itself."""
        found: dict[int, str] = {}
        for item in items:
            kept = self._said.get(item.case_id)
            if kept is None or kept[0] is not item:
                kept = (item, read(item))
                with self._lock:
                    if item.case_id in self._kept:
                        self._said[item.case_id] = kept
            found[item.case_id] = kept[1]
        return found

    def drop(self, case_ids: Iterable[int]) -> None:
        """Forget these cases."""
        with self._lock:
            for case_id in case_ids:
                self._kept.pop(case_id, None)
                self._said.pop(case_id, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._said.clear()

    def settle(self) -> None:
        """Wait until nothing is being opened behind a page."""
        thread = self._warming
        if thread is not None:
            thread.join()

    def __len__(self) -> int:
        return len(self._kept)

    def _put(self, opened: dict[int, Item]) -> None:
        with self._lock:
            self._kept |= opened
            while len(self._kept) > self._keep:
                self._said.pop(self._kept.popitem(last=False)[0], None)
            if self._broom is None:
                self._sweep_later()

    def _sweep_later(self) -> None:
        self._broom = threading.Timer(IDLE_SECONDS, self._sweep)
        self._broom.daemon = True
        self._broom.start()

    def _sweep(self) -> None:
        with self._lock:
            if time.monotonic() - self._used_at < IDLE_SECONDS:
                self._sweep_later()
            else:
                self._kept.clear()
                self._said.clear()
                self._broom = None

    def _warm(self, office: Office, places: list[Spot]) -> None:
        with self._lock:
            if self._warming is not None and self._warming.is_alive():
                return
            self._warming = threading.Thread(target=self._open_behind, args=(office, places), daemon=True)
            self._warming.start()

    def _open_behind(self, office: Office, places: list[Spot]) -> None:
        assert self._sessions is not None
        for start in range(0, len(places), _CHUNK):
            with reading(self._sessions) as session:
                self.open(office, session, places[start : start + _CHUNK])


class Memory(Kept[QueueItem]):
    """The cards of the queue."""

    def _made(self, office: Office, session: Session, case_ids: Sequence[int]) -> dict[int, QueueItem]:
        rows = case_rows(session, case_ids)
        # Held here so that `item_with` finds them in the session instead of asking for each.
        contacts = session.scalars(
            select(Contact).where(Contact.id.in_({case.contact_id for case, _ in rows if case.contact_id is not None}))
        ).all()
        found: dict[int, QueueItem] = {}
        for case, ticket in rows:
            try:
                found[case.id] = item_with(office, session, case, ticket, {})
            except KeyDestroyed:
                # The person erased it between our two looks: it is gone from the next list.
                continue
        del contacts
        return found


def case_rows(session: Session, case_ids: Sequence[int]) -> list[tuple[Case, Ticket]]:
    """The rows of these cases."""
    wanted = select(Case, Ticket).join(Ticket, Ticket.case_id == Case.id).where(Case.id.in_(case_ids))
    return [(case, ticket) for case, ticket in session.execute(wanted)]
