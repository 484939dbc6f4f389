"""A TM1637 with six digits: clock and data levels in, segments out, read back as characters."""

from __future__ import annotations

import time
from collections.abc import Callable

from firmware.virtual.bench import Bench

DIGITS = 6
# What a person reads; segment a is bit 0, g is bit 6 (datasheet, "display register"). 5 is also S.
FORMS = {
    0b0000000: " ", 0b0111111: "0", 0b0000110: "1", 0b1011011: "2", 0b1001111: "3",
    0b1100110: "4", 0b1101101: "5", 0b1111101: "6", 0b0000111: "7", 0b1111111: "8",
    0b1101111: "9", 0b1110111: "A", 0b1111100: "b", 0b0111001: "C", 0b1011110: "d",
    0b1111001: "E", 0b1110001: "F", 0b0111101: "G", 0b1110110: "H", 0b0011110: "J",
    0b0111000: "L", 0b1010100: "n", 0b1011100: "o", 0b1110011: "P", 0b1010000: "r",
    0b1111000: "t", 0b0111110: "U", 0b1000000: "-",
}  # fmt: skip
UNREADABLE = "?"

# A picture that comes back within this was blinking, not replaced: slower than any blinking unit.
BLINK_S = 1.0


class Tm1637:
    """`text` is what the digits show now; `on_change(text)` is called at each new picture.

    `bad` counts bytes that were cut off or commands that the chip does not have.
    """

    def __init__(self, bench: Bench, clk: int, dio: int) -> None:
        self._bench = bench
        self._dio_pin = dio
        self._clk = self._dio = 1
        self._bits: list[int] = []
        self._frame: list[int] | None = None  # None outside start .. stop
        self._memory = bytearray(DIGITS)
        self._on = False
        self._history: list[tuple[float, str]] = [(time.monotonic(), " " * DIGITS)]
        self.frames: list[bytes] = []
        self.bad = 0
        self.on_change: Callable[[str], None] | None = None
        bench.on_level(clk, self._clock)
        bench.on_level(dio, self._data)
        self.plug()

    @property
    def text(self) -> str:
        """The six characters that are lit at this moment."""
        return self._history[-1][1]

    @property
    def blinking(self) -> bool:
        """True while the picture changes to and fro, as a called number does."""
        if len(self._history) < 3:
            return False
        (older_at, older), (_, _), (newest_at, newest) = self._history[-3:]
        now = time.monotonic()
        return newest == older and now - newest_at < BLINK_S and newest_at - older_at < 2 * BLINK_S

    @property
    def reading(self) -> str:
        """What a person reads: the fuller of the two pictures while it blinks."""
        if not self.blinking:
            return self.text
        return min((text for _, text in self._history[-2:]), key=lambda text: text.count(" "))

    def plug(self) -> None:
        """The module is there: the line reads low when the board lets go of it for an answer."""
        # A bench is too slow to answer inside one clock pulse, so the answer simply stands.
        self._bench.drive(self._dio_pin, 0)

    def unplug(self) -> None:
        """The module is gone: the board's pull-up wins."""
        self._bench.drive(self._dio_pin, 1)

    def _clock(self, level: int) -> None:
        rising = level and not self._clk
        self._clk = level
        if not rising or self._frame is None:
            return
        self._bits.append(self._dio)
        if len(self._bits) == 9:  # eight bits, least significant first, and the acknowledge
            self._frame.append(sum(bit << at for at, bit in enumerate(self._bits[:8])))
            self._bits.clear()

    def _data(self, level: int) -> None:
        before, self._dio = self._dio, level
        if not self._clk or level == before:
            return
        if level == 0:
            self._frame = []
            self._bits.clear()
        elif self._frame is not None:
            frame, self._frame = bytes(self._frame), None
            # The clock is high already when the stop comes, so one bit was sampled too many.
            if len(self._bits) > 1:
                self.bad += 1
            self._bits.clear()
            if frame:
                self._take(frame)

    def _take(self, frame: bytes) -> None:
        self.frames.append(frame)
        command, data = frame[0], frame[1:]
        if command & 0xC0 == 0xC0:
            for at, byte in enumerate(data, command & 0x0F):
                if at < DIGITS:
                    self._memory[at] = byte
        elif command & 0xC0 == 0x80:
            self._on = bool(command & 0x08)
        elif command & 0xC0 != 0x40:
            self.bad += 1
            return
        self._show()

    def _show(self) -> None:
        forms = (FORMS.get(byte & 0x7F, UNREADABLE) for byte in self._memory)
        text = "".join(forms) if self._on else " " * DIGITS
        if text == self.text:
            return
        self._history = [*self._history[-9:], (time.monotonic(), text)]
        if self.on_change:
            self.on_change(text)
