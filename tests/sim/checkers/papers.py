"""Every printed number is in the journal, belongs to one visitor, and is printed once unmarked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from hub.log.journal import Row
from sim.evidence import DUPLICATED, LOST, Evidence, Problem


def check(evidence: Evidence) -> Iterator[Problem]:
    """Papers against the journal's numbers."""
    given: set[tuple[str, str]] = set()
    for row in evidence.rows:
        name = _given(row)
        if name is not None:
            if name in given:
                yield Problem(DUPLICATED, "number given twice", f"{name}")
            given.add(name)
    # A paper may come out again unmarked: its end was not known, or a missed number is back.
    extra = Counter(
        (row.day, evidence.tickets[row.data["leg"]])
        for row in evidence.rows
        if row.kind in ("print_unsure", "returned")
        or (row.kind == "merged" and not row.data["sure"])
    )
    unmarked: Counter[tuple[str, str]] = Counter()
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for paper in evidence.seen.papers:
        name = paper.day, paper.number
        if name not in given:
            yield Problem(LOST, "paper without a number in the journal", f"{paper}")
            continue
        unmarked[name] += not paper.again
        if paper.visitor is not None:
            holders[name].add(paper.visitor)
    for name, count in unmarked.items():
        if count > 1 + extra[name]:
            yield Problem(DUPLICATED, "number printed twice", f"{name}: {count} papers")
    for name, people in holders.items():
        if len(people) > 1:
            yield Problem(DUPLICATED, "number of two people", f"{name}: {sorted(people)}")


def _given(row: Row) -> tuple[str, str] | None:
    """Day and number of a row that gives one: with the hub, or without it and told later."""
    if row.kind in ("reserved", "merged"):
        return row.day, row.data["ticket"]
    if row.kind == "strayed":
        return row.data["day"], f"{row.data['letter']}{row.data['number']:03d}"
    return None
