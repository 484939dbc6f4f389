"""The acts that decisions are made of: what starting, ending or calling a leg brings with it."""

from __future__ import annotations

from hub.core import errors, model, order
from hub.core import events as ev
from hub.core.errors import Refused
from hub.core.model import Leg, WindowState
from hub.core.moment import Moment


def call(m: Moment, window: int, leg: Leg, leaving: Leg | None = None) -> ev.Event:
    """Call the leg to the window, noting whether the order's bound held."""
    zone = m.rules.windows[window].zone
    breached = order.overtaken(m, window, leg, leaving)
    return ev.Called(
        at_ms=m.now_ms,
        leg=leg.id,
        window=window,
        zone=zone,
        call=m.state.last_call + 1,
        voiced=zone in m.rules.voiced_zones,
        breach=None if breached is None else breached.id,
    )


def start(m: Moment, leg: Leg, *, implicit: bool) -> list[ev.Event]:
    """Begin serving a called leg: its announcement and the rating before it are over."""
    events = unsay(m, leg, "answered")
    rating = m.state.window(_window(leg)).rating
    if rating is not None:
        events.append(ev.Unrated(at_ms=m.now_ms, leg=rating, why="next"))
    events.append(ev.Started(at_ms=m.now_ms, leg=leg.id, implicit=implicit))
    return events


def leave(m: Moment, leg: Leg, end: ev.Event) -> list[ev.Event]:
    """End the leg's stand at its window, which then pauses if its clerk had asked for that."""
    window = m.state.window(_window(leg))
    if window.pausing and m.state.day_open:
        return [end, ev.WindowPaused(at_ms=m.now_ms, window=window.number)]
    return [end]


def finish(m: Moment, leg: Leg) -> list[ev.Event]:
    """End the service; the rating opens by the event's fold, for whoever sits there now."""
    post = m.rules.posts.get(_window(leg))
    return leave(m, leg, ev.Finished(at_ms=m.now_ms, leg=leg.id, forced=False, post=post))


def miss(m: Moment, leg: Leg) -> list[ev.Event]:
    """Nobody came: once it may return, twice or after the day's end it may not."""
    end: ev.Event
    if leg.misses or not m.state.day_open:
        end = ev.NoShow(at_ms=m.now_ms, leg=leg.id)
    else:
        end = ev.Missed(at_ms=m.now_ms, leg=leg.id)
    return [*unsay(m, leg, "cancelled"), *leave(m, leg, end)]


def unsay(m: Moment, leg: Leg, why: str) -> list[ev.Event]:
    """Take a called leg's call out of the voice's queue, unless it is being spoken now."""
    assert leg.call is not None
    call = m.state.calls[leg.call]
    if call.state != model.QUEUED or m.state.voice[call.zone][0] == call.id:
        return []
    return [ev.CallDropped(at_ms=m.now_ms, call=call.id, why=why)]


def hold(m: Moment, leg: Leg, reason: str | None = None) -> list[ev.Event]:
    """Put the leg aside, to wait again by itself after the policy's time."""
    until_ms = m.now_ms + m.policy.hold_ms
    return leave(m, leg, ev.Held(at_ms=m.now_ms, leg=leg.id, until_ms=until_ms, reason=reason))


def targets(m: Moment, window: int) -> tuple[int, ...]:
    """The other windows to which a leg may be transferred from this one now, in order."""
    return tuple(
        number
        for number, other in sorted(m.rules.windows.items())
        if number != window
        and other.transfer_service is not None
        and m.state.window(number).state == model.OPEN
    )


def why_no_transfer(m: Moment, number: int | None) -> str | None:
    """The reason for which nobody can be transferred to that window now; None: one can."""
    target = None if number is None else m.rules.windows.get(number)
    if target is None or target.transfer_service is None:
        return errors.NO_TARGET
    return errors.TARGET_CLOSED if m.state.window(target.number).state != model.OPEN else None


def transfer(m: Moment, leg: Leg, number: int | None) -> list[ev.Event]:
    """End the leg here and let its visitor wait for that window; refused if it takes nobody."""
    reason = why_no_transfer(m, number)
    if reason is not None:
        raise Refused(reason)
    assert number is not None
    service = m.rules.windows[number].transfer_service
    assert service is not None
    same = service == leg.service
    follower = ev.Forwarded(
        at_ms=m.now_ms,
        leg=m.state.last_leg + 1,
        origin=leg.id,
        service=service,
        # To the same service a kept key would be a way round the queue.
        base_ms=m.now_ms if same else leg.base_ms,
        credit_ms=0 if same else leg.credit_ms,
    )
    return [*leave(m, leg, ev.Transferred(at_ms=m.now_ms, leg=leg.id)), follower]


def bring_back(
    m: Moment, leg: Leg, window: int | None = None, machine: str | None = None
) -> ev.Event:
    """Let a held leg wait again where it was, a missed one just behind the next three.

    `window`: whose clerk asked for it; `machine`: where its visitor did, for another paper.
    """
    base_ms = leg.base_ms
    if leg.state == model.MISSED:
        base_ms = max(leg.key_ms, _behind(m, leg.service)) + leg.credit_ms
    return ev.Returned(at_ms=m.now_ms, leg=leg.id, base_ms=base_ms, window=window, machine=machine)


def _behind(m: Moment, service: str) -> int:
    """The key just after the third waiting leg, or the last; 0 if nobody waits."""
    waiting = m.state.index.waiting.get(service, {}).values()
    keys = sorted(leg.key_ms for leg in waiting)[: m.policy.return_behind]
    return keys[-1] + 1 if keys else 0


def _window(leg: Leg) -> int:
    assert leg.window is not None
    return leg.window


def at(m: Moment, window: WindowState) -> Leg:
    """The leg that stands at the window."""
    assert window.leg is not None
    return m.state.legs[window.leg]
