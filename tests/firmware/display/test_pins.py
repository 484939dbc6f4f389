"""A wrong `pins` in device.json stops the display with the name of the key."""
# runs on CPython and MicroPython

import unittest

from common.errors import ConfigError
from display.pins import Pins


class Config:
    """A checked device.json, as far as the display looks at it."""

    path = "/cfg/device.json"

    def __init__(self, pins):
        self.pins = pins


class Checking(unittest.TestCase):
    def test_a_bar_needs_no_keys(self):
        pins = Pins(Config({}))
        self.assertEqual((pins.width, pins.height, pins.voice, pins.cs), (64, 16, False, 17))

    def test_keys_replace_the_reference_wiring(self):
        pins = Pins(Config({"panel": "128x32", "voice": True, "cs": 5, "brightness": 15}))
        self.assertEqual((pins.width, pins.height, pins.voice, pins.cs), (128, 32, True, 5))
        self.assertEqual(pins.brightness, 15)

    def test_what_is_wrong_is_named(self):
        wrong = (
            ("panle", "64x16"),
            ("panel", "64x64"),
            ("panel", 64),
            ("voice", 1),
            ("brightness", True),
            ("brightness", 16),
            ("cs", -1),
        )
        for key, value in wrong:
            with self.subTest(key=key, value=value):
                with self.assertRaises(ConfigError) as caught:
                    Pins(Config({key: value}))
                self.assertEqual(caught.exception.key, "pins." + key)


if __name__ == "__main__":
    unittest.main()
