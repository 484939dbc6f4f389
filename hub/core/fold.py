"""The one place where the state changes: `apply` folds an event into it.

The tables are asked first, for everything that an event touches, so an illegal event changes
nothing. Rules are never asked: all that a fold needs is in the event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from typing import Any

from hub.core import events as ev
from hub.core import fold_hall, fold_lease, model
from hub.core.errors import IllegalEvent
from hub.core.fold_hall import announce, booking_state, move, set_booking, touched
from hub.core.model import AT_WINDOW, Leg, State
from hub.core.transitions import BOOKINGS, LEGS, WINDOWS, step


def apply(state: State, event: ev.Event) -> None:
    """Fold the event into the state; raises IllegalEvent and changes nothing."""
    if isinstance(event, ev.LegEvent):
        _apply_leg(state, event)
    else:
        _HALL_EFFECTS[type(event)](state, event)


_HALL_EFFECTS = fold_hall.EFFECTS | fold_lease.EFFECTS


def _apply_leg(state: State, event: ev.LegEvent) -> None:
    leg = state.legs.get(event.leg)
    before = model.NEW if leg is None else leg.state
    after = step(LEGS, before, event.kind, f"leg {event.leg}")
    _CHECKS.get(type(event), _no_check)(state, event)
    if leg is None:
        leg = _BIRTHS[type(event)](state, event)
        _enter(state, leg)
    if before != after:
        move(state, leg, after, event.at_ms)
    _EFFECTS.get(type(event), _no_effect)(state, leg, event)
    if before in AT_WINDOW and after not in AT_WINDOW:
        _leave_window(state, leg)


def _leave_window(state: State, leg: Leg) -> None:
    window = touched(state, leg.window)
    window.leg = None
    if not state.day_open:
        window.state = model.CLOSED
        window.pausing = False


# --- Checks beyond the leg's own table; they may not change anything ---------------------------


def _no_check(state: State, event: ev.LegEvent) -> None:
    """Most events touch nothing but their leg."""


def _check_reserved(state: State, event: ev.Reserved) -> None:
    if event.leg != state.last_leg + 1:
        raise IllegalEvent(event.kind, f"leg {event.leg}", "not the next leg")
    if event.number <= state.numbers.get(event.letter, 0):
        raise IllegalEvent(event.kind, event.ticket, "the number was used today")
    if state.lease_of(state.day, event.letter, event.number) is not None:
        raise IllegalEvent(event.kind, event.ticket, "the number is leased to a machine")
    if event.booking is not None:
        step(BOOKINGS, booking_state(state, event.booking), event.kind, event.booking)


def _check_checked_in(state: State, event: ev.CheckedIn) -> None:
    step(BOOKINGS, booking_state(state, event.booking), event.kind, event.booking)


def _check_forwarded(state: State, event: ev.Forwarded) -> None:
    if event.leg != state.last_leg + 1 or event.origin not in state.legs:
        raise IllegalEvent(event.kind, f"leg {event.leg}", "not the next leg of a known one")


def _check_called(state: State, event: ev.Called) -> None:
    subject = f"leg {event.leg}"
    window = state.window(event.window)
    step(WINDOWS, window.state, event.kind, f"window {event.window}")
    if window.leg is not None:
        raise IllegalEvent(event.kind, subject, f"window {event.window} has leg {window.leg}")
    if event.call != state.last_call + 1:
        raise IllegalEvent(event.kind, subject, "not the next call")
    visit = state.legs[event.leg].visit
    if any(state.legs[other].state in AT_WINDOW for other in state.index.visit_legs[visit]):
        raise IllegalEvent(event.kind, subject, "its visitor stands at another window")


def _check_recalled(state: State, event: ev.Recalled) -> None:
    if event.call is not None and event.call != state.last_call + 1:
        raise IllegalEvent(event.kind, f"leg {event.leg}", "not the next call")


# --- New legs -----------------------------------------------------------------------------------


def _born_reserved(state: State, event: ev.Reserved) -> Leg:
    leg = fold_lease.numbered(
        state,
        event,
        session=event.session,
        booking=event.booking,
        slot_ms=event.slot_ms,
        arrived_ms=event.at_ms,
        base_ms=event.base_ms,
        ready_ms=event.ready_ms,
    )
    state.numbers[event.letter] = event.number
    holders: tuple[str, ...] = ()
    if event.holder is None:
        state.index.sessions[event.machine, event.session, event.service] = leg.id
    else:
        holders = tuple(filter(None, (event.holder, event.alias)))
    if event.booking is not None:
        booking = state.bookings[event.booking]
        set_booking(state, booking, model.CHECKED_IN, leg.id)
        holders += booking.holders
    for holder in holders:
        # A visitor is known by the card shown today, and by all that the booking names.
        state.visits.setdefault(holder, leg.visit)
    return leg


def _born_forwarded(state: State, event: ev.Forwarded) -> Leg:
    return replace(
        state.legs[event.origin],
        id=event.leg,
        origin=event.origin,
        urgent=state.legs[event.origin].urgent and event.credit_ms > 0,
        service=event.service,
        base_ms=event.base_ms,
        credit_ms=event.credit_ms,
        ready_ms=event.base_ms,
        state=model.NEW,
        **_FRESH,
    )


_INHERITED = {"paper", "offline", "claimed", "origin", "urgent"}
# What a forwarded leg does not inherit: how it went with the leg before.
_FRESH: dict[str, Any] = {
    f.name: f.default for f in fields(Leg) if f.default is not MISSING and f.name not in _INHERITED
}


def _enter(state: State, leg: Leg) -> None:
    state.legs[leg.id] = leg
    state.last_leg = leg.id
    state.last_visit = max(state.last_visit, leg.visit)
    state.index.visit_legs.setdefault(leg.visit, []).append(leg.id)


# --- Legs ---------------------------------------------------------------------------------------


def _no_effect(state: State, leg: Leg, event: ev.LegEvent) -> None:
    """Some events only move their leg."""


def _printed(state: State, leg: Leg, event: ev.Printed) -> None:
    leg.paper = model.PRINTED


def _print_unsure(state: State, leg: Leg, event: ev.PrintUnsure) -> None:
    leg.paper = model.PRINT_SILENT if event.why == "silent" else model.PRINT_UNSURE


def _reprinted(state: State, leg: Leg, event: ev.Reprinted) -> None:
    leg.machine = event.machine or leg.machine
    # From now on "no paper came out" may be said of the second paper while the first exists.
    if leg.paper != model.PRINTED:
        leg.paper = model.PRINT_UNSURE


def _voided(state: State, leg: Leg, event: ev.Voided) -> None:
    if leg.booking is not None:
        set_booking(state, state.bookings[leg.booking], model.BOOKED, None)


def _prioritised(state: State, leg: Leg, event: ev.Prioritised) -> None:
    leg.credit_ms = event.credit_ms
    leg.priority = True
    if event.urgent:
        leg.urgent = True
        leg.ready_ms = min(leg.ready_ms, event.at_ms)


def _checked_in(state: State, leg: Leg, event: ev.CheckedIn) -> None:
    leg.booking, leg.slot_ms = event.booking, event.slot_ms
    booking = state.bookings[event.booking]
    set_booking(state, booking, model.CHECKED_IN, leg.id)
    for holder in booking.holders:
        state.visits.setdefault(holder, leg.visit)


def _called(state: State, leg: Leg, event: ev.Called) -> None:
    leg.window = event.window
    leg.calls = 1
    leg.implicit = False
    if leg.first_call_ms is None:
        leg.first_call_ms = event.at_ms
    if event.breach is not None:
        state.breaches += 1
    touched(state, event.window).leg = leg.id
    announce(state, leg, event, event.call)


def _recalled(state: State, leg: Leg, event: ev.Recalled) -> None:
    leg.asked_ms = event.at_ms
    touched(state, leg.window)
    if event.call is not None:
        leg.calls += 1
        announce(state, leg, event, event.call)


def _started(state: State, leg: Leg, event: ev.Started) -> None:
    leg.implicit = event.implicit
    touched(state, leg.window)


def _finished(state: State, leg: Leg, event: ev.Finished) -> None:
    leg.forced = event.forced
    leg.post = event.post
    if not event.forced:
        leg.rating = model.ASKED
        leg.rating_ms = event.at_ms
        touched(state, leg.window).rating = leg.id


def _held(state: State, leg: Leg, event: ev.Held) -> None:
    leg.hold_until_ms = event.until_ms
    leg.hold_reason = event.reason


def _missed(state: State, leg: Leg, event: ev.Missed) -> None:
    leg.misses += 1


def _returned(state: State, leg: Leg, event: ev.Returned) -> None:
    if event.window is not None:
        touched(state, event.window)  # the same press once more would bring back another one
    leg.machine = event.machine or leg.machine
    leg.base_ms = event.base_ms
    leg.ready_ms = min(leg.ready_ms, event.at_ms)


def _rating_shown(state: State, leg: Leg, event: ev.RatingShown) -> None:
    leg.rating = model.SHOWN
    leg.rating_ms = event.at_ms


def _rated(state: State, leg: Leg, event: ev.Rated) -> None:
    leg.rating = model.RATED
    leg.level = event.level
    leg.unrated_why = None
    _close_rating(state, leg)


def _unrated(state: State, leg: Leg, event: ev.Unrated) -> None:
    leg.rating = model.UNRATED
    leg.unrated_why = event.why
    _close_rating(state, leg)


def _close_rating(state: State, leg: Leg) -> None:
    assert leg.window is not None
    window = state.windows[leg.window]
    if window.rating == leg.id:
        window.rating = None


_CHECKS: dict[type[ev.LegEvent], Callable[[State, Any], None]] = {
    ev.Reserved: _check_reserved,
    ev.Merged: fold_lease.check_merged,
    ev.CheckedIn: _check_checked_in,
    ev.Forwarded: _check_forwarded,
    ev.Called: _check_called,
    ev.Recalled: _check_recalled,
}

_BIRTHS: dict[type[ev.LegEvent], Callable[[State, Any], Leg]] = {
    ev.Reserved: _born_reserved,
    ev.Merged: fold_lease.born_merged,
    ev.Forwarded: _born_forwarded,
}

_EFFECTS: dict[type[ev.LegEvent], Callable[[State, Leg, Any], None]] = {
    ev.Printed: _printed,
    ev.PrintUnsure: _print_unsure,
    ev.Reprinted: _reprinted,
    ev.Voided: _voided,
    ev.Prioritised: _prioritised,
    ev.CheckedIn: _checked_in,
    ev.Called: _called,
    ev.Recalled: _recalled,
    ev.Started: _started,
    ev.Finished: _finished,
    ev.Held: _held,
    ev.Missed: _missed,
    ev.Returned: _returned,
    ev.RatingShown: _rating_shown,
    ev.Rated: _rated,
    ev.Unrated: _unrated,
}
