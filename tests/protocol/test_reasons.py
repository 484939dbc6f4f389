"""Every refusal can be shown: a sentence in two languages, digits, a lamp that exists."""
# runs on CPython and MicroPython

import unittest

from protocol.caller import KEYS
from protocol.envelope import EvtAck
from protocol.reasons import Reason, codes


class Reasons(unittest.TestCase):
    def test_every_row_can_be_shown(self):
        self.assertGreater(len(codes()), 30)
        for code in codes():
            reason = Reason(code)
            self.assertTrue(any(ord(char) > 0x4E00 for char in reason.zh), code)
            self.assertTrue(reason.en and all(ord(char) < 128 for char in reason.en), code)
            self.assertEqual((reason.digits[:2], len(reason.digits)), ("E-", 4))
            self.assertTrue(reason.lamp is None or reason.lamp in KEYS, code)
            EvtAck(k="press", boot=1, n=1, ok=False, why=code, now=0)

    def test_no_two_rows_share_their_digits(self):
        digits = [Reason(code).digits for code in codes()] + [Reason("?").digits]
        self.assertEqual(len(digits), len(set(digits)))

    def test_a_code_is_found_whole_and_not_inside_another(self):
        self.assertEqual(Reason("NOBODY").digits, "E-02")
        self.assertEqual(Reason("BODY").digits, "E-99")
        self.assertEqual(Reason("RATED").zh, "已评价过")

    def test_a_code_of_a_newer_hub_still_says_something(self):
        self.assertEqual(Reason("FROM_THE_FUTURE").digits, "E-99")
        self.assertIsNone(Reason("FROM_THE_FUTURE").lamp)


if __name__ == "__main__":
    unittest.main()
