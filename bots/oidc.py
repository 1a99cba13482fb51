"""From the settings of a municipality to the provider whose accounts let its staff in."""

from __future__ import annotations

from bots.settings import OidcSettings
from handoff.console.oidc import OidcSite, Provider
from handoff.console.oidc_pages import BACK


def provider_of(settings: OidcSettings | None, base_url: str) -> Provider | None:
    """The provider, not asked yet; None where none is set. `base_url`: where browsers reach the console."""
    if settings is None:
        return None
    return Provider(
        OidcSite(
            issuer=settings.issuer,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            label=settings.label,
            scopes=settings.scopes if "openid" in settings.scopes else ("openid", *settings.scopes),
            back=f"{base_url}{BACK}",
        )
    )
