"""Milliseconds since boot that never wrap, made of the board's ticks, which do."""

import time

# What `time.ticks_ms` counts modulo on rp2 and esp32 (12.4 days); the 64-bit Unix port has 2**62.
TICKS_PERIOD = 1 << 30


class Counter:
    """Adds up differences of a wrapping tick source; must be read at least once per half period.

    A step of half a period or more is one backwards, and counts as none.
    """

    def __init__(self, read, period=TICKS_PERIOD):
        self._read = read
        self._mask = period - 1
        self._half = period >> 1
        self._last = read() & self._mask
        self._total = 0

    def now_ms(self) -> int:
        """Milliseconds since this counter was made; never goes back."""
        now = self._read() & self._mask
        step = (now - self._last) & self._mask
        if step < self._half:
            self._total += step
            self._last = now
        return self._total


# CPython has no ticks; MicroPython boards have no monotonic clock.
_board_ms = getattr(time, "ticks_ms", None) or (
    lambda: time.monotonic_ns() // 1_000_000  # type: ignore[attr-defined] # CPython only
)

# Milliseconds since boot; plain integers, so differences are plain subtractions.
now_ms = Counter(_board_ms).now_ms
