"""The running product against every trouble button at once: it stays up, loses nobody, says nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import httpx2
import pytest

from bots.demo.town import Town, town
from bots.simulator.client import SimulatorClient
from bots.simulator.fault_buttons import FaultButton, fault_buttons

PATIENCE_S = 120.0
FIRST_S = 30.0
#: The person cannot be answered: not known, not our turn, forged, or not reachable by the button's own sentence.
UNANSWERED = {
    "line_no_user_id",
    "line_standby",
    "line_group",
    "line_room",
    "line_bad_signature",
    "line_future_message",
    "line_future_source",
    "line_future_mode",
    "line_webhook_stop",
    "line_suspended",
    "person_deleted",
    "person_long_silent",
}
#: Lasting switches: taken back at once, or everybody after would be hit by them.
SWITCHES = {"line_webhook_stop", "line_suspended", "line_quota_used", "line_redelivery_off"}


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Town, SimulatorClient]]:
    with town() as started, SimulatorClient(started.page, timeout_s=60.0) as client:
        yield started, client


def someone(number: int) -> str:
    return f"U{number:032x}"


def meet(sim: SimulatorClient, number: int, button: FaultButton) -> None:
    """Press, write to the desk, and let staff write too, so that the trouble meets something."""
    sim.press_fault(button.key, someone(number))
    sim.say(someone(number), f"家賃が払えず、来月から住む所がありません。{number}番目の相談です。")
    if button.group.startswith("Slack"):
        sim.write("見ています")
    if button.key in SWITCHES or button.group == "Slack の窓口":
        sim.clear_faults()


@pytest.mark.slow
def test_no_trouble_brings_it_down_or_loses_a_person(running):
    started, sim = running
    sim.say(someone(0), "はじめの相談です。家賃が払えません。")
    sim.write("おはようございます")
    numbered = dict(enumerate(fault_buttons(), start=1))
    for number, button in numbered.items():
        meet(sim, number, button)
    sim.clear_faults()
    sim.release()
    sim.say(someone(999), "さいごの相談です。食べる物がありません。")
    waiting = {someone(number): one.key for number, one in numbered.items() if one.key not in UNANSWERED}
    waiting |= {someone(0): "before", someone(999): "after"}

    def everybody_answered() -> bool:
        for user in [user for user in waiting if sim.answers(user)]:
            del waiting[user]
        return not waiting

    # An answer that LINE may or may not have taken is not repeated (送信不明): it is the next one that reaches them.
    with suppress(TimeoutError):
        sim.wait_for(everybody_answered, FIRST_S)
    for user in list(waiting):
        sim.say(user, "さっきの相談は届いていますか。")
    try:
        sim.wait_for(everybody_answered, PATIENCE_S)
    except TimeoutError:
        pytest.fail(f"never answered: {sorted(waiting.values())}")
    assert httpx2.get(f"{started.settings.base_url}/readyz", trust_env=False).status_code == 200
    counted = sim.counters()
    assert (counted["duplicate_line_messages"], counted["duplicate_slack_posts"]) == (0, 0)
    assert counted["profile_calls"] == 0
    for number, button in numbered.items():
        if button.key in {"line_standby", "line_future_mode"}:
            assert sim.answers(someone(number)) == []
