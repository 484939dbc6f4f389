"""Quick copies of a hall's state, and its canonical form: what matters later, and nothing else."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import fields
from hashlib import blake2b
from operator import attrgetter, methodcaller
from typing import Any

from hub.core import Policy, model
from hub.core.model import LIVE, Booking, Call, Index, Lease, Leg, State, WindowState


def _copier(cls: type) -> Callable[[Any], Any]:
    """A copy of a record whose fields are never changed in place."""
    values = attrgetter(*(f.name for f in fields(cls)))
    return lambda record: cls(*values(record))


_leg, _window, _booking = _copier(Leg), _copier(WindowState), _copier(Booking)
_call, _block = _copier(Call), _copier(Lease)


def _lease(lease: Lease) -> Lease:
    copy = _block(lease)
    copy.used = lease.used.copy()
    return copy


def _lists(groups: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
    return {key: group.copy() for key, group in groups.items()} if groups else {}


def _own(cls: type) -> dict[str, Callable[[Any], Any]]:
    """What copies each container of plain data in the record, by field; the rest may be shared."""
    copies: dict[str, Callable[[Any], Any]] = {}
    for field in fields(cls):
        hint = str(field.type)
        if hint.startswith(("dict", "list")):
            copies[field.name] = _lists if ", list[" in hint else methodcaller("copy")
    return copies


_state, _index = _copier(State), _copier(Index)
# Containers of records are made anew below.
_RECORDS = {"legs", "windows", "bookings", "leases", "calls", "by_state", "waiting"}
_OF_STATE = tuple((name, copy) for name, copy in _own(State).items() if name not in _RECORDS)
_OF_INDEX = tuple((name, copy) for name, copy in _own(Index).items() if name not in _RECORDS)


def clone(state: State) -> State:
    """A copy that shares nothing which an event changes; far faster than deepcopy."""
    made = _state(state)
    made.legs = legs = {number: _leg(leg) for number, leg in state.legs.items()}
    made.windows = {number: _window(window) for number, window in state.windows.items()}
    made.bookings = {key: _booking(booking) for key, booking in state.bookings.items()}
    made.leases = [_lease(lease) for lease in state.leases]
    made.calls = {
        number: _call(call) if call.state == model.QUEUED else call
        for number, call in state.calls.items()
    }
    for name, copy in _OF_STATE:
        setattr(made, name, copy(getattr(state, name)))
    made.index = index = _index(state.index)
    index.by_state = _same_legs(index.by_state, legs)
    index.waiting = _same_legs(index.waiting, legs)
    for name, copy in _OF_INDEX:
        setattr(index, name, copy(getattr(index, name)))
    return made


def _same_legs(groups: dict[str, dict[int, Leg]], legs: dict[int, Leg]) -> Any:
    return {name: {n: legs[n] for n in group} if group else {} for name, group in groups.items()}


def canonical(state: State, now_ms: int, policy: Policy, hall: str) -> bytes:
    """The state by ranks: equal for halls in which the same can happen from here on.

    Ids become places, times become their order among the times still to come; versions,
    numbers and whoever is over are left out, and so is a time that nothing looks at any more.
    `hall` is what the states of different explorations differ in.
    """
    known = [leg for leg in state.legs.values() if leg.state in LIVE or leg.rating in _ASKED]
    place = {leg.id: number for number, leg in enumerate(known)}
    times = [_times(leg, policy) for leg in known]
    voices = [
        state.voice_ms[zone] + policy.speak_timeout_ms
        for zone, calls in state.voice.items()
        if calls
    ]
    slots = [
        slot_ms + shift
        for slot_ms, _ in state.index.slots
        for shift in (
            -policy.booking_early_ms,
            policy.booking_credit_ms,
            policy.booking_walk_in_ms,
        )
    ]
    to_come = {at_ms for group in times for at_ms in group}
    to_come.update(voices, slots)
    ranks = {at_ms: n for n, at_ms in enumerate(sorted(t for t in to_come if t > now_ms), 1)}
    parts = (
        hall,
        state.day_open,
        [
            _leg_part(leg) + tuple(ranks.get(t, 0) for t in group)
            for leg, group in zip(known, times, strict=True)
        ],
        _order_part(known),
        [
            (n, w.state, place.get(w.leg, -1), w.pausing, place.get(w.rating, -1))
            for n, w in sorted(state.windows.items())
        ],
        sorted((b.id, b.state) for b in state.bookings.values()),
        [
            [_call_part(state, call, place) for call in calls]
            for _, calls in sorted(state.voice.items())
        ],
        [ranks.get(at_ms, 0) for at_ms in (*voices, *slots)],
        [(one.machine, one.first, sorted(one.used)) for one in state.leases],
    )
    # Version 2: what the newer formats write depends on how often an object is referred to.
    return blake2b(marshal.dumps(parts, 2), digest_size=8).digest()


# A rating that was given up may still come from a pad that kept it, but moves nothing else.
_ASKED = frozenset({model.ASKED, model.SHOWN})


def _order_part(known: list[Leg]) -> list[int]:
    live = [
        (leg.key_ms, leg.arrived_ms, leg.id, n) for n, leg in enumerate(known) if leg.state in LIVE
    ]
    return [rank[-1] for rank in sorted(live)]


def _leg_part(leg: Leg) -> tuple[object, ...]:
    """What is looked at in the leg's state, and nothing that was looked at before."""
    known = (leg.holder, leg.service, leg.state)
    if leg.state == model.DONE:
        return (*known, leg.window, leg.rating)
    known += (leg.paper, leg.misses, leg.urgent)
    if leg.state == model.CALLED:
        return (*known, leg.calls, leg.announced_ms is None)
    if leg.state == model.SERVING:
        return (*known, leg.implicit)
    if leg.state in (model.HELD, model.MISSED):
        return (*known, leg.window)
    return (*known, leg.booking is None)


def _call_part(state: State, call: int, place: dict[int, int]) -> tuple[int, bool]:
    """A call to be spoken: whose, and whether it is the one that the leg's time waits for."""
    number = state.calls[call].leg
    return place.get(number, -1), number in state.legs and state.legs[number].call == call


def _times(leg: Leg, policy: Policy) -> tuple[int, ...]:
    """The moments at which something changes for the leg by time alone."""
    state = leg.state
    if state == model.RESERVED:
        return (leg.state_ms + policy.print_timeout_ms,)
    if state == model.WAITING:
        return leg.base_ms + policy.secondary_after_ms, leg.ready_ms
    if state == model.CALLED:
        assert leg.asked_ms is not None
        start_ms = 0 if leg.announced_ms is None else leg.announced_ms + policy.start_after_ms
        return leg.asked_ms + policy.next_lock_ms, start_ms
    if state == model.SERVING:
        assert leg.first_call_ms is not None
        return (leg.first_call_ms + policy.noshow_serving_ms + 1 if leg.implicit else 0,)
    if state == model.HELD:
        assert leg.hold_until_ms is not None
        return (leg.hold_until_ms,)
    if state == model.MISSED:
        return (leg.state_ms + policy.return_within_ms,)
    if leg.rating in (model.ASKED, model.SHOWN) and leg.rating_ms is not None:
        return (leg.rating_ms + policy.rating_ms,)
    return ()
