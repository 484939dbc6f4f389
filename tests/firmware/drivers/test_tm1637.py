"""The TM1637 driver against the literal bytes of the datasheet's bus."""
# runs on CPython and MicroPython

import unittest

from drivers.tm1637 import Tm1637, segments
from fakes.pins import FakePin


def no_pause():
    """Half a clock of nothing."""


def frames(log):
    """The bytes between start and stop conditions, read from the edges like a logic analyser."""
    clk = dio = 1
    found = []
    bits = None
    for name, level in log:
        if name == "clk":
            if level and not clk and bits is not None:
                bits.append(dio)
            clk = level
        else:
            if clk and dio and not level:
                bits = []
            elif clk and level and not dio and bits is not None:
                found.append(bits)
                bits = None
            dio = level
    return [to_bytes(frame) for frame in found]


def to_bytes(bits):
    """Nine bits a byte, least significant first, the ninth being the acknowledge."""
    out = []
    for start in range(0, len(bits) - 1, 9):
        byte = 0
        for at in range(8):
            byte |= bits[start + at] << at
        out.append(byte)
    return bytes(out)


class SegmentsTest(unittest.TestCase):
    def test_tickets_have_the_datasheets_segments(self):
        self.assertEqual(segments("A012"), bytes([0x77, 0x3F, 0x06, 0x5B, 0, 0]))
        self.assertEqual(segments("0034  "), bytes([0x3F, 0x3F, 0x4F, 0x66, 0, 0]))
        self.assertEqual(segments("----"), bytes([0x40, 0x40, 0x40, 0x40, 0, 0]))
        self.assertEqual(segments("567890"), bytes([0x6D, 0x7D, 0x07, 0x7F, 0x6F, 0x3F]))

    def test_letters_take_the_case_that_seven_segments_can_show(self):
        self.assertEqual(segments("bBdDnN"), bytes([0x7C, 0x7C, 0x5E, 0x5E, 0x54, 0x54]))
        self.assertEqual(segments("GHJLPU"), bytes([0x3D, 0x76, 0x1E, 0x38, 0x73, 0x3E]))
        self.assertEqual(segments("orTCEF"), bytes([0x5C, 0x50, 0x78, 0x39, 0x79, 0x71]))

    def test_a_character_without_a_form_is_seen_as_three_bars(self):
        self.assertEqual(segments("K012")[0], 0x49)

    def test_longer_text_is_cut(self):
        self.assertEqual(len(segments("A0123456")), 6)


class BusTest(unittest.TestCase):
    def setUp(self):
        self.log = []
        self.clk = FakePin("clk", log=self.log)
        self.dio = FakePin("dio", log=self.log)
        self.digits = Tm1637(self.clk, self.dio, brightness=4, pause=no_pause)

    def test_a_picture_is_data_command_address_with_six_bytes_and_display_on(self):
        self.assertTrue(self.digits.show("A012 3"))
        self.assertEqual(
            frames(self.log),
            [b"\x40", b"\xc0\x77\x3f\x06\x5b\x00\x4f", b"\x8c"],
        )

    def test_an_unchanged_picture_is_not_sent_again(self):
        self.digits.show("A012")
        sent = len(self.log)
        self.assertFalse(self.digits.show("A012  "))
        self.assertEqual(len(self.log), sent)
        self.assertTrue(self.digits.show("A013"))

    def test_a_refresh_sends_what_is_shown_again(self):
        self.digits.show("A012 3")
        before = frames(self.log)
        del self.log[:]
        self.digits.refresh()
        self.assertEqual(frames(self.log), before)

    def test_blanks_are_sent_at_first_since_the_module_may_show_anything(self):
        self.assertTrue(self.digits.show(""))
        self.assertFalse(self.digits.show(""))

    def test_data_moves_only_while_the_clock_is_low(self):
        self.digits.show("A012 3")
        clk = 1
        moves = 0
        for name, level in self.log[2:]:
            if name == "clk":
                clk = level
            elif clk:
                moves += 1
        self.assertEqual(moves, 6)  # three starts and three stops

    def test_a_module_that_pulls_the_line_low_is_there(self):
        self.dio.answers = 0
        self.assertTrue(self.digits.probe())
        self.assertEqual(self.dio.mode, FakePin.OUT)

    def test_a_line_that_stays_high_has_no_module(self):
        self.dio.answers = 1
        self.assertFalse(self.digits.probe())

    def test_the_probe_leaves_the_bus_idle_for_the_next_picture(self):
        self.digits.probe()
        del self.log[:]
        self.digits.show("----")
        self.assertEqual(frames(self.log)[1], b"\xc0\x40\x40\x40\x40\x00\x00")


if __name__ == "__main__":
    unittest.main()
