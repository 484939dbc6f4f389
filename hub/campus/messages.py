"""Bookings and outcomes as they cross the campus interface."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from hub.campus.errors import BadBooking

# A booking is found by campus card, ID number and booking code; twice that is no honest booking.
MAX_HOLDERS = 8
_ID = re.compile(r"[a-z0-9-]{1,32}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_STATES = ("booked", "cancelled")


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking: slot in UTC ms, holders as HMAC(K, …) in hex; a change has the same id."""

    id: str
    service: str
    slot_ms: int
    holders: tuple[str, ...] = field(repr=False)
    cancelled: bool = False

    @classmethod
    def parse(cls, plain: Any) -> Booking:
        """Makes a booking from the wire's object; raises BadBooking naming the field."""
        if not isinstance(plain, dict):
            raise BadBooking("object")
        for name in ("id", "service"):
            if not isinstance(plain.get(name), str) or not _ID.match(plain[name]):
                raise BadBooking(name)
        if plain.get("state") not in _STATES:
            raise BadBooking("state")
        return cls(
            id=plain["id"],
            service=plain["service"],
            slot_ms=_slot_ms(plain.get("slot")),
            holders=_holders(plain.get("holders")),
            cancelled=plain["state"] == "cancelled",
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a leg, for the campus server; `id` is unique for ever, so a repeat is known.

    result: done, transferred, no-show or unserved; `at` is ISO local time; no holder, no name.
    """

    id: str
    booking: str | None
    service: str
    result: str
    at: str

    def plain(self) -> dict[str, Any]:
        """The wire's object."""
        return {
            "id": self.id,
            "booking": self.booking,
            "service": self.service,
            "result": self.result,
            "at": self.at,
        }


def _slot_ms(value: Any) -> int:
    try:
        slot = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadBooking("slot") from None
    if slot.tzinfo is None:  # 10:15 of which zone?
        raise BadBooking("slot")
    return round(slot.timestamp() * 1000)


def _holders(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_HOLDERS:
        raise BadBooking("holders")
    if not all(isinstance(holder, str) and _HASH.match(holder) for holder in value):
        raise BadBooking("holders")
    return tuple(value)
