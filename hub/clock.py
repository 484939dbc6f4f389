"""The hub's clock: UTC milliseconds that never run backwards, and the hall's local day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, tzinfo

# A wall clock ahead of ours by more than this was set (NTP after boot, or by hand): we follow.
STEP_MS = 2_000


class Clock:
    """Wall time carried on by the monotonic clock, so that a wall set back stops nothing."""

    def __init__(
        self,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        ticks_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        not_before_ms: int = 0,
    ) -> None:
        """`not_before_ms`: the journal's last time, from which a wall set back is carried on."""
        self._wall_ms = wall_ms
        self._ticks_ms = ticks_ms
        self._offset_ms = max(wall_ms(), not_before_ms) - ticks_ms()

    def now_ms(self) -> int:
        """UTC milliseconds since 1970; never less than before."""
        ahead_ms = self.ahead_ms()
        if ahead_ms < -STEP_MS:
            self._offset_ms -= ahead_ms
        return self._ticks_ms() + self._offset_ms

    def ahead_ms(self) -> int:
        """How far this clock is before the wall's; large when the wall was set back."""
        return self._ticks_ms() + self._offset_ms - self._wall_ms()


def local_day(now_ms: int, zone: tzinfo) -> str:
    """The hall's date at that moment, as `2019-05-27`."""
    return datetime.fromtimestamp(now_ms / 1_000, zone).date().isoformat()
