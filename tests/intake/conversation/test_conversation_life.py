"""From any state, any events: nothing typed is lost, nothing is said to one who hides, urgency never falls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from conversation_kit import FACTS, OPTIONS, START
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from intake.conversation.flow import MENU, QUESTIONS
from intake.conversation.script import load
from intake.conversation.step import step
from intake.conversation.values import (
    Answer,
    AppendMedia,
    AppendPlace,
    AppendText,
    Blocked,
    ChooseIdentity,
    Edited,
    Event,
    FinishIntake,
    Followed,
    ForgetMessage,
    GroupTouched,
    Hide,
    Location,
    Media,
    OpenCase,
    Outcome,
    Page,
    Press,
    RaiseUrgency,
    ReadProfile,
    Shred,
    SilentFor,
    SmallTalk,
    State,
    Sticker,
    Text,
    Unknown,
    Unsent,
    WantsHuman,
    fill,
)
from intake.conversation.words import control, load_words, numbers

LABELS = [word for ask in load("ja").ask.values() for words in ask.choices.values() for word in words]
TYPED = st.one_of(
    st.sampled_from(sorted(load_words().control)),
    st.sampled_from(sorted(load_words().smalltalk)),
    st.sampled_from(LABELS),
    st.sampled_from(
        [
            "1",
            "2",
            "３",
            "④",
            "5",
            "6",
            "1と2",
            "0312345678",
            "さとう",
            "答えたくない",
            "検針で気づいた",
            "母が{due}動けない",
        ]
    ),
    st.text(min_size=1, max_size=80),
)
DATA = [("menu", key) for key in MENU] + [(q, key) for q, form in QUESTIONS.items() for key in (*form.choices, "skip")]
OTHER: st.SearchStrategy[Event] = st.one_of(
    st.just(Sticker(("Sad", "cry"))),
    st.just(Media("image", "7")),
    st.just(Location(35.0, 139.0, "駅前")),
    st.just(Followed(True)),
    st.just(Blocked()),
    st.just(Unsent("8")),
    st.just(Edited("8", "言い直し")),
    st.sampled_from([SilentFor(5), SilentFor(30)]),
    st.builds(GroupTouched, st.booleans()),
    st.just(Unknown("beacon")),
    st.builds(Press, st.text(max_size=20)),
)
ALARMS = st.sampled_from(
    [frozenset(), frozenset(), frozenset({"suicide"}), frozenset({"child", "violence"}), frozenset({"new"})]
)
IN_CASE = (
    AppendText,
    AppendMedia,
    AppendPlace,
    Answer,
    FinishIntake,
    WantsHuman,
    Page,
    RaiseUrgency,
    Shred,
    ChooseIdentity,
)


class Life(RuleBasedStateMachine):
    """One person, several days, any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now, self.options, self.last = State(), START, OPTIONS, Outcome(State())
        self.open = self.finished = False

    @rule(words=TYPED, alarm=ALARMS)
    def types(self, words: str, alarm: frozenset[str]) -> None:
        before = self.state
        out = self.go(Text(words), alarm)
        if not self.kept(before, words, out):
            raise AssertionError(f"lost: {words!r} {before} {out.effects}")
        if alarm:
            assert any(isinstance(effect, Page) for effect in out.effects)
            assert AppendText(words) in out.effects and out.state.pending is None
            assert out.says or before.hidden

    @rule(pick=st.integers(0, 20))
    def presses_what_is_shown(self, pick: int) -> None:
        shown = [choice for say in self.last.says for choice in say.choices if choice.kind in {"press", "datetime"}]
        if shown:
            choice = shown[pick % len(shown)]
            self.go(Press(choice.value, {"datetime": "2026-11-22T10:00"} if choice.kind == "datetime" else {}))

    @rule(pair=st.sampled_from(DATA), serial=st.integers(0, 3))
    def presses_anything(self, pair: tuple[str, str], serial: int) -> None:
        self.go(Press(f"t1:{pair[0]}:{pair[1]}:{serial}"))

    @rule(event=OTHER)
    def does(self, event: Event) -> None:
        self.go(event)

    @rule(hours=st.sampled_from([0, 1, 30, 500]))
    def waits(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(mode=st.sampled_from(["talk", "talk", "door", "info"]), reads=st.booleans(), lines=st.booleans())
    def the_office_changes(self, mode: str, reads: bool, lines: bool) -> None:
        self.options = replace(
            OPTIONS, mode=mode, someone_can_read_now=reads, in_hours=reads, lines=OPTIONS.lines if lines else ()
        )

    def go(self, event: Event, alarm: frozenset[str] = frozenset()) -> Outcome:
        before, out = self.state, step(self.state, event, alarm, self.now, self.options)
        assert State.from_json(out.state.to_json()) == out.state
        self.effects_are_lawful(before, out)
        self.says_are_lawful(before, event, out)
        self.state, self.last = out.state, out
        return out

    def effects_are_lawful(self, before: State, out: Outcome) -> None:
        for number, effect in enumerate(out.effects):
            if isinstance(effect, OpenCase):
                assert not before.case
                assert all(isinstance(earlier, ForgetMessage) for earlier in out.effects[:number])
                self.open, self.finished = True, False
            if isinstance(effect, IN_CASE):
                assert self.open, effect
            if isinstance(effect, FinishIntake):
                assert not self.finished
                self.finished = True
            if isinstance(effect, Shred):
                assert before.pending == "delete" and not before.hidden
            if isinstance(effect, ReadProfile):
                assert ChooseIdentity("name") in out.effects
        assert out.state.case <= self.open
        self.open = out.state.case
        if before.danger and not out.state.danger:
            assert Shred() in out.effects
        assert not out.state.case or out.state.finished == self.finished

    def says_are_lawful(self, before: State, event: Event, out: Outcome) -> None:
        if before.hidden and out.says:
            assert isinstance(event, Text) and control(event.text) == "consult"
        assert len(out.says) <= (5 if Hide() in out.effects else 3)
        for say in out.says:
            filled = fill(say, FACTS)
            assert filled.text.strip() and len(say.choices) <= 6
            assert say.tone == "summary" or len(filled.text.split("\n")) <= 6

    def kept(self, before: State, words: str, out: Outcome) -> bool:
        if AppendText(words) in out.effects or control(words):
            return True
        if any(isinstance(effect, Answer | ChooseIdentity | SmallTalk | Shred) for effect in out.effects):
            return True
        chosen = bool(numbers(words)) or words in LABELS or "たくない" in words
        return before.pending is not None and (chosen or words.strip() in LABELS)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
