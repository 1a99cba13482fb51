"""A small player for conversations: feeds events, keeps the state, remembers what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from intake.conversation.step import step
from intake.conversation.values import Event, Line, Options, Outcome, Say, State, Text, fill

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LINES = (
    Line("emergency", "警察", "110", "tel:110"),
    Line("emergency", "救急", "119", "tel:119"),
    Line("child", "児童相談所", "189", "tel:189"),
    Line("violence", "DV相談ナビ", "#8008", "tel:%238008"),
    Line("suicide", "よりそいホットライン", "0120-279-338", "tel:0120279338"),
)
NEUTRAL = (
    "今週のごみの日です。",
    "図書館は {火} から日曜まで開いています。",
    "当番医は広報紙にのっています。",
    "四",
    "五",
    "六",
)
OPTIONS = Options("みほん市 まるごと窓口", neutral=NEUTRAL, lines=LINES)
FACTS = {
    "receipt": "7K3M-92Q5",
    "due": "11月24日（火）17:15 まで",
    "hours": "平日 8:30〜17:15",
    "office": "みほん市 まるごと窓口",
    "summary": "書いたこと：{due} と {x} は、そのまま",
    "link": "https://door.example/x",
    "status": "受付 → 読みました",
    "record": "受付番号：7K3M-92Q5",
    "form": "https://door.example/renraku",
}


@dataclass
class Talk:
    """One person talking."""

    options: Options = OPTIONS
    state: State = field(default_factory=State)
    now: datetime = START
    out: Outcome = field(default_factory=lambda: Outcome(State()))

    def do(self, *events: Event | str, alarm: tuple[str, ...] = ()) -> Outcome:
        """Send events (a str is typed text); the outcome of the last."""
        for event in events:
            sent = Text(event) if isinstance(event, str) else event
            self.out = step(self.state, sent, frozenset(alarm), self.now, self.options)
            self.state = State.from_json(self.out.state.to_json())
            assert self.state == self.out.state
        return self.out

    def wait(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)

    @property
    def words(self) -> str:
        """All that was said in the last step."""
        return "\n".join(fill(say, FACTS).text for say in self.out.says)

    def press(self, label: str) -> Outcome:
        """Press the button with this label that the last step showed."""
        from intake.conversation.values import Press

        found = [choice for say in self.out.says for choice in say.choices if choice.label == label]
        assert found, f"no button {label}"
        return self.do(Press(found[0].value))


def labels(says: tuple[Say, ...]) -> list[str]:
    """The labels of all buttons."""
    return [choice.label for say in says for choice in say.choices]
