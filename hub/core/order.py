"""Who is next at a window, and the bound that makes the answer fair.

Rule 1: the order is one timestamp, `key = base - credit`, lowest first; ties go by arrival, then
by the leg's id. A leg's base is its arrival, or its slot if it is booked and came before it.

Rule 2: a window takes, in this order: (a) its primary services together with secondaries that
have waited T; (b) other secondaries; (c) booked legs whose slot is still some minutes away.

Rule 3: nobody is overtaken by a leg whose base is later by more than the largest credit or T,
whichever is more. Inside one group the keys prove it: they differ from the bases by at most a
credit. Between (a) and (b) it needs one thing more than rule 2 says. A booked primary may be
called some minutes before its slot, that is, before its base; so a secondary counts as one
that has waited T also when the best primary's base is more than T after its own.

NB: who stands at another window with another leg is passed over and keeps the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hub.core.model import CALLED, SERVING, Leg
from hub.core.moment import Moment

Rank = tuple[int, int, int]


def rank(leg: Leg) -> Rank:
    """Sort key of the order: lowest first."""
    return leg.key_ms, leg.arrived_ms, leg.id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leg stands, or a new one would."""

    service: str
    rank: Rank
    base_ms: int
    ready_ms: int
    urgent: bool = False


def place_of(leg: Leg) -> Place:
    """The leg's place."""
    return Place(leg.service, rank(leg), leg.base_ms, leg.ready_ms, leg.urgent)


Bar = tuple[bool, tuple[int, Rank]]


def bars(m: Moment, other: str, mine: Place, windows: Iterable[int]) -> tuple[Bar, ...]:
    """What a leg of the other service must be below to be called before this place.

    One bar for windows whose own the other service is (true), one for those that help it out.
    """
    primary, secondary = m.rules.primary, m.rules.secondary
    highest: dict[bool, tuple[int, Rank]] = {}
    for number in windows:
        own = other in primary[number]
        mine_own = mine.service in primary[number]
        if (own or other in secondary[number]) and (mine_own or mine.service in secondary[number]):
            bar = (_group(m, mine, mine_own), mine.rank)
            highest[own] = max(highest.get(own, bar), bar)
    return tuple(highest.items())


def below(m: Moment, legs: Iterable[Leg], bars: tuple[Bar, ...]) -> list[Leg]:
    """Those of the legs, all of one service, that are below one of the bars."""
    return [
        leg for leg in legs if any((_group(m, leg, own), rank(leg)) < bar for own, bar in bars)
    ]


def _group(m: Moment, place: Place | Leg, primary: bool) -> int:
    """Which of rule 2's groups the place belongs to."""
    if place.ready_ms > m.now_ms:
        return 2
    if primary or place.urgent or place.base_ms <= m.now_ms - m.policy.secondary_after_ms:
        return 0
    return 1


def choose(m: Moment, window: int, leaving: Leg | None = None) -> Leg | None:
    """The leg that 下一位 calls at the window, once `leaving` is gone from it; None: nobody."""
    primary, early = _split(m, _waiting(m, m.rules.primary[window], leaving))
    secondary, early_too = _split(m, _waiting(m, m.rules.secondary[window], leaving))
    after_ms = m.policy.secondary_after_ms
    since_ms = m.now_ms - after_ms
    if primary:
        # Less than rule 2's "waited T" only while a booked primary's slot is still to come.
        since_ms = max(since_ms, min(primary, key=rank).base_ms - after_ms - 1)
    waited = [leg for leg in secondary if leg.urgent or leg.base_ms <= since_ms]
    for group in (primary + waited, secondary, early + early_too):
        if group:
            return min(group, key=rank)
    return None


def overtaken(m: Moment, window: int, called: Leg, leaving: Leg | None = None) -> Leg | None:
    """A leg that `called` would overtake there by more than the bound allows; None, we hope."""
    if called.urgent:
        return None  # the manager's own act, counted where it was done
    bound_ms = called.base_ms - m.policy.overtake_max_ms
    services = m.rules.primary[window] + m.rules.secondary[window]
    ready, _ = _split(m, _waiting(m, services, leaving))
    return min((leg for leg in ready if leg.base_ms < bound_ms), key=rank, default=None)


def waiting_at(m: Moment, window: int) -> int:
    """How many wait for any service of the window."""
    waiting = m.state.index.waiting
    services = m.rules.primary[window] + m.rules.secondary[window]
    return sum(len(waiting.get(service, ())) for service in services)


def is_anybody(m: Moment, window: int) -> bool:
    """Whether `choose` finds anybody for the window."""
    services = m.rules.primary[window] + m.rules.secondary[window]
    return any(True for _ in _waiting(m, services, None))


def _waiting(m: Moment, services: Iterable[str], leaving: Leg | None) -> Iterator[Leg]:
    """The legs of these services that wait and whose visitor stands at no window."""
    at_window = m.state.index.by_state
    busy = {leg.visit for state in (CALLED, SERVING) for leg in at_window[state].values()}
    if leaving is not None:
        busy.discard(leaving.visit)
    for service in services:
        for leg in m.state.index.waiting.get(service, {}).values():
            if leg.visit not in busy:
                yield leg


def _split(m: Moment, legs: Iterable[Leg]) -> tuple[list[Leg], list[Leg]]:
    """The callable legs, and those whose slot is too far away."""
    ready: list[Leg] = []
    early: list[Leg] = []
    for leg in legs:
        (ready if leg.ready_ms <= m.now_ms else early).append(leg)
    return ready, early
