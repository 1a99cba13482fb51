"""The pages of what the town has and brings together: resources, offers, meetings, lessons."""

from __future__ import annotations

from fastapi import APIRouter

from handoff.console.lesson_pages import add_lessons
from handoff.console.meeting_pages import add_meetings
from handoff.console.offer_pages import add_offers
from handoff.console.resource_pages import add_resources


def add_town(router: APIRouter) -> None:
    """Put all of them on `router`."""
    add_resources(router)
    add_offers(router)
    add_meetings(router)
    add_lessons(router)
