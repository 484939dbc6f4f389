"""Papers that a machine gave out without the hub: each into the queue, as far as it can be.

Rule 1: a paper is merged once, by (day, letter, number), whatever comes how often; a number that
its machine was never leased is refused, and the manager is told.

Rule 2: its place is its claimed arrival, but not before the machine was last heard, nor before
its number was leased, nor after now. Who came with 优先 has that credit; a booking that could not
be looked up has none.

Rule 3: no paper is voided but one that certainly does not exist. The same card's second number
for a service is kept, and flagged.

Rule 4: a paper of a day that is over never waits: of today's it is UNSERVED at once, of an earlier
day it is only noted and counted; the manager is told, if there is a paper.
"""

from __future__ import annotations

from hub.core import errors, model
from hub.core import events as ev
from hub.core.commands import MergeOffline
from hub.core.errors import Refused
from hub.core.model import Lease, Leg
from hub.core.moment import Moment

Events = list[ev.Event]

# What the manager is told of.
UNKNOWN_PAPER = "offline-unknown"
LATE_PAPER = "offline-late"


def merge(m: Moment, c: MergeOffline) -> Events:
    """Take a paper into the queue; one that was taken before changes nothing."""
    held = m.state.lease_of(c.day, c.letter, c.number)
    if held is None or held.machine != c.machine:
        raise Refused(errors.LEASE_UNKNOWN, UNKNOWN_PAPER)
    if c.number in held.used:
        return []
    if c.day != m.state.day:
        return _of_another_day(m, c)
    service = m.rules.services.get(c.service)
    if service is None or service.letter != c.letter:
        raise Refused(errors.UNKNOWN_SERVICE, UNKNOWN_PAPER)
    merged = _merged(m, c, held)
    if c.result == "failed":
        return [merged, ev.Voided(at_ms=m.now_ms, leg=merged.leg)]
    if not m.state.day_open:
        return [merged, ev.Unserved(at_ms=m.now_ms, leg=merged.leg)]
    return [merged]


def _merged(m: Moment, c: MergeOffline, held: Lease) -> ev.Merged:
    arrived_ms = min(m.now_ms, max(c.arrived_ms, c.heard_ms or 0, held.at_ms))
    visit = None if c.holder is None else m.state.visits.get(c.holder)
    twin = None if visit is None else _twin(m, visit, c.service)
    return ev.Merged(
        at_ms=m.now_ms,
        leg=m.state.last_leg + 1,
        visit=visit or m.state.last_visit + 1,
        letter=c.letter,
        number=c.number,
        ticket=f"{c.letter}{c.number:03d}",
        service=c.service,
        token=c.token,
        machine=c.machine,
        holder=c.holder,
        priority=c.priority,
        claimed=c.booked,
        sure=c.result == "printed",
        twin=None if twin is None else twin.id,
        arrived_ms=arrived_ms,
        credit_ms=m.policy.credit_priority_ms if c.priority else 0,
    )


def _twin(m: Moment, visit: int, service: str) -> Leg | None:
    legs = (m.state.legs[number] for number in m.state.index.visit_legs[visit])
    return next((leg for leg in legs if leg.service == service and leg.state in model.LIVE), None)


def check_in(m: Moment, leg: Leg, holder: str | None, booking_id: str | None) -> Events:
    """A booking that nobody could look up when the paper was given: so it is not missed.

    The leg keeps its key: its place was promised, and others stand behind it.
    """
    booking = None if booking_id is None else m.state.bookings.get(booking_id)
    if booking is None or not leg.offline or leg.booking is not None:
        return []
    usable = booking.state == model.BOOKED and holder in booking.holders
    if leg.state != model.WAITING or not usable or booking.service != leg.service:
        return []
    found = ev.CheckedIn(at_ms=m.now_ms, leg=leg.id, booking=booking.id, slot_ms=booking.slot_ms)
    return [found]


def _of_another_day(m: Moment, c: MergeOffline) -> Events:
    strayed = ev.Strayed(
        at_ms=m.now_ms,
        day=c.day,
        machine=c.machine,
        letter=c.letter,
        number=c.number,
        service=c.service,
        result=c.result,
    )
    told = f"{LATE_PAPER}:{c.day}"
    if c.result == "failed" or not m.state.day_open or told in m.state.alerts:
        return [strayed]
    return [strayed, ev.Alerted(at_ms=m.now_ms, what=LATE_PAPER, subject=c.day)]
