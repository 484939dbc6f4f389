"""The font reader finds every glyph with two reads, keeps the last 32, and knows what it lacks."""
# runs on CPython and MicroPython

import unittest

from display import font
from fakes.panel import Panel

FONT = "firmware/display/fonts/unifont16.qf"


class CountingFile:
    """Counts the reads of a file."""

    def __init__(self, file):
        self.file = file
        self.reads = 0

    def seek(self, at):
        self.file.seek(at)

    def readinto(self, buffer):
        self.reads += 1
        return self.file.readinto(buffer)

    def close(self):
        self.file.close()


class Reading(unittest.TestCase):
    def setUp(self):
        self.font = font.Font(FONT)
        self.file = self.font._file = CountingFile(self.font._file)
        self.panel = Panel(16, 16)

    def tearDown(self):
        self.font.close()

    def draw(self, character):
        self.panel.fb.fill(0)
        known = self.font.draw(self.panel.fb, ord(character), 0, 0)
        return bytes(self.panel.pixels) if known else None

    def test_first_and_last_keys_and_a_block_s_edges_are_found(self):
        with open(FONT, "rb") as file:  # noqa: PTH123  no pathlib on MicroPython
            data = file.read()
        narrow_count = data[4] | data[5] << 8
        count = narrow_count + (data[6] | data[7] << 8)
        for index in (narrow_count, narrow_count + 63, narrow_count + 64, count - 65, count - 1):
            at = 8 + 2 * index
            glyphs_at = 8 + 2 * count + 16 * narrow_count + 32 * (index - narrow_count)
            character = chr(data[at] | data[at + 1] << 8)
            self.assertEqual(self.draw(character), data[glyphs_at : glyphs_at + 32])

    def test_numbers_and_letters_need_no_flash(self):
        for character in "A012 ~":
            self.assertIsNotNone(self.draw(character))
        self.assertEqual(self.file.reads, 0)

    def test_a_hanzi_costs_two_reads_and_then_none(self):
        first = self.draw("窗")
        self.assertEqual(self.file.reads, 2)
        self.assertEqual(self.draw("窗"), first)
        self.assertEqual(self.file.reads, 2)

    def test_a_picture_s_worth_of_other_glyphs_leaves_it_in_the_cache(self):
        self.draw("窗")
        for code in range(ord("一"), ord("一") + 60):
            if len(self.font._slots) == font.CACHED_GLYPHS:
                break
            self.draw(chr(code))
        reads = self.file.reads
        self.draw("窗")
        self.assertEqual(self.file.reads, reads)

    def test_the_oldest_glyph_makes_room_and_is_read_again(self):
        first = self.draw("窗")
        for character in "下位请到号口正在连接图书馆借阅权限开通论文提交查收引绿化报修":
            self.draw(character)
        self.draw("费")
        self.draw("议")
        self.assertEqual(len(self.font._slots), font.CACHED_GLYPHS)
        reads = self.file.reads
        self.assertEqual(self.draw("窗"), first)
        self.assertEqual(self.file.reads, reads + 2)

    def test_what_the_font_lacks_is_said(self):
        for character in "喆\u00e9\uffff\U0001f600":
            self.assertIsNone(self.draw(character))
            self.assertEqual(self.font.width(ord(character)), 16)

    def test_another_file_is_refused(self):
        with self.assertRaises(font.FontError) as caught:
            font.Font("firmware/display/fonts/OFL.txt")
        self.assertIn("OFL.txt", caught.exception.path)


if __name__ == "__main__":
    unittest.main()
