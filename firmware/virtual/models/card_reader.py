"""Model of a campus-card reader on a UART (CR003T type): a card before it, bytes out."""

from __future__ import annotations

import asyncio
from functools import reduce
from operator import xor
from typing import Any

# How often the reader sends a card that stays before it.
REPEAT_S = 0.3


def frame(uid: str) -> bytes:
    """STX, 10 hex digits, LRC as 2 hex digits, CR LF, ETX."""
    lrc = reduce(xor, bytes.fromhex(uid))
    return b"\x02" + f"{uid.upper()}{lrc:02X}".encode("ascii") + b"\r\n\x03"


class CardReader:
    """One reader; cards are 5-byte UIDs in hex."""

    def __init__(self, bench: Any, uart: int) -> None:
        self._uart = bench.uart(uart)

    def tap(self, uid: str) -> None:
        """A card comes near and goes."""
        self._uart.send(frame(uid))

    async def hold(self, uid: str, seconds: float) -> None:
        """A card is held before the reader, which sends it again and again."""
        for _ in range(max(1, round(seconds / REPEAT_S))):
            self.tap(uid)
            await asyncio.sleep(REPEAT_S)

    def noise(self, data: bytes) -> None:
        """What a bad cable does."""
        self._uart.send(data)
