"""The scanner's parser: booking codes in, everything else a named error."""
# runs on CPython and MicroPython

import unittest

from drivers.gm65 import CODE_MAX, HELD_MS, IDLE_MS, Parser, ScanError

# The module's answer to "trigger one read", which nobody here asks for.
ACK = b"\x02\x00\x00\x01\x00\x33\x31"


class ParserTest(unittest.TestCase):
    """Scanner to board."""

    def why(self, data, parser=None):
        """The word of the error that these bytes end in."""
        with self.assertRaises(ScanError) as caught:
            (parser or Parser()).feed(data, 0)
        return caught.exception.why

    def test_a_code_with_each_line_end(self):
        for end in (b"\r", b"\n", b"\r\n"):
            self.assertEqual(Parser().feed(b"A012" + end, 0), "A012")

    def test_a_code_byte_by_byte(self):
        parser = Parser()
        said = [parser.feed(bytes((byte,)), 0) for byte in b"0123456789ABCXYZ\r"]
        self.assertEqual(said, [""] * 16 + ["0123456789ABCXYZ"])

    def test_what_is_no_booking_code_is_named(self):
        for data, why in (
            (b"A01\r", "length"),
            (b"A" * (CODE_MAX + 1) + b"\r", "length"),
            (b"7" * 3_000 + b"\r", "length"),
            (b"https://q.example.edu.cn/t/A012\r", "character"),
            (b"abcd\r", "character"),
            (b"A012 B\r", "character"),
            ("预约码".encode() + b"\r", "character"),
            (b"\x00A012\r", "character"),
            (ACK + b"A012\r", "character"),
        ):
            with self.subTest(data[:20]):
                self.assertEqual(self.why(data), why)

    def test_after_what_is_wrong_the_next_code_counts(self):
        parser = Parser()
        self.why(b"https://example.edu.cn\r\n", parser)
        self.assertEqual(parser.feed(b"73941526\r", 0), "73941526")

    def test_half_a_line_is_an_error_and_not_the_next_visitors(self):
        parser = Parser()
        self.assertEqual(parser.feed(b"7394", 0), "")
        self.assertEqual(parser.due_ms(50), IDLE_MS - 50)
        parser.feed(b"", 50)
        with self.assertRaises(ScanError) as caught:
            parser.feed(b"", IDLE_MS)
        self.assertEqual(caught.exception.why, "cut")
        self.assertEqual(parser.feed(b"1526\r", IDLE_MS), "1526")

    def test_what_is_held_there_is_said_once(self):
        parser = Parser()
        said = [parser.feed(b"73941526\r", now_ms) for now_ms in range(0, 6_000, 500)]
        self.assertEqual(said, ["73941526"] + [""] * 11)
        self.assertEqual(parser.feed(b"73941526\r", 5_500 + HELD_MS), "73941526")

    def test_a_foreign_code_that_is_held_is_refused_once(self):
        parser = Parser()
        self.why(b"https://example.edu.cn\r", parser)
        for now_ms in range(500, 3_000, 500):
            self.assertEqual(parser.feed(b"https://example.edu.cn\r", now_ms), "")

    def test_another_code_counts_at_once(self):
        parser = Parser()
        self.assertEqual(parser.feed(b"73941526\r", 0), "73941526")
        self.assertEqual(parser.feed(b"86420975\r", 100), "86420975")

    def test_a_code_that_was_taken_away_is_overwritten(self):
        parser = Parser()
        parser.feed(b"73941526\r", 0)
        self.assertEqual(bytes(parser._line), bytes(CODE_MAX))
        self.assertEqual(parser.due_ms(100), HELD_MS - 100)
        parser.feed(b"", HELD_MS)
        self.assertEqual(bytes(parser._held), bytes(CODE_MAX))
        self.assertEqual(parser.due_ms(HELD_MS), None)


if __name__ == "__main__":
    unittest.main()
