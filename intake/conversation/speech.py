"""Wordings that the caller asks for outside a step: the summary to be filled in, and later notices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from intake.conversation.agreeing import consent_data
from intake.conversation.flow import QUESTIONS
from intake.conversation.say import Choice, Say, literal
from intake.conversation.script import Script, load
from intake.conversation.turn import Turn
from intake.conversation.values import Options, State

Notice: TypeAlias = Literal["read", "assigned", "waiting", "closed", "ended", "returned", "l_checking", "l_done"]
MAX_QUOTE = 300
_PICKED = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})((?:T[0-9]{2}:[0-9]{2})?)")
_NOT_ALONE = frozenset({"phone", "name", "nickname"})
"""Answers that stand behind the choice that asked for them."""


def notice(kind: Notice, state: State, options: Options) -> Say | None:
    """A neutral bubble to push later; None while the person hides (nothing may be pushed then)."""
    if state.hidden:
        return None
    turn = Turn(state, options)
    turn.say(f"notice_{kind}")
    return turn.says[0]


def consent_ask(state: State, options: Options, ask: int, what: Literal["handoff", "share"], desk: str) -> Say | None:
    """The question whether something may go to `desk` (同意), to be pushed; None while the person hides.

    `ask` is the id of the `Consent` row; each button's data is `c1:{ask}:given|partial|refused`.
    """
    if state.hidden:
        return None
    turn = Turn(state, options)
    script = turn.script
    bubble = script.say[f"consent_{what}"]
    choices = tuple(
        Choice(script.menu[f"consent_{answer}"], "press", consent_data(ask, answer))
        for answer in ("given", "partial", "refused")
    )
    return Say(bubble.text.replace("[desk]", literal(desk)), choices, lasting=True, tone=bubble.tone)


def summarise(state: State, options: Options, words: str, typed: Mapping[str, str]) -> str:
    """The fact `{summary}`: what was written (MAX_QUOTE characters at most) and answered, in the person's language.

    `words`: the case's text so far. `typed`: what the case holds for typed answers ('phone', 'nickname', 'name').
    """
    script = load(state.language or options.language)
    heads = script.summary
    quote = " ".join(_without(words, typed.get("hope", "")).split())
    quote = quote if len(quote) <= MAX_QUOTE else quote[:MAX_QUOTE] + "…"
    rows = [f"{heads['words']}：{quote}"] if quote else []
    answers = dict(state.answers)
    for question in QUESTIONS:  # in the order asked, also after corrections
        if question in heads and question in answers and question not in _NOT_ALONE:
            rows.append(f"{heads[question]}：{_given(script, question, answers[question], typed)}")
    return "\n".join(rows)


def _without(words: str, said: str) -> str:
    """`words` without the message that answered どうなるとよいか: the summary says it under its own head."""
    return f"\n{words}\n".replace(f"\n{said}\n", "\n", 1) if said else words


def answers_ja(answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What was asked and answered, for staff: (question, answer) in Japanese, in the order asked.

    Typed answers stand as typed; a field this script does not ask is shown by its name.
    """
    script = load("ja")
    rows = []
    for field, value in answers.items():
        ask = script.ask.get(field)
        if ask is None:
            rows.append((field, value))
            continue
        labels = {key: wordings[0] for key, wordings in ask.choices.items()} | {"skip": script.skip}
        known = all(part in labels for part in value.split(","))
        head = script.summary.get(field, ask.short) if field in QUESTIONS and QUESTIONS[field].toggle else ask.short
        rows.append((head, _labels(script, field, value) if known else _day(value) or value))
    return tuple(rows)


def choice_labels_ja(question: str, keys: str) -> str:
    """The labels of chosen keys (joined by ',') for staff, 「・」 between them; unknown keys are left out."""
    labels = {key: wordings[0] for key, wordings in load("ja").ask[question].choices.items()}
    return "・".join(labels[key] for key in keys.split(",") if key in labels)


def _given(script: Script, question: str, keys: str, typed: Mapping[str, str]) -> str:
    """An answer as a person reads it: the labels chosen, or the words typed."""
    if keys == "given":
        return typed.get(question, script.summary["given"])
    return _day(typed.get(question, "")) or _labels(script, question, keys) + _extra(question, keys, typed)


def _labels(script: Script, question: str, keys: str) -> str:
    labels = {key: wordings[0] for key, wordings in script.ask[question].choices.items()} | {"skip": script.skip}
    return "、".join(labels.get(key, "") for key in keys.split(","))


def _day(picked: str) -> str:
    """A day (and time) of the picker as people write it, "" for anything else: `2026-11-30` is `11/30`."""
    found = _PICKED.fullmatch(picked)
    return f"{int(found[1])}/{int(found[2])}{found[3].replace('T', ' ')}" if found else ""


def _extra(question: str, keys: str, typed: Mapping[str, str]) -> str:
    """What was given with the choice: the name, the telephone number."""
    asked = {"identity": keys, "contact": keys}.get(question, question)
    value = typed.get(asked, "")
    return f"（{value}）" if value and keys not in (value, "skip") else ""
