"""What lists beside the queue need of a case (要点): codes and short quotes, kept in memory as `handoff.opened` does.

Nothing of it is ever on disk: it is made of sealed columns, by case and version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from handoff import plan_store, stance
from handoff.disaster_needs import Need, needs_of
from handoff.meeting_why import Signs
from handoff.office import Office
from handoff.opened import Kept, case_rows
from handoff.plan import breadth
from handoff.plan_rules import ABUSE
from handoff.plan_values import Consent, NextStep
from handoff.records import Ticket
from intake import given
from intake.cases import person_text
from intake.records import Case
from intake.seal import KeyDestroyed
from triage.assessment import Assessment, Complexity, Reason, Reporter
from triage.labels import DOMAIN_JA

_OUTSIDERS: Final = frozenset({Reporter.NEIGHBOR, Reporter.LIFELINE, Reporter.PROFESSIONAL})
_ROUTES: Final = frozenset({"lifeline", "professional", "meeting", "feed", "remark"})


@dataclass(frozen=True, slots=True)
class Gist:
    """One case in codes. Of one that nobody read yet only `needs` and `place` are told."""

    case_id: int
    version: int
    read: bool
    signs: Signs = field(default_factory=Signs)
    """For the lists of meetings."""
    domains: tuple[str, ...] = ()
    """In Japanese."""
    place: str = field(default="", repr=False)
    """Where the person is, as it was said."""
    needs: tuple[Need, ...] = field(default=(), repr=False)
    """Why to ask early in a disaster."""


class Gists(Kept[Gist]):
    """The gist of the cases of one municipality."""

    def _made(self, office: Office, session: Session, case_ids: Sequence[int]) -> dict[int, Gist]:
        found: dict[int, Gist] = {}
        for case, row in case_rows(session, case_ids):
            if case.erased_at is None:
                try:
                    found[case.id] = gist_of(office, session, case, row)
                except KeyDestroyed:  # erased between our two looks: it is gone from the next list
                    continue
        return found


def gist_of(office: Office, session: Session, case: Case, row: Ticket) -> Gist:
    """One case. Raises `KeyDestroyed` for one that was erased meanwhile."""
    text, _ = person_text(session, office.sealer, case)
    answers = given.answers_of(office.sealer, case)
    read = plan_store.reading_of(office.sealer, row)
    place = answers.get("p_place") or answers.get("l_place") or row.area
    needs = needs_of([text, *answers.values()], read.themes if read else ())
    if read is None:
        return Gist(case.id, row.version, read=False, place=place, needs=needs)
    return _read(office, case, row, read, place, needs)


def _read(
    office: Office, case: Case, row: Ticket, read: Assessment, place: str, needs: tuple[Need, ...]
) -> Gist:  # fmt: skip
    return Gist(
        case.id,
        row.version,
        read=True,
        signs=_signs(office, case, row, read),
        domains=tuple(words for domain, words in DOMAIN_JA.items() if domain in read.domains),
        place=place,
        needs=needs,
    )


def _signs(office: Office, case: Case, row: Ticket, read: Assessment) -> Signs:
    return Signs(
        rule=_rule(office, row),
        refused=read.refuses_support or stance.consent_of(office.sealer, case) is Consent.REFUSED,
        complex=read.complexity is Complexity.COMPLEX,
        household=Reason.HOUSEHOLD in read.complexity_reasons,
        gap=Reason.GAP in read.complexity_reasons,
        abuse=bool(read.themes & ABUSE),
        third_party=read.reporter in _OUTSIDERS or case.route in _ROUTES,
        breadth=breadth(read),
    )


def _rule(office: Office, row: Ticket) -> str:
    plan = plan_store.plan_of(office.sealer, row)
    if plan is None or NextStep.MEETING not in (plan.next_step, *plan.also):
        return ""
    return plan.rule if plan.rule in ("S1", "S2") else "S1"
