"""The queue of one hall: commands in, events out, no I/O and no clock.

A caller does three things, in this order: it asks `decide` (or `due`) for events, makes them
durable, and hands them to `apply`. Nothing else changes the hall, so folding the same events
again gives the same hall, byte for byte (`digest`).

Timers first: before a command is decided, the events of `due` are to be applied, so that a
command never sees a state that time has already ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from hub.core import commands as cmd
from hub.core import (
    day,
    estimate,
    explain,
    issue,
    keys,
    lease,
    manager,
    merge,
    rating,
    timers,
    views,
    voice,
)
from hub.core.dawn import state_from
from hub.core.estimate import Quote
from hub.core.events import Event
from hub.core.explain import Explanation
from hub.core.fold import apply
from hub.core.model import Booking, Leg, State
from hub.core.moment import Moment
from hub.core.order import place_of
from hub.core.rules import Rules
from hub.core.views import Speech, WindowView, ZoneCall

_DECIDE: dict[type, Callable[[Moment, Any], list[Event]]] = {
    cmd.OpenDay: day.open_day,
    cmd.CloseDay: manager.close_day,
    cmd.ImportBooking: issue.import_booking,
    cmd.CancelBooking: issue.cancel_booking,
    cmd.Reserve: issue.reserve,
    cmd.AskLease: lease.ask,
    cmd.SetLeases: lease.set_leases,
    cmd.MergeOffline: merge.merge,
    cmd.Cancel: issue.cancel,
    cmd.Return: issue.come_back,
    cmd.ConfirmPrint: issue.confirm_print,
    cmd.MachineBooted: issue.machine_booted,
    cmd.Press: keys.press,
    cmd.Prioritise: manager.prioritise,
    cmd.ForceFinish: manager.force_finish,
    cmd.SetAside: manager.set_aside,
    cmd.BringBack: manager.bring_back,
    cmd.Transfer: manager.transfer,
    cmd.SetWindow: manager.set_window,
    cmd.Alert: manager.alert,
    cmd.Spoken: voice.spoken,
    cmd.ResumeVoices: voice.resume,
    cmd.RatingOpened: rating.opened,
    cmd.RatingOffline: rating.offline,
    cmd.Rate: rating.rate,
}


class Hall:
    """One hall; the caller journals what `decide` and `due` return before it calls `apply`."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.state = State()

    @property
    def legs(self) -> Mapping[int, Leg]:
        """All legs of the current day by id; read only."""
        return self.state.legs

    def decide(self, command: cmd.Command, now_ms: int) -> list[Event]:
        """The events that the command would cause now, none applied; raises Refused."""
        return _DECIDE[type(command)](self._at(now_ms), command)

    def apply(self, event: Event) -> None:
        """Fold one event into the state; raises IllegalEvent and changes nothing."""
        apply(self.state, event)

    def due(self, now_ms: int) -> list[Event]:
        """The events that time has caused by now, none applied."""
        return timers.due(self._at(now_ms))

    def next_due_ms(self, now_ms: int) -> int | None:
        """When `due` or a window's lamps next change by time alone; None: never."""
        return timers.next_due_ms(self._at(now_ms))

    def window_view(self, number: int, now_ms: int) -> WindowView:
        """What a window's caller shows now."""
        return views.window_view(self._at(now_ms), number)

    def quote(
        self,
        service: str,
        holder: str | None,
        booking: str | None,
        now_ms: int,
        *,
        priority: bool = False,
        alias: str | None = None,
    ) -> Quote:
        """What Reserve would promise now; raises Refused as Reserve would."""
        m = self._at(now_ms)
        for leg in issue.live_legs(m, holder, booking, alias):
            if leg.service == service:
                return self.promise(leg.id, now_ms)
        terms = issue.terms(m, service, holder, booking, priority=priority)
        return issue.promise(m, service, terms)

    def promise(self, leg: int, now_ms: int) -> Quote:
        """What a leg's paper may promise now; raises Refused for an unknown leg."""
        m = self._at(now_ms)
        known = m.leg(leg)
        return estimate.quote(m, place_of(known))

    def explain(self, leg: int, now_ms: int) -> Explanation:
        """Who stands before the leg, and why; raises Refused for an unknown leg."""
        m = self._at(now_ms)
        return explain.explain(m, m.leg(leg))

    def bookings_of(self, holder: str, now_ms: int) -> tuple[Booking, ...]:
        """The holder's bookings that may still be used today, by slot."""
        return views.bookings_of(self._at(now_ms), holder)

    def live_legs_of(self, holder: str, alias: str | None = None) -> tuple[Leg, ...]:
        """The legs of the holder's visit that are not over."""
        return views.live_legs_of(self._at(0), holder, alias)

    def zone_calls(self, zone: str) -> tuple[ZoneCall, ...]:
        """The last calls of a zone with their windows, newest first, each leg once."""
        return views.zone_calls(self._at(0), zone)

    def to_speak(self, zone: str) -> tuple[Speech, ...]:
        """The call that the zone's voice is at until Spoken says so, and the one after it."""
        return views.to_speak(self._at(0), zone)

    def digest(self) -> bytes:
        """The state in canonical bytes: equal states, and only they, have equal bytes."""
        text = json.dumps(
            self.state, default=_fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        return text.encode()

    def dawn(self) -> dict[str, Any]:
        """The state of a day that has just begun, as JSON values for `begin`."""
        written: dict[str, Any] = json.loads(self.digest())
        return written

    def begin(self, dawn: Mapping[str, Any]) -> None:
        """Go on from what `dawn` gave, in place of all events before it; raises BadEvent."""
        self.state = state_from(dawn)

    def _at(self, now_ms: int) -> Moment:
        return Moment(self.rules, self.state, now_ms)


def _fields(part: Any) -> dict[str, object]:
    """A part of the state by field; the index is left out, for it says nothing new."""
    return {f.name: getattr(part, f.name) for f in fields(part) if f.name != "index"}
