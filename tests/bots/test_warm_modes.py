"""The first turn before the first person runs in every LINE mode: a town that could not would not start at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from play_town import TENANT, Town

from bots.warm import warm_up
from handoff.packs.values import LineMode


@pytest.mark.parametrize("mode", list(LineMode))
def test_the_product_starts_in_every_mode(town: Town, mode: LineMode) -> None:
    tenant = town.parts.tenants[TENANT]
    changed = replace(tenant, office=replace(tenant.office, packs=replace(tenant.pack, line_mode=mode)))
    warm_up(replace(town.parts, tenants={TENANT: changed}))
