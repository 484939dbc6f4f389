"""Lamps on output pins, watched long enough to tell a blinking one from one that changed."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Mapping

from firmware.virtual.bench import Bench

# A lamp that changed twice, and last within this, blinks: slower than any blinking lamp of ours.
BLINK_S = 0.7
_CHANGES_KEPT = 32  # enough for a test to read a short pattern back


class Lamps:
    """Lamps by name: `lit` now, and `changes` as (name, lit, time), oldest first."""

    def __init__(self, bench: Bench, pins: Mapping[str, int]) -> None:
        self.lit: set[str] = set()
        self.changes: list[tuple[str, bool, float]] = []
        self.on_change: Callable[[str, bool], None] | None = None
        for name, pin in pins.items():
            bench.on_level(pin, functools.partial(self._level, name))

    def state(self, name: str) -> str:
        """off, on, or blink when it went to and fro within the last moments."""
        times = [at for changed, _, at in self.changes if changed == name][-2:]
        if len(times) == 2 and times[1] - times[0] < BLINK_S:
            if time.monotonic() - times[1] < BLINK_S:
                return "blink"
        return "on" if name in self.lit else "off"

    async def until(self, name: str, state: str, timeout_s: float = 3.0) -> None:
        """Waits for a state: blinking takes a while to be seen. TimeoutError if it never comes."""
        async with asyncio.timeout(timeout_s):
            while self.state(name) != state:
                await asyncio.sleep(0.02)

    def _level(self, name: str, level: int) -> None:
        lit = bool(level)
        if lit == (name in self.lit):
            return
        (self.lit.add if lit else self.lit.discard)(name)
        self.changes = [*self.changes[1 - _CHANGES_KEPT :], (name, lit, time.monotonic())]
        if self.on_change:
            self.on_change(name, lit)
