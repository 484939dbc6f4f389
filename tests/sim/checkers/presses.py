"""A press counts once, on the picture it was made on, for the number that stood there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hub.log.journal import Row
from sim.evidence import DUPLICATED, VIOLATION, Evidence, Problem
from sim.seen import Finger

# What only a clerk's key brings about, beside what a manager or the day's end forces.
BY_KEY = frozenset({"called", "recalled", "missed", "held", "transferred", "window_opened"})


def check(evidence: Evidence) -> Iterator[Problem]:
    """Fingers against the rows that they brought about."""
    fingers = {(f.device, f.boot, f.n): f for f in evidence.seen.fingers}
    answered = Counter((r.device, r.boot, r.n) for r in evidence.rows if r.device is not None)
    for name, count in answered.items():
        if count > 1:
            yield Problem(DUPLICATED, "event that counted twice", f"{name}")
    for batch in evidence.batches:
        first = batch[0]
        press = evidence.pressed(first)
        if press is None:
            yield from _no_finger(batch)
            continue
        finger = fingers.get((str(first.device), first.boot or 0, first.n or 0))
        if finger is None or finger.key != press["key"]:
            yield Problem(VIOLATION, "press that nobody made", f"{first}")
        else:
            yield from _on_the_picture(evidence, batch, finger)


def _no_finger(batch: list[Row]) -> Iterator[Problem]:
    for row in batch:
        is_forced = row.kind == "finished" and not row.data["forced"]
        if row.kind in BY_KEY or is_forced:
            yield Problem(VIOLATION, "act of a clerk without a key", f"{row}")


def _on_the_picture(evidence: Evidence, batch: list[Row], finger: Finger) -> Iterator[Problem]:
    """The first leg that a press moves is the one whose number the clerk saw."""
    for row in batch:
        if row.kind in ("started", "finished", "recalled", "missed", "no_show", "held"):
            number = evidence.tickets[row.data["leg"]]
            if number != finger.digits:
                detail = f"saw {finger.digits!r}, moved {number}: {row}"
                yield Problem(VIOLATION, "press on another number", detail)
            return
