"""What the person concerned said to being reported (本人の意向), as whoever reported them heard it.

For planning and as a warning on screen; no consent of record: what may be shared rests on `handoff.consents`.
"""

from __future__ import annotations

from collections.abc import Mapping

from handoff import reporters
from handoff.plan_values import Consent
from intake import given
from intake.records import Case
from intake.seal import Sealer

_DANGER = ("l_danger", "p_danger")
QUESTIONS = ("l_consent", "p_consent")
_HEARD: Mapping[str, Consent] = {
    "wants": Consent.GIVEN, "agrees": Consent.GIVEN, "refuses": Consent.REFUSED,
}  # fmt: skip


def consent_of(sealer: Sealer, case: Case) -> Consent:
    """What the report says of it: `UNKNOWN` where nobody asked, and in a person's own case."""
    if case.answers_sealed is None or case.route == "resident":
        return Consent.UNKNOWN
    heard = given.answers_of(sealer, case)
    return next((_HEARD[heard[name]] for name in QUESTIONS if heard.get(name) in _HEARD), Consent.UNKNOWN)


def says_safe(sealer: Sealer, case: Case) -> bool:
    """Whether whoever reported answered 「いま危ない：いいえ」. Never of a person's own case."""
    if case.answers_sealed is None or case.route not in reporters.ROUTES:
        return False
    heard = given.answers_of(sealer, case)
    return any(heard.get(question) == "no" for question in _DANGER)
