"""Counts for operators (Prometheus): labels are channels and codes, never a person."""

from __future__ import annotations

from prometheus_client import Counter

_RECEIVED = Counter("toritsugi_events_received", "Events saved", ["channel"])
_REPEATED = Counter("toritsugi_events_repeated", "Events seen before", ["channel"])
_REFUSED = Counter("toritsugi_requests_refused", "Requests refused at the door", ["channel", "code"])
_DELIVERED = Counter("toritsugi_deliveries", "Outgoing messages by what became of them", ["channel", "state"])

_FEEDBACK = Counter("toritsugi_feedback", "What people said after the end of a case", ["answer"])


def feedback(answer: str) -> None:
    """Count `better`, `same`, `again` or `skip`."""
    _FEEDBACK.labels(answer).inc()


def received(channel: str, total: int, new: int) -> None:
    """Count a saved batch."""
    _RECEIVED.labels(channel).inc(new)
    _REPEATED.labels(channel).inc(total - new)


def refused(channel: str, code: str) -> None:
    """Count a request that was turned away."""
    _REFUSED.labels(channel, code).inc()


def delivered(channel: str, state: str) -> None:
    """Count the end of a delivery attempt."""
    _DELIVERED.labels(channel, state).inc()
