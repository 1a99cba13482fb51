"""The shapes of the API's answers. Times are RFC 3339 in UTC; codes are those of the product's own docs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Frozen; what is not named here does not leave."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DeskShape(Shape):
    """A desk of the municipality (窓口)."""

    id: str
    name: str


class CaseShape(Shape):
    """A case as its number, its place and its clock. Not a word of the person, no name, no address."""

    number: Annotated[str, Field(examples=["T-0412"])]
    state: Literal["draft", "received", "claimed", "handed", "closed"]
    kind: str
    route: Annotated[str, Field(description="resident, lifeline, professional, slack, phone, counter, fax, visit …")]
    path: Annotated[str, Field(description="情報の経路: R1, R2, R3a, R3b, R4a to R4d, R6")]
    urgency: Literal["emergency", "high", "normal"]
    domains: Annotated[list[str], Field(description="elderly, disability, child, poverty; empty while unread")]
    complexity: Annotated[str, Field(description="simple, complex or unread")]
    area: Annotated[str, Field(description="The person's municipality as the pack names it; empty when 未確認")]
    desk: DeskShape
    owned: Annotated[bool, Field(description="Whether somebody is in charge (担当). Who, is not told")]
    opened_at: str
    due_at: str | None
    changed_at: str
    closed_at: str | None
    close_reason: str


class CasesShape(Shape):
    """One page of cases, oldest change first. `next` is the cursor of the following page, empty at the end."""

    cases: list[CaseShape]
    next: str


class PacketHead(Shape):
    """A packet without its content (連絡票)."""

    number: Annotated[str, Field(examples=["P-0012"])]
    case: str
    kind: str
    basis: Annotated[str, Field(description="C0 to C9: the legal basis, as docs/decisions/0021-packets.md lists them")]
    variant: Literal["consent", "no_consent", "anonymous"]
    made_at: str
    stopped: Annotated[bool, Field(description="Consent was withdrawn: the content is not given any more")]
    recipients: list[RecipientShape]


class RecipientShape(Shape):
    """To which desk a packet went, and what became of it there."""

    desk: DeskShape
    state: Annotated[str, Field(description="sent, received, accepted or returned")]
    lead: bool
    due_at: str | None


class FiguresShape(Shape):
    """The published statistics of one period. Small numbers were left out before publication."""

    period: Annotated[str, Field(examples=["2026-11", "2026-Q3", "2026-FY"])]
    least: Annotated[int, Field(description="The smallest number that is published")]
    totals: dict[str, int]
    tables: dict[str, dict[str, int]]
    times: dict[str, int]


class Problem(Shape):
    """What went wrong (RFC 9457, application/problem+json)."""

    type: str = "about:blank"
    title: Annotated[str, Field(description="In Japanese")]
    status: int
    code: str


PacketHead.model_rebuild()
