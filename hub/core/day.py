"""The business day: its opening, and its close, which ends every leg with the right name."""

from __future__ import annotations

from hub.core import acts, errors, model
from hub.core import events as ev
from hub.core.commands import OpenDay
from hub.core.errors import Refused
from hub.core.moment import Moment

Events = list[ev.Event]


def open_day(m: Moment, c: OpenDay) -> Events:
    """Begin a day; what an earlier one left open is closed first, and forced to its end."""
    state = m.state
    if state.day is not None and c.day <= state.day:
        if c.day == state.day and state.day_open:
            return _hours(m, c, state.sessions)
        raise Refused(errors.DAY_CLOSED)
    before = close_day(m) if state.day_open else []
    forced: Events = [
        ev.Finished(at_ms=m.now_ms, leg=leg.id, forced=True)
        for leg in state.index.by_state[model.SERVING].values()
    ]
    return [*before, *forced, ev.DayOpened(at_ms=m.now_ms, day=c.day), *_hours(m, c, ())]


def _hours(m: Moment, c: OpenDay, known: tuple[tuple[int, int], ...]) -> Events:
    """The day's sessions, unless they are known."""
    if c.sessions is None or c.sessions == known:
        return []
    spans = tuple(time_ms for span in c.sessions for time_ms in span)
    return [ev.SessionsSet(at_ms=m.now_ms, spans=spans)]


def close_day(m: Moment) -> Events:
    """End the day: nobody is called served who was not. SERVING legs stay until finished."""
    state = m.state
    if not state.day_open or state.day is None:
        raise Refused(errors.DAY_CLOSED)
    events: Events = []
    for leg in state.legs.values():
        if leg.state in (model.WAITING, model.HELD, model.RESERVED):
            events.append(ev.Unserved(at_ms=m.now_ms, leg=leg.id))
        elif leg.state in (model.CALLED, model.MISSED):
            events += acts.unsay(m, leg, "cancelled")
            events.append(ev.NoShow(at_ms=m.now_ms, leg=leg.id))
    for _, booking in state.index.slots:
        events.append(ev.BookingMissed(at_ms=m.now_ms, booking=booking))
    events.append(ev.DayClosed(at_ms=m.now_ms, day=state.day))
    return events
