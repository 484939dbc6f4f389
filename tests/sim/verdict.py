"""All checkers over one run: what was lost, doubled, or broken."""

from __future__ import annotations

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


def problems(run: Run) -> list[Problem]:
    """Everything that the checkers found."""
    evidence = Evidence.of(run)
    return [problem for check in CHECKERS for problem in check(evidence)]


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
