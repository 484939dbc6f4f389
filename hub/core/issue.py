"""From a booking or a wish to a paper: bookings, numbers, and how the printing ended.

Rule 1: reserve, print, confirm. A number is given before its paper exists, and is void only if
it is certain that no paper does; where nobody knows, the leg waits and can be called.

Rule 2: one visitor has one live leg for a service. Who asks again gets the same number on a
second paper, or, after a miss, back into the queue.

Rule 3: a number is the letter of the department and the next count of the day; never the
number of rows, so a void one leaves a gap and not a twin.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from hub.core import acts, errors, estimate, hours, merge, model
from hub.core import events as ev
from hub.core.commands import (
    Cancel,
    CancelBooking,
    ConfirmPrint,
    ImportBooking,
    MachineBooted,
    Reserve,
    Return,
)
from hub.core.errors import Refused
from hub.core.estimate import Quote
from hub.core.model import LIVE, Booking, Leg
from hub.core.moment import Moment
from hub.core.order import Place
from hub.core.rules import Service
from hub.core.transitions import LEGS

Events = list[ev.Event]


@dataclass(frozen=True, slots=True)
class Terms:
    """Where a new leg would stand in the order, and from when it could be called."""

    base_ms: int
    credit_ms: int
    ready_ms: int
    slot_ms: int | None


# --- Bookings -----------------------------------------------------------------------------------


def import_booking(m: Moment, c: ImportBooking) -> Events:
    """Take over a booking of today; one that came before, or came too late, changes nothing."""
    if not m.state.day_open:
        raise Refused(errors.DAY_CLOSED)
    _service(m, c.service)
    known = m.state.bookings.get(c.id)
    if known is None:
        # Its holder could not have checked in, so nobody may be told that they did not come.
        wanted = m.now_ms <= c.slot_ms + m.policy.booking_walk_in_ms
    elif known.state == model.BOOKED:
        wanted = known != Booking(c.id, c.service, c.slot_ms, c.holders)
    else:
        wanted = known.state == model.CANCELLED
    if not wanted:
        return []
    imported = ev.BookingImported(
        at_ms=m.now_ms,
        booking=c.id,
        service=c.service,
        slot_ms=c.slot_ms,
        holders=c.holders,
    )
    return [imported]


def cancel_booking(m: Moment, c: CancelBooking) -> Events:
    """Take a booking back; whoever has checked in keeps the place in the queue."""
    known = m.state.bookings.get(c.id)
    if known is None or known.state != model.BOOKED:
        return []
    return [ev.BookingCancelled(at_ms=m.now_ms, booking=c.id)]


# --- Numbers ------------------------------------------------------------------------------------


def reserve(m: Moment, c: Reserve) -> Events:
    """A number for the visitor: a new one, or the one that this visit has for the service."""
    letter = _service(m, c.service).letter
    held = known_leg(m, c)
    if held is not None and held.state == model.MISSED:
        return [acts.bring_back(m, held, machine=c.machine)]
    if held is not None:
        again = ev.Reprinted(at_ms=m.now_ms, leg=held.id, machine=c.machine)
        return [*merge.check_in(m, held, c.holder, c.booking), again]
    place = terms(m, c.service, c.holder, c.booking, priority=c.priority)
    if m.state.sessions:
        promise(m, c.service, place)
    number = _next_number(m, letter)
    reserved = ev.Reserved(
        at_ms=m.now_ms,
        leg=m.state.last_leg + 1,
        visit=_visit(m, c.holder, c.booking, c.alias) or m.state.last_visit + 1,
        letter=letter,
        number=number,
        ticket=f"{letter}{number:03d}",
        service=c.service,
        token=c.token,
        machine=c.machine,
        session=c.session,
        holder=c.holder,
        booking=c.booking,
        slot_ms=place.slot_ms,
        priority=c.priority,
        base_ms=place.base_ms,
        credit_ms=place.credit_ms,
        ready_ms=place.ready_ms,
        alias=c.alias,
    )
    return [reserved]


def known_leg(m: Moment, c: Reserve) -> Leg | None:
    """The live leg for the service that this card's visit has, or this session without a card."""
    if c.holder is not None:
        legs = live_legs(m, c.holder, c.booking, c.alias)
        return next((leg for leg in legs if leg.service == c.service), None)
    number = m.state.index.sessions.get((c.machine, c.session, c.service))
    leg = None if number is None else m.state.legs[number]
    return leg if leg is not None and leg.state in LIVE else None


def live_legs(
    m: Moment, holder: str | None, booking: str | None = None, alias: str | None = None
) -> list[Leg]:
    """The legs of the holder's visit that are not over, oldest first."""
    visit = _visit(m, holder, booking, alias)
    if visit is None:
        return []
    legs = (m.state.legs[number] for number in m.state.index.visit_legs[visit])
    return [leg for leg in legs if leg.state in LIVE]


def terms(
    m: Moment, service_id: str, holder: str | None, booking: str | None, *, priority: bool
) -> Terms:
    """The place a new leg would get; refused if it may not be issued."""
    service = _service(m, service_id)
    hours.check_issue(m, service)
    credit_ms = m.policy.credit_priority_ms if priority else 0
    if booking is not None:
        return _booked_terms(m, service_id, holder, booking, credit_ms)
    if holder is None and not service.card_optional:
        raise Refused(errors.NEED_CARD)
    return Terms(m.now_ms, credit_ms, m.now_ms, None)


def promise(m: Moment, service: str, place: Terms) -> Quote:
    """What a new leg at this place may be promised; refused if its call would come too late.

    A booked visitor is never turned away for it: the slot is the hall's own promise.
    """
    rank = (place.base_ms - place.credit_ms, m.now_ms, m.state.last_leg + 1)
    quote = estimate.quote(m, Place(service, rank, place.base_ms, place.ready_ms))
    if place.slot_ms is None:
        hours.check_in_time(m, quote.p90_s)
    return quote


def _booked_terms(
    m: Moment, service: str, holder: str | None, booking_id: str, credit_ms: int
) -> Terms:
    booking = m.state.bookings.get(booking_id)
    if booking is None or holder not in booking.holders or booking.service != service:
        raise Refused(errors.BOOKING_UNKNOWN)
    if booking.state != model.BOOKED:
        raise Refused(_NOT_BOOKED[booking.state])
    slot_ms, policy = booking.slot_ms, m.policy
    if m.now_ms < slot_ms - policy.booking_early_ms:
        raise Refused(errors.BOOKING_EARLY, from_ms=slot_ms - policy.booking_early_ms)
    if m.now_ms > slot_ms + policy.booking_walk_in_ms:
        raise Refused(errors.BOOKING_LATE)
    if m.now_ms > slot_ms + policy.booking_credit_ms:
        return Terms(m.now_ms, credit_ms, m.now_ms, slot_ms)
    return Terms(
        base_ms=max(slot_ms, m.now_ms),
        credit_ms=max(policy.credit_booked_ms, credit_ms),
        ready_ms=slot_ms - policy.booking_call_early_ms,
        slot_ms=slot_ms,
    )


_NOT_BOOKED = {
    model.CANCELLED: errors.BOOKING_CANCELLED,
    model.CHECKED_IN: errors.BOOKING_USED,
    model.BOOKING_MISSED: errors.BOOKING_LATE,
}


def _service(m: Moment, service: str) -> Service:
    found = m.rules.services.get(service)
    if found is None:
        raise Refused(errors.UNKNOWN_SERVICE)
    return found


def _visit(m: Moment, holder: str | None, booking_id: str | None, alias: str | None) -> int | None:
    """The visit of whoever shows this card, or began it with another card of the booking's.

    `alias`: the card's name on a paper that was given out without the hub.
    """
    if holder is None:
        return None
    booking = None if booking_id is None else m.state.bookings.get(booking_id)
    known = booking.holders if booking is not None and holder in booking.holders else ()
    names = (holder, alias, *known)
    return next((m.state.visits[name] for name in names if name in m.state.visits), None)


def _next_number(m: Moment, letter: str) -> int:
    number = m.state.numbers.get(letter, 0) + 1
    # The numbers between belong to the machines' leases for the time without a hub.
    return m.policy.online_resume if number == m.policy.online_last + 1 else number


# --- Giving back, coming back -------------------------------------------------------------------


def cancel(m: Moment, c: Cancel) -> Events:
    """The holder's number is void; a booking may be used again."""
    leg = m.leg(c.leg)
    if leg not in live_legs(m, c.holder):
        raise Refused(errors.UNKNOWN_LEG)
    if leg.state not in (model.WAITING, model.RESERVED):
        raise Refused(errors.NOT_WAITING)
    return [ev.Voided(at_ms=m.now_ms, leg=leg.id, why="cancelled")]


def come_back(m: Moment, c: Return) -> Events:
    """Who missed a call waits again; number and digits must both be right."""
    legs = (leg for leg in reversed(m.state.legs.values()) if leg.ticket == c.ticket)
    leg = next(legs, None)
    if leg is None or return_code(leg.token) != c.code:
        raise Refused(errors.WRONG_CODE)
    if leg.state == model.NO_SHOW:
        raise Refused(errors.RETURN_LATE)
    if leg.state != model.MISSED:
        raise Refused(errors.NOT_MISSED)
    return [acts.bring_back(m, leg)]


def return_code(token: str) -> str:
    """The four digits on the paper, by which a number is its holder's without a card."""
    return f"{crc32(token.encode()) % 10_000:04d}"


# --- Paper --------------------------------------------------------------------------------------


def confirm_print(m: Moment, c: ConfirmPrint) -> Events:
    """Note how the paper ended; news that comes too late to matter changes nothing."""
    leg = m.leg(c.leg)
    decide = _RESULTS.get(c.result)
    if decide is None:
        raise Refused(errors.NOT_PRINTING)
    event = decide(m, leg)
    if event is None or (leg.state, event.kind) not in LEGS:
        return []
    return [event]


def _on_printed(m: Moment, leg: Leg) -> ev.Event | None:
    if leg.paper == model.PRINTED:
        return None
    return ev.Printed(at_ms=m.now_ms, leg=leg.id)


def _on_unsure(m: Moment, leg: Leg) -> ev.Event | None:
    if leg.paper not in _ONE_PAPER and leg.state != model.RESERVED:
        return None
    return ev.PrintUnsure(at_ms=m.now_ms, leg=leg.id, why="unsure")


def _on_failed(m: Moment, leg: Leg) -> ev.Event | None:
    if leg.paper not in _ONE_PAPER:
        # This paper failed, but an earlier one may be in the visitor's hand.
        return _on_unsure(m, leg)
    return ev.Voided(at_ms=m.now_ms, leg=leg.id)


# At most one paper was ever tried, and nothing is known of it yet.
_ONE_PAPER = frozenset({model.PRINTING, model.PRINT_SILENT})

_RESULTS = {"printed": _on_printed, "unsure": _on_unsure, "failed": _on_failed}


def machine_booted(m: Moment, c: MachineBooted) -> Events:
    """Give up waiting for what the machine was printing."""
    printing = m.state.index.by_state[model.RESERVED].values()
    return [
        ev.PrintUnsure(at_ms=m.now_ms, leg=leg.id, why="rebooted")
        for leg in printing
        if leg.machine == c.machine
    ]
