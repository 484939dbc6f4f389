"""Numbers for the time without a hub: blocks of them, leased to ticket machines for one day.

Rule 1: a block belongs to one machine, one department and one business day; its numbers are given
out by nobody else that day, whether they are used or not.

Rule 2: blocks follow each other and never wrap. When the last is out, a machine that asks is
refused, and the manager is told.

Rule 3: taking a machine's leases away stops the next block, never a paper: what it has printed
from those it holds is merged all the same (`merge`).
"""

from __future__ import annotations

from hub.core import errors, manager
from hub.core import events as ev
from hub.core.commands import AskLease, SetLeases
from hub.core.errors import Refused
from hub.core.model import Lease, State
from hub.core.moment import Moment

Events = list[ev.Event]

# What the manager is told of.
USED_UP = "lease-none"


def ask(m: Moment, c: AskLease) -> Events:
    """The machine's next block; nothing if its newest one still has enough unused numbers."""
    sessions = m.state.sessions
    over = bool(sessions) and m.now_ms >= sessions[-1][1]
    if not m.state.day_open or m.state.day is None or over:
        raise Refused(errors.DAY_CLOSED)
    if c.machine in m.state.revoked:
        raise Refused(errors.LEASE_REVOKED)
    if not any(service.letter == c.letter for service in m.rules.services.values()):
        raise Refused(errors.LEASE_NONE)
    policy = m.policy
    if newest(m.state, c.machine, c.letter) is not None and c.left >= policy.offline_renew_at:
        return []
    given = [held.last for held in m.state.leases_of(c.letter)]
    first = max([policy.offline_first - 1, *given]) + 1
    last = min(first + policy.offline_block - 1, policy.offline_last)
    if first > last:
        raise Refused(errors.LEASE_NONE, USED_UP)
    leased = ev.Leased(
        at_ms=m.now_ms,
        day=m.state.day,
        machine=c.machine,
        letter=c.letter,
        first=first,
        last=last,
    )
    return [leased]


def newest(state: State, machine: str, letter: str) -> Lease | None:
    """The machine's last block of the department and day."""
    mine = [held for held in state.leases_of(letter) if held.machine == machine]
    return mine[-1] if mine else None


def set_leases(m: Moment, c: SetLeases) -> Events:
    """Take a machine's leases away for the rest of the day, or allow them again; a reason."""
    if not m.state.day_open:
        raise Refused(errors.DAY_CLOSED)
    act = manager.ALLOW if c.allowed else manager.REVOKE
    done = manager.managed(m, act, manager.reason_of(c.reason))
    if c.allowed == (c.machine not in m.state.revoked):
        return []
    return [done, ev.LeasesSet(at_ms=m.now_ms, machine=c.machine, allowed=c.allowed)]
