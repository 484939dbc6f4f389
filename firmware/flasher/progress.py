"""What the engineer sees of a board while it is flashed; one of these is told by its job."""

from __future__ import annotations

import json
import sys

# Rewrites the line the cursor stands in.
REWRITE = "\r\033[K"


class Teller:
    """The base: silent. `who` is the port until the board's id is known."""

    def __init__(self, who: str) -> None:
        self.who = who

    def line(self, text: str) -> None:
        """A fact worth a line of its own."""

    def step(self, step: str, done: int = 0, total: int = 0) -> None:
        """What it does now, and how many files of how many are done."""


class Lines(Teller):
    """One board: each fact is a line; on a terminal the step stands below, rewritten in place."""

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self._on_terminal = sys.stdout.isatty()

    def line(self, text: str) -> None:
        """Print it above the step."""
        print((REWRITE if self._on_terminal else "") + f"{self.who}: {text}", flush=True)

    def step(self, step: str, done: int = 0, total: int = 0) -> None:
        """Only on a terminal: elsewhere the lines tell enough."""
        if self._on_terminal:
            print(f"{REWRITE}{self.who}: {step_text(step, done, total)}", end="", flush=True)


class Steps(Teller):
    """A board among several: each step is a line of JSON for the process that shows them all."""

    def step(self, step: str, done: int = 0, total: int = 0) -> None:
        """See together.py, which reads it."""
        tell_parent(who=self.who, step=step, done=done, total=total)


def tell_parent(**facts: object) -> None:
    """One line of JSON to the process that flashes all boards."""
    print(json.dumps(facts), flush=True)


def step_text(step: str, done: int, total: int) -> str:
    """As in: copying 12/34."""
    return f"{step} {done}/{total}" if total else step
