"""Tries everything in a small hall: every command in every state that can be reached.

`explore.py --depth N --json` walks breadth first from four halls and prints the figures; it exits
1 if an invariant broke, with the shortest way to it, or if a row of the tables never fired.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hub.core import CoreError, Hall
from proof.invariants import Broken
from proof.rows import ALL_ROWS, Row
from proof.small_hall import RULES, STARTS, Label, Node, start, steps
from proof.snapshot import canonical

# One for each core of the machine that this is measured on.
PROCESSES = 2
# Below this many states a level is not worth two processes.
WORTH_FORKING = 200
# After so many broken invariants the point is made.
VIOLATIONS_MAX = 5


class Violation(NamedTuple):
    """What broke, and the commands that led to it."""

    problem: str
    trace: tuple[Label, ...]


class Seen(NamedTuple):
    """A state, and the way to it: a start hall and the transitions from there."""

    node: Node
    trace: tuple[Label, ...]


class Found(NamedTuple):
    """What expanding one part of a level came to."""

    transitions: int
    rows: set[Row]
    keys: list[bytes]  # of the states that this part had not met before
    violations: list[Violation]


class Part:
    """One process's share of the search; the states that it finds stay with it."""

    def __init__(self, first: dict[bytes, Seen]) -> None:
        self.hall = Hall(RULES)
        self.found = first
        self.known = set(first)

    def expand(self, kept: list[bytes], last: bool) -> Found:
        """Try everything in those found states that no other part has found before."""
        frontier, self.found = [self.found[key] for key in kept], {}
        result = Found(0, set(), [], [])
        transitions = 0
        while frontier and len(result.violations) < VIOLATIONS_MAX:
            node, trace = frontier.pop()
            label: Label = ()
            try:
                for step in steps(self.hall, node):
                    label = step.label
                    transitions += 1
                    if step.again:
                        continue
                    result.rows.update(step.rows)
                    key = _key(step.node)
                    if key not in self.known:
                        self.known.add(key)
                        result.keys.append(key)
                        if not last:
                            self.found[key] = Seen(step.node, (*trace, label))
            except (Broken, CoreError) as error:
                result.violations.append(Violation(str(error), (*trace, ("after", *label))))
        return result._replace(transitions=transitions)


def _key(node: Node) -> bytes:
    return canonical(node.state, node.now_ms, RULES.policy, node.hall)


class Explored:
    """The figures of an exploration."""

    def __init__(self) -> None:
        self.transitions = 0
        self.depth = 0
        self.rows: set[Row] = set()
        self.violations: list[Violation] = []
        self.seen: set[bytes] = set()

    def figures(self) -> dict[str, object]:
        return {
            "states": len(self.seen),
            "transitions": self.transitions,
            "violations": len(self.violations),
            "depth": self.depth,
            "rows_fired": len(self.rows & ALL_ROWS),
            "rows": len(ALL_ROWS),
        }

    def add(self, found: Found) -> list[bytes]:
        """Count what a part found; returns the states that are its own to go on from."""
        self.transitions += found.transitions
        self.rows |= found.rows
        self.violations += found.violations
        kept = [key for key in found.keys if key not in self.seen]
        self.seen.update(kept)
        return kept


def explore(depth: int, processes: int = PROCESSES, starts: Iterable[str] = STARTS) -> Explored:
    """All states within `depth` transitions of the start halls; stops at broken invariants."""
    result = Explored()
    whole = Part(_start_halls(result, starts))
    kept = [list(whole.found)]
    asks: list[Ask] = [lambda keys, last: lambda: whole.expand(keys, last)]
    with ExitStack() as stack:
        while any(kept) and result.depth < depth and not result.violations:
            if len(asks) == 1 and processes > 1 and len(kept[0]) > WORTH_FORKING:
                kept, asks = _fork(stack, whole, kept[0], processes)
            last = result.depth == depth - 1
            # First all are asked, then all are waited for.
            answers = [ask(keys, last) for ask, keys in zip(asks, kept, strict=True)]
            found = [answer() for answer in answers]
            # What several have found goes to who has found less, so that they stay busy alike.
            for part in sorted(found, key=lambda part: len(part.keys)):
                part.keys[:] = result.add(part)
            kept = [part.keys for part in found]
            result.depth += 1
    return result


def _start_halls(result: Explored, starts: Iterable[str]) -> dict[bytes, Seen]:
    hall, first = Hall(RULES), {}
    for name in starts:
        try:
            node, rows = start(hall, name)
        except (Broken, CoreError) as error:
            result.violations.append(Violation(str(error), ((name,),)))
            continue
        result.rows.update(rows)
        first[_key(node)] = Seen(node, ((name,),))
    result.seen.update(first)
    return first


# --- Processes --------------------------------------------------------------------------------

Ask = Callable[[list[bytes], bool], Callable[[], Found]]


def _fork(
    stack: ExitStack, whole: Part, kept: list[bytes], processes: int
) -> tuple[list[list[bytes]], list[Ask]]:
    """Share the frontier out among processes, which have it by being forked."""
    context = multiprocessing.get_context("fork")
    asks = []
    for _ in range(processes):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(whole, theirs), daemon=True)
        process.start()
        stack.callback(process.join)
        stack.callback(ours.send, None)
        asks.append(_asker(ours))
    return [kept[n::processes] for n in range(processes)], asks


def _asker(pipe: Connection) -> Ask:
    def ask(kept: list[bytes], last: bool) -> Callable[[], Found]:
        pipe.send((kept, last))
        return pipe.recv

    return ask


def _serve(part: Part, pipe: Connection) -> None:
    gc.disable()  # states hold no cycles, and looking for some takes a third of the time
    while (asked := pipe.recv()) is not None:
        pipe.send(part.expand(*asked))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--depth", type=int, default=9)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    began = time.monotonic()
    result = explore(args.depth, args.processes)
    figures = {**result.figures(), "seconds": round(time.monotonic() - began, 1)}
    print(json.dumps(figures) if args.json else figures)
    for violation in result.violations:
        print(violation.problem, *violation.trace, sep="\n  ", file=sys.stderr)
    missing = ALL_ROWS - result.rows
    if missing and not result.violations:
        print("never fired:", *sorted(missing), sep="\n  ", file=sys.stderr)
    return 1 if result.violations or missing else 0


if __name__ == "__main__":
    sys.exit(main())
