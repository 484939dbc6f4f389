"""The bytes on a MAX7219 chain: start-up, rows, and only what changed."""
# runs on CPython and MicroPython

import unittest

import framebuf
from drivers.max7219 import Panel, SizeError

# "A012" in framebuf's 8x8 font, rows from the top (reference frames of the driver).
A012 = bytes.fromhex("183c183c3c661866666e38067e76180c6666183066661860663c7e7e00000000")


class Wires:
    """An SPI bus and its chip select: records what was latched."""

    def __init__(self):
        self.latched = []
        self._written = None

    def write(self, data):
        self._written += bytes(data)

    def cs(self, level):
        if level and self._written is not None:
            self.latched.append(self._written.hex())
        self._written = None if level else b""


def panel(width, height):
    wires = Wires()
    made = Panel(wires, wires.cs, width, height)
    wires.start_up = wires.latched
    wires.latched = []
    return made, wires


def fill(made, data):
    source = framebuf.FrameBuffer(bytearray(data), made.width, made.height, framebuf.MONO_HLSB)
    made.fb.blit(source, 0, 0)


class Frames(unittest.TestCase):
    def test_start_up_of_four_modules(self):
        _, wires = panel(32, 8)
        registers = ["0c00", "0f00", "0b07", "0900", "0c01", "0a03"]
        rows = [f"0{row}00" for row in range(1, 9)]
        self.assertEqual(wires.start_up, [frame * 4 for frame in registers + rows])

    def test_a012_on_four_modules(self):
        made, wires = panel(32, 8)
        fill(made, A012)
        made.show()
        self.assertEqual(wires.latched[0], "0118013c0118013c")
        self.assertEqual(wires.latched[1], "023c026602180266")
        self.assertEqual(len(wires.latched), 7)  # the eighth row is blank, as before

    def test_only_changed_rows_are_sent(self):
        made, wires = panel(64, 16)
        made.fb.pixel(63, 10, 1)
        made.show()
        self.assertEqual(wires.latched, ["0300" * 15 + "0301"])
        made.show()
        self.assertEqual(len(wires.latched), 1)

    def test_the_first_byte_is_the_top_left_module(self):
        made, wires = panel(128, 32)
        made.fb.pixel(0, 0, 1)
        made.show()
        self.assertEqual(wires.latched, ["0180" + "0100" * 63])

    def test_refresh_sends_everything_without_a_shutdown(self):
        made, wires = panel(32, 8)
        fill(made, A012)
        made.refresh()
        self.assertEqual(
            [frame[:4] for frame in wires.latched[:5]], ["0f00", "0b07", "0900", "0c01", "0a03"]
        )
        self.assertEqual(wires.latched[5], "0118013c0118013c")
        self.assertEqual(len(wires.latched), 13)

    def test_other_sizes_are_refused(self):
        for width, height in ((60, 16), (64, 12), (0, 16), (256, 64)):
            with self.assertRaises(SizeError):
                panel(width, height)


if __name__ == "__main__":
    unittest.main()
