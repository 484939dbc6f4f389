"""What happens by time alone: every timer is read off the state, so none is lost in a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hub.core import acts, model
from hub.core import events as ev
from hub.core.model import Leg
from hub.core.moment import Moment

Events = list[ev.Event]
# When, what happens then, and to whom. Looked at every turn: no event is made before its time.
Timer = tuple[int, Callable[[Moment, Any], Events], Any]


def due(m: Moment) -> list[ev.Event]:
    """The events of all timers that have run out, in the order of their times."""
    ripe = [timer for timer in _timers(m) if timer[0] <= m.now_ms]
    events: list[ev.Event] = []
    ended = set()
    for _, happens, subject in sorted(ripe, key=lambda timer: timer[0]):
        for event in happens(m, subject):
            # A rating may run out in the very moment in which the next leg begins.
            if isinstance(event, ev.Unrated):
                if event.leg in ended:
                    continue
                ended.add(event.leg)
            events.append(event)
    return events


def next_due_ms(m: Moment) -> int | None:
    """When time next changes the state or a lamp; not after now if something is due already."""
    later = (at_ms for at_ms in _lamp_changes(m) if at_ms > m.now_ms)
    return min([timer[0] for timer in _timers(m)] + list(later), default=None)


def _timers(m: Moment) -> Iterator[Timer]:
    for one_rule in (
        _papers,
        _starts,
        _returns,
        _misses,
        _ratings,
        _voices,
        _bookings,
        _posts,
    ):
        yield from one_rule(m)


def _papers(m: Moment) -> Iterator[Timer]:
    for leg in m.state.index.by_state[model.RESERVED].values():
        yield leg.state_ms + m.policy.print_timeout_ms, _no_word_of_paper, leg


def _no_word_of_paper(m: Moment, leg: Leg) -> Events:
    return [ev.PrintUnsure(at_ms=m.now_ms, leg=leg.id, why="silent")]


def _starts(m: Moment) -> Iterator[Timer]:
    for leg in m.state.index.by_state[model.CALLED].values():
        if leg.announced_ms is not None:
            yield leg.announced_ms + m.policy.start_after_ms, _start, leg


def _start(m: Moment, leg: Leg) -> Events:
    return acts.start(m, leg, implicit=True)


def _returns(m: Moment) -> Iterator[Timer]:
    for leg in m.state.index.by_state[model.HELD].values():
        assert leg.hold_until_ms is not None
        yield leg.hold_until_ms, _bring_back, leg


def _bring_back(m: Moment, leg: Leg) -> Events:
    return [acts.bring_back(m, leg)]


def _misses(m: Moment) -> Iterator[Timer]:
    for leg in m.state.index.by_state[model.MISSED].values():
        yield leg.state_ms + m.policy.return_within_ms, _gone, leg


def _gone(m: Moment, leg: Leg) -> Events:
    return [ev.NoShow(at_ms=m.now_ms, leg=leg.id)]


def _ratings(m: Moment) -> Iterator[Timer]:
    for window in m.state.windows.values():
        if window.rating is not None:
            leg = m.state.legs[window.rating]
            assert leg.rating_ms is not None
            yield leg.rating_ms + m.policy.rating_ms, _no_rating, leg


def _no_rating(m: Moment, leg: Leg) -> Events:
    why = "no-key" if leg.rating == model.SHOWN else "offline"
    return [ev.Unrated(at_ms=m.now_ms, leg=leg.id, why=why)]


def _voices(m: Moment) -> Iterator[Timer]:
    for zone, queue in m.state.voice.items():
        if queue:
            at_ms = m.state.voice_ms[zone] + m.policy.speak_timeout_ms
            yield at_ms, _silent_voice, queue[0]


def _silent_voice(m: Moment, call: int) -> Events:
    return [ev.CallDropped(at_ms=m.now_ms, call=call, why="silent")]


def _bookings(m: Moment) -> Iterator[Timer]:
    for slot_ms, booking in m.state.index.slots:
        # +1: at the very end of the window its holder may still come.
        at_ms = slot_ms + m.policy.booking_walk_in_ms + 1
        yield at_ms, _booking_missed, booking
        if at_ms > m.now_ms:
            break  # the slots are sorted: all others are later


def _booking_missed(m: Moment, booking: str) -> Events:
    return [ev.BookingMissed(at_ms=m.now_ms, booking=booking)]


def _posts(m: Moment) -> Iterator[Timer]:
    """Some minutes into each session: which rostered windows are not open."""
    if not m.state.day_open or not m.rules.posts:
        return
    for opens_ms, closes_ms in m.state.sessions:
        if opens_ms > m.state.posts_checked_ms:
            yield opens_ms + m.policy.post_open_ms, _look_at_posts, (opens_ms, closes_ms)
            return


def _look_at_posts(m: Moment, session: tuple[int, int]) -> Events:
    late = tuple(n for n in sorted(m.rules.posts) if m.state.window(n).state != model.OPEN)
    # A hub that slept through the session has nobody to send to the window any more.
    late = late if m.now_ms < session[1] else ()
    return [ev.PostsChecked(at_ms=m.now_ms, session_ms=session[0], late=late)]


def _lamp_changes(m: Moment) -> Iterator[int]:
    """When a key of a caller comes or ceases to be possible, and numbers are given no more."""
    if m.state.sessions:
        yield m.state.sessions[-1][1]
    for leg in m.state.index.by_state[model.CALLED].values():
        assert leg.asked_ms is not None
        yield leg.asked_ms + m.policy.next_lock_ms
        yield leg.asked_ms + m.policy.recall_gap_ms
    for leg in m.state.index.by_state[model.SERVING].values():
        assert leg.first_call_ms is not None
        if leg.implicit:
            yield leg.first_call_ms + m.policy.noshow_serving_ms + 1
