"""A number is given up for another whose paper is there; a paper's digits open that one only."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from sim.evidence import LOST, VIOLATION, Evidence, Problem
from sim.seen import GivenUp
from sim.world import SECOND_MS

# Between a paper and the word that the other number is free: the longest cut, and a hub's start.
TOLD_MS = 150 * SECOND_MS
# A paper is in the hand so long before its machine knows that it is out.
EARLY_MS = 5 * SECOND_MS


def check(evidence: Evidence) -> Iterator[Problem]:
    """改办 and 过号 against papers, the wire and the journal."""
    yield from _too_early(evidence)
    yield from _lives_on(evidence)
    yield from _by_paper(evidence)


def _too_early(evidence: Evidence) -> Iterator[Problem]:
    """A machine that gives a number back right after a print has printed the other one."""
    out = {(paper.machine, paper.number) for paper in evidence.seen.papers}
    for (device, boot, n), sent in evidence.books.events.items():
        before = evidence.books.events.get((device, boot, n - 1))
        if sent[0][1]["k"] == "cancel" and before and before[0][1]["k"] == "printed":
            done = before[0][1]["d"]
            number = evidence.tickets.get(done["leg"], "")
            if done["result"] != "printed" or (device, number) not in out:
                yield Problem(VIOLATION, "number given up for no paper", f"{device} {boot}.{n}")


def _lives_on(evidence: Evidence) -> Iterator[Problem]:
    """A machine may die over it, and a number may be called before; else it is free at once."""
    rows = defaultdict(list)
    for row in evidence.rows:
        if row.data.get("leg") in evidence.tickets:
            rows[row.day, evidence.tickets[row.data["leg"]]].append(row)
    boots = defaultdict(list)
    for at_ms, device in evidence.seen.boots:
        boots[device].append(at_ms)
    # The first that its machine knows of: before it, it can have given nothing back.
    sure = {(p.day, p.number): p.at_ms for p in reversed(evidence.seen.papers) if p.is_sure}
    for given in evidence.seen.given_up:
        known = rows[given.day, given.number]
        if any(row.kind == "voided" and row.data["why"] == "cancelled" for row in known):
            continue
        end_ms = given.at_ms + TOLD_MS
        if given.other and sure.get((given.day, given.other), math.inf) > given.at_ms:
            continue  # a paper of which nobody knew may not have been there
        if any(row.kind in ("called", "unserved") and row.at_ms <= end_ms for row in known):
            continue
        if not _booted(boots[given.machine], given, end_ms):
            yield Problem(LOST, "number given up lives on", f"{given}")


def _booted(boots: list[int], given: GivenUp, end_ms: int) -> bool:
    at = bisect_left(boots, given.at_ms - EARLY_MS)
    return at < len(boots) and boots[at] <= end_ms


def _by_paper(evidence: Evidence) -> Iterator[Problem]:
    """Who typed no code that stands on a paper is told nothing and moves nobody."""
    known = {paper.number + paper.code for paper in evidence.seen.papers}
    for name, sent in evidence.books.events.items():
        typed = sent[0][1]["d"]
        if isinstance(typed, dict) and typed.get("how") == "paper" and typed["id"] not in known:
            answers = evidence.books.answers.get(name, [])
            if any(answer["ok"] for _, answer in answers):
                yield Problem(VIOLATION, "a wrong code opens a number", f"{name}")
