"""The campus server hears of each ticket's end once, and hears what the journal says."""

from __future__ import annotations

from collections.abc import Iterator

from sim.evidence import LOST, VIOLATION, Evidence, Problem

RESULTS = {
    "finished": "done",
    "transferred": "transferred",
    "no_show": "no-show",
    "unserved": "unserved",
}


def check(evidence: Evidence) -> Iterator[Problem]:
    """Ends in the journal against outcomes at the server."""
    told = dict(evidence.seen.outcomes)
    for row in evidence.rows:
        result = RESULTS.get(row.kind)
        if result is not None:
            name = f"{row.day}-{row.data['leg']}"
            heard = told.pop(name, None)
            if heard is None:
                yield Problem(LOST, "outcome that the campus never heard of", f"{name} {result}")
            elif heard != result:
                yield Problem(VIOLATION, "wrong outcome", f"{name}: {heard}, but {result}")
        elif row.kind == "booking_missed":
            told.pop(f"{row.day}-b-{row.data['booking']}", None)
    for name, heard in told.items():
        yield Problem(VIOLATION, "outcome of nothing", f"{name}: {heard}")
