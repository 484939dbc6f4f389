"""What `pins` of device.json may say of a device's wiring."""
# runs on CPython and MicroPython

import unittest

from common.errors import ConfigError
from common.pins import wiring

REFERENCE = {"clk": 14, "dio": 15, "status": 2}


class WiringTest(unittest.TestCase):
    def test_without_a_word_it_is_the_reference_and_one_pin_can_be_moved(self):
        self.assertEqual(wiring(REFERENCE, {}), REFERENCE)
        self.assertEqual(wiring(REFERENCE, {"dio": 3}), {"clk": 14, "dio": 3, "status": 2})
        self.assertEqual(REFERENCE["dio"], 15)

    def test_two_pins_can_change_places(self):
        swapped = wiring(REFERENCE, {"clk": 15, "dio": 14})
        self.assertEqual((swapped["clk"], swapped["dio"]), (15, 14))

    def test_what_is_wrong_is_named(self):
        for overrides, name in (
            ({"led": 3}, "pins.led"),
            ({"clk": True}, "pins.clk"),
            ({"clk": "14"}, "pins.clk"),
            ({"clk": -1}, "pins.clk"),
            ({"clk": 2}, "is used twice"),
        ):
            with self.assertRaises(ConfigError) as caught:
                wiring(REFERENCE, overrides)
            self.assertIn(name, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
