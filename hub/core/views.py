"""What the hall looks like from outside: read only, never part of a decision."""

from __future__ import annotations

from typing import NamedTuple

from hub.core import acts, issue, keys, model, order
from hub.core.model import Booking
from hub.core.moment import Moment

# A voice speaks one sentence and holds the next, so that nobody hears the wire between two.
VOICE_HOLDS = 2


class WindowView(NamedTuple):
    """One window as its caller shows it; `lit` keys would be accepted now."""

    st: str  # closed | paused | idle | called | serving
    leg: int | None
    ticket: str | None
    ver: int
    waiting: int
    lit: tuple[str, ...]
    blink: tuple[str, ...]
    pausing: bool
    targets: tuple[int, ...]  # windows to which the leg that stands here may be transferred


class ZoneCall(NamedTuple):
    """One row of a zone's board."""

    call: int
    leg: int
    ticket: str
    window: int
    at_ms: int


class Speech(NamedTuple):
    """One sentence for a zone's voice, to be said `times` times."""

    call: int
    ticket: str
    window: int
    times: int


def window_view(m: Moment, number: int) -> WindowView:
    """What the window's caller shows now."""
    window = m.state.window(number)
    leg = None if window.leg is None else m.state.legs[window.leg]
    stands = m.state.standing(number)
    limit = leg is not None and stands == keys.CALLED and leg.calls >= m.policy.calls_max
    return WindowView(
        st=stands,
        leg=window.leg,
        ticket=None if leg is None else leg.ticket,
        ver=window.ver,
        waiting=order.waiting_at(m, number),
        lit=keys.lit(m, window, stands),
        blink=(keys.NOSHOW,) if limit else (),
        pausing=window.pausing,
        targets=acts.targets(m, number) if leg is not None and m.state.day_open else (),
    )


def bookings_of(m: Moment, holder: str) -> tuple[Booking, ...]:
    """The holder's bookings that may still be used, by slot."""
    bookings = m.state.bookings
    usable = (bookings[booking] for _, booking in m.state.index.slots)
    return tuple(
        booking
        for booking in usable
        if holder in booking.holders and m.now_ms <= booking.slot_ms + m.policy.booking_walk_in_ms
    )


def live_legs_of(m: Moment, holder: str, alias: str | None) -> tuple[model.Leg, ...]:
    """The legs of the holder's visit that are not over."""
    return tuple(issue.live_legs(m, holder, alias=alias))


def zone_calls(m: Moment, zone: str) -> tuple[ZoneCall, ...]:
    """The last calls of a zone with their windows, newest first, each leg once."""
    rows = m.state.boards.get(zone, [])[: m.policy.board_calls]
    calls = (m.state.calls[row] for row in rows)
    return tuple(ZoneCall(c.id, c.leg, c.ticket, c.window, c.at_ms) for c in calls)


def to_speak(m: Moment, zone: str) -> tuple[Speech, ...]:
    """What the zone's voice is to be at, and the one after it; once if another waits behind."""
    queue = m.state.voice.get(zone, [])
    calls = (m.state.calls[call] for call in queue[:VOICE_HOLDS])
    return tuple(
        Speech(c.id, c.ticket, c.window, m.policy.speak_times if c.id == queue[-1] else 1)
        for c in calls
    )
