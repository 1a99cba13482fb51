"""What LINE carries in door mode (入口のみ): a notice without content, and a fresh one-time link to our own page."""

from __future__ import annotations

from typing import Any

from bots.parts import Parts
from bots.web import links
from handoff.packs.values import LineMode
from intake.clock import now_ms
from intake.records import Contact, Outgoing

TEXT = "お知らせがあります。"
_LABEL = "画面をひらく"
_CONTENT = ("reply", "notice")


def link_of(parts: Parts, token: str) -> str:
    """The address of a one-time link."""
    return f"{parts.settings.base_url}/d/{token}"


def stands_in(parts: Parts, row: Outgoing) -> list[dict[str, Any]] | None:
    """What is sent instead of this row, None when it may go as it is. What it says stands on our own page.

    Each try has a link of its own: only the hash of the last one is known.
    """
    if parts.tenants[row.tenant].pack.line_mode is not LineMode.DOOR or row.purpose not in _CONTENT:
        return None
    with parts.sessions.begin() as session:
        contact = session.get(Contact, row.contact_id)
        if contact is None:
            return [{"type": "text", "text": TEXT}]
        uri = link_of(parts, links.make_link(session, contact, now_ms(), life_ms=links.NOTICE_MS))
    button = {"type": "button", "style": "primary", "action": {"type": "uri", "label": _LABEL, "uri": uri}}
    body = {"type": "text", "text": TEXT, "wrap": True}
    bubble = {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [body]},
        "footer": {"type": "box", "layout": "vertical", "contents": [button]},
    }
    return [{"type": "flex", "altText": TEXT, "contents": bubble}]
