"""The queue of one hall: commands in, events out, no I/O and no clock."""

from __future__ import annotations

from collections.abc import Mapping

from hub.core.commands import Command
from hub.core.events import Event
from hub.core.model import Booking, Leg, State
from hub.core.rules import Rules
from hub.core.views import Quote, Speech, WindowView, ZoneCall


class Hall:
    """One hall; the caller journals what `decide` and `due` return before it calls `apply`."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.state = State()

    @property
    def legs(self) -> Mapping[int, Leg]:
        """All legs of the current day by id; read only."""
        return self.state.legs

    def decide(self, command: Command, now_ms: int) -> list[Event]:
        """The events that the command would cause now, none applied; raises Refused."""
        raise NotImplementedError

    def apply(self, event: Event) -> None:
        """Fold one event into the state; raises IllegalEvent and changes nothing."""
        raise NotImplementedError

    def due(self, now_ms: int) -> list[Event]:
        """The events that time has caused by now, none applied."""
        raise NotImplementedError

    def next_due_ms(self, now_ms: int) -> int | None:
        """When `due` or a window's lamps next change by time alone; None: never."""
        raise NotImplementedError

    def window_view(self, number: int, now_ms: int) -> WindowView:
        """What a window's caller shows now."""
        raise NotImplementedError

    def quote(self, service: str, holder: str | None, booking: str | None, now_ms: int) -> Quote:
        """What Reserve would promise now; raises Refused as Reserve would."""
        raise NotImplementedError

    def promise(self, leg: int, now_ms: int) -> Quote:
        """What a leg's paper may promise now."""
        raise NotImplementedError

    def bookings_of(self, holder: str, now_ms: int) -> tuple[Booking, ...]:
        """The holder's bookings that may still be used today, by slot."""
        raise NotImplementedError

    def live_legs_of(self, holder: str) -> tuple[Leg, ...]:
        """The holder's legs that are not over."""
        raise NotImplementedError

    def zone_calls(self, zone: str) -> tuple[ZoneCall, ...]:
        """The last calls of a zone with their windows, newest first, each leg once."""
        raise NotImplementedError

    def next_to_speak(self, zone: str) -> Speech | None:
        """The call that the zone's voice is to speak now, until Spoken says it has."""
        raise NotImplementedError

    def digest(self) -> bytes:
        """The state in canonical bytes: equal states, and only they, have equal bytes."""
        raise NotImplementedError
