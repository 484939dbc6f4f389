"""Push buttons to ground with a finger on them, and contacts that may bounce."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from firmware.virtual.bench import Bench

# A short press of a finger. Not divided by speed: the firmware's key times are not either.
PRESS_S = 0.08
# Until the same finger could press again.
PAUSE_S = 0.12
# Edges of a worn contact: closed, open, closed ... within 5 ms, and the same when it opens.
BOUNCE_S = (0.001, 0.0005, 0.0015, 0.0005, 0.001)


class Keys:
    """Keys by name; `bounce` makes every press and release a burst of edges."""

    def __init__(self, bench: Bench, pins: Mapping[str, int], bounce: bool = False) -> None:
        self._bench = bench
        self._pins = dict(pins)
        self.bounce = bounce
        for pin in self._pins.values():
            bench.drive(pin, 1)

    def press(self, name: str) -> asyncio.Task[None]:
        """A short press; the task ends when the same finger could press again."""
        return self.hold(name, PRESS_S)

    def hold(self, name: str, hold_s: float) -> asyncio.Task[None]:
        """A press of `hold_s` seconds; the task ends when the same finger could press again."""
        return asyncio.create_task(self._hold(name, hold_s), name=f"key {name}")

    async def _hold(self, name: str, hold_s: float) -> None:
        await self.down(name)
        await asyncio.sleep(hold_s)
        await self.up(name)
        await asyncio.sleep(PAUSE_S)

    async def down(self, name: str) -> None:
        """Closes the contact."""
        await self._move(self._pins[name], 0)

    async def up(self, name: str) -> None:
        """Opens the contact."""
        await self._move(self._pins[name], 1)

    async def _move(self, pin: int, level: int) -> None:
        self._bench.drive(pin, level)
        if not self.bounce:
            return
        for turn, pause_s in enumerate(BOUNCE_S):
            await asyncio.sleep(pause_s)
            self._bench.drive(pin, level if turn % 2 else 1 - level)
        self._bench.drive(pin, level)
