"""Who stands before a leg, and why: facts for people, taken from the very order that calls.

A leg stands before another if some window that will call the other would call it first. So a
leg is not before another by its key alone: who is served at another window with another leg is
passed over, and a helped-out (secondary) service waits T before it counts as a window's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core import hours, order
from hub.core.model import CALLED, HELD, RESERVED, SERVING, WAITING, Act, Leg
from hub.core.moment import Moment
from hub.core.order import Place, place_of

# Why one stands before another.
EARLIER = "earlier"
BOOKED = "booked"
PRIORITY = "priority"
URGENT = "urgent"
OWN = "own"  # a window's own service before one that it helps out with


@dataclass(frozen=True, slots=True)
class Before:
    """One who would be called first, and why."""

    leg: Leg
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that there is to say of one leg's place."""

    leg: Leg
    windows: tuple[int, ...]  # that will call it
    open: bool  # one of them does so now
    before: tuple[Before, ...] = ()
    # With an earlier key, but passed over now: at another window, or held.
    elsewhere: tuple[Leg, ...] = ()
    held: tuple[Leg, ...] = ()
    at_window: int | None = None  # where its visitor stands with another leg
    callable_ms: int | None = None  # from then, if that is still to come
    equal_ms: int | None = None  # from then it counts as its windows' own, if not yet
    acts: tuple[Act, ...] = ()  # what managers did to it
    twin: Leg | None = None  # the number that its card had for the service already


def explain(m: Moment, leg: Leg) -> Explanation:
    """The leg's place, in whatever state it is."""
    service = m.rules.services.get(leg.service)
    if service is None or leg.state not in (WAITING, RESERVED):
        return Explanation(leg, (), open=False, acts=_acts(m, leg), twin=_twin(m, leg))
    mine = place_of(leg)
    eligible = service.windows_primary | service.windows_secondary
    calling = hours.serving_windows(m, eligible)
    now_open = tuple(number for number, now in calling.items() if now)
    windows = now_open or tuple(calling) or tuple(sorted(eligible))
    busy = {other.visit: other for other in _at_windows(m)}
    ahead = before(m, mine, windows, busy.keys() - {leg.visit})
    passed = [
        other
        for other in m.state.index.by_state[WAITING].values()
        if other.visit in busy and other.visit != leg.visit and _earlier(m, other, mine, windows)
    ]
    held = [
        other
        for other in m.state.index.by_state[HELD].values()
        if _earlier(m, other, mine, windows)
    ]
    own = busy.get(leg.visit)
    helped = not any(n in service.windows_primary for n in windows)
    equal_ms = leg.base_ms + m.policy.secondary_after_ms
    return Explanation(
        leg=leg,
        windows=windows,
        open=bool(now_open),
        before=tuple(Before(other, _why(m, other, leg)) for other in ahead),
        elsewhere=tuple(passed),
        held=tuple(held),
        at_window=None if own is None else own.window,
        callable_ms=leg.ready_ms if leg.ready_ms > m.now_ms else None,
        equal_ms=equal_ms if helped and not leg.urgent and equal_ms > m.now_ms else None,
        acts=_acts(m, leg),
        twin=_twin(m, leg),
    )


def before(
    m: Moment, mine: Place, windows: tuple[int, ...], busy: frozenset[int] | set[int]
) -> list[Leg]:
    """The legs that one of the windows would call before this place, in the order of keys.

    `busy`: visits that stand at a window and are passed over.
    """
    found = []
    for service, legs in m.state.index.waiting.items():
        bars = order.bars(m, service, mine, windows)
        found += order.below(m, legs.values(), bars) if bars else []
    for leg in m.state.index.by_state[RESERVED].values():
        found += order.below(m, (leg,), order.bars(m, leg.service, mine, windows))
    if busy:
        found = [leg for leg in found if leg.visit not in busy]
    found.sort(key=order.rank)
    return found


def _twin(m: Moment, leg: Leg) -> Leg | None:
    return None if leg.twin is None else m.state.legs[leg.twin]


def _acts(m: Moment, leg: Leg) -> tuple[Act, ...]:
    """What was done to the leg, or to the one that was transferred into it."""
    line = {leg.id}
    while leg.origin is not None:
        leg = m.state.legs[leg.origin]
        line.add(leg.id)
    return tuple(act for act in m.state.acts if act.leg in line)


def _at_windows(m: Moment) -> list[Leg]:
    by_state = m.state.index.by_state
    return [leg for state in (CALLED, SERVING) for leg in by_state[state].values()]


def busy_visits(m: Moment) -> set[int]:
    """Visits that stand at a window."""
    return {leg.visit for leg in _at_windows(m)}


def _earlier(m: Moment, other: Leg, mine: Place, windows: tuple[int, ...]) -> bool:
    return bool(order.below(m, (other,), order.bars(m, other.service, mine, windows)))


def _why(m: Moment, other: Leg, leg: Leg) -> str:
    if other.urgent:
        return URGENT
    if order.rank(other) > order.rank(leg):
        return OWN
    if other.base_ms > leg.base_ms and other.priority:
        return PRIORITY
    if other.slot_ms is not None and other.credit_ms:
        return BOOKED
    return EARLIER
