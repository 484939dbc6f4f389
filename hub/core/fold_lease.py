"""The fold of leased numbers, and of the papers that were given out from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.core import events as ev
from hub.core import model
from hub.core.errors import IllegalEvent
from hub.core.model import Lease, Leg, State

# Papers come back days later after a long week-end; leases of older business days are forgotten.
DAYS_KEPT = 4


def forget_old(state: State) -> None:
    """At the day's opening: keep the leases of the last few days that had any."""
    days = sorted({held.day for held in state.leases})[-DAYS_KEPT:]
    state.leases = [held for held in state.leases if held.day in days]
    state.revoked.clear()


def _leased(state: State, event: ev.Leased) -> None:
    subject = f"{event.letter}{event.first}-{event.last}"
    if not state.day_open or event.day != state.day:
        raise IllegalEvent(event.kind, subject, "not of the open day")
    if any(held.last >= event.first for held in state.leases_of(event.letter)):
        raise IllegalEvent(event.kind, subject, "numbers that were leased today")
    block = {f"{event.letter}{n:03d}" for n in range(event.first, event.last + 1)}
    if any(leg.ticket in block for leg in state.legs.values()):
        raise IllegalEvent(event.kind, subject, "numbers that were given today")
    held = Lease(event.day, event.machine, event.letter, event.first, event.last, event.at_ms)
    state.leases.append(held)


def _leases_set(state: State, event: ev.LeasesSet) -> None:
    if event.allowed:
        state.revoked.pop(event.machine, None)
    else:
        state.revoked[event.machine] = event.at_ms


def _strayed(state: State, event: ev.Strayed) -> None:
    held = state.lease_of(event.day, event.letter, event.number)
    # Who folds a part of the journal may not have heard of the lease.
    if held is not None:
        held.used[event.number] = 0


def check_merged(state: State, event: ev.Merged) -> None:
    """Whether this number may become the next leg; raises IllegalEvent."""
    if event.leg != state.last_leg + 1:
        raise IllegalEvent(event.kind, f"leg {event.leg}", "not the next leg")
    held = state.lease_of(state.day, event.letter, event.number)
    if held is None or held.machine != event.machine or event.number in held.used:
        raise IllegalEvent(event.kind, event.ticket, "not leased there, or merged before")


def born_merged(state: State, event: ev.Merged) -> Leg:
    """The leg of a paper that was given out without the hub."""
    held = state.lease_of(state.day, event.letter, event.number)
    assert held is not None  # check_merged
    held.used[event.number] = event.leg
    if event.holder is not None:
        state.visits.setdefault(event.holder, event.visit)
    return numbered(
        state,
        event,
        session="",
        booking=None,
        slot_ms=None,
        arrived_ms=event.arrived_ms,
        base_ms=event.arrived_ms,
        ready_ms=event.arrived_ms,
        paper=model.PRINTED if event.sure else model.PRINT_UNSURE,
        offline=True,
        claimed=event.claimed,
        twin=event.twin,
    )


def numbered(state: State, event: ev.Reserved | ev.Merged, **facts: Any) -> Leg:
    """A leg with a number of its own; `facts`: in which the two events differ."""
    return Leg(
        id=event.leg,
        visit=event.visit,
        day=state.day or "",
        ticket=event.ticket,
        service=event.service,
        token=event.token,
        machine=event.machine,
        holder=event.holder,
        priority=event.priority,
        credit_ms=event.credit_ms,
        state=model.NEW,
        state_ms=event.at_ms,
        **facts,
    )


EFFECTS: dict[type[ev.Event], Callable[[State, Any], object]] = {
    ev.Leased: _leased,
    ev.LeasesSet: _leases_set,
    ev.Strayed: _strayed,
}
