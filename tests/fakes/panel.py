"""A panel of any size without a chip: what render draws on in tests."""

import framebuf


class Panel:
    """The panel interface over a plain buffer; `shown` counts calls of `show`."""

    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.pixels = bytearray(width // 8 * height)
        self.fb = framebuf.FrameBuffer(self.pixels, width, height, framebuf.MONO_HLSB)
        self.shown = 0

    def show(self):
        """Nothing to send."""
        self.shown += 1

    def row(self, y):
        """One pixel row as bytes."""
        stride = self.width // 8
        return bytes(self.pixels[y * stride : (y + 1) * stride])
