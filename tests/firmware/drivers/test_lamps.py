"""Lamps: lit, dark and blinking, with a pin written only when it changes."""
# runs on CPython and MicroPython

import unittest

from drivers.lamps import Lamps
from fakes.pins import FakePin


class LampsTest(unittest.TestCase):
    def setUp(self):
        self.log = []
        names = ("next", "recall", "pause")
        self.lamps = Lamps({name: FakePin(name, log=self.log) for name in names})
        self.boot = sorted(self.log)
        del self.log[:]

    def test_all_are_dark_at_boot(self):
        self.assertEqual(self.boot, [("next", 0), ("pause", 0), ("recall", 0)])

    def test_only_lamps_that_change_are_written(self):
        self.lamps.set(("next", "pause"))
        self.lamps.set(("next",))
        self.assertEqual(sorted(self.log[:2]), [("next", 1), ("pause", 1)])
        self.assertEqual(self.log[2:], [("pause", 0)])

    def test_blinking_lamps_follow_the_phase_and_lit_ones_do_not(self):
        self.lamps.set(("next",), ("recall",))
        del self.log[:]
        self.lamps.phase(False)
        self.lamps.phase(True)
        self.assertEqual(self.log, [("recall", 0), ("recall", 1)])

    def test_a_lamp_that_stops_blinking_in_the_dark_half_is_lit_if_it_should_be(self):
        self.lamps.set((), ("recall",))
        self.lamps.phase(False)
        self.lamps.set(("recall",))
        self.assertEqual(self.log[-1], ("recall", 1))


if __name__ == "__main__":
    unittest.main()
