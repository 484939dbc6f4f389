"""Every refusal can be shown: a sentence in two languages, digits, a lamp that exists."""
# runs on CPython and MicroPython

import unittest

from protocol.caller import KEYS
from protocol.envelope import EvtAck
from protocol.reasons import TABLE, UNKNOWN, Reason


class Reasons(unittest.TestCase):
    def test_every_row_can_be_shown(self):
        for code, row in TABLE.items():
            zh, en, digits, lamp, sound = row
            self.assertTrue(any(ord(char) > 0x4E00 for char in zh), code)
            self.assertTrue(all(ord(char) < 128 for char in en), code)
            self.assertTrue(0 < len(digits) <= 6, code)
            self.assertTrue(lamp is None or lamp in KEYS, code)
            self.assertEqual(sound, "low")
            EvtAck(k="press", boot=1, n=1, ok=False, why=code, now=0)

    def test_no_two_rows_share_their_digits(self):
        digits = [row[2] for row in TABLE.values()] + [UNKNOWN[2]]
        self.assertEqual(len(digits), len(set(digits)))

    def test_a_code_of_a_newer_hub_still_says_something(self):
        self.assertEqual(Reason("FROM_THE_FUTURE").digits, UNKNOWN[2])
        self.assertEqual(Reason("NOBODY").digits, "E-02")


if __name__ == "__main__":
    unittest.main()
