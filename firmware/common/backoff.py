"""Waits between attempts: jittered and capped, so a hall of devices does not return as one."""


class Backoff:
    """Delays drawn from [low, ceiling]; the ceiling doubles with each attempt up to `high_ms`."""

    def __init__(self, random, low_ms=1_000, high_ms=30_000):
        """`random()` returns a float in [0, 1)."""
        self._random = random
        self.low_ms = low_ms
        self.high_ms = high_ms
        self._ceiling_ms = low_ms

    def next_ms(self) -> int:
        """The wait before the next attempt, in ms."""
        self._ceiling_ms = min(self._ceiling_ms * 2, self.high_ms)
        return self.low_ms + int(self._random() * (self._ceiling_ms - self.low_ms))

    def reset(self):
        """Start again from the shortest wait, after an attempt that held."""
        self._ceiling_ms = self.low_ms
