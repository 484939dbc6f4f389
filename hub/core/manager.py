"""What a manager may do to the queue, each act with its reason in the journal, and be told.

Every act that changes something is journalled as `Managed`, followed by what it brought about;
one that changes nothing leaves no trace.
"""

from __future__ import annotations

from hub.core import acts, day, errors, model, order
from hub.core import events as ev
from hub.core.commands import (
    Alert,
    BringBack,
    CloseDay,
    ForceFinish,
    Prioritise,
    SetAside,
    SetWindow,
    Transfer,
)
from hub.core.errors import Refused
from hub.core.model import Leg
from hub.core.moment import Moment

Events = list[ev.Event]

# The acts by the names that the journal keeps.
PRIORITY = "priority"
URGENT = "urgent"
FINISH = "finish"
HOLD = "hold"
BACK = "back"
TRANSFER = "transfer"
OPEN = "open"
PAUSE = "pause"
CLOSE = "close"
CLOSE_DAY = "close-day"
REVOKE = "revoke"
ALLOW = "allow"


# --- Legs ---------------------------------------------------------------------------------------


def prioritise(m: Moment, c: Prioritise) -> Events:
    """Give 优先, or the first place; a leg that has as much already keeps its key."""
    leg = m.leg(c.leg)
    if leg.state != model.WAITING:
        raise Refused(errors.NOT_WAITING)
    reason = reason_of(c.reason)
    credit_ms = m.policy.credit_priority_ms
    if c.urgent:
        credit_ms = max(credit_ms, leg.base_ms - _first_key_ms(m) + 1)
    if leg.urgent or credit_ms <= leg.credit_ms:
        return []
    moved = ev.Prioritised(
        at_ms=m.now_ms, leg=leg.id, credit_ms=credit_ms, urgent=c.urgent, reason=reason
    )
    return [managed(m, URGENT if c.urgent else PRIORITY, reason, leg=leg.id), moved]


def _first_key_ms(m: Moment) -> int:
    return min(order.rank(leg)[0] for leg in m.state.index.by_state[model.WAITING].values())


def force_finish(m: Moment, c: ForceFinish) -> Events:
    """End a service in its clerk's place; it counts in no figure and asks for no rating."""
    leg = m.leg(c.leg)
    if leg.state != model.SERVING:
        raise Refused(errors.NOT_SERVING)
    reason = reason_of(c.reason)
    end = ev.Finished(at_ms=m.now_ms, leg=leg.id, forced=True, reason=reason)
    return [managed(m, FINISH, reason, leg=leg.id), *acts.leave(m, leg, end)]


def set_aside(m: Moment, c: SetAside) -> Events:
    """Hold a leg in its clerk's place."""
    leg, reason = _at_window(m, c.leg), reason_of(c.reason)
    held = acts.hold(m, leg, reason)
    return [managed(m, HOLD, reason, leg=leg.id), *_started(m, leg), *held]


def transfer(m: Moment, c: Transfer) -> Events:
    """Send a leg on in its clerk's place."""
    leg, reason = _at_window(m, c.leg), reason_of(c.reason)
    moved = acts.transfer(m, leg, c.target)
    done = managed(m, TRANSFER, reason, leg=leg.id, window=c.target)
    return [done, *_started(m, leg), *moved]


def bring_back(m: Moment, c: BringBack) -> Events:
    """Let a leg that is held, or missed its call, wait again."""
    leg = m.leg(c.leg)
    if leg.state == model.NO_SHOW:
        raise Refused(errors.RETURN_LATE)
    if leg.state not in (model.HELD, model.MISSED):
        raise Refused(errors.NOT_MISSED)
    return [managed(m, BACK, reason_of(c.reason), leg=leg.id), acts.bring_back(m, leg)]


def _at_window(m: Moment, number: int) -> Leg:
    leg = m.leg(number)
    if leg.state not in model.AT_WINDOW:
        raise Refused(errors.NOT_SERVING)
    if not m.state.day_open:
        raise Refused(errors.DAY_CLOSED)
    return leg


def _started(m: Moment, leg: Leg) -> Events:
    """Nobody at the window has said that the visitor came, so the start is an implicit one."""
    return acts.start(m, leg, implicit=True) if leg.state == model.CALLED else []


# --- Windows and the day ------------------------------------------------------------------------

Change = tuple[str, ev.Event | None]  # the act's name, and its event if it changes anything


def set_window(m: Moment, c: SetWindow) -> Events:
    """Open, pause or close a window; who is being called or served there is never disturbed."""
    if c.window not in m.rules.windows:
        raise Refused(errors.NO_SUCH_WINDOW)
    if not m.state.day_open:
        raise Refused(errors.DAY_CLOSED)
    reason = reason_of(c.reason)
    act, change = _CHANGES[c.to](m, m.state.window(c.window))
    return [] if change is None else [managed(m, act, reason, window=c.window), change]


def _open(m: Moment, window: model.WindowState) -> Change:
    if window.state != model.OPEN:
        return OPEN, ev.WindowOpened(at_ms=m.now_ms, window=window.number)
    if window.pausing:
        return OPEN, ev.PauseAsked(at_ms=m.now_ms, window=window.number, on=False)
    return OPEN, None


def _pause(m: Moment, window: model.WindowState) -> Change:
    if window.state == model.CLOSED:
        raise Refused(errors.WINDOW_CLOSED)
    if window.state == model.PAUSED or window.pausing:
        return PAUSE, None
    if window.leg is not None:
        return PAUSE, ev.PauseAsked(at_ms=m.now_ms, window=window.number, on=True)
    return PAUSE, ev.WindowPaused(at_ms=m.now_ms, window=window.number)


def _close(m: Moment, window: model.WindowState) -> Change:
    if window.leg is not None:
        raise Refused(errors.WINDOW_BUSY)
    if window.state == model.CLOSED:
        return CLOSE, None
    return CLOSE, ev.WindowClosed(at_ms=m.now_ms, window=window.number)


_CHANGES = {model.OPEN: _open, model.PAUSED: _pause, model.CLOSED: _close}


def close_day(m: Moment, c: CloseDay) -> Events:
    """End the day, because its time has come or, with a reason, before that."""
    ends = day.close_day(m)
    return ends if c.reason is None else [managed(m, CLOSE_DAY, reason_of(c.reason)), *ends]


# --- Telling ------------------------------------------------------------------------------------


def alert(m: Moment, c: Alert) -> Events:
    """Tell the manager once a day."""
    if not m.state.day_open or f"{c.what}:{c.subject}" in m.state.alerts:
        return []
    return [ev.Alerted(at_ms=m.now_ms, what=c.what, subject=c.subject)]


def managed(
    m: Moment, act: str, reason: str, leg: int | None = None, window: int | None = None
) -> ev.Event:
    """The journal's record of an act, which stands before what it brings about."""
    return ev.Managed(at_ms=m.now_ms, act=act, reason=reason, leg=leg, window=window)


def reason_of(text: str) -> str:
    """A manager's reason, without which nothing is done."""
    if not text.strip():
        raise Refused(errors.NEED_REASON)
    return text.strip()
