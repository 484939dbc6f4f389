"""The invariants of the queue, checked from the rules' own words around every event.

Nothing here asks the core how it decides: the rules are written down a second time, on the plain
state, so that a mistake would have to be made twice. `Broken` names the invariant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import attrgetter, ne
from typing import NamedTuple

from hub.core import Hall, Rules, model
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.model import AT_WINDOW, CALLED, HELD, MISSED, SERVING, WAITING, Leg, State

OVER_AT_CLOSE = frozenset({model.DONE, model.VOID, model.UNSERVED, model.NO_SHOW, SERVING})


class Broken(AssertionError):
    """An invariant of the queue does not hold; `name` says which."""

    def __init__(self, name: str, detail: object) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


# Number and visit, state, base and credit, first call, rating and level of a leg.
Facts = tuple[str, int, str, int, int, int | None, str, int | None]
_facts: Callable[[Leg], Facts] = attrgetter(
    "ticket", "visit", "state", "base_ms", "credit_ms", "first_call_ms", "rating", "level"
)


class Look(NamedTuple):
    """What an event may not change of all but its own leg and window."""

    legs: dict[int, Facts]
    windows: dict[int, tuple[object, int]]


def apply_checked(hall: Hall, event: ev.Event, before: Look | None = None) -> Look:
    """Fold one event, with every invariant checked before and after it; raises Broken.

    `before`: what this returned for the event before, if nothing has happened since.
    """
    _check_before(hall.rules, hall.state, event)
    before = before or look(hall.state)
    hall.apply(event)
    after = look(hall.state)
    _check_after(before, after, hall.state, event)
    return after


def look(state: State) -> Look:
    """What is compared around an event."""
    facts = map(_facts, state.legs.values())
    windows = {n: (_picture(state, n), window.ver) for n, window in state.windows.items()}
    return Look(dict(zip(state.legs, facts, strict=True)), windows)


def _check_before(rules: Rules, state: State, event: ev.Event) -> None:
    if isinstance(event, ev.Called):
        _check_choice(rules, state, event)
    elif isinstance(event, ev.Reserved):
        _check_number(state, event)
        _check_credit(rules, state, event)
    elif isinstance(event, ev.Leased):
        _check_lease(state, event)
    elif isinstance(event, ev.Merged):
        _check_merged(rules, state, event)
    elif isinstance(event, ev.Returned):
        _check_return(rules, state, event)
    elif isinstance(event, ev.Forwarded):
        _check_forward(state, event)
    elif isinstance(event, ev.Rated):
        _require("one rating a leg", state.legs[event.leg].rating != model.RATED, event)


def _check_after(before: Look, after: Look, state: State, event: ev.Event) -> None:
    _check_index(state)
    _check_windows(state)
    _check_voice(state)
    if after.legs.keys() != before.legs.keys():
        _check_tickets(state)  # which number is whose is among the facts that stay
    _require("bound of the order", state.breaches == 0, event)
    for number, (picture, ver) in after.windows.items():
        was, old_ver = before.windows.get(number, (None, -1))
        fits = picture == was or ver > old_ver
        _require("a changed picture has a new version", fits, event)
    # Legs are only added, behind the others, until a new day begins without any.
    changed = map(ne, before.legs.values(), after.legs.values())
    for number in compress(after.legs, changed):
        if number in before.legs:
            _check_leg(before.legs[number], state.legs[number], event)
    if isinstance(event, ev.DayClosed):
        left = [leg.state for leg in state.legs.values() if leg.state not in OVER_AT_CLOSE]
        _require("nobody is left at the day's end", not left, left)


def check_command(state: State, command: cmd.Command, events: Sequence[ev.Event]) -> None:
    """Check, on the state before it, what an accepted command may bring about."""
    if isinstance(command, cmd.Press):
        window = state.window(command.window)
        seen = (command.leg or None, command.ver)
        _require("a stale press is refused", seen == (window.leg, window.ver), command)
        _check_target(state, command.target, events)
        if command.key != "noshow":
            gone = any(isinstance(e, ev.Missed | ev.NoShow) for e in events)
            _require("only the no-show key makes a no-show", not gone, command)
    elif isinstance(command, cmd.Rate | cmd.RatingOpened | cmd.RatingOffline):
        legs = {e.leg for e in events if isinstance(e, ev.LegEvent)}
        _require("a rating belongs to the leg it was asked for", legs <= {command.leg}, events)
    elif isinstance(command, cmd.Transfer):
        _check_target(state, command.target, events)
    elif isinstance(command, cmd.CloseDay):
        ends = [e for e in events if isinstance(e, ev.Finished | ev.Transferred)]
        _require("nobody is called served by the day's end", not ends, ends)
    elif isinstance(command, cmd.OpenDay):
        forced = all(e.forced for e in events if isinstance(e, ev.Finished))
        _require("an end made by the hub is forced", forced, events)


def _check_target(state: State, window: int | None, events: Sequence[ev.Event]) -> None:
    sent = any(isinstance(e, ev.Forwarded) for e in events)
    open_ = window is not None and state.window(window).state == model.OPEN
    _require("a transfer goes to an open window", open_ or not sent, window)


def _require(name: str, holds: bool, detail: object) -> None:
    if not holds:
        raise Broken(name, detail)


# --- Order ------------------------------------------------------------------------------------


def _check_choice(rules: Rules, state: State, event: ev.Called) -> None:
    """Rule 6: who may be called at this window now, who comes first, and the bound."""
    called, now_ms, policy = state.legs[event.leg], event.at_ms, rules.policy
    busy = {leg.visit for leg in state.legs.values() if leg.state in AT_WINDOW}
    _require("one leg of a visit at a window", called.visit not in busy, event)
    _require("one leg at a window", state.window(event.window).leg is None, event)
    groups: tuple[list[Leg], list[Leg], list[Leg]] = ([], [], [])
    secondaries = []
    for leg in state.legs.values():
        service = rules.services.get(leg.service)
        if leg.state != WAITING or leg.visit in busy or service is None:
            continue
        if event.window in service.windows_primary:
            groups[0 if leg.ready_ms <= now_ms else 2].append(leg)
        elif event.window in service.windows_secondary:
            if leg.ready_ms > now_ms:
                groups[2].append(leg)
            else:
                secondaries.append(leg)
    after_ms = policy.secondary_after_ms
    # A primary called before its slot would break the bound for a secondary older by T.
    first_base_ms = min(groups[0], key=_order).base_ms if groups[0] else now_ms
    for leg in secondaries:
        waited = now_ms - leg.base_ms >= after_ms or first_base_ms - leg.base_ms > after_ms
        waited = waited or leg.urgent
        groups[0 if waited else 1].append(leg)
    first = next((min(group, key=_order) for group in groups if group), None)
    _require("primaries, then secondaries, by key", first is called, event)
    most_ms = max(policy.credit_booked_ms, policy.credit_priority_ms, after_ms)
    oldest_ms = min((g.base_ms for g in (*groups[0], *groups[1])), default=called.base_ms)
    fair = called.urgent or called.base_ms - oldest_ms <= most_ms
    _require("bound of the order", fair, event)


def overtake_ms(rules: Rules, state: State, event: ev.Called) -> int:
    """By how much the called leg overtakes at most: rule 6's own words, before the call.

    0 also for one that a manager put first, who is exempt and counted.
    """
    called = state.legs[event.leg]
    if called.urgent:
        return 0
    busy = {leg.visit for name in AT_WINDOW for leg in state.index.by_state[name].values()}
    bases = [called.base_ms]
    for service in rules.services.values():
        if event.window in service.windows_primary | service.windows_secondary:
            bases += (
                leg.base_ms
                for leg in state.index.waiting.get(service.id, {}).values()
                if leg.ready_ms <= event.at_ms and leg.visit not in busy
            )
    return called.base_ms - min(bases)


def _order(leg: Leg) -> tuple[int, int, int]:
    return leg.base_ms - leg.credit_ms, leg.arrived_ms, leg.id


# --- Numbers and keys -------------------------------------------------------------------------


def _check_number(state: State, event: ev.Reserved) -> None:
    used = any(leg.ticket == event.ticket for leg in state.legs.values())
    _require("a number is given once a day", not used, event)
    kept = not _holders(state, event.letter, event.number)
    _require("a leased number is nobody else's", kept, event)


def _holders(state: State, letter: str, number: int) -> list[str]:
    """Machines that hold this number of today."""
    return [
        one.machine
        for one in state.leases
        if (one.day, one.letter) == (state.day, letter) and one.first <= number <= one.last
    ]


def _check_lease(state: State, event: ev.Leased) -> None:
    """Rule 2: a leased number is one machine's, and was never given before."""
    given = {leg.ticket for leg in state.legs.values()}
    for number in range(event.first, event.last + 1):
        free = not _holders(state, event.letter, number)
        _require("a number is leased once", free, event)
        fresh = f"{event.letter}{number:03d}" not in given
        _require("a number is given once a day", fresh, event)


def _check_merged(rules: Rules, state: State, event: ev.Merged) -> None:
    """Rules 2 and 17: from its own machine's lease, once, at the arrival or as near as can be."""
    used = any(leg.ticket == event.ticket for leg in state.legs.values())
    _require("a number is given once a day", not used, event)
    held = _holders(state, event.letter, event.number) == [event.machine]
    _require("a paper has a number leased to its machine", held, event)
    credit_ms = rules.policy.credit_priority_ms if event.priority else 0
    fair = event.arrived_ms <= event.at_ms and event.credit_ms == credit_ms
    _require("a paper stands at its arrival", fair, event)


def _check_credit(rules: Rules, state: State, event: ev.Reserved) -> None:
    """Rule 4: the largest credit that applies, never a sum."""
    policy, base_ms, credits_ms = rules.policy, event.at_ms, [0]
    if event.priority:
        credits_ms.append(policy.credit_priority_ms)
    if event.booking is not None:
        slot_ms = state.bookings[event.booking].slot_ms
        if event.at_ms <= slot_ms + policy.booking_credit_ms:
            credits_ms.append(policy.credit_booked_ms)
            base_ms = max(slot_ms, event.at_ms)
    fair = (base_ms, max(credits_ms))
    _require("the largest credit, never a sum", (event.base_ms, event.credit_ms) == fair, event)


def _check_return(rules: Rules, state: State, event: ev.Returned) -> None:
    """Rules 9 and 10: a held leg keeps its key, a missed one stands behind the next three."""
    leg = state.legs[event.leg]
    key_ms = event.base_ms - leg.credit_ms
    if leg.state == HELD:
        _require("hold keeps the key", key_ms == leg.key_ms, event)
        return
    _require("a missed leg returns once", leg.misses == 1, event)
    waiting = sorted(
        other.key_ms
        for other in state.legs.values()
        if other.state == WAITING and other.service == leg.service
    )[: rules.policy.return_behind]
    behind_ms = waiting[-1] + 1 if waiting else leg.key_ms
    _require("a missed leg returns behind three", key_ms == max(leg.key_ms, behind_ms), event)


def _check_forward(state: State, event: ev.Forwarded) -> None:
    """Rule 10: the key is kept, but for the same service."""
    origin = state.legs[event.origin]
    same = event.service == origin.service
    key_ms = event.at_ms if same else origin.key_ms
    _require("a transfer keeps the key", event.base_ms - event.credit_ms == key_ms, event)


def _check_leg(was: Facts, leg: Leg, event: ev.Event) -> None:
    """What an event may change: the state and the rating of its own leg, the key of no one."""
    mine = isinstance(event, ev.LegEvent) and event.leg == leg.id
    _require("an event moves its own leg", mine, event)
    ticket, visit, _, base_ms, credit_ms, first_call_ms, _, _ = was
    _require("a leg keeps its number", (leg.ticket, leg.visit) == (ticket, visit), event)
    kept = leg.key_ms == base_ms - credit_ms or isinstance(event, ev.Returned | ev.Prioritised)
    _require("a key never changes", kept, event)
    first = first_call_ms is None or leg.first_call_ms == first_call_ms
    _require("the first call stays the first", first, event)
    if leg.rating != model.NOT_ASKED:
        _require("only the served are asked", leg.state == model.DONE and not leg.forced, event)


# --- The hall ---------------------------------------------------------------------------------


def _picture(state: State, number: int) -> tuple[object, ...]:
    """What a window's clerk looks at."""
    window = state.windows[number]
    return state.standing(number), window.leg, window.pausing


def _check_windows(state: State) -> None:
    # By the index, which was found to be right.
    standing = {n: leg for name in AT_WINDOW for n, leg in state.index.by_state[name].items()}
    at = [window.leg for window in state.windows.values() if window.leg is not None]
    _require("one leg at a window, one window a leg", sorted(at) == sorted(standing), at)
    for window in state.windows.values():
        if window.leg is not None:
            _require("a leg is where it was called", _at(state, window.leg, window.number), at)
        if window.rating is not None:
            asked = state.legs[window.rating]
            fits = asked.state == model.DONE and _at(state, asked.id, window.number)
            _require("a window asks whom it served", fits, asked.id)
    visits = {leg.visit for leg in standing.values()}
    _require("one leg of a visit at a window", len(visits) == len(standing), standing)


def _at(state: State, leg: int, window: int) -> bool:
    return state.legs[leg].window == window


def _check_index(state: State) -> None:
    """A leg is in one state, the same for whoever looks."""
    index, legs, count = state.index, state.legs, 0
    for name, group in index.by_state.items():
        if group:
            count += len(group)
            wrong = [number for number in group if legs[number].state != name]
            _require("a leg is in one state", not wrong, wrong)
    _require("a leg is in one state", count == len(legs), index.by_state)
    count, known = 0, index.by_state[WAITING]
    for service, group in index.waiting.items():
        count += len(group)
        wrong = [n for n in group if n not in known or legs[n].service != service]
        _require("who waits is known to wait", not wrong, wrong)
    _require("who waits is known to wait", count == len(known), index.waiting)
    for number, leg in index.by_state[MISSED].items():
        _require("a second miss is a no-show", leg.misses == 1, number)


def _check_tickets(state: State) -> None:
    """Rule 18: a number is one visit's, over online, leased and merged ones."""
    pairs = set(map(_holder, state.legs.values()))
    tickets = {ticket for ticket, _ in pairs}
    _require("a number is unique", len(pairs) == len(tickets), pairs)
    for one in state.leases:
        for number, leg_id in one.used.items():
            if one.day == state.day:
                fits = state.legs[leg_id].ticket == f"{one.letter}{number:03d}"
                _require("a merged number has its leg", fits, number)


_holder: Callable[[Leg], tuple[str, int]] = attrgetter("ticket", "visit")


def _check_voice(state: State) -> None:
    """Every call that was not yet spoken stands in its zone's queue, which has a time-out."""
    count = 0
    for calls in state.voice.values():
        count += len(calls)
        for call in calls:
            fits = state.calls[call].state == model.QUEUED
            _require("a call is spoken, shown or given up", fits, call)
    queued = [call.state for call in state.calls.values()].count(model.QUEUED)
    _require("a call is spoken, shown or given up", queued == count, state.voice)
    for leg in state.index.by_state[CALLED].values():
        if leg.announced_ms is None:
            fits = leg.call is not None and state.calls[leg.call].state == model.QUEUED
            _require("a called leg will be announced", fits, leg.id)
