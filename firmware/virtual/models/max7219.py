"""Model of a chain of MAX7219 behind 8x8 LED modules: SPI bytes and chip select in, pixels out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from firmware.virtual.models.unifont import read_row

ROW_HEIGHT = 16
# A picture is eight latches within a millisecond; no eye, and no listener, takes them singly.
QUIET_S = 0.003
# Code B font of the decode mode (datasheet table 5): 0-9, dash, E, H, L, P, blank; bits DP A-G.
CODE_B = (0x7E, 0x30, 0x6D, 0x79, 0x33, 0x5B, 0x5F, 0x70, 0x7F, 0x7B, 0x01, 0x4F, 0x37, 0x0E, 0x67)


class Chip:
    """One MAX7219: its registers as they are after power-on (shut down, one digit scanned)."""

    def __init__(self) -> None:
        self.digits = [0] * 8
        self.decode_mode = 0
        self.intensity = 0
        self.scan_limit = 0
        self.shut_down = True
        self.display_test = False
        self._registers: dict[int, int] = {}

    def latch(self, register: int, value: int) -> bool:
        """Take the 16 bits that stand in the shift register; whether that may change a pixel."""
        if register == 0 or self._registers.get(register) == value:
            return False
        self._registers[register] = value
        if 1 <= register <= 8:
            self.digits[register - 1] = value
        elif register == 0x9:
            self.decode_mode = value
        elif register == 0xA:
            self.intensity = value & 0x0F
        elif register == 0xB:
            self.scan_limit = value & 0x07
        elif register == 0xC:
            self.shut_down = not value & 1
        elif register == 0xF:
            self.display_test = bool(value & 1)
        return True

    def row(self, digit: int) -> int:
        """The eight LEDs of a digit line, most significant bit left."""
        if self.display_test:
            return 0xFF
        if self.shut_down or digit > self.scan_limit:
            return 0
        value = self.digits[digit]
        if self.decode_mode >> digit & 1:
            code = value & 0x0F
            return value & 0x80 | (CODE_B[code] if code < len(CODE_B) else 0)
        return value


class Max7219Wall:
    """A panel of modules whose chain ends at the top left one; `width` x `height` pixels.

    Of the `sizes` that may be plugged in it is the one whose chain is as long as the board's first
    frame; until then, and if there is none, it has no pixels.
    """

    def __init__(self, bench: Any, spi: int, cs: int, sizes: Sequence[tuple[int, int]]) -> None:
        self.width = 0
        self.height = 0
        self.chips: list[Chip] = []  # top left first: what was sent first has travelled furthest
        self.latched_at_s = 0.0  # time.monotonic() of the last latch that changed a register
        self._sizes = {width * height // 64: (width, height) for width, height in sizes}
        self._shifted = b""
        self._selected = False
        self._rows: list[bytes] = []
        self._shown: list[bytes] = []  # the picture that was reported last
        self._stale = False
        self._listeners: list[Callable[[float], Any]] = []
        self._due: asyncio.TimerHandle | None = None
        bench.on_level(cs, self._on_cs)
        bench.on_spi(spi, self._on_bytes)

    def on_change(self, fn: Callable[[float], Any]) -> None:
        """Call `fn(latched_at_s)` after the picture changed, with the time of its last row."""
        self._listeners.append(fn)

    def pixel(self, x: int, y: int) -> bool:
        """Whether the LED is lit."""
        return bool(self.rows()[y][x // 8] >> (7 - x % 8) & 1)

    def rows(self) -> list[bytes]:
        """The picture: one bytes for each row from the top, most significant bit left."""
        if self._stale:
            # Made only when looked at: a wall of 64 modules latches 500 registers a picture.
            self._stale = False
            columns = self.width // 8
            self._rows = [
                bytes(chip.row(y % 8) for chip in self.chips[first : first + columns])
                for y in range(self.height)
                for first in (y // 8 * columns,)
            ]
        return list(self._rows)

    def lines(self) -> list[str]:
        """Each line of 16 rows read back by its glyphs; a cell that is no glyph gives U+FFFD."""
        tops = range(0, self.height, ROW_HEIGHT)
        rows = self.rows()
        return [read_row(rows[top : top + ROW_HEIGHT], self.width) for top in tops]

    def text(self) -> str:
        """What a visitor reads: the lines, without empty ones, joined by newlines."""
        return "\n".join(line for line in self.lines() if line)

    def art(self) -> str:
        """The picture for a terminal: two pixel rows in each text line."""
        blocks = " ▀▄█"
        rows = self.rows()
        pairs = zip(rows[::2], rows[1::2], strict=True)
        return "\n".join(
            "".join(
                blocks[
                    (upper[x // 8] >> (7 - x % 8) & 1) | (lower[x // 8] >> (7 - x % 8) & 1) << 1
                ]
                for x in range(self.width)
            )
            for upper, lower in pairs
        )

    def _on_bytes(self, data: bytes) -> None:
        # A MAX7219 shifts whether it is selected or not; only the edge of LOAD counts.
        self._shifted += data
        if self.chips:
            self._shifted = self._shifted[-2 * len(self.chips) :]

    def _on_cs(self, level: int) -> None:
        rising = level and not self._selected
        self._selected = bool(level)
        if not rising:
            return
        if not self.chips:
            self._plug_in(len(self._shifted) // 2)
        shifted = self._shifted
        changed = [
            chip.latch(shifted[2 * index] & 0x0F, shifted[2 * index + 1])
            for index, chip in enumerate(self.chips)
        ]
        if any(changed):
            self._stale = True
            self.latched_at_s = time.monotonic()
            self._schedule_report()

    def _plug_in(self, modules: int) -> None:
        if modules in self._sizes:
            self.width, self.height = self._sizes[modules]
            self.chips = [Chip() for _ in range(modules)]
            self._rows = self._shown = [bytes(self.width // 8)] * self.height
        else:
            self._shifted = b""

    def _schedule_report(self) -> None:
        if self._due:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(QUIET_S, self._report)

    def _report(self) -> None:
        self._due = None
        if self.rows() == self._shown:
            return
        self._shown = self.rows()
        for fn in self._listeners:
            fn(self.latched_at_s)
