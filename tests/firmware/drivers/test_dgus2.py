"""The DWIN panel driver against the literal frames of public unit tests and the DGUS manual."""
# runs on CPython and MicroPython

import unittest
from binascii import unhexlify

from drivers import dgus2


def raw(text):
    """Bytes from spaced hex."""
    return unhexlify(text.replace(" ", ""))


KEY = raw("5A A5 06 83 20 00 01 00 02")


class FrameTest(unittest.TestCase):
    """Board to panel."""

    def test_show_page_1(self):
        self.assertEqual(dgus2.show_page(1), raw("5A A5 07 82 00 84 5A 01 00 01"))

    def test_text_in_utf16_big_endian_with_its_end(self):
        expected = raw("5A A5 0D 82 10 00 4F 60 59 7D 54 17 FF 1F FF FF")
        self.assertEqual(dgus2.write_text(0x1000, "你好吗？"), expected)

    def test_empty_text_clears(self):
        self.assertEqual(dgus2.write_text(0x1000, ""), raw("5A A5 05 82 10 00 FF FF"))

    def test_bytes_are_written_as_they_are(self):
        expected = raw("5A A5 0B 82 10 00 41 30 31 32 BA C5 FF FF")
        self.assertEqual(dgus2.write(0x1000, raw("41 30 31 32 BA C5 FF FF")), expected)

    def test_crc_follows_low_byte_first(self):
        # Read page: the register is 0014 in some panels, 0015 in this published frame.
        self.assertEqual(dgus2.read(0x0015, 1, crc=True), raw("5A A5 06 83 00 15 01 E6 F0"))
        self.assertEqual(dgus2.crc16(raw("83 00 15 01")), 0xF0E6)

    def test_a_character_beyond_16_bits_becomes_a_box(self):
        self.assertEqual(dgus2.write_text(0x1000, "\U0001f600")[6:8], raw("25 A1"))

    def test_longest_text_fits_240_bytes_and_one_more_is_refused(self):
        dgus2.write_text(0x1000, "好" * dgus2.MAX_CHARS)
        with self.assertRaises(dgus2.FrameTooLong) as caught:
            dgus2.write_text(0x1000, "好" * (dgus2.MAX_CHARS + 1))
        self.assertEqual(caught.exception.size, 242)


class ParserTest(unittest.TestCase):
    """Panel to board."""

    def test_key_upload(self):
        self.assertEqual(dgus2.Parser().feed(KEY), [(0x2000, 2)])

    def test_key_upload_byte_by_byte(self):
        parser = dgus2.Parser()
        keys = []
        for at in range(len(KEY)):
            keys += parser.feed(KEY[at : at + 1])
        self.assertEqual(keys, [(0x2000, 2)])

    def test_acknowledgement_of_a_write_is_no_key_and_no_garbage(self):
        parser = dgus2.Parser()
        self.assertEqual(parser.feed(raw("5A A5 03 82 4F 4B") + KEY), [(0x2000, 2)])
        self.assertEqual(parser.skipped, 0)

    def test_garbage_before_between_and_cut_frames_are_skipped(self):
        parser = dgus2.Parser()
        noise = raw("00 5A 5A A5 FF 5A A5 02 83 20")
        self.assertEqual(parser.feed(noise + KEY + b"\xff\x5a" + KEY), [(0x2000, 2)] * 2)
        self.assertGreater(parser.skipped, 0)

    def test_every_cut_frame_is_followed_by_the_next_key(self):
        for size in range(len(KEY)):
            with self.subTest(size):
                keys = dgus2.Parser().feed(KEY[:size] + KEY + KEY)
                self.assertIn((0x2000, 2), keys)
                # Without a CRC a frame cut in its value takes the next one's 5A: no button has it.
                self.assertTrue(all(value == 2 or value >= 0x5A for _, value in keys))

    def test_a_frame_hidden_in_a_false_one_is_found(self):
        # The false header claims 12 bytes, the real key is inside them.
        self.assertEqual(
            dgus2.Parser().feed(raw("5A A5 0C 83") + KEY + b"\x00" * 2), [(0x2000, 2)]
        )

    def test_a_false_head_holds_no_touch_back(self):
        for size in range(3, 256):
            with self.subTest(size):
                keys = dgus2.Parser().feed(bytes((0x5A, 0xA5, size)) + KEY)
                self.assertEqual(keys, [(0x2000, 2)])

    def test_wrong_word_count_is_no_key(self):
        self.assertEqual(dgus2.Parser().feed(raw("5A A5 06 83 20 00 02 00 02")), [])

    def test_with_crc_a_flipped_bit_is_no_key(self):
        body = raw("83 20 00 01 00 02")
        crc = dgus2.crc16(body)
        frame = raw("5A A5 08") + body + bytes((crc & 0xFF, crc >> 8))
        self.assertEqual(dgus2.Parser(crc=True).feed(frame), [(0x2000, 2)])
        flipped = frame[:8] + b"\x03" + frame[9:]
        self.assertEqual(dgus2.Parser(crc=True).feed(flipped), [])


if __name__ == "__main__":
    unittest.main()
