"""Reconnect waits."""
# runs on CPython and MicroPython

import unittest

from common.backoff import Backoff


class BackoffTest(unittest.TestCase):
    def test_longest_draws_double_up_to_the_cap(self):
        backoff = Backoff(lambda: 0.999_999)
        waits = [backoff.next_ms() for _ in range(7)]
        self.assertEqual(waits, [1999, 3999, 7999, 15999, 29999, 29999, 29999])

    def test_shortest_draw_is_never_below_the_floor(self):
        backoff = Backoff(lambda: 0.0)
        self.assertEqual([backoff.next_ms() for _ in range(3)], [1000, 1000, 1000])

    def test_two_devices_spread_over_the_same_interval(self):
        first, second = Backoff(lambda: 0.25), Backoff(lambda: 0.75)
        for _ in range(3):
            self.assertNotEqual(first.next_ms(), second.next_ms())

    def test_reset_starts_again_from_the_floor(self):
        backoff = Backoff(lambda: 0.5)
        for _ in range(5):
            backoff.next_ms()
        backoff.reset()
        self.assertEqual(backoff.next_ms(), 1500)

    def test_limits_are_arguments(self):
        backoff = Backoff(lambda: 0.999_999, 10, 40)
        self.assertEqual([backoff.next_ms() for _ in range(3)], [19, 39, 39])


if __name__ == "__main__":
    unittest.main()
