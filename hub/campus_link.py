"""Bookings from the campus server into the core, outcomes from the journal back to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hub.campus.keyfiles import read_token
from hub.campus.messages import Booking, Outcome
from hub.campus.sync import CampusSync
from hub.config import HallConfig
from hub.core import commands
from hub.day import DayKeeper
from hub.log.journal import CURSOR, DELIVERED
from hub.outcomes import Outcomes
from hub.service import Service


class CampusLink:
    """The two callbacks that CampusSync wants, made durable by the service."""

    def __init__(
        self, config: HallConfig, service: Service, day: DayKeeper, outcomes: Outcomes, data: Path
    ) -> None:
        self._config = config
        self._service = service
        self._day = day
        self._outcomes = outcomes
        campus = config.campus
        self.sync = CampusSync(
            campus.url,
            read_token(data / campus.token_file),
            # Bookings of a day whose key was lost are pulled again, and hashed with the new one.
            0 if day.key_is_new else outcomes.cursor,
            self._on_page,
            self,
            poll_s=campus.poll_ms / 1000,
            timeout_s=campus.timeout_ms / 1000,
            page=campus.page,
        )
        # A new day has a new key: its bookings must be hashed with it.
        day.on_new_day = self.sync.rewind
        service.on_outcome = self.sync.push_now

    async def _on_page(self, bookings: Sequence[Booking], cursor: int) -> None:
        """Make a page durable, cursor included."""
        asked = [self._command(booking) for booking in bookings if self._is_todays(booking)]
        await self._service.ask(asked, note=(CURSOR, {"cursor": cursor}))

    def _is_todays(self, booking: Booking) -> bool:
        day = self._config.calendar.business_day(booking.slot_ms).isoformat()
        return day == self._service.hall.state.day

    def _command(self, booking: Booking) -> commands.Command:
        if booking.cancelled:
            return commands.CancelBooking(booking.id)
        holders = tuple(self._day.booking_holder(holder) for holder in booking.holders)
        return commands.ImportBooking(booking.id, booking.service, booking.slot_ms, holders)

    def pending(self) -> Sequence[Outcome]:
        """The outbox's side of CampusSync."""
        return self._outcomes.pending()

    async def delivered(self, ids: Sequence[str]) -> None:
        """The campus server has these; remembered durably."""
        await self._service.ask([], note=(DELIVERED, {"ids": list(ids)}))
