"""The fold of what happens to the day, the windows, the bookings and the calls."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any

from hub.core import events as ev
from hub.core import model
from hub.core.errors import IllegalEvent
from hub.core.fold_lease import forget_old
from hub.core.model import Booking, Call, Leg, State, WindowState
from hub.core.transitions import BOOKINGS, CALLS, WINDOWS, step


def move(state: State, leg: Leg, after: str, at_ms: int) -> None:
    """Bring a leg into another state, and the index with it."""
    index = state.index
    index.by_state[leg.state].pop(leg.id, None)
    if leg.state == model.WAITING:
        del index.waiting[leg.service][leg.id]
    leg.state = after
    leg.state_ms = at_ms
    index.by_state[after][leg.id] = leg
    if after == model.WAITING:
        index.waiting.setdefault(leg.service, {})[leg.id] = leg


def touched(state: State, number: int | None) -> WindowState:
    """A window whose clerk now sees something else."""
    assert number is not None
    window = state.windows.setdefault(number, WindowState(number))
    window.ver += 1
    return window


# What the manager is told of a window that is not open though its session began.
POST_LATE = "post-late"

# --- Day ----------------------------------------------------------------------------------------


def _day_opened(state: State, event: ev.DayOpened) -> None:
    if state.day_open:
        raise IllegalEvent(event.kind, event.day, f"{state.day} is still open")
    if state.day is not None and event.day <= state.day:
        raise IllegalEvent(event.kind, event.day, f"{state.day} was before")
    if any(window.leg is not None for window in state.windows.values()):
        raise IllegalEvent(event.kind, event.day, "a leg of the day before is at a window")
    state.day = event.day
    state.day_open = True
    # Ids and versions go on, so that nothing of an earlier day is taken for today's.
    for window in state.windows.values():
        window.rating = None
    state.numbers.clear()
    state.legs.clear()
    state.bookings.clear()
    state.visits.clear()
    state.calls.clear()
    state.voice.clear()
    state.voice_ms.clear()
    state.boards.clear()
    state.sessions = ()
    state.posts_checked_ms = 0
    state.alerts.clear()
    state.acts.clear()
    state.index = model.Index()
    forget_old(state)


def _day_closed(state: State, event: ev.DayClosed) -> None:
    if not state.day_open or event.day != state.day:
        raise IllegalEvent(event.kind, event.day, "not the open day")
    state.day_open = False
    for window in state.windows.values():
        if window.leg is None and window.state != model.CLOSED:
            touched(state, window.number).state = model.CLOSED


def _sessions_set(state: State, event: ev.SessionsSet) -> None:
    state.sessions = tuple(zip(event.spans[::2], event.spans[1::2], strict=True))


def _posts_checked(state: State, event: ev.PostsChecked) -> None:
    state.posts_checked_ms = event.session_ms
    for window in event.late:
        state.alerts[post_alert(window)] = event.at_ms


def _alerted(state: State, event: ev.Alerted) -> None:
    state.alerts[f"{event.what}:{event.subject}"] = event.at_ms


def _managed(state: State, event: ev.Managed) -> None:
    state.acts.append(model.Act(event.at_ms, event.act, event.reason, event.leg, event.window))


def post_alert(window: int) -> str:
    """The alert about a window that is not open though its session began."""
    return f"{POST_LATE}:{window}"


# --- Windows ------------------------------------------------------------------------------------


def _window_event(state: State, event: ev.WindowEvent) -> WindowState:
    subject = f"window {event.window}"
    before = state.window(event.window)
    after = step(WINDOWS, before.state, event.kind, subject)
    if (before.leg is not None) != isinstance(event, ev.PauseAsked):
        raise IllegalEvent(event.kind, subject, f"its leg is {before.leg}")
    window = touched(state, event.window)
    window.state = after
    window.pausing = False
    if after == model.OPEN:
        state.alerts.pop(post_alert(event.window), None)
    return window


def _pause_asked(state: State, event: ev.PauseAsked) -> None:
    _window_event(state, event).pausing = event.on


# --- Bookings -----------------------------------------------------------------------------------


def booking_state(state: State, booking: str) -> str:
    """The booking's state; NEW: never heard of."""
    found = state.bookings.get(booking)
    return model.NEW if found is None else found.state


def set_booking(state: State, booking: Booking, after: str, leg: int | None) -> None:
    """Bring a booking into another state, and the index with it."""
    slot = (booking.slot_ms, booking.id)
    slots = state.index.slots
    if booking.state == model.BOOKED:
        del slots[bisect_left(slots, slot)]
    booking.state = after
    booking.leg = leg
    if after == model.BOOKED:
        insort(slots, slot)


def _booking_imported(state: State, event: ev.BookingImported) -> None:
    before = booking_state(state, event.booking)
    step(BOOKINGS, before, event.kind, event.booking)
    if before == model.BOOKED:
        set_booking(state, state.bookings[event.booking], model.CANCELLED, None)
    booking = Booking(event.booking, event.service, event.slot_ms, event.holders, model.NEW)
    state.bookings[event.booking] = booking
    set_booking(state, booking, model.BOOKED, None)


def _booking_ended(state: State, event: ev.BookingEvent) -> None:
    before = booking_state(state, event.booking)
    after = step(BOOKINGS, before, event.kind, event.booking)
    set_booking(state, state.bookings[event.booking], after, None)


# --- Calls --------------------------------------------------------------------------------------


def announce(state: State, leg: Leg, event: ev.Called | ev.Recalled, call_id: int) -> None:
    """Put a new call of the leg on the zone's board and, where there is a voice, in its queue."""
    assert leg.window is not None
    call = Call(
        id=call_id,
        leg=leg.id,
        ticket=leg.ticket,
        window=leg.window,
        zone=event.zone,
        at_ms=event.at_ms,
        state=model.QUEUED if event.voiced else model.SHOWN_ONLY,
    )
    leg.call = state.last_call = call.id
    leg.asked_ms = event.at_ms
    leg.announced_ms = None if event.voiced else event.at_ms
    state.calls[call.id] = call
    if event.voiced:
        queue = state.voice.setdefault(call.zone, [])
        if not queue:
            state.voice_ms[call.zone] = event.at_ms
        queue.append(call.id)
    rows = state.boards.get(call.zone, [])
    others = [row for row in rows if state.calls[row].leg != leg.id]
    state.boards[call.zone] = [call.id, *others][: model.BOARD_CALLS_MAX]


def _call_ended(state: State, event: ev.CallEvent) -> None:
    call = state.calls.get(event.call)
    subject = f"call {event.call}"
    if call is None:
        raise IllegalEvent(event.kind, subject, "never made")
    call.state = step(CALLS, call.state, event.kind, subject)
    queue = state.voice[call.zone]
    if queue[0] == call.id:
        state.voice_ms[call.zone] = event.at_ms
    queue.remove(call.id)
    leg = state.legs[call.leg]
    if leg.call == call.id:
        leg.announced_ms = event.at_ms


def _voices_resumed(state: State, event: ev.VoicesResumed) -> None:
    for zone in state.voice_ms:
        state.voice_ms[zone] = event.at_ms


EFFECTS: dict[type[ev.Event], Callable[[State, Any], object]] = {
    ev.DayOpened: _day_opened,
    ev.DayClosed: _day_closed,
    ev.SessionsSet: _sessions_set,
    ev.PostsChecked: _posts_checked,
    ev.Alerted: _alerted,
    ev.Managed: _managed,
    ev.BookingImported: _booking_imported,
    ev.BookingCancelled: _booking_ended,
    ev.BookingMissed: _booking_ended,
    ev.WindowOpened: _window_event,
    ev.WindowPaused: _window_event,
    ev.WindowClosed: _window_event,
    ev.PauseAsked: _pause_asked,
    ev.CallSpoken: _call_ended,
    ev.CallDropped: _call_ended,
    ev.VoicesResumed: _voices_resumed,
}
