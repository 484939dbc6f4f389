"""All checkers over one run: what was lost, doubled, or broken."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from typing import Any

from sim.checkers import (
    answers,
    calls,
    fates,
    numbers,
    order,
    outcomes,
    papers,
    presses,
    ratings,
    windows,
    wire,
)
from sim.evidence import DUPLICATED, LOST, VIOLATION, Checker, Evidence, Problem
from sim.run import Run

CHECKERS: tuple[Checker, ...] = (
    papers.check,
    numbers.check,
    answers.check,
    fates.check,
    windows.check,
    calls.check,
    presses.check,
    ratings.check,
    order.check,
    outcomes.check,
    wire.check,
)


# It takes as long as all others together.
LONGEST = order.check
# The child has the evidence by being forked.
_CONTEXT = multiprocessing.get_context("fork")


def problems(run: Run, beside: bool = False) -> list[Problem]:
    """Everything that the checkers found; `beside`: the longest one on a processor of its own."""
    evidence = Evidence.of(run)
    if not beside:
        return _found(evidence, CHECKERS)
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    child = _CONTEXT.Process(target=lambda: theirs.send(_found(evidence, (LONGEST,))))
    child.start()
    theirs.close()
    found = _found(evidence, [check for check in CHECKERS if check is not LONGEST])
    found += ours.recv()
    child.join()
    return found


def _found(evidence: Evidence, checkers: Sequence[Checker]) -> list[Problem]:
    return [problem for check in checkers for problem in check(evidence)]


def figures(run: Run, found: list[Problem]) -> dict[str, Any]:
    """The run in one JSON object."""
    sorts = [problem.sort for problem in found]
    papers = {(paper.day, paper.number) for paper in run.hall.seen.papers}
    return {
        "seed": run.world.seed,
        "events": run.world.events,
        "faults": sum(run.world.faults.values()),
        "tickets": len(papers),
        "lost": sorts.count(LOST),
        "duplicated": sorts.count(DUPLICATED),
        "violations": sorts.count(VIOLATION),
    }
