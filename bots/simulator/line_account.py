"""What LINE Official Account Manager holds about the account: chat, reading, and where events go."""

from __future__ import annotations

from dataclasses import dataclass

from bots.simulator.settings import SimulatorSettings


@dataclass(slots=True)
class Account:
    """`chat`: チャット is on. `manual_read`: staff set 「既読」. `active`: Webhook is on. `endpoint` may be ""."""

    endpoint: str
    active: bool = True
    chat: bool = True
    manual_read: bool = True
    user_id: str = ""

    @property
    def reads_by_hand(self) -> bool:
        """Whether 「既読」 comes only when the product says so; otherwise all is read as it arrives."""
        return self.chat and self.manual_read

    @classmethod
    def of(cls, settings: SimulatorSettings) -> Account:
        """An account that is set up well, with its events sent to the product."""
        return cls(f"{settings.product_url}/line/{settings.tenant}", user_id=settings.bot_user_id)
