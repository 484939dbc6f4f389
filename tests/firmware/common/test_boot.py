"""What a start concludes from how the last one ended; the rest is in virtual/test_start.py."""
# runs on CPython and MicroPython

import sys
import unittest


class FakeMachine:
    PWRON_RESET = 1
    WDT = Pin = reset = reset_cause = None


sys.modules["machine"] = FakeMachine
from common.boot import _judge as judge  # noqa: E402

del sys.modules["machine"]


class JudgeTest(unittest.TestCase):
    def test_a_first_start_knows_nothing(self):
        for stored in (None, 7, [], [1]):
            self.assertEqual(judge(stored, False), (0, ""))

    def test_a_crash_is_counted_and_told(self):
        self.assertEqual(judge([1, "ValueError"], False), (2, "ValueError"))

    def test_an_end_without_a_traceback_was_the_watchdogs(self):
        self.assertEqual(judge([0, ""], False), (1, "no traceback: the watchdog"))

    def test_new_power_begins_the_count_again_and_still_tells_a_crash(self):
        self.assertEqual(judge([2, "ValueError"], True), (0, "ValueError"))
        self.assertEqual(judge([2, ""], True), (0, ""))

    def test_somebody_at_the_cable_is_no_crash(self):
        self.assertEqual(judge([-1, None], False), (0, ""))


if __name__ == "__main__":
    unittest.main()
