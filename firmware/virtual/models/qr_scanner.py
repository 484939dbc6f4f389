"""Model of a QR scanner GM65/GM861 in continuous mode: a code before it, its text and CR out."""

from __future__ import annotations

import asyncio
from typing import Any

# How often it says again what stays before it.
REPEAT_S = 0.5


class QrScanner:
    """One scanner; it was set to end each text with CR."""

    def __init__(self, bench: Any, uart: int) -> None:
        self._uart = bench.uart(uart)

    def scan(self, text: str) -> None:
        """A code is shown and taken away."""
        self._uart.send(text.encode("utf-8") + b"\r")

    async def hold(self, text: str, seconds: float) -> None:
        """A code is held before it, which says it again and again."""
        for _ in range(max(1, round(seconds / REPEAT_S))):
            self.scan(text)
            await asyncio.sleep(REPEAT_S)

    def noise(self, data: bytes) -> None:
        """What a bad cable does, or half a text."""
        self._uart.send(data)
