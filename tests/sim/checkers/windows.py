"""One leg at a window, one window for a leg, and one such leg for a visit: from the rows alone."""

from __future__ import annotations

from collections.abc import Iterator

from sim.evidence import VIOLATION, Evidence, Problem

LEAVES = frozenset({"finished", "transferred", "held", "missed", "no_show"})


def check(evidence: Evidence) -> Iterator[Problem]:
    """Follow who stands where."""
    visits: dict[int, int] = {}
    window_of: dict[int, int] = {}
    for row in evidence.rows:
        leg = row.data.get("leg")
        if row.kind in ("reserved", "merged"):
            visits[leg] = row.data["visit"]
        elif row.kind == "forwarded":
            visits[leg] = visits[row.data["origin"]]
        elif row.kind == "called":
            window = row.data["window"]
            for other, at in window_of.items():
                if at == window:
                    yield Problem(VIOLATION, "two legs at a window", f"{other} and {leg}: {row}")
                if visits[other] == visits[leg]:
                    yield Problem(VIOLATION, "two legs of a visit", f"{other} and {leg}: {row}")
            window_of[leg] = window
        elif row.kind in LEAVES:
            window_of.pop(leg, None)
