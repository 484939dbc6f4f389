"""The campus-card reader's parser against the frame of its data sheet."""
# runs on CPython and MicroPython

import unittest
from binascii import unhexlify

from drivers import uid_uart


def raw(text):
    """Bytes from spaced hex."""
    return unhexlify(text.replace(" ", ""))


CARD = raw("02 36 32 45 33 30 38 36 43 45 44 30 38 0D 0A 03")
OTHER = b"\x02B0864D2501" + b"5F" + b"\r\n\x03"


class ParserTest(unittest.TestCase):
    """Reader to board."""

    def test_frame_of_the_data_sheet(self):
        self.assertEqual(uid_uart.Parser().feed(CARD, 0), ["62E3086CED"])

    def test_frame_byte_by_byte(self):
        parser = uid_uart.Parser()
        cards = []
        for at in range(len(CARD)):
            cards += parser.feed(CARD[at : at + 1], at)
        self.assertEqual(cards, ["62E3086CED"])

    def test_wrong_lrc_is_refused_and_counted(self):
        for at in range(1, 13):
            with self.subTest(at):
                parser = uid_uart.Parser()
                wrong = CARD[:at] + (b"1" if CARD[at] != 0x31 else b"2") + CARD[at + 1 :]
                self.assertEqual(parser.feed(wrong, 0), [])
                self.assertEqual(parser.bad, 1)

    def test_every_cut_frame_is_followed_by_the_next_card(self):
        for size in range(len(CARD)):
            with self.subTest(size):
                self.assertEqual(uid_uart.Parser().feed(CARD[:size] + OTHER, 0), ["B0864D2501"])

    def test_garbage_is_skipped(self):
        parser = uid_uart.Parser()
        self.assertEqual(parser.feed(b"\xff\x02\x02zz" + CARD + b"\x00", 0), ["62E3086CED"])
        self.assertEqual(parser.skipped, 6)

    def test_a_card_that_is_held_is_one_event(self):
        parser = uid_uart.Parser()
        cards = []
        for now_ms in range(0, 6_000, 300):
            cards += parser.feed(CARD, now_ms)
        self.assertEqual(len(cards), 1)

    def test_the_same_card_again_after_it_was_gone(self):
        parser = uid_uart.Parser()
        self.assertEqual(len(parser.feed(CARD, 0)), 1)
        self.assertEqual(len(parser.feed(CARD, 1_499)), 0)
        self.assertEqual(len(parser.feed(CARD, 1_499 + 1_500)), 1)

    def test_another_card_counts_at_once(self):
        parser = uid_uart.Parser()
        self.assertEqual(parser.feed(CARD + OTHER, 0), ["62E3086CED", "B0864D2501"])

    def test_a_card_that_left_is_overwritten(self):
        parser = uid_uart.Parser()
        parser.feed(CARD, 0)
        self.assertTrue(parser.is_held)
        parser.feed(b"", 1_500)
        self.assertFalse(parser.is_held)
        self.assertEqual(bytes(parser._held), b"\x00" * 10)
        self.assertEqual(bytes(parser._buffer), b"\x00" * 16)


if __name__ == "__main__":
    unittest.main()
