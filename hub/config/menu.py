"""A department's page of the ticket machines, as data for the `menu` messages."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from protocol import machine
from protocol.codec import encode

if TYPE_CHECKING:
    from hub.config.hall import HallConfig
    from hub.config.model import Department, Service

BRING_SEPARATOR = "、"
# The longest a hub epoch (seconds since 2020) and a number within it get in their lifetime.
_WORST_REV = [9_999_999_999, 9_999_999]


@dataclass(frozen=True, slots=True)
class Menu:
    """What the `menu/{letter}` message carries beside its rev."""

    letter: str
    zh: str
    en: str
    floor: int
    services: tuple[dict[str, Any], ...]

    def message(self, rev: list[int]) -> machine.Menu:
        """The protocol's message; raises ProtocolError where a field does not fit."""
        return machine.Menu(
            rev=rev,
            letter=self.letter,
            zh=self.zh,
            en=self.en,
            floor=self.floor,
            services=[machine.MenuService(**service) for service in self.services],
        )

    def encode_worst(self) -> bytes:
        """The message with the longest rev; raises ProtocolError if it does not fit."""
        return encode(self.message(_WORST_REV))


def gb18030_base64(text: str) -> str:
    """Text as printers take it: base64 of GB18030."""
    return base64.b64encode(text.encode("gb18030")).decode("ascii")


def make_menu(config: HallConfig, department: Department) -> Menu:
    """Builds one department's menu; services in the order of the table of services."""
    services = [s for s in config.services.values() if s.department == department.letter]
    return Menu(
        letter=department.letter,
        zh=department.zh,
        en=department.en,
        floor=department.floor,
        services=tuple(_service(config, service) for service in services),
    )


def _service(config: HallConfig, service: Service) -> dict[str, Any]:
    bring = BRING_SEPARATOR.join(service.bring_zh)
    return {
        "id": service.id,
        "zh": service.zh,
        "en": service.en,
        "g": gb18030_base64(service.zh),
        "cat_zh": service.category_zh,
        "cat_en": service.category_en,
        "card": service.card_required,
        "windows": list(config.service_windows(service.id)),
        "bring": bring,
        "bring_g": gb18030_base64(bring),
    }
