"""The wire, by the independent witness: nothing malformed, answered two ways, or unasked for."""

from __future__ import annotations

from collections.abc import Iterator

from proof.witness import add_up
from sim.evidence import DUPLICATED, VIOLATION, Evidence, Problem

# Lists that a hall leaves empty, whatever its network does.
WRONGS = ("malformed", "too_large", "answered_unasked", "of_another_boot")


def check(evidence: Evidence) -> Iterator[Problem]:
    """What the witness adds up, and what the simulation itself heard go wrong."""
    ledger = add_up(evidence.messages, evidence.books)
    for name in WRONGS:
        for detail in ledger[name]:
            yield Problem(VIOLATION, name.replace("_", " "), detail)
    for detail in ledger["answered_two_ways"]:
        yield Problem(DUPLICATED, "answered two ways", detail)
    for at_ms, name, detail in evidence.seen.wrongs:
        yield Problem(VIOLATION, name, f"{at_ms}: {detail}")
