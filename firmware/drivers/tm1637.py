"""TM1637 six-digit LED module: a bit-banged two-wire bus that sends only what changed."""

import time

DIGITS = 6

_DATA_AUTO = 0x40  # write, address counts up
_ADDRESS_0 = 0xC0
_DISPLAY_ON = 0x88  # + brightness 0..7
# The maker allows 1 us; cheap modules have capacitors on both lines and need about 10.
_HALF_CLOCK_US = 10

# Bit 0 is segment a (top), clockwise to f, bit 6 is g (the dash). A capital without a form of its
# own is shown by its small letter; 5 stands for S, and K M Q V W X Y Z have no form at all. Two
# texts and no dictionary: on a board each key of one is an object and a name.
_CHARS = "0123456789ABCDEFGHJLNOPRTU- "
_SEGMENTS = (
    b"\x3f\x06\x5b\x4f\x66\x6d\x7d\x07\x7f\x6f"  # digits
    b"\x77\x7c\x39\x5e\x79\x71\x3d\x76\x1e\x38\x54\x5c\x73\x50\x78\x3e"  # letters
    b"\x40\x00"  # dash, blank
    # The last, where `find` ends at -1, is three bars: what has no form is seen to be wrong.
    b"\x49"
)


def segments(text: str) -> bytes:
    """The six segment bytes of `text`, padded with blanks and cut at six characters."""
    text = (text + " " * DIGITS)[:DIGITS]
    return bytes([_SEGMENTS[_CHARS.find(char.upper())] for char in text])


class Tm1637:
    """The module behind two output pins; `pause` waits half a clock and is replaced in tests."""

    def __init__(self, clk, dio, brightness: int = 4, pause=None):
        self._clk = clk
        self._dio = dio
        self._level = 1
        self._pause = pause or _busy_wait
        self._brightness = brightness
        self._shown = bytes(DIGITS)
        self._sent = False
        self._clk.value(1)
        self._dio.value(1)

    def show(self, text: str) -> bool:
        """Shows six characters; False when they were there already and nothing was sent."""
        frame = segments(text)
        if frame == self._shown and self._sent:
            return False
        self._shown = frame
        self._sent = True
        self.refresh()
        return True

    def refresh(self) -> None:
        """Sends what is shown again: noise or a loose plug may have left the module dark."""
        self._send(bytes([_DATA_AUTO]))
        self._send(bytes([_ADDRESS_0]) + self._shown)
        self._send(bytes([_DISPLAY_ON | self._brightness]))

    def probe(self) -> bool:
        """True when the module answers; asked once at boot: a loose plug is a wiring fault."""
        self._start()
        self._write(_DATA_AUTO, False)
        # The module pulls the line low during the ninth clock, if the board lets go of it.
        self._dio.init(self._dio.IN, self._dio.PULL_UP)
        self._pause()
        self._clk.value(1)
        self._pause()
        present = not self._dio.value()
        self._clk.value(0)
        self._dio.init(self._dio.OUT, value=0)
        self._level = 0
        self._stop()
        return present

    def _send(self, data: bytes) -> None:
        self._start()
        for byte in data:
            self._write(byte)
        self._stop()

    def _start(self) -> None:
        self._put(0)
        self._pause()
        self._clk.value(0)

    def _stop(self) -> None:
        self._put(0)
        self._pause()
        self._clk.value(1)
        self._pause()
        self._put(1)
        self._pause()

    def _write(self, byte: int, ninth: bool = True) -> None:
        for _ in range(8):
            self._put(byte & 1)
            byte >>= 1
            self._clock()
        if ninth:
            # Low like the module's own answer, so that the two never drive against each other.
            self._put(0)
            self._clock()

    def _clock(self) -> None:
        self._pause()
        self._clk.value(1)
        self._pause()
        self._clk.value(0)

    def _put(self, level: int) -> None:
        # Most bits repeat the one before: no edge, and on a virtual board no message.
        if level != self._level:
            self._dio.value(level)
            self._level = level


def _busy_wait() -> None:
    # A sleep of 10 us is 130 us on a system with a scheduler (measured), times 170 half clocks.
    start_us = time.ticks_us()
    while time.ticks_diff(time.ticks_us(), start_us) < _HALF_CLOCK_US:
        pass
