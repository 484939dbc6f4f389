"""The configured hall in the core's terms."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from hub.core import rules as core
from hub.core.figures import Figures

if TYPE_CHECKING:
    from hub.config.hall import HallConfig


def make_rules(config: HallConfig) -> core.Rules:
    """Builds the core's rules; each field of its Policy is the key of the same name."""
    primary = {number: config.primary_services(number) for number in config.windows}
    secondary = {number: config.secondary_services(number) for number in config.windows}
    policy = {
        field.name: getattr(config.policy, field.name) for field in dataclasses.fields(core.Policy)
    }
    # What is usual until something was measured, in terms of the hall's own patience; so a
    # sped-up demo has people who are as quick as its clerks.
    usual = Figures(
        walk_s=config.policy.start_after_ms * 2 / 3_000,
        noshow_s=(config.policy.start_after_ms + 2 * config.policy.recall_gap_ms) / 1_000,
        pause_s=config.policy.hold_ms / 1_000,
        reaction_s=config.policy.recall_gap_ms / 1_000,
    )
    return core.Rules(
        services={
            service.id: core.Service(
                id=service.id,
                letter=service.department,
                mean_s=max(1, round(service.mean_ms / 1000)),
                windows_primary=frozenset(n for n, ids in primary.items() if service.id in ids),
                windows_secondary=frozenset(
                    n for n, ids in secondary.items() if service.id in ids
                ),
                card_optional=not service.card_required,
            )
            for service in config.services.values()
        },
        windows={
            window.number: core.Window(window.number, window.zone, window.transfer_service or None)
            for window in config.windows.values()
        },
        policy=core.Policy(**policy),
        voiced_zones=frozenset(b.zone for b in config.boards.values() if b.voice),
        posts=dict(config.posts),
        figures=usual,
    )
