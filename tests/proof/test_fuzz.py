"""The fuzzing of every decoder in short: only named errors, on both interpreters."""
# runs on CPython and MicroPython

import sys
import unittest

from drivers import dgus2, gm65, uid_uart
from proof.fuzz_targets import CARD, KEY, QR, TARGETS
from proof.fuzzing import fuzz

INPUTS = 500 if sys.implementation.name == "micropython" else 4_000


class FuzzTest(unittest.TestCase):
    def test_every_decoder_names_what_it_refuses(self):
        for name in sorted(TARGETS):
            with self.subTest(name=name):
                accepted, refused, found = fuzz(TARGETS[name], INPUTS, 1)
                self.assertEqual(found, [])
                self.assertEqual(accepted + refused, INPUTS)

    def test_valid_inputs_are_accepted(self):
        for name in sorted(TARGETS):
            decode, valid, _ = TARGETS[name]
            with self.subTest(name=name):
                for data in valid:
                    decode(data)

    def test_what_is_damaged_was_whole(self):
        # These parsers say nothing of what they skip.
        self.assertEqual(uid_uart.Parser().feed(CARD, 0), ["62E3086CED"])
        self.assertEqual(dgus2.Parser().feed(KEY), [(0x1000, 7)])
        self.assertEqual(gm65.Parser().feed(QR, 0), "73941526")

    def test_an_unnamed_error_is_found(self):
        def careless(data):
            return data[3]

        _, _, found = fuzz((careless, [b"12345"], ValueError), 200, 1)
        self.assertIn("IndexError", found[0][1])


if __name__ == "__main__":
    unittest.main()
