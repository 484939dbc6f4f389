"""Cards under the day's real hashes, and what a ticket machine without a hub makes of one."""

from __future__ import annotations

import hashlib
import hmac

from hub.campus.identity import Identity

MEANS = ("card", "id-number", "code")
CAMPUS_KEY, DAY_KEY = bytes(range(32)), bytes(range(32, 64))


class Cards:
    """What a running hub knows of cards: hub.day.DayKeeper without its files."""

    def __init__(self) -> None:
        self.identity = Identity(CAMPUS_KEY, DAY_KEY)

    def holder(self, how: str, raw: str) -> str | None:
        """The usual name."""
        known = how in MEANS
        return self.identity.holder_hashes(how, raw).day if known else None

    def alias(self, how: str, raw: str) -> str | None:
        """The name on papers without a hub."""
        return self.identity.alias(how, raw) if how in MEANS else None

    def offline_name(self, holder: str) -> str | None:
        """The journal's form of what came with such a paper."""
        return self.identity.offline_hash(holder) if holder else None

    def lease_key(self) -> str:
        """L in hex."""
        return self.identity.lease_key().hex()


def named_offline(key: str, raw: str, how: str = "card") -> str:
    """As protocol/README.md tells a machine to name a visitor with the key of its lease."""
    digest = hmac.new(bytes.fromhex(key), f"{how}:{raw}".encode(), hashlib.sha256)
    return digest.digest()[:16].hex()
