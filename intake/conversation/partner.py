"""Partners (協定事業者・専門機関): enrolment by code, marks to switch on and off, and the beginning of a report."""

from __future__ import annotations

from dataclasses import replace

from intake.conversation.effects import Answer, Enrol, Route
from intake.conversation.flow import QUESTIONS
from intake.conversation.turn import Turn
from intake.conversation.words import from_worker, short_name

LIFELINE = ("l_sign", "town", "l_place", "l_when", "l_spoke", "l_word", "l_summary")
PROFESSIONAL = (
    "p_issue", "p_story", "p_person", "town", "p_place", "p_consent", "p_ask", "p_keep", "p_contact", "p_summary",
)  # fmt: skip


def route(turn: Turn) -> Route:
    """By which way this person's report comes."""
    return "professional" if turn.options.member_professional else "lifeline"


def route_of(turn: Turn, text: str) -> Route:
    """By which way these first words come: a partner's worker reports, unless they said that it is about themselves."""
    if turn.options.member and not turn.state.own:
        return route(turn)
    return "lifeline" if from_worker(text) else turn.state.reporter


def report(turn: Turn) -> None:
    """A new report. Danger is asked first; who is not enrolled yet is asked for the code of their place of work."""
    if turn.options.member:
        begin(turn)
        return
    turn.change(reporter="lifeline")
    turn.say("l_new")
    turn.ask("l_code")


def begin(turn: Turn) -> None:
    """The first question of a report; what was under way and finished stays where it is."""
    kind = route(turn)
    turn.state = replace(turn.state.without_case(), reporter=kind)
    turn.say("p_start" if kind == "professional" else "l_start")
    turn.ask("p_danger" if kind == "professional" else "l_danger")


def code_known(turn: Turn) -> bool:
    """The whole message is a partner's code: ask for the name, once. False when it is none."""
    found = turn.options.known.partner
    if found is None or turn.state.pending not in {None, "l_code", "l_name"}:
        return False
    turn.change(enrolling=found[0])
    turn.ask("l_name")
    return True


def no_code(turn: Turn, _key: str) -> None:
    """〔コードがない〕: the report counts all the same."""
    begin(turn)


def named(turn: Turn, text: str) -> bool:
    """The reporter's name, kept in the vault; False when it is no name."""
    name = short_name(text)
    if name is None:
        return False
    _enrol(turn, name)
    return True


def no_name(turn: Turn, _key: str) -> None:
    """A worker need not say who they are."""
    _enrol(turn, None)


def _enrol(turn: Turn, name: str | None) -> None:
    if turn.state.enrolling:
        turn.add(Enrol(turn.state.enrolling, name))
    turn.change(enrolling=None, pending=None)
    turn.say("l_welcome")


def toggle(turn: Turn, question: str, key: str) -> None:
    """Switch one mark, and show all of them again."""
    turn.open_case(turn.state.reporter)
    marks = turn.marks(question)
    mark(turn, question, tuple(each for each in marks if each != key) if key in marks else (*marks, key))
    if turn.state.pending == question:
        turn.ask(question, short=True)
    else:
        turn.remind("added_short")


def mark(turn: Turn, question: str, marks: tuple[str, ...]) -> None:
    """Set the marks of a question. A later answer replaces the earlier one."""
    turn.open_case(turn.state.reporter)
    turn.state = turn.state.answered(question, ",".join(marks))
    turn.add(Answer(question, ",".join(marks)))


_PLACE = {"lifeline": "l_place", "professional": "p_place"}


def place_sent(turn: Turn) -> None:
    """A pin that came before its question answers it."""
    question = _PLACE.get(turn.state.reporter)
    if question is not None and turn.state.case and not turn.state.finished:
        turn.state = turn.state.answered(question, "given")


def knows_place(turn: Turn, question: str | None) -> bool:
    """Whether this is the question for a place that was sent already, and nothing is being corrected."""
    known = question in _PLACE.values() and dict(turn.state.answers).get(str(question)) == "given"
    return known and not turn.state.editing


def left(turn: Turn) -> str | None:
    """The first question of the report not yet answered, None when it is done."""
    questions = PROFESSIONAL if turn.state.reporter == "professional" else LIFELINE
    answered = {question for question, _ in turn.state.answers}
    if turn.state.finished or not turn.state.case:
        return None
    asked = (one for one in questions if turn.options.areas or not QUESTIONS[one].places)
    return next((question for question in asked if question not in answered), None)
