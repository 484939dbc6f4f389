"""MAX7219 LED drivers in one chain, as a panel of 8x8 modules (FC-16 boards and the like).

The byte sent first travels furthest, so it belongs to the top left module: DIN of the bottom
right module comes from the board, every row runs to the left, and its left end goes on to the
right end of the row above.
"""

import framebuf

_DECODE_MODE = 0x09
_INTENSITY = 0x0A
_SCAN_LIMIT = 0x0B
_SHUTDOWN = 0x0C
_DISPLAY_TEST = 0x0F
_DIGIT_0 = 0x01

_ROWS = 8
# 64 modules (128x32) are 0.1 ms a row at 10 MHz, the chip's limit; longer chains lose edges.
MAX_MODULES = 64

_INIT = ((_SHUTDOWN, 0), (_DISPLAY_TEST, 0), (_SCAN_LIMIT, 7), (_DECODE_MODE, 0), (_SHUTDOWN, 1))


class SizeError(Exception):
    """A panel of `width` x `height` pixels cannot be built from whole 8x8 modules in one chain."""

    def __init__(self, width, height):
        super().__init__("no panel of %dx%d modules" % (width // 8, height // 8))
        self.width = width
        self.height = height


class Panel:
    """`width` x `height` pixels: draw on `fb` (framebuf, MONO_HLSB), then `show()`."""

    def __init__(self, spi, cs, width, height, brightness=3):
        modules = (width // 8) * (height // 8)
        if width % 8 or height % 8 or not 0 < modules <= MAX_MODULES:
            raise SizeError(width, height)
        self.width = width
        self.height = height
        self.brightness = brightness
        self._spi = spi
        self._cs = cs
        self._pixels = bytearray(width // 8 * height)
        self.fb = framebuf.FrameBuffer(self._pixels, width, height, framebuf.MONO_HLSB)
        self._command = bytearray(2 * modules)
        # One frame per digit register, with what the chain holds: what `show` compares with.
        self._frames = [_frame(_DIGIT_0 + row, modules) for row in range(_ROWS)]
        cs(1)
        self._send_all(_INIT)

    def show(self):
        """Send the rows that changed since the last `show`; they are lit when this returns."""
        for row in range(_ROWS):
            if self._update(row):
                self._latch(self._frames[row])

    def refresh(self):
        """Send everything again: a module that lost power or caught noise shows right again."""
        for row in range(_ROWS):
            self._update(row)
        # Without the shutdown that begins _INIT: a healthy picture must not flicker.
        self._send_all(_INIT[1:])

    def _update(self, row):
        # Copy the pixels of one digit register into its frame; True if any differs.
        pixels = self._pixels
        frame = self._frames[row]
        stride = self.width // 8
        changed = False
        at = 1
        for start in range(row * stride, len(pixels), _ROWS * stride):
            for index in range(start, start + stride):
                byte = pixels[index]
                if frame[at] != byte:
                    frame[at] = byte
                    changed = True
                at += 2
        return changed

    def _send_all(self, registers):
        for register, value in registers:
            self._to_all(register, value)
        self._to_all(_INTENSITY, self.brightness)
        for frame in self._frames:
            self._latch(frame)

    def _to_all(self, register, value):
        command = self._command
        for at in range(0, len(command), 2):
            command[at] = register
            command[at + 1] = value
        self._latch(command)

    def _latch(self, frame):
        self._cs(0)
        self._spi.write(frame)
        self._cs(1)


def _frame(register, modules):
    frame = bytearray(2 * modules)
    for at in range(0, len(frame), 2):
        frame[at] = register
    return frame
