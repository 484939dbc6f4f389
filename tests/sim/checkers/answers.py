"""Acknowledged means durable: every answer on the wire is the one that the journal holds."""

from __future__ import annotations

from collections.abc import Iterator

from proof.witness import QUESTIONS
from sim.evidence import LOST, VIOLATION, Evidence, Problem


def check(evidence: Evidence) -> Iterator[Problem]:
    """Answers that devices were given against rows."""
    stored = {(r.device, r.boot, r.n): r.answer for r in evidence.rows if r.device is not None}
    for name, given in evidence.books.answers.items():
        answer = given[0][1]
        if answer["k"] in QUESTIONS:
            continue
        told = {part: answer.get(part) for part in ("ok", "why", "d")}
        if answer["k"] == "lease":
            # The key with which cards are hashed goes to the machine, and never to the journal.
            told["d"] = {name: value for name, value in told["d"].items() if name != "key"}
        kept = stored.get(name)
        if kept is None:
            yield Problem(LOST, "answer that is not in the journal", f"{name}: {told}")
        elif kept != told:
            yield Problem(VIOLATION, "answer that is not the journal's", f"{name}: {told}")
