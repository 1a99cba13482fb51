"""One turn being built: the state as it changes, the bubbles and the effects, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from intake.conversation.effects import Effect, FinishIntake, OpenCase, Route
from intake.conversation.flow import MENU, QUESTIONS, URI
from intake.conversation.say import Choice, Say, literal, wanted
from intake.conversation.script import Script, load
from intake.conversation.values import Options, Outcome, State

_PREFIX = "t1"
ASIDE = frozenset(
    {"delete", "data", "language", "fix", "l_fix", "p_fix", "again", "again_words", "guard", "receipt", "passphrase"}
)
"""Questions beside the way: after them the one they interrupted is open again."""
SUMMARIES = frozenset({"summary", "l_summary", "p_summary"})
"""Questions that show what was said so far; shown whole again when something came to it."""
NEUTRAL = ("neutral_trash", "neutral_library", "neutral_doctor")
"""Buttons of the innocent menu."""
_OF_THE_CASE = frozenset({"summary", "record", "status"})
"""Facts that tell what a case holds."""


def tongue(key: str) -> str:
    """The language behind a choice of the question `language`."""
    return {"easy": "ja-easy", "plain": "ja"}.get(key, key)


@dataclass(slots=True)
class Turn:
    """A builder that lives for one step; nothing outside it changes."""

    state: State
    options: Options
    alarm: frozenset[str] = frozenset()
    says: list[Say] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def script(self) -> Script:
        """The wordings in the person's language."""
        return load(self.state.language or self.options.language)

    def change(self, **changes: Any) -> None:
        """Replace fields of the state."""
        self.state = replace(self.state, **changes)

    def add(self, *effects: Effect) -> None:
        """Append effects."""
        self.effects.extend(effects)

    def open_case(self, route: Route) -> bool:
        """Open a case if none is open; whether one was opened now."""
        if self.state.case:
            return False
        self.add(OpenCase(route))
        self.change(case=True, serial=self.state.serial + 1, finished=False, reporter=route, answers=(), danger=False)
        return True

    def finish(self) -> None:
        """Make an unfinished case 受付済."""
        if self.state.case and not self.state.finished:
            self.add(FinishIntake())
            self.change(finished=True)

    def say(self, key: str, *first: Choice) -> None:
        """Say the script's bubble, with these choices before its own buttons."""
        bubble = self.script.say[key]
        choices = (*first, *(self.button(name) for name in bubble.menu))
        self.says.append(Say(bubble.text, choices, bubble.lasting, bubble.tone))

    def say_read(self, key: str) -> None:
        """Say the bubble, or its honest `_closed` form when nobody can read now."""
        self.say(key if self.options.someone_can_read_now else f"{key}_closed")

    def say_neutral(self) -> None:
        """The pack's innocent phrases, five at most, exactly as they stand."""
        phrases = [phrase for phrase in self.options.neutral if phrase.strip()][:5]
        for phrase in phrases:
            self.says.append(Say(literal(phrase), tone="neutral"))
        if not phrases:
            self.say("neutral")

    def say_one_neutral(self, number: int) -> None:
        """One innocent phrase, for the innocent menu."""
        phrases = [phrase for phrase in self.options.neutral if phrase.strip()]
        if phrases:
            self.says.append(Say(literal(phrases[number % len(phrases)]), tone="neutral"))
        else:
            self.say("neutral")

    def ask(self, question: str, *, short: bool = False) -> None:
        """Put a question and wait for its answer; a side question keeps the one it interrupts."""
        ask, form = self.script.ask[question], QUESTIONS[question]
        text = ask.short if short else ask.text
        if question == "l_word" and self.options.photos:
            text += "\n" + self.script.say["photo_rule"].text
        if not form.lasting:
            text = _with_numbers(text, self.numbered(question))
        self.says.append(Say(text, self.choices(question), form.lasting, ask.tone))
        self.change(pending=question, nudged=False)

    def ask_aside(self, question: str) -> None:
        """Put a side question (けす, ことば, 直す), remembering the one to come back to."""
        resume = self.state.resume if self.state.pending in ASIDE else self.state.pending
        self.ask(question)
        self.change(resume=resume)

    def ask_what_was_left(self) -> None:
        """The question that stood open when the person went away for days, now that they go on."""
        left = self.state.left
        self.change(left=None)
        if left is not None and left in QUESTIONS and self.state.case:
            self.ask(left)

    def come_back(self) -> None:
        """After a side question: the earlier one is open again, in its short form."""
        self.change(pending=self.state.resume, resume=None)

    def remind(self, key: str) -> None:
        """Say a short bubble; the open question's buttons stay, its short wording is added once only."""
        question = self.state.pending
        if question is None:
            self.say(key)
            return
        if question in SUMMARIES and not self.state.nudged:
            self.say(key)
            self.ask(question)  # with what was added or changed, in the language of now
            self.change(nudged=True)
            return
        text = self.script.say[key].text
        if not self.state.nudged:
            text = _with_numbers(f"{text}\n{self.script.ask[question].short}", self.numbered(question))
        form = QUESTIONS[question]
        self.says.append(Say(text, self.choices(question), form.lasting and not self.state.nudged))
        self.change(nudged=True)

    def choices(self, question: str) -> tuple[Choice, ...]:
        """The buttons of a question, 「答えたくない」 last, then what helps to answer."""
        form = QUESTIONS[question]
        kinds = form.kinds or {}
        own = [
            Choice(self.label(question, key), kinds.get(key, "press"), self.data(question, key))
            for key in self.keys(question)
        ]
        if form.skip:
            own.append(Choice(self.script.skip, "press", self.data(question, "skip")))
        camera = ("camera",) if question == "l_word" and self.options.photos else ()
        return (*own, *(self.button(name) for name in (*form.extra, *camera)))

    def numbered(self, question: str) -> tuple[tuple[str, str], ...]:
        """What 1, 2, 3 … mean for this question: (key, label), buttons that need a phone left out."""
        form = QUESTIONS[question]
        pairs = [(key, self.label(question, key)) for key in self.keys(question) if key not in (form.kinds or {})]
        return (*pairs, ("skip", self.script.skip)) if form.skip else tuple(pairs)

    def keys(self, question: str) -> tuple[str, ...]:
        """The choices as they are offered here: a trade's own signs first, only the languages we have."""
        keys = QUESTIONS[question].choices
        if question == "l_sign":
            first = tuple(key for key in self.options.signs if key in keys)
            return (*first, *(key for key in keys if key not in first))
        if QUESTIONS[question].places:
            return (*(key for key, _ in self.options.areas), *keys)
        if question == "contact" and self.state.large:
            return ("phone", *(key for key in keys if key != "phone"))
        if question == "language":
            return tuple(key for key in keys if tongue(key) in self.options.languages)
        return keys

    def label(self, question: str, key: str) -> str:
        """The button's words, marked where several may be chosen and this one is."""
        if QUESTIONS[question].places and (place := dict(self.options.areas).get(key)):
            return place
        words = self.script.ask[question].choices[key][0]
        return f"✓ {words}" if QUESTIONS[question].toggle and key in self.marks(question) else words

    def marks(self, question: str) -> tuple[str, ...]:
        """What is chosen so far of a question where several may be."""
        given = dict(self.state.answers).get(question, "")
        return tuple(key for key in given.split(",") if key in QUESTIONS[question].choices)

    def button(self, name: str) -> Choice:
        """A button of the menu."""
        kind = MENU[name]
        value = URI.get(name) or ("{receipt}" if kind == "copy" else self.data("menu", name))
        return Choice(self.script.menu[name], kind, value)

    def data(self, question: str, key: str) -> str:
        """Postback data; the serial keeps an old button off a newer case."""
        return f"{_PREFIX}:{question}:{key}:{self.state.serial}"

    def outcome(self) -> Outcome:
        """What this turn came to."""
        if self.options.mode == "door":
            self._keep_off_the_channel()
        says = tuple(replace(say, large=True) for say in self.says) if self.state.large else tuple(self.says)
        return Outcome(self.state, says, tuple(self.effects))

    def _keep_off_the_channel(self) -> None:
        """At the door, what a case holds is shown on our page alone: one bubble that leads there stands for it."""
        open_here = [say for say in self.says if not wanted([say]) & _OF_THE_CASE]
        if len(open_here) < len(self.says):
            self.says = open_here
            self.say("door_invite")


def read_data(data: str) -> tuple[str, str, int] | None:
    """(question or 'menu', key, serial) of postback data that we made, else None."""
    parts = data.split(":")
    if len(parts) != 4 or parts[0] != _PREFIX or not (parts[3].isascii() and parts[3].isdigit() and len(parts[3]) < 10):
        return None
    _, question, key, serial = parts
    if question == "menu":
        known = MENU.get(key) in {"press", "voice"} and not key.startswith("consent_")
    else:
        form = QUESTIONS.get(question)
        known = form is not None and (key in form.choices or form.places or (key == "skip" and form.skip))
    return (question, key, int(serial)) if known else None


def _with_numbers(text: str, numbered: tuple[tuple[str, str], ...]) -> str:
    """The choices as one line too, since buttons show on phones only and vanish with the next message."""
    if len(numbered) < 2:
        return text
    # A number stays on the line of its label.
    line = "　".join(f"{number}\N{NO-BREAK SPACE}{literal(label)}" for number, (_, label) in enumerate(numbered, 1))
    return f"{text}\n{line}"
