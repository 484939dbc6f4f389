"""The caller's keys: one table, key and what stands at the window to an act.

Rule 1: a press counts only for the picture it was made on. Leg and version must be the window's
own, else it is STALE; so a double press, a resent one and a press across a change do nothing.
Every accepted press changes the version.

Rule 2: a pair that the table does not hold is refused with the reason of what stands there.

Rule 3: what may be a slip of the finger is refused with CONFIRM_* and done when pressed again.

Rule 4: 下一位 never makes a no-show: whoever is called and not said to be missing was served.

Rule 5: what a pair does and why it would be refused are two functions, so that a lamp can be lit
by the very rule that decides, without anything being decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

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
Reason = str | None


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
    rule = TABLE.get((p.key, stands))
    if rule is None:
        raise Refused(_REFUSED[stands])
    reason = rule.why_not(m, p, window)
    if reason is not None:
        raise Refused(reason)
    return rule.act(m, p, window)


def lit(m: Moment, window: WindowState, stands: str) -> tuple[str, ...]:
    """The keys that would be accepted there, short or long, pressed again if they ask for it."""
    return tuple(
        key
        for key, rule in _RULES[stands]
        if rule.why_not(m, _SHORT, window) is None
        or (key in TWO_WAYS and rule.why_not(m, _LONG, window) is None)
    )


# A reason looks at how it is pressed; which key, where and on what picture was settled before.
_SHORT, _LONG = (Press(0, "", held, True, None, 0) for held in (False, True))


def remark(p: Press, events: Sequence[ev.Event]) -> str | None:
    """The reason code that goes with an accepted press: NOBODY if 下一位 had nobody to call."""
    if p.key != NEXT or any(isinstance(e, ev.Called | ev.WindowPaused) for e in events):
        return None
    return errors.NOBODY


# --- 下一位 next -----------------------------------------------------------------------------


def _open_and_call(m: Moment, p: Press, window: WindowState) -> Events:
    leg = order.choose(m, p.window)
    return _open(m, p, window) + ([] if leg is None else [acts.call(m, p.window, leg)])


def _nobody(m: Moment, p: Press, window: WindowState) -> Reason:
    return None if order.is_anybody(m, window.number) else errors.NOBODY


def _call(m: Moment, p: Press, window: WindowState) -> Events:
    leg = order.choose(m, p.window)
    assert leg is not None  # _nobody
    return [acts.call(m, p.window, leg)]


def _not_served_yet(m: Moment, p: Press, window: WindowState) -> Reason:
    if _is_within(m, acts.at(m, window), m.policy.next_lock_ms):
        return errors.TOO_SOON
    return None if p.again else errors.CONFIRM_SERVED


def _served_and_call(m: Moment, p: Press, window: WindowState) -> Events:
    started = acts.start(m, acts.at(m, window), implicit=True)
    return started + _finish_and_call(m, p, window)


def _finish_and_call(m: Moment, p: Press, window: WindowState) -> Events:
    leaving = acts.at(m, window)
    events = acts.finish(m, leaving)
    leg = None if window.pausing else order.choose(m, p.window, leaving)
    return events if leg is None else [*events, acts.call(m, p.window, leg, leaving)]


# --- 重呼 recall -----------------------------------------------------------------------------


def _no_recall(m: Moment, p: Press, window: WindowState) -> Reason:
    leg = acts.at(m, window)
    if leg.calls >= m.policy.calls_max:
        return errors.RECALL_LIMIT
    return errors.TOO_SOON if _is_within(m, leg, m.policy.recall_gap_ms) else None


def _recall(m: Moment, p: Press, window: WindowState) -> Events:
    leg = acts.at(m, window)
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


def _nothing_held(m: Moment, p: Press, window: WindowState) -> Reason:
    if not p.long:
        return errors.NOT_CALLED
    return None if _aside(m, window) else errors.NOTHING_HELD


def _bring_back(m: Moment, p: Press, window: WindowState) -> Events:
    last = max(_aside(m, window), key=lambda leg: (leg.state_ms, leg.id))
    return [acts.bring_back(m, last, window.number)]


def _aside(m: Moment, window: WindowState) -> list[Leg]:
    """Who was held or missed here."""
    aside = m.state.index.by_state
    return [
        leg
        for state in (HELD, MISSED)
        for leg in aside[state].values()
        if leg.window == window.number
    ]


# --- 过号 no-show ----------------------------------------------------------------------------


def _few_calls(m: Moment, p: Press, window: WindowState) -> Reason:
    if acts.at(m, window).calls < m.policy.noshow_free_calls and not p.again:
        return errors.CONFIRM_NOSHOW
    return None


def _came(m: Moment, p: Press, window: WindowState) -> Reason:
    """Unless nobody had said that the visitor came; only time had."""
    leg = acts.at(m, window)
    assert leg.first_call_ms is not None
    if not leg.implicit or m.now_ms - leg.first_call_ms > m.policy.noshow_serving_ms:
        return errors.SERVING
    return None if p.again else errors.CONFIRM_NOSHOW


def _miss(m: Moment, p: Press, window: WindowState) -> Events:
    return acts.miss(m, acts.at(m, window))


# --- 到·完成 arrived, done -------------------------------------------------------------------


def _arrived(m: Moment, p: Press, window: WindowState) -> Events:
    return acts.start(m, acts.at(m, window), implicit=False)


def _done(m: Moment, p: Press, window: WindowState) -> Events:
    return acts.finish(m, acts.at(m, window))


# --- 转移 transfer, long: hold ---------------------------------------------------------------


def _nowhere(m: Moment, p: Press, window: WindowState) -> Reason:
    if not m.state.day_open:
        return errors.DAY_CLOSED
    return None if p.long else acts.why_no_transfer(m, p.target)


def _start_and_move(m: Moment, p: Press, window: WindowState) -> Events:
    return acts.start(m, acts.at(m, window), implicit=False) + _move(m, p, window)


def _move(m: Moment, p: Press, window: WindowState) -> Events:
    leg = acts.at(m, window)
    return acts.hold(m, leg) if p.long else acts.transfer(m, leg, p.target)


# --- 暂停 open, pause, resume ----------------------------------------------------------------


def _day_is_over(m: Moment, p: Press, window: WindowState) -> Reason:
    return None if m.state.day_open else errors.DAY_CLOSED


def _open(m: Moment, p: Press, window: WindowState) -> Events:
    return [ev.WindowOpened(at_ms=m.now_ms, window=p.window)]


def _pause(m: Moment, p: Press, window: WindowState) -> Events:
    return [ev.WindowPaused(at_ms=m.now_ms, window=p.window)]


def _pause_later(m: Moment, p: Press, window: WindowState) -> Events:
    return [ev.PauseAsked(at_ms=m.now_ms, window=p.window, on=not window.pausing)]


def _is_within(m: Moment, leg: Leg, gap_ms: int) -> bool:
    """Whether the leg was called, or called again, less than that ago."""
    assert leg.asked_ms is not None
    return m.now_ms - leg.asked_ms < gap_ms


def _never(m: Moment, p: Press, window: WindowState) -> Reason:
    return None


class Rule(NamedTuple):
    """What a key does there, and the reason for which it does not; None: it does."""

    act: Callable[[Moment, Press, WindowState], Events]
    why_not: Callable[[Moment, Press, WindowState], Reason]


TABLE: Mapping[tuple[str, str], Rule] = {
    (NEXT, CLOSED): Rule(_open_and_call, _day_is_over),
    (NEXT, PAUSED): Rule(_open_and_call, _day_is_over),
    (NEXT, IDLE): Rule(_call, _nobody),
    (NEXT, CALLED): Rule(_served_and_call, _not_served_yet),
    (NEXT, SERVING): Rule(_finish_and_call, _never),
    (RECALL, IDLE): Rule(_bring_back, _nothing_held),
    (RECALL, CALLED): Rule(_recall, _no_recall),
    (NOSHOW, CALLED): Rule(_miss, _few_calls),
    (NOSHOW, SERVING): Rule(_miss, _came),
    (ARRIVED, CALLED): Rule(_arrived, _never),
    (ARRIVED, SERVING): Rule(_done, _never),
    (TRANSFER, CALLED): Rule(_start_and_move, _nowhere),
    (TRANSFER, SERVING): Rule(_move, _nowhere),
    (PAUSE, CLOSED): Rule(_open, _day_is_over),
    (PAUSE, PAUSED): Rule(_open, _day_is_over),
    (PAUSE, IDLE): Rule(_pause, _never),
    (PAUSE, CALLED): Rule(_pause_later, _never),
    (PAUSE, SERVING): Rule(_pause_later, _never),
}

_RULES = {
    stands: tuple((key, TABLE[key, stands]) for key in KEYS if (key, stands) in TABLE)
    for stands in (CLOSED, PAUSED, IDLE, CALLED, SERVING)
}

_REFUSED = {
    CLOSED: errors.WINDOW_CLOSED,
    PAUSED: errors.WINDOW_PAUSED,
    IDLE: errors.NOT_CALLED,
    SERVING: errors.SERVING,
}
