"""No call unshown without an alarm, none spoken unasked, none said to be spoken and not heard."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sim.evidence import VIOLATION, Evidence, Problem

# hub.alarms looks after 5 s; the hub may be in the middle of a restart of 12 s, and looks rarely.
ALARM_MS = 20_000
OVER = frozenset({"started", "missed", "no_show", "recalled"})


class Call(NamedTuple):
    """A call or recall of the journal, until something else happened to its leg.

    `first_ms`: of the call that it is; a recall before the voice has said it is the same call.
    """

    number: str
    window: int
    zone: str
    call: int
    first_ms: int
    at_ms: int
    until_ms: int


def check(evidence: Evidence) -> Iterator[Problem]:
    """Calls against pictures, alarms and sentences."""
    calls = list(_calls(evidence))
    yield from _unshown(evidence, calls)
    yield from _unheard(evidence, calls)


def _calls(evidence: Evidence) -> Iterator[Call]:
    standing: dict[int, tuple[int, str, int, int, int]] = {}
    last_ms = evidence.seen.world.now_ms
    for row in evidence.rows:
        leg = row.data.get("leg")
        if row.kind in OVER and leg in standing:
            window, zone, call, first_ms, at_ms = standing.pop(leg)
            yield Call(evidence.tickets[leg], window, zone, call, first_ms, at_ms, row.at_ms)
            if row.kind == "recalled":
                if row.data["call"] is not None:
                    call, first_ms = row.data["call"], row.at_ms
                standing[leg] = window, zone, call, first_ms, row.at_ms
        elif row.kind == "called":
            window, zone, call = (row.data[name] for name in ("window", "zone", "call"))
            standing[leg] = window, zone, call, row.at_ms, row.at_ms
    for leg, told in standing.items():
        yield Call(evidence.tickets[leg], *told, last_ms)


def _unshown(evidence: Evidence, calls: list[Call]) -> Iterator[Problem]:
    shown: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for at_ms, display, lines in evidence.seen.pictures:
        shown[display].append((at_ms, lines))
    for call in calls:
        if call.until_ms - call.at_ms < ALARM_MS:
            continue
        window = evidence.config.windows[call.window]
        displays = [*evidence.config.zone_boards(call.zone), *filter(None, [window.bar])]
        if any(_shows(shown[display], call) for display in displays):
            continue
        words = f"{call.number} at window {call.window}"
        if not any(
            words in text and call.first_ms <= at_ms <= call.until_ms
            for at_ms, text in evidence.seen.alarms
        ):
            yield Problem(VIOLATION, "call unshown without an alarm", f"{call}")


def _shows(pictures: list[tuple[int, tuple[str, ...]]], call: Call) -> bool:
    """Whether the number stood there at any time of the call, be it from before."""
    first = max(0, bisect_left(pictures, (call.at_ms, ())) - 1)
    for at_ms, lines in pictures[first:]:
        if at_ms > call.until_ms:
            return False
        if any(call.number in line for line in lines):
            return True
    return False


def _unheard(evidence: Evidence, calls: list[Call]) -> Iterator[Problem]:
    """A call may be cut off by a reboot and said anew; else it is heard at most twice."""
    by_id = {call.call: call for call in calls}
    said = Counter((call.number, call.window) for call in calls)
    heard = Counter((s.number, s.window) for s in evidence.seen.sentences)
    boots = Counter(device for _, device in evidence.seen.boots)
    for name, count in heard.items():
        if name not in said:
            yield Problem(VIOLATION, "sentence that nobody asked for", f"{name}")
        most = 2 * said[name] + sum(boots[board] for board in evidence.config.boards)
        if count > most:
            yield Problem(VIOLATION, "call said too often", f"{name}: {count} times")
    for row in evidence.rows:
        if row.kind == "call_spoken" and row.data["call"] in by_id:
            call = by_id[row.data["call"]]
            if not heard[call.number, call.window]:
                yield Problem(VIOLATION, "call said to be spoken", f"{call}")
