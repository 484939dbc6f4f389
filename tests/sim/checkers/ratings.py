"""A rating is one press of a visitor, for the leg that the pad was asking about, and its level."""

from __future__ import annotations

from collections.abc import Iterator

from sim.board_node import TICKS_ZERO_MS
from sim.evidence import DUPLICATED, VIOLATION, Evidence, Problem

# The pad waits so long for a second finger before a key counts, and looks a little later.
COUNTS_AFTER_MS = 500


def check(evidence: Evidence) -> Iterator[Problem]:
    """Ratings in the journal against what the pads sent, and fingers on them."""
    books = evidence.books
    asked = {(d, c["d"]["leg"]) for (d, _), c in books.cmds.items() if c["k"] == "rate-open"}
    rated: set[int] = set()
    for row in evidence.rows:
        if row.kind != "rated":
            continue
        leg, level = row.data["leg"], row.data["level"]
        if leg in rated:
            yield Problem(DUPLICATED, "leg rated twice", f"{row}")
        rated.add(leg)
        sent = books.events.get((str(row.device), row.boot or 0, row.n or 0))
        if sent is None or sent[0][1]["d"] != {"leg": leg, "level": level}:
            yield Problem(VIOLATION, "rating that no pad sent", f"{row}")
        elif (row.device, leg) not in asked:
            yield Problem(VIOLATION, "rating that nobody was asked for", f"{row}")
        elif not _pressed(evidence, str(row.device), level, sent[0][1]["t"] + TICKS_ZERO_MS):
            yield Problem(VIOLATION, "rating that nobody gave", f"{row}")


def _pressed(evidence: Evidence, pad: str, level: int, at_ms: int) -> bool:
    window = evidence.config.device(pad).window
    return any(
        o.window == window and o.level == level and 0 <= at_ms - o.at_ms <= COUNTS_AFTER_MS
        for o in evidence.seen.opinions
    )
