"""Lines of text become the pixels of Unifont, whole characters only."""
# runs on CPython and MicroPython

import hashlib
import unittest

from display import render
from display.font import Font
from fakes.panel import Panel

FONT = "firmware/display/fonts/unifont16.qf"
SAMPLE = "请A012号到3号窗口"


def picture(width, height, *lines, blink_on=True):
    panel = Panel(width, height)
    font = Font(FONT)
    report = render.draw(panel, font, lines, blink_on)
    font.close()
    return panel, report


class Rendering(unittest.TestCase):
    def test_the_sample_sentence_has_the_proven_pixels(self):
        panel, report = picture(136, 16, (SAMPLE, False))
        self.assertEqual(panel.row(0).hex(), "0040000000000000000400000002000000")
        self.assertEqual(panel.row(15).hex(), "0210000000000040400800004020080000")
        digest = hashlib.sha256(bytes(panel.pixels)).digest()
        self.assertEqual(digest[:8].hex(), "80447af5166200a0")
        self.assertEqual((report.missing, report.clipped), ("", False))

    def test_a_bar_centres_its_line(self):
        bar, _ = picture(64, 16, ("A0", False))
        narrow, _ = picture(16, 16, ("A0", False))
        for y in range(16):
            self.assertEqual(bar.row(y), b"\0\0\0" + narrow.row(y) + b"\0\0\0")

    def test_a_board_starts_every_line_at_the_left(self):
        board, _ = picture(128, 32, ("A012", False), ("B7", False))
        second, _ = picture(16, 16, ("B7", False))
        for y in range(16):
            self.assertEqual(board.row(16 + y), second.row(y) + b"\0" * 14)

    def test_blinking_lines_are_dark_in_the_off_phase_and_others_stay(self):
        off, _ = picture(128, 32, ("A012", True), ("B7", False), blink_on=False)
        alone, _ = picture(128, 32, ("", False), ("B7", False))
        self.assertEqual(off.pixels, alone.pixels)

    def test_a_long_line_is_cut_at_a_whole_character_and_reported(self):
        cut, report = picture(64, 16, ("A01号到窗口", False))
        fitting, _ = picture(64, 16, ("A01号到", False))
        self.assertTrue(report.clipped)
        self.assertEqual(cut.pixels, fitting.pixels)

    def test_a_line_too_many_is_left_out_and_reported(self):
        board, report = picture(64, 16, ("A012", False), ("B013", False))
        only, _ = picture(64, 16, ("A012", False))
        self.assertTrue(report.clipped)
        self.assertEqual(board.pixels, only.pixels)

    def test_a_missing_glyph_is_a_box_and_named_once(self):
        panel, report = picture(64, 16, ("喆A喆", False))
        self.assertEqual(report.missing, "喆")
        # 40 pixels in 64: the first box is drawn from x = 13 to 26.
        self.assertEqual(panel.row(1)[1:4], b"\x07\xff\xe0")
        self.assertEqual(panel.row(7)[1], 0x04)


if __name__ == "__main__":
    unittest.main()
