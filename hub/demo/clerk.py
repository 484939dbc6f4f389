"""A clerk at one window: reads digits and lamps, calls, waits, serves, calls on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hub.demo.senses import Eyes
from hub.demo.visitor import Visiting, Visitor

# Seconds of people, divided by the demo's speed.
GLANCE_S = (0.5, 2.0)
RECALL_AFTER_S = 40.0
# A service takes this part of its mean, so that the window with the long ones ends too.
SERVICE_SHARE = (0.4, 0.9)
# Real seconds: a press that shows nothing within them was refused, or the hall is broken.
SHOWN_WITHIN_S = 2.0
TRIES = 5


@dataclass(slots=True)
class Press:
    """One accepted press, from the finger to the last pixel of the window's bar."""

    key: str
    shown_ms: float


@dataclass(slots=True)
class Clerk:
    """Serves everybody who will come to window `number`, then pauses it."""

    number: int
    caller: Any
    bar: Eyes
    visiting: Visiting
    coming: list[Visitor]
    presses: list[Press] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    async def work(self) -> None:
        """The clerk's day."""
        idle = f"{self.number}号窗口"
        await self._press("pause", lambda lines: idle in lines)
        while self.has_work():
            if self._ticket() is None:
                if not await self._until_somebody_waits():
                    break
                await self.visiting.pause(GLANCE_S)
                if not await self._press("next", _calls_another(None)):
                    continue
            await self._attend(idle)
        await self._press("pause", lambda lines: "暂停服务" in lines)

    def has_work(self) -> bool:
        """Whether somebody is still to come to this window."""
        return not all(visitor.over for visitor in self.coming)

    async def _attend(self, idle: str) -> None:
        """One called ticket until it is over; the next one may be called with the same press."""
        ticket = self._ticket()
        if ticket is None:
            return
        visitor = await self._visitor_of(ticket)
        if not await self._wait_for(visitor, ticket):
            if await self._press("noshow", lambda lines: idle in lines):
                self.absent.append(ticket)
                visitor.over = True
            return
        if not self._serves(ticket):
            await self._press("done", lambda lines: f"{ticket}办理" in lines)
        if not self._serves(ticket):
            return
        mean_s = self.visiting.config.services[visitor.service].mean_ms / 1000  # scaled already
        await asyncio.sleep(mean_s * self.visiting.rng.uniform(*SERVICE_SHARE))
        await self._finish(ticket, idle)
        self.served.append(ticket)
        visitor.over = True
        visitor.released.set()

    async def _finish(self, ticket: str, idle: str) -> None:
        if self._waiting() and self.visiting.rng.random() < 0.5:
            if await self._press("next", _calls_another(ticket)):
                return
        for _ in range(TRIES):
            if not self._serves(ticket):
                return
            await self._press("done", lambda lines: idle in lines)

    async def _visitor_of(self, ticket: str) -> Visitor:
        while ticket not in self.visiting.waiting:
            await asyncio.sleep(0.01)
        return self.visiting.waiting[ticket]

    async def _wait_for(self, visitor: Visitor, ticket: str) -> bool:
        """Whether the visitor came, recalled as often as the rules allow."""
        calls = self.visiting.config.policy.calls_max
        for call in range(1, calls + 1):
            try:
                async with asyncio.timeout(RECALL_AFTER_S / self.visiting.speed):
                    await visitor.arrived.wait()
            except TimeoutError:
                if self._serves(ticket):
                    continue  # the hub's START: the screen says served, so wait on
                if call < calls:
                    await self.caller.keys.press("recall")
                continue
            return True
        return visitor.arrived.is_set()

    async def _press(self, key: str, shows: Callable[[list[str]], bool]) -> bool:
        """Press a key; whether the window's bar showed what it should, with the time it took."""
        for _ in range(TRIES):
            pressed_s = time.monotonic()
            release = self.caller.keys.press(key)
            try:
                shown_s = await self.bar.until(shows, SHOWN_WITHIN_S, since_s=pressed_s)
            except TimeoutError:
                self.refused.append(f"{key}: {self.caller.digits.text}")
                await release
                if not self.caller.digits.text.startswith("E-"):
                    return False
                await asyncio.sleep(SHOWN_WITHIN_S)
                return False
            self.presses.append(Press(key, (shown_s - pressed_s) * 1000))
            await release
            return True
        return False

    async def _until_somebody_waits(self) -> bool:
        """False when nobody will come any more."""
        while not self._waiting():
            if not self.has_work():
                return False
            await asyncio.sleep(0.02)
        return True

    def _waiting(self) -> int:
        """The last two digits: how many wait here."""
        text = self.caller.digits.reading[4:].strip()
        return int(text) if text.isdigit() else 0

    def _ticket(self) -> str | None:
        """The ticket that the bar calls or says is being served."""
        for line in self.bar.reading:
            ticket = line.removeprefix("请").removesuffix("办理")
            if ticket != line:
                return ticket
        return None

    def _serves(self, ticket: str) -> bool:
        return f"{ticket}办理" in self.bar.reading


def _calls_another(than: str | None) -> Callable[[list[str]], bool]:
    def fits(lines: list[str]) -> bool:
        return any(line.startswith("请") and line[1:] != than for line in lines)

    return fits
