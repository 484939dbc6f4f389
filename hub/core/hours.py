"""The day's hours: until when numbers are given, which windows are due, and time without breaks.

Where no hours are known (`sessions` is empty) the hall serves all day.
"""

from __future__ import annotations

from hub.core import errors
from hub.core.errors import Refused
from hub.core.model import CLOSED, OPEN
from hub.core.moment import Moment
from hub.core.rules import Service

# What the manager is told of.
NO_WINDOW = "no-window"
PAST_CLOSING = "past-closing"


def check_issue(m: Moment, service: Service) -> None:
    """Refused after the day's end, or if no window will call this service any more today."""
    sessions = m.state.sessions
    if not m.state.day_open or (sessions and m.now_ms >= sessions[-1][1]):
        raise Refused(errors.DAY_CLOSED)
    if not any(is_due(m, n) for n in service.windows_primary | service.windows_secondary):
        raise Refused(errors.NO_WINDOW, NO_WINDOW)


def check_in_time(m: Moment, p90_s: int | None) -> None:
    """Refused if the call would probably come after the last session."""
    sessions = m.state.sessions
    if sessions and p90_s is not None and m.now_ms + p90_s * 1_000 > sessions[-1][1]:
        raise Refused(errors.PAST_CLOSING, PAST_CLOSING)


def is_due(m: Moment, number: int) -> bool:
    """Whether the window is open, has been today, or may still be opened."""
    sessions = m.state.sessions
    if not sessions or m.state.window(number).state != CLOSED:
        return True
    return is_rostered(m, number) and m.now_ms < sessions[-1][0] + m.policy.post_open_ms


def is_rostered(m: Moment, number: int) -> bool:
    """Whether somebody is to sit there; without a roster: at every window."""
    return not m.rules.posts or number in m.rules.posts


def serving_windows(m: Moment, windows: frozenset[int]) -> dict[int, bool]:
    """Of these windows those that will call, true if they do so now.

    Empty if nobody can say: none is open in the middle of a session.
    """
    state = m.state
    sessions = state.sessions
    now = next((span for span in sessions if span[0] <= m.now_ms < span[1]), None)
    beginning = now is not None and m.now_ms < now[0] + m.policy.post_open_ms
    if sessions and m.now_ms < sessions[-1][1] and (now is None or beginning):
        # Whoever is to sit there comes when the session begins.
        return {
            n: state.window(n).state == OPEN
            for n in sorted(windows)
            if state.window(n).state != CLOSED or is_rostered(m, n)
        }
    found = {n: state.window(n).state == OPEN for n in sorted(windows) if is_up(m, n)}
    return found if any(found.values()) else {}


def is_up(m: Moment, number: int) -> bool:
    """Whether the window was opened today; it may be paused now."""
    return m.state.window(number).state != CLOSED


def until_open_ms(m: Moment) -> int:
    """How long nobody is called, because the next session is still to begin."""
    later = [opens_ms for opens_ms, _ in m.state.sessions if opens_ms > m.now_ms]
    inside = any(opens_ms <= m.now_ms < closes_ms for opens_ms, closes_ms in m.state.sessions)
    return later[0] - m.now_ms if later and not inside else 0


def with_breaks_ms(m: Moment, serving_ms: float) -> float:
    """How long from now until so much time has been served, breaks added."""
    at_ms = float(m.now_ms)
    for opens_ms, closes_ms in m.state.sessions:
        if closes_ms <= at_ms:
            continue
        at_ms = max(at_ms, opens_ms)
        if at_ms + serving_ms <= closes_ms:
            break
        if (opens_ms, closes_ms) != m.state.sessions[-1]:
            serving_ms -= closes_ms - at_ms
            at_ms = closes_ms
    return at_ms + serving_ms - m.now_ms


def without_breaks_ms(m: Moment, wait_ms: int) -> float:
    """How much of the time from now is served, the inverse of `with_breaks_ms`."""
    if not m.state.sessions:
        return wait_ms
    end_ms, last = m.now_ms + wait_ms, m.state.sessions[-1]
    served = sum(
        max(0, min(closes_ms, end_ms) - max(opens_ms, m.now_ms))
        for opens_ms, closes_ms in m.state.sessions
    )
    return served + max(0, end_ms - max(last[1], m.now_ms))
