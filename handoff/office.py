"""Who works with a case and with what (職員と道具): the values that the effects of handoff share."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.numbers import load_registry
from handoff.overlay_shelf import PackShelf
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
    titles: frozenset[str] = frozenset()
    """What they are beside their role: `coordinator` 推進員, `csw`, `professional` (`handoff.records.Staff`)."""


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
    """What the effects need: the municipality's pack, the vault of keys, the audit key, and the way out.

    `packs`: one pack for good, or the shelf on which the town's changes on screen are laid over it.
    """

    tenant: str
    packs: Pack | PackShelf
    vault: Vault
    audit_key: bytes = field(repr=False)
    outbox: Outbox
    undo_seconds: int = 0
    """How long an answer of staff waits before it leaves, so that its writer can take it back (送信の取り消し)."""
    shadow: bool = False
    """下見: everything is taken in and read, nothing is said to anybody."""

    @property
    def pack(self) -> Pack:
        """The municipality's pack as it is now: the one way to read it. Never keep it from one act to the next."""
        return self.packs if isinstance(self.packs, Pack) else self.packs.current()

    @property
    def last_pack(self) -> Pack:
        """The pack as it was last read, without looking: for the event loop, which must not wait for a database."""
        return self.packs if isinstance(self.packs, Pack) else self.packs.last

    @property
    def shelf(self) -> PackShelf:
        """Where the pack comes from: its file, the registry of lines, the ways to call."""
        return PackShelf(self.tenant, self.packs, load_registry()) if isinstance(self.packs, Pack) else self.packs

    @property
    def can_call(self) -> bool:
        """Whether there is any way to call somebody: Slack, or an address that the rota names."""
        return isinstance(self.packs, Pack) or self.packs.can_call

    @property
    def sealer(self) -> Sealer:
        """The vault's sealer."""
        return self.vault.sealer


def speaks(office: Office) -> None:
    """Raises `Refused("shadow")` while nothing may go out (下見)."""
    if office.shadow:
        raise Refused("shadow", _SILENT)


_SILENT = "下見のあいだは、だれにも何も送りません。返事や呼び出しは、これまでの方法でしてください。"
