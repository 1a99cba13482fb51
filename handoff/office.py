"""Who works with a case and with what (職員と道具): the values that the effects of handoff share."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.pack import Pack
from intake.cases import Vault
from intake.outbox import Outbox
from intake.seal import Sealer


@dataclass(frozen=True, slots=True)
class StaffRef:
    """A signed-in member of staff (職員), as authorization needs it. `role`: intake, worker, manager, auditor.

    `passes`: the cases that they opened outside their desk for a written reason, while that is good (緊急の閲覧).
    """

    id: int
    tenant: str
    name: str
    role: str
    desk: str
    passes: frozenset[int] = frozenset()


class Refused(Exception):
    """A wish that cannot be granted. `code` is for tests and logs, `message_ja` for the person on screen."""

    def __init__(self, code: str, message_ja: str) -> None:
        super().__init__(code)
        self.code = code
        self.message_ja = message_ja


class NotFound(Refused):
    """No such case for this person: the same answer for absent and forbidden."""


class Conflict(Refused):
    """Somebody else was first (さきに担当になりました)."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the effects need: the municipality's pack, the vault of keys, the audit key, and the way out."""

    tenant: str
    pack: Pack
    vault: Vault
    audit_key: bytes = field(repr=False)
    outbox: Outbox
    can_call: bool = True
    """Whether there is any way to call somebody: Slack, or an address that the rota names."""
    undo_seconds: int = 0
    """How long an answer of staff waits before it leaves, so that its writer can take it back (送信の取り消し)."""

    @property
    def sealer(self) -> Sealer:
        """The vault's sealer."""
        return self.vault.sealer
