"""Milliseconds that do not wrap."""
# runs on CPython and MicroPython

import unittest

from common import ticks
from common.ticks import TICKS_PERIOD, Counter


class Source:
    """Ticks of a board, as the test sets them."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at % TICKS_PERIOD


class CounterTest(unittest.TestCase):
    def test_counts_from_where_it_was_made(self):
        source = Source(123_456)
        counter = Counter(source)
        source.at += 250
        self.assertEqual(counter.now_ms(), 250)

    def test_a_wrap_is_a_step_like_any_other(self):
        source = Source(TICKS_PERIOD - 60_000)
        counter = Counter(source)
        source.at += 59_999
        self.assertEqual(counter.now_ms(), 59_999)
        source.at += 2
        self.assertEqual(counter.now_ms(), 60_001)

    def test_grows_past_the_period(self):
        source = Source(0)
        counter = Counter(source)
        for _ in range(9):
            source.at += TICKS_PERIOD // 3
            counter.now_ms()
        self.assertEqual(counter.now_ms(), 9 * (TICKS_PERIOD // 3))

    def test_a_step_back_counts_as_none(self):
        source = Source(5_000)
        counter = Counter(source)
        source.at -= 10
        self.assertEqual(counter.now_ms(), 0)
        source.at += 30
        self.assertEqual(counter.now_ms(), 20)

    def test_the_board_s_own_clock_runs(self):
        first = ticks.now_ms()
        self.assertGreaterEqual(ticks.now_ms(), first)


if __name__ == "__main__":
    unittest.main()
