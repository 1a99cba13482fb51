"""Journeys: a running town, telephones and desks, and what people see there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bots.demo.town import Town, town
from bots.simulator.client import SimulatorClient

PATIENCE_S = 60.0
HERE = Path(__file__).parent
RECEIPT = re.compile(r"受付番号：([0-9A-Z]{4}-[0-9A-Z]{4})")
Found = TypeVar("Found")


@contextmanager
def a_town(*, hour: datetime | None = None, pack: str = "mihon", **changes: Any) -> Iterator[Town]:
    """The whole product with the simulator before it, at `hour` (now when None)."""
    starter = ("-m",) if hour is None else (str(HERE / "at_hour.py"), hour.isoformat())
    with town(pack=pack, starter=starter, **changes) as running:
        yield running


@contextmanager
def phones(running: Town) -> Iterator[SimulatorClient]:
    """Everybody's telephone and everybody's Slack."""
    with SimulatorClient(running.page, timeout_s=PATIENCE_S) as client:
        yield client


def shown(client: SimulatorClient, person: str) -> str:
    """All that the bot has shown this person, newest last."""
    return "\n".join(client.answers(person))


def until(client: SimulatorClient, look: Callable[[], Found]) -> Found:
    """Wait until `look` finds something."""
    return client.wait_for(look, timeout_s=PATIENCE_S)


def sees(client: SimulatorClient, person: str, *words: str) -> str:
    """Wait until this person's telephone shows all the words; returns all that it shows."""
    text = until(client, lambda: all(word in shown(client, person) for word in words) and shown(client, person))
    return str(text)


def receipt(client: SimulatorClient, person: str) -> str:
    """The receipt number that this person was given last."""
    found = until(client, lambda: RECEIPT.findall(shown(client, person)))
    return str(found[-1])


def own_pack(folder: Path, base: str = "mihon", more: str = "", **changes: str) -> str:
    """A pack file of its own: a shipped one with other top-level values, as TOML text (`line_mode='"door"'`), and
    `more` at its end."""
    from handoff.packs.reading import resource

    text = f"{resource(base)}\n{more}"
    for name, value in changes.items():
        text, count = re.subn(rf"^{name} = .*$", f"{name} = {value}", text, count=1, flags=re.MULTILINE)
        if not count:
            pytest.fail(f"{base} has no {name}")
    path = folder / "town.toml"
    path.write_text(text, "utf-8")
    return str(path)
