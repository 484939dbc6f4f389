"""CPython's stand-in for MicroPython's framebuf: MONO_HLSB and the calls that our panels use.

MicroPython never finds it: its own built-in module comes first.
"""

MONO_HLSB = 3


class FrameBuffer:
    """Pixels in a caller's buffer, rows from the top, most significant bit left."""

    def __init__(self, buffer, width, height, form):
        if form != MONO_HLSB:
            raise ValueError(form)
        self.buffer, self.width, self.height = buffer, width, height

    def pixel(self, x, y, colour=None):
        """Read or set a pixel; outside of the picture nothing happens, as in MicroPython."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return 0
        at, bit = y * ((self.width + 7) // 8) + x // 8, 0x80 >> x % 8
        if colour is None:
            return int(bool(self.buffer[at] & bit))
        self.buffer[at] = self.buffer[at] | bit if colour else self.buffer[at] & ~bit
        return None

    def fill(self, colour):
        """Set every pixel."""
        self.buffer[:] = (b"\xff" if colour else b"\0") * len(self.buffer)

    def rect(self, x, y, width, height, colour):
        """Draw the outline of a rectangle."""
        for column in range(x, x + width):
            self.pixel(column, y, colour)
            self.pixel(column, y + height - 1, colour)
        for row in range(y, y + height):
            self.pixel(x, row, colour)
            self.pixel(x + width - 1, row, colour)

    def blit(self, source, x, y):
        """Copy another picture, blank pixels too."""
        for row in range(source.height):
            for column in range(source.width):
                self.pixel(x + column, y + row, source.pixel(column, row))
