"""Key debounce."""
# runs on CPython and MicroPython

import unittest

from common.debounce import Debounce
from common.ticks import TICKS_PERIOD, Counter


class DebounceTest(unittest.TestCase):
    def setUp(self):
        self.key = Debounce(50)

    def test_first_edge_counts_at_once(self):
        self.assertIs(self.key.edge(True, 1000), True)

    def test_bounces_within_the_lock_out_are_ignored(self):
        self.key.edge(True, 1000)
        for at_ms, level in ((1002, False), (1005, True), (1020, False), (1049, False)):
            self.assertIsNone(self.key.edge(level, at_ms))
        self.assertTrue(self.key.pressed)

    def test_release_after_the_lock_out_counts(self):
        self.key.edge(True, 1000)
        self.assertIs(self.key.edge(False, 1050), False)

    def test_tap_shorter_than_the_lock_out_is_seen_as_press_and_release(self):
        self.key.edge(True, 1000)
        self.assertIsNone(self.key.edge(False, 1040))
        self.assertEqual(self.key.due_ms(1040), 10)
        self.assertIs(self.key.settle(False, 1050), False)

    def test_settling_on_the_same_level_says_nothing(self):
        self.key.edge(True, 1000)
        self.assertIsNone(self.key.settle(True, 1050))
        self.assertIsNone(self.key.due_ms(1050))
        self.assertTrue(self.key.pressed)

    def test_settle_before_its_time_says_nothing(self):
        self.key.edge(True, 1000)
        self.assertIsNone(self.key.settle(False, 1049))
        self.assertEqual(self.key.due_ms(1049), 1)

    def test_same_level_twice_is_no_edge(self):
        self.assertIsNone(self.key.edge(False, 1000))

    def test_a_press_and_its_release_across_the_wrap_of_the_ticks(self):
        at = [TICKS_PERIOD - 20]
        clock = Counter(lambda: at[0] % TICKS_PERIOD)
        self.assertIs(self.key.edge(True, clock.now_ms()), True)
        at[0] += 49  # 29 after the wrap
        self.assertIsNone(self.key.edge(False, clock.now_ms()))
        self.assertEqual(self.key.due_ms(clock.now_ms()), 1)
        at[0] += 1
        self.assertIs(self.key.settle(False, clock.now_ms()), False)


if __name__ == "__main__":
    unittest.main()
