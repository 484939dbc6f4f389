"""What people in the hall see and hear: pixels read back into words, speech as it was spoken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

DIGITS = "零幺二三四五六七八九"
NUMBERS = "零一二三四五六七八九"


class Eyes:
    """Somebody watching one LED panel; remembers everything it ever showed."""

    def __init__(self, led: Any) -> None:
        self._led = led
        self.seen: list[tuple[float, list[str]]] = []
        self._changed = asyncio.Event()
        led.on_change(self._on_change)

    def _on_change(self, latched_at_s: float) -> None:
        self.seen.append((latched_at_s, self._led.lines()))
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def art(self) -> str:
        """The panel as it glows now, for a terminal."""
        return str(self._led.art())

    @property
    def lines(self) -> list[str]:
        """The lines that are lit now."""
        return self.seen[-1][1] if self.seen else []

    @property
    def reading(self) -> list[str]:
        """What a person reads: the last lines with text, since a call blinks."""
        return next((lines for _, lines in reversed(self.seen) if any(lines)), [])

    async def until(
        self, fits: Callable[[list[str]], bool], timeout_s: float, since_s: float | None = None
    ) -> float:
        """Wait for a picture; returns the time.monotonic() at which its last pixel was latched."""
        since_s = time.monotonic() if since_s is None else since_s
        async with asyncio.timeout(timeout_s):
            while True:
                for at_s, lines in reversed(self.seen):
                    if at_s < since_s:
                        break
                    if fits(lines):
                        return at_s
                if self.seen and fits(self.lines):
                    return max(since_s, self.seen[-1][0])
                await self._changed.wait()

    def ever(self, *words: str) -> bool:
        """Whether one line ever showed all these words."""
        return any(all(word in line for word in words) for _, lines in self.seen for line in lines)


class Ears:
    """Somebody listening to one zone's voice."""

    def __init__(self, voice: Any) -> None:
        self.heard: list[str] = []
        self._changed = asyncio.Event()
        voice.on_spoken(self._on_spoken)

    def _on_spoken(self, sentence: str, _at_s: float) -> None:
        self.heard.append(sentence)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until_heard(self, sentence: str, after: int, timeout_s: float) -> int:
        """Wait for a sentence beyond the first `after` ones; returns how many were heard."""
        async with asyncio.timeout(timeout_s):
            while True:
                for at in range(after, len(self.heard)):
                    if self.heard[at] == sentence:
                        return at + 1
                await self._changed.wait()


def as_heard(ticket: str, window: int) -> str:
    """请A零幺二号到十二号窗口: what a visitor with this paper listens for."""
    digits = "".join(DIGITS[int(digit)] for digit in ticket[1:])
    return f"请{ticket[0]}{digits}号到{_number(window)}号窗口"


def _number(value: int) -> str:
    tens, ones = divmod(value, 10)
    if not tens:
        return NUMBERS[ones]
    return ("" if tens == 1 else NUMBERS[tens]) + "十" + (NUMBERS[ones] if ones else "")
