"""From an arrival to Slack's answer: the one way into the Bolt app, for HTTP and for Socket Mode.

Bolt gets the payload that we decoded ourselves, so that two parsers can never disagree about one request.
"""

from __future__ import annotations

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bots.slack.gate import turned_away
from bots.slack.parse import SlackArrival
from bots.slack.parts import SlackParts
from bots.slack.quiet import failed

_JSON = "application/json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack gets back: an HTTP status, a content type and a body ("" for a bare acknowledgement)."""

    status: int
    content_type: str
    body: str


async def dispatch(app: AsyncApp, parts: SlackParts, arrival: SlackArrival) -> Answer:
    """The answer to a verified arrival. 200 only after everything that must not be lost is committed; 500 when not.

    For HTTP: call `http.verify` and `parse.parse` first.
    """
    found = await respond(app, parts, arrival)
    kinds = found.headers.get("content-type") or [_JSON]
    return Answer(found.status, kinds[0], found.body or "")


async def respond(app: AsyncApp, parts: SlackParts, arrival: SlackArrival) -> BoltResponse:
    """As `dispatch`, in Bolt's own type."""
    if arrival.kind != "url_verification":
        # Before Bolt, whose middleware trusts the shape of every payload; only what we listen to gets that far.
        try:
            answer = await turned_away(parts, arrival)
        except Exception as error:  # noqa: BLE001 - as in Bolt: logged by class, answered 500, sent again by Slack
            return failed(error)
        if answer is not None:
            return answer
    try:
        # The mode says only that the body is decoded already; Bolt does nothing else with it.
        request = AsyncBoltRequest(
            body=arrival.payload, mode="socket_mode", context={"retry_num": str(arrival.retry_num)}
        )
    except (TypeError, ValueError, AttributeError, KeyError, IndexError):
        # Bolt's extractors trust Slack's shapes; what they cannot read is no click of ours.
        return BoltResponse(status=400, body="")
    return await app.async_dispatch(request)
