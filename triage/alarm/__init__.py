"""The danger lexicon: does this message speak of danger to life or body (in under 1 ms, with no model)?

`Alarm.load()` reads the words and builds the automaton once; `scan` is pure, safe to call from several threads and
linear in the length of the text. It prefers a false alarm (a phone call) to a miss (a life). It is no triage: what it
does not find may still be an emergency, and the reading lane decides that.
"""

from __future__ import annotations

from .scan import KINDS, Alarm, Alert, Hit

__all__ = ["KINDS", "Alarm", "Alert", "Hit"]
