"""A town's year of facts for tests, and an attacker with every published number and a solver."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
from scipy.optimize import linprog
from sqlalchemy.orm import Session

from handoff import facts, statistics
from handoff.facts import Fact, month_start
from handoff.office import Office
from handoff.suppression import TOTAL, Key, Periods
from intake.ids import new_id

ROUTES = ("resident",) * 12 + ("web",) * 4 + ("phone",) * 5 + ("counter",) * 2 + ("lifeline", "professional", "fax")
DESKS = ("kodomo", "hokatsu", "jiritsu", "kokoro")


def invent(rng: random.Random, month: str) -> Fact:
    """A fact that could be one."""
    at = month_start(month) + rng.randrange(27) * 86_400_000 + int(rng.gauss(13, 4) % 24) * 3_600_000
    domains = tuple(sorted({rng.choice(("elderly", "elderly", "child", "poverty", "disability")) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))}))  # fmt: skip # noqa: E501
    answered = rng.random() < 0.95
    first = int(rng.expovariate(1 / 9_000_000)) if answered else None
    handed = ((rng.choice(DESKS), rng.choice(("accepted",) * 6 + ("returned", "sent"))),) if rng.random() < 0.5 else ()
    return Fact(
        month, hour=(at // 3_600_000 + 9) % 24, weekday=(at // 86_400_000 + 4) % 7 if rng.random() < 0.4 else rng.randrange(5),  # noqa: E501
        route=rng.choice(ROUTES), identity="anonymous", language="ja", domains=domains, themes=(),
        complexity="complex" if len(domains) > 1 else "single" if domains else rng.choice(("unclear", "unread")),
        urgency_first="normal", urgency=rng.choice(("normal",) * 12 + ("high",) * 3 + ("emergency",)),
        first_ms=first, first_by="reply" if answered else "", due_at=at + 86_400_000, opened_at=at,
        corrected=tuple(name for name, p in (("domains", 0.14), ("urgency", 0.06), ("complexity", 0.1)) if rng.random() < p),  # noqa: E501
        handed=handed, purposes=tuple(rng.choice(("consult",) * 5 + ("coordination", "outreach")) for _ in handed),
        plans=("made",) if rng.random() < 0.06 else (), met=("C1",) if rng.random() < 0.04 else (),
        erased=rng.random() < 0.01,
    )  # fmt: skip


def keep_facts(office: Office, session: Session, found: Iterable[Fact]) -> None:
    """Facts of no case, as if their cases had been cut loose."""
    for fact in found:
        facts._keep(office, session, None, new_id(), fact, 1)


def publish_all(office: Office, session: Session, now: int) -> list[str]:
    """Everything that is due by now, as housekeeping publishes it."""
    done: list[str] = []
    while made := statistics.due(office, session, now):
        statistics.keep(session, office.tenant, made, now)
        session.flush()
        done += [one.period for one in made]
    return done


def attack(table: dict[Key, int], known: dict[Key, int], periods: Periods, least: int) -> list[Key]:
    """The cells of 1 to `least` - 1, of any row and period, that the published numbers pin down too closely.

    `table`: the true counts by row and month, without totals; `known`: what is published, sums over periods too.
    """
    atoms = sorted(table)
    months = sorted({month for _, month in atoms})
    every = sorted({*months, *(one for month in months for one in periods.above(month))})

    def vector(row: str, period: str) -> np.ndarray:
        inside = periods.months_of(period)
        return np.array([float(row in (TOTAL, r) and m in inside) for r, m in atoms])

    equal = [(vector(*key), value) for key, value in known.items()]
    some = [vector(TOTAL, month) for month in months if (TOTAL, month) not in known]  # a total of 0 would be shown
    found = []
    for row in (*sorted({row for row, _ in atoms}), TOTAL):
        for period in every:
            goal = vector(row, period)
            if not 0 < int(goal @ np.array([table[key] for key in atoms])) < least:
                continue
            ends = []
            for sign in (1, -1):
                done = linprog(
                    sign * goal,
                    A_eq=np.array([v for v, _ in equal]) if equal else None,
                    b_eq=[value for _, value in equal] if equal else None,
                    A_ub=-np.array(some) if some else None,
                    b_ub=[-1] * len(some) if some else None,
                    bounds=[(0, 5_000)] * len(atoms),
                )
                assert done.status == 0
                ends.append(sign * done.fun)
            if ends[1] - ends[0] < least - 1e-6:
                found.append((row, period))
    return found
