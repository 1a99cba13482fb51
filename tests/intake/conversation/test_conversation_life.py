"""From any state, any events: nothing typed is lost, nothing is said to one who hides, urgency never falls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from conversation_kit import FACTS, OPTIONS, START
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from intake.conversation import values as talk
from intake.conversation.flow import MENU, QUESTIONS
from intake.conversation.script import load, shipped
from intake.conversation.step import step
from intake.conversation.values import (
    Answer,
    AnswerConsent,
    AppendMedia,
    AppendPlace,
    AppendText,
    Blocked,
    ChooseIdentity,
    Claim,
    Edited,
    Enrol,
    Event,
    FinishIntake,
    Followed,
    ForgetMessage,
    GroupTouched,
    Hide,
    Known,
    Location,
    Media,
    NewCase,
    OpenCase,
    Outcome,
    Page,
    Press,
    RaiseUrgency,
    ReadProfile,
    SetPassphrase,
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
            "7K3M-92Q5",
            "さくら みかん",
        ]
    ),
    st.text(min_size=1, max_size=80),
)
DATA = [("menu", key) for key in MENU] + [(q, key) for q, form in QUESTIONS.items() for key in (*form.choices, "skip")]
STORY = "家賃が払えなくて、電気も止まりそうです。どうしたらいいか分かりません"
ANSWERS = ("given", "partial", "refused", "withdrawn", "strange")
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
    st.builds(lambda ask, key: Press(f"c1:{ask}:{key}"), st.integers(1, 4), st.sampled_from(ANSWERS)),
)
ALARMS = st.sampled_from(
    [frozenset(), frozenset(), frozenset({"suicide"}), frozenset({"child", "violence"}), frozenset({"new"})]
)
KNOWN = (
    Known(), Known(), Known(), Known(receipt="7K3M-92Q5"), Known(proof="ok"), Known(proof="no"), Known(proof="locked"),
    Known(partner=("SUIDO-01", "みほん水道サービス")),
)  # fmt: skip
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
        shown = [
            choice for say in self.last.says for choice in say.choices if choice.kind in {"press", "date", "datetime"}
        ]
        if shown:
            choice = shown[pick % len(shown)]
            self.go(Press(choice.value, {"datetime": "2026-11-22T10:00"} if choice.kind.startswith("date") else {}))

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
            self.options,
            mode=mode,
            someone_can_read_now=reads,
            in_hours=reads,
            lines=OPTIONS.lines if lines else (),
        )

    @rule(
        member=st.sampled_from(["", "", "みほん水道サービス"]), professional=st.booleans(), closed=st.booleans(),
        guarded=st.booleans(), asks=st.lists(st.sampled_from(["asked", "given", "withdrawn"]), max_size=3),
        known=st.sampled_from(KNOWN), tongue=st.sampled_from([None, None, "ja", "en", "vi"]),
    )  # fmt: skip
    def the_database_says(
        self, member: str, professional: bool, closed: bool, guarded: bool, asks: list[str], known: Known,
        tongue: str | None,
    ) -> None:  # fmt: skip
        self.options = replace(
            self.options, member=member, member_professional=bool(member) and professional, closed=closed,
            guarded=guarded, known=known, offered="さくら みかん", languages=shipped(), tongue=tongue,
            consents=tuple(
                (number, ("handoff", "share")[number % 2], "窓口", state) for number, state in enumerate(asks, 1)
            ),
            unattended=tuple(number for number, state in enumerate(asks, 1) if state == "given" and number % 2),
        )  # fmt: skip

    @invariant()
    def there_is_a_way_out(self) -> None:
        """Danger calls a person, 「相談」 ends hiding, 「やめる」 questions, the passphrase a lock; words are kept."""
        cry = step(self.state, Text("助けて、殺される"), frozenset({"violence"}), self.now, self.options)
        assert any(isinstance(effect, Page) for effect in cry.effects)
        state, options = self.state, replace(self.options, known=Known())
        if state.hidden:
            state = step(state, Text("相談"), frozenset(), self.now, options).state
            assert not state.hidden
        quiet = step(state, Text("やめる"), frozenset(), self.now, options)
        locked = quiet.state.locked
        assert locked or quiet.state.pending is None or state.pending == "delete"
        if locked:
            opened = step(
                quiet.state, Text("さくらみかん"), frozenset(), self.now, replace(options, known=Known(proof="ok"))
            )
            assert not opened.state.locked
        told = step(quiet.state, Text(STORY), frozenset(), self.now, options)
        kept = AppendText(STORY) in told.effects
        assert kept or (self.options.mode == "info" and not quiet.state.case)

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
            if isinstance(effect, Claim):
                assert self.options.known.proof == "ok" and before.claiming
                self.open = self.finished = True
            if isinstance(effect, NewCase):
                assert before.pending in {"again", "again_words"} and not before.hidden
                self.finished = False
            if isinstance(effect, SetPassphrase):
                assert effect.words or self.options.guarded
            if isinstance(effect, Shred):
                assert before.pending == "delete" and not before.hidden
            if isinstance(effect, ReadProfile):
                assert ChooseIdentity("name") in out.effects
        assert out.state.case <= self.open
        self.open = out.state.case
        if before.danger and not out.state.danger:
            assert any(isinstance(effect, Shred | Claim | NewCase) for effect in out.effects)
        assert not out.state.case or out.state.finished == self.finished

    def says_are_lawful(self, before: State, event: Event, out: Outcome) -> None:
        if before.hidden and out.says:
            unhidden = isinstance(event, Text) and control(event.text) == "consult"
            assert unhidden or [say.tone for say in out.says] == ["neutral"]
        if out.state.locked and not out.state.hidden:
            assert not talk.wanted(out.says) & {"summary", "record", "status"}
        assert len(out.says) <= (5 if Hide() in out.effects else 3)
        for say in out.says:
            filled = fill(say, FACTS)
            most = 18 if out.state.pending in {"l_sign", "p_issue", "language"} else 9
            assert filled.text.strip() and len(say.choices) <= most
            assert say.tone == "summary" or len(filled.text.split("\n")) <= 6

    def kept(self, before: State, words: str, out: Outcome) -> bool:
        if AppendText(words) in out.effects or control(words):
            return True
        answers = Answer | ChooseIdentity | SmallTalk | Shred | AnswerConsent | Claim | SetPassphrase | NewCase | Enrol
        if any(isinstance(effect, answers) for effect in out.effects):
            return True
        known = self.options.known
        if known.partner or known.receipt or (known.proof and (before.claiming or before.locked)):
            return True  # a code, a number or a try at the passphrase, as the caller found
        chosen = bool(numbers(words)) or words in LABELS or "たくない" in words
        return before.pending is not None and (chosen or words.strip() in LABELS)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
