"""A passive buzzer: which tones it gave, and when."""

from __future__ import annotations

import time
from typing import NamedTuple

from firmware.virtual.bench import Bench

_BEEPS_KEPT = 64


class Tone(NamedTuple):
    """One tone; times are monotonic seconds."""

    hz: int
    start: float
    end: float


class Buzzer:
    """`beeps` are the tones that ended, oldest first; `hz` sounds now, 0 = silent."""

    def __init__(self, bench: Bench, pin: int) -> None:
        self.hz = 0
        self.beeps: list[Tone] = []
        self._start = 0.0
        bench.on_pwm(pin, self._tone)

    def _tone(self, hz: int) -> None:
        if hz == self.hz:
            return
        now = time.monotonic()
        if self.hz:
            self.beeps = [*self.beeps[1 - _BEEPS_KEPT :], Tone(self.hz, self._start, now)]
        self.hz, self._start = hz, now
