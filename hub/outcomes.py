"""What the campus server is still to hear: a fold of the journal, like everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from hub.campus.messages import Outcome
from hub.core.events import (
    BookingImported,
    BookingMissed,
    CheckedIn,
    DayOpened,
    Event,
    Finished,
    Forwarded,
    LegEvent,
    Merged,
    NoShow,
    Reserved,
    Transferred,
    Unserved,
)
from hub.log.rows import CURSOR, DELIVERED

_RESULTS: dict[type[Event], str] = {
    Finished: "done",
    Transferred: "transferred",
    NoShow: "no-show",
    Unserved: "unserved",
}


# An outcome's id begins with its business day.
_DATE = len("2026-11-22")


class Outcomes:
    """Pending outcomes in order; an id is made of day and leg, so a repeat is known for ever."""

    def __init__(self, zone: tzinfo, *, owed: bool = True) -> None:
        """`owed`: there is a campus server; without one nothing is pending, ever."""
        self.cursor = 0
        self._owed = owed
        self._zone = zone
        self._legs: dict[int, tuple[str, str | None]] = {}
        self._booked: dict[str, str] = {}
        self._pending: dict[str, Outcome] = {}

    def apply(self, day: str, event: Event) -> None:
        """Take one journalled event."""
        if isinstance(event, DayOpened):
            # Whatever was issued or booked before has its outcome by now.
            self._legs.clear()
            self._booked.clear()
        elif isinstance(event, Reserved):
            self._legs[event.leg] = event.service, event.booking
        elif isinstance(event, Merged):
            self._legs[event.leg] = event.service, None
        elif isinstance(event, CheckedIn):
            self._legs[event.leg] = self._legs[event.leg][0], event.booking
        elif isinstance(event, Forwarded):
            self._legs[event.leg] = event.service, self._legs[event.origin][1]
        elif isinstance(event, BookingImported):
            self._booked[event.booking] = event.service
        elif isinstance(event, BookingMissed):
            service = self._booked[event.booking]
            self._add(f"{day}-b-{event.booking}"[:64], event.booking, service, "no-show", event)
        elif isinstance(event, LegEvent) and type(event) in _RESULTS:
            service, booking = self._legs[event.leg]
            self._add(f"{day}-{event.leg}", booking, service, _RESULTS[type(event)], event)

    def note(self, kind: str, data: Mapping[str, Any], *, cursor: bool = True) -> None:
        """Take a note of the journal: a delivery or, if `cursor`, how far bookings are known."""
        if kind == DELIVERED:
            for outcome_id in data["ids"]:
                self._pending.pop(outcome_id, None)
        elif kind == CURSOR and cursor:
            self.cursor = data["cursor"]

    def pending(self) -> Sequence[Outcome]:
        """Outcomes that the campus server has not acknowledged, oldest first."""
        return list(self._pending.values())

    @property
    def since(self) -> str:
        """The business day of the oldest pending outcome; empty: none is pending."""
        return next((outcome.id[:_DATE] for outcome in self._pending.values()), "")

    def _add(
        self, outcome_id: str, booking: str | None, service: str, result: str, event: Event
    ) -> None:
        if not self._owed:
            return
        at = datetime.fromtimestamp(event.at_ms / 1000, self._zone).isoformat(timespec="seconds")
        self._pending[outcome_id] = Outcome(outcome_id, booking, service, result, at)
