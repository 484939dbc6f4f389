"""The caller's keys: one table, key and what stands at the window to an act.

Rule 1: a press counts only for the picture it was made on. Leg and version must be the window's
own, else it is STALE; so a double press, a resent one and a press across a change do nothing.
Every accepted press changes the version.

Rule 2: a pair that the table does not hold is refused with the reason of what stands there.

Rule 3: what may be a slip of the finger is refused with CONFIRM_* and done when pressed again.

Rule 4: 下一位 never makes a no-show: whoever is called and not said to be missing was served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hub.core import acts, errors, order
from hub.core import events as ev
from hub.core.commands import Press
from hub.core.errors import Refused
from hub.core.model import CALLED as LEG_CALLED
from hub.core.model import CLOSED, HELD, IDLE, MISSED, PAUSED, STANDING, Leg, WindowState
from hub.core.model import SERVING as LEG_SERVING
from hub.core.moment import Moment

NEXT = "next"
RECALL = "recall"
NOSHOW = "noshow"
ARRIVED = "done"
TRANSFER = "transfer"
PAUSE = "pause"
KEYS = (NEXT, RECALL, NOSHOW, ARRIVED, TRANSFER, PAUSE)
TWO_WAYS = frozenset({RECALL, TRANSFER})  # held for a second they mean something else

CALLED = STANDING[LEG_CALLED]
SERVING = STANDING[LEG_SERVING]

Events = list[ev.Event]


def press(m: Moment, p: Press) -> Events:
    """What the press does; refused if it is stale or not possible now."""
    if p.window not in m.rules.windows:
        raise Refused(errors.UNKNOWN_WINDOW)
    if p.key not in KEYS:
        raise Refused(errors.UNKNOWN_KEY)
    window = m.state.window(p.window)
    if (p.leg or None) != window.leg or p.ver != window.ver:
        raise Refused(errors.STALE)
    stands = m.state.standing(p.window)
    act = TABLE.get((p.key, stands))
    if act is None:
        raise Refused(_REFUSED[stands])
    return act(m, p, window)


def remark(p: Press, events: Sequence[ev.Event]) -> str | None:
    """The reason code that goes with an accepted press: NOBODY if 下一位 had nobody to call."""
    if p.key != NEXT or any(isinstance(e, ev.Called | ev.WindowPaused) for e in events):
        return None
    return errors.NOBODY


# --- 下一位 next -----------------------------------------------------------------------------


def _open_and_call(m: Moment, p: Press, window: WindowState) -> Events:
    leg = order.choose(m, p.window)
    return _open(m, p, window) + ([] if leg is None else [acts.call(m, p.window, leg)])


def _call(m: Moment, p: Press, window: WindowState) -> Events:
    leg = order.choose(m, p.window)
    if leg is None:
        raise Refused(errors.NOBODY)
    return [acts.call(m, p.window, leg)]


def _served_and_call(m: Moment, p: Press, window: WindowState) -> Events:
    leg = acts.at(m, window)
    _not_within(m, leg, m.policy.next_lock_ms)
    if not p.again:
        raise Refused(errors.CONFIRM_SERVED)
    return acts.start(m, leg, implicit=True) + _finish_and_call(m, p, window)


def _finish_and_call(m: Moment, p: Press, window: WindowState) -> Events:
    leaving = acts.at(m, window)
    events = acts.finish(m, leaving)
    leg = None if window.pausing else order.choose(m, p.window, leaving)
    return events if leg is None else [*events, acts.call(m, p.window, leg, leaving)]


# --- 重呼 recall -----------------------------------------------------------------------------


def _recall(m: Moment, p: Press, window: WindowState) -> Events:
    leg = acts.at(m, window)
    if leg.calls >= m.policy.calls_max:
        raise Refused(errors.RECALL_LIMIT)
    _not_within(m, leg, m.policy.recall_gap_ms)
    zone = m.rules.windows[p.window].zone
    # Still to be spoken: a second sentence would only lengthen the queue of sentences.
    merged = leg.announced_ms is None
    return [
        ev.Recalled(
            at_ms=m.now_ms,
            leg=leg.id,
            call=None if merged else m.state.last_call + 1,
            zone=zone,
            voiced=zone in m.rules.voiced_zones,
        )
    ]


def _bring_back(m: Moment, p: Press, window: WindowState) -> Events:
    if not p.long:
        raise Refused(errors.NOT_CALLED)
    aside = m.state.index.by_state
    here = [
        leg
        for state in (HELD, MISSED)
        for leg in aside[state].values()
        if leg.window == window.number
    ]
    if not here:
        raise Refused(errors.NOTHING_HELD)
    last = max(here, key=lambda leg: (leg.state_ms, leg.id))
    return [acts.bring_back(m, last, window.number)]


# --- 过号 no-show ----------------------------------------------------------------------------


def _miss(m: Moment, p: Press, window: WindowState) -> Events:
    leg = acts.at(m, window)
    if leg.calls < m.policy.noshow_free_calls and not p.again:
        raise Refused(errors.CONFIRM_NOSHOW)
    return acts.miss(m, leg)


def _miss_after_all(m: Moment, p: Press, window: WindowState) -> Events:
    """Nobody had said that the visitor came; only time had."""
    leg = acts.at(m, window)
    assert leg.first_call_ms is not None
    if not leg.implicit or m.now_ms - leg.first_call_ms > m.policy.noshow_serving_ms:
        raise Refused(errors.SERVING)
    if not p.again:
        raise Refused(errors.CONFIRM_NOSHOW)
    return acts.miss(m, leg)


# --- 到·完成 arrived, done -------------------------------------------------------------------


def _arrived(m: Moment, p: Press, window: WindowState) -> Events:
    return acts.start(m, acts.at(m, window), implicit=False)


def _done(m: Moment, p: Press, window: WindowState) -> Events:
    return acts.finish(m, acts.at(m, window))


# --- 转移 transfer, long: hold ---------------------------------------------------------------


def _start_and_move(m: Moment, p: Press, window: WindowState) -> Events:
    moved = _move(m, p, window)
    return acts.start(m, acts.at(m, window), implicit=False) + moved


def _move(m: Moment, p: Press, window: WindowState) -> Events:
    leg = acts.at(m, window)
    if not m.state.day_open:
        raise Refused(errors.DAY_CLOSED)
    return acts.hold(m, leg) if p.long else acts.transfer(m, leg, p.target)


# --- 暂停 open, pause, resume ----------------------------------------------------------------


def _open(m: Moment, p: Press, window: WindowState) -> Events:
    if not m.state.day_open:
        raise Refused(errors.DAY_CLOSED)
    return [ev.WindowOpened(at_ms=m.now_ms, window=p.window)]


def _pause(m: Moment, p: Press, window: WindowState) -> Events:
    return [ev.WindowPaused(at_ms=m.now_ms, window=p.window)]


def _pause_later(m: Moment, p: Press, window: WindowState) -> Events:
    return [ev.PauseAsked(at_ms=m.now_ms, window=p.window, on=not window.pausing)]


def _not_within(m: Moment, leg: Leg, gap_ms: int) -> None:
    assert leg.asked_ms is not None
    if m.now_ms - leg.asked_ms < gap_ms:
        raise Refused(errors.TOO_SOON)


Act = Callable[[Moment, Press, WindowState], Events]

TABLE: Mapping[tuple[str, str], Act] = {
    (NEXT, CLOSED): _open_and_call,
    (NEXT, PAUSED): _open_and_call,
    (NEXT, IDLE): _call,
    (NEXT, CALLED): _served_and_call,
    (NEXT, SERVING): _finish_and_call,
    (RECALL, IDLE): _bring_back,
    (RECALL, CALLED): _recall,
    (NOSHOW, CALLED): _miss,
    (NOSHOW, SERVING): _miss_after_all,
    (ARRIVED, CALLED): _arrived,
    (ARRIVED, SERVING): _done,
    (TRANSFER, CALLED): _start_and_move,
    (TRANSFER, SERVING): _move,
    (PAUSE, CLOSED): _open,
    (PAUSE, PAUSED): _open,
    (PAUSE, IDLE): _pause,
    (PAUSE, CALLED): _pause_later,
    (PAUSE, SERVING): _pause_later,
}

_REFUSED = {
    CLOSED: errors.WINDOW_CLOSED,
    PAUSED: errors.WINDOW_PAUSED,
    IDLE: errors.NOT_CALLED,
    SERVING: errors.SERVING,
}
