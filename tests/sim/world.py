"""Simulated time: one agenda of steps, dice from one seed, and a digest of all that happened."""

from __future__ import annotations

import heapq
import marshal
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any

START_MS = round(datetime.fromisoformat("2026-03-02T08:40+08:00").timestamp() * 1_000)

SECOND_MS = 1_000
MINUTE_MS = 60_000


class World:
    """The only clock and the only chance there is; nothing in it looks at ours.

    An *event* is a message that arrives, a turn of the hub that only time brought about, an act
    of a person, or a fault. A device's own ticks (a number that blinks) are played but not
    counted, nor are looks after which nobody does anything.
    """

    def __init__(self, seed: int, late_ms: int = 0) -> None:
        """`late_ms`: how long after the first morning's dawn it begins."""
        self.seed = seed
        self.now_ms = START_MS + late_ms
        self.events = 0
        self.kinds: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self._agenda: list[tuple[int, int, Callable[..., object], tuple[Any, ...]]] = []
        self._turn = 0
        self._digest = blake2b(digest_size=16)

    def dice(self, name: str) -> random.Random:
        """Chance of its own for one part, so that a change to another leaves its numbers alone."""
        return random.Random(f"{self.seed} {name}")

    def later(self, delay_ms: float, act: Callable[..., object], *facts: Any) -> None:
        """Have `act(*facts)` done in so many ms; steps of one moment keep their order."""
        self._turn += 1
        heapq.heappush(self._agenda, (self.now_ms + int(delay_ms), self._turn, act, facts))

    def event(self, kind: str, *facts: object, raw: bytes = b"") -> None:
        """Count an event of the simulation, and take it into the digest."""
        self.events += 1
        self.kinds[kind] += 1
        self.trace(kind, *facts, raw=raw)

    def fault(self, kind: str, *facts: object) -> None:
        """A fault was planted."""
        self.faults[kind] += 1
        self.event("fault", kind, *facts)

    def trace(self, *facts: object, raw: bytes = b"") -> None:
        """Something that two runs of one seed must have in common; `raw` is bytes of the wire."""
        # Version 2: what the newer formats write depends on how often an object is referred to.
        self._digest.update(marshal.dumps((self.now_ms, facts, raw), 2))

    def digest(self) -> str:
        """A name for everything that has happened so far."""
        return self._digest.hexdigest()

    def step(self) -> None:
        """Do what comes next."""
        self.now_ms, _, act, facts = heapq.heappop(self._agenda)
        act(*facts)
