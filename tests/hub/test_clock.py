"""The clock follows the wall forward and never back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hub.clock import STEP_MS, Clock, local_day

WUHAN = timezone(timedelta(hours=8))


class Walls:
    """A wall clock and a tick counter, set by hand."""

    def __init__(self) -> None:
        self.wall = 1_000_000
        self.ticks = 5

    def clock(self, not_before_ms: int = 0) -> Clock:
        return Clock(lambda: self.wall, lambda: self.ticks, not_before_ms)

    def run(self, ms: int) -> None:
        self.wall += ms
        self.ticks += ms


def test_time_goes_on_with_the_ticks():
    walls = Walls()
    clock = walls.clock()
    assert clock.now_ms() == 1_000_000
    walls.run(250)
    assert clock.now_ms() == 1_000_250
    assert clock.ahead_ms() == 0


def test_a_wall_set_forward_is_followed():
    walls = Walls()
    clock = walls.clock()
    walls.wall += 3_600_000
    assert clock.now_ms() == walls.wall


def test_a_wall_set_back_stops_nothing_and_is_reported():
    walls = Walls()
    clock = walls.clock()
    walls.wall -= 3_600_000
    walls.run(1_000)
    assert clock.now_ms() == 1_001_000
    assert clock.ahead_ms() == 3_600_000


def test_small_drift_is_not_chased():
    walls = Walls()
    clock = walls.clock()
    walls.wall += STEP_MS
    assert clock.now_ms() == 1_000_000


def test_the_real_clock_is_the_real_time():
    wall_ms = datetime.now(UTC).timestamp() * 1_000
    assert abs(Clock().now_ms() - wall_ms) < 5_000


def test_the_day_is_the_halls_own_not_greenwichs():
    evening = int(datetime(2019, 5, 26, 16, 30, tzinfo=UTC).timestamp() * 1_000)
    assert local_day(evening, WUHAN) == "2019-05-27"
    assert local_day(evening, UTC) == "2019-05-26"


def test_a_wall_set_back_before_a_restart_is_carried_on_from_the_journals_last_time():
    walls = Walls()
    clock = walls.clock(not_before_ms=1_600_000)
    assert clock.now_ms() == 1_600_000
    assert clock.ahead_ms() == 600_000
    walls.run(5_000)
    assert clock.now_ms() == 1_605_000
    walls.wall += 600_000 + STEP_MS + 1  # the wall is right again
    assert clock.now_ms() == walls.wall
