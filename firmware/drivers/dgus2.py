"""DWIN DGUS II touch panel on a UART: pages, texts and keys as frames `5A A5 len cmd …`.

Frames follow DGUS v2.0; `len` counts the command to the end, two more when the panel's CRC is on.
"""

_WRITE = 0x82
_READ = 0x83
_PAGE_VP = 0x0084
# What the panel takes in one frame.
MAX_DATA = 240
# What we accept from it: a key is command, address, count and value, 6 bytes, and 2 of CRC. With
# more, a false head would hold touches back until as many bytes have come.
_MAX_FROM_PANEL = 8
# The text variable ends at FFFF, which itself takes 2 of the 240 bytes, the address another 2.
MAX_CHARS = 118


class FrameTooLong(Exception):
    """More than MAX_DATA data bytes for one frame; `size` says how many."""

    def __init__(self, size: int):
        super().__init__("frame of %d data bytes" % size)
        self.size = size


def crc16(data: bytes) -> int:
    """CRC-16/MODBUS."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def frame(cmd: int, data: bytes, crc: bool = False) -> bytes:
    """One frame; with `crc` the CRC-16 of cmd and data follows, low byte first."""
    if len(data) > MAX_DATA:
        raise FrameTooLong(len(data))
    body = bytes((cmd,)) + data
    if crc:
        value = crc16(body)
        body += bytes((value & 0xFF, value >> 8))
    return b"\x5a\xa5" + bytes((len(body),)) + body


def write(vp: int, data: bytes, crc: bool = False) -> bytes:
    """Write bytes to a variable."""
    return frame(_WRITE, bytes((vp >> 8, vp & 0xFF)) + data, crc)


def read(vp: int, words: int, crc: bool = False) -> bytes:
    """Ask for `words` 16-bit words of a variable."""
    return frame(_READ, bytes((vp >> 8, vp & 0xFF, words)), crc)


def show_page(number: int, crc: bool = False) -> bytes:
    """Show a page of the panel's project."""
    return write(_PAGE_VP, bytes((0x5A, 0x01, number >> 8, number & 0xFF)), crc)


def write_text(vp: int, text: str, crc: bool = False) -> bytes:
    """Write a text variable whose encode mode is 5 (UTF-16BE); FFFF ends it, so "" clears it."""
    data = bytearray()
    for at in range(len(text)):
        # A slice: MicroPython keeps every character that text[at] or a loop gives, for ever.
        code = ord(text[at : at + 1])
        if code > 0xFFFF:
            # Not in the panel's font either; a box is what the visitor would see anyway.
            code = 0x25A1
        data.append(code >> 8)
        data.append(code & 0xFF)
    data.append(0xFF)
    data.append(0xFF)
    return write(vp, bytes(data), crc)


class Parser:
    """Bytes from the panel to (vp, value) key uploads; garbage is counted in `skipped`."""

    def __init__(self, crc: bool = False):
        self._crc = crc
        self._buffer = bytearray()
        self.skipped = 0

    def feed(self, chunk: bytes) -> list:
        """The key uploads that these bytes complete, oldest first."""
        keys = []
        for byte in chunk:
            self._buffer.append(byte)
            self._settle(keys)
        return keys

    def _settle(self, keys: list):
        # Called after every byte: the buffer never exceeds one frame, 3 + _MAX_FROM_PANEL.
        while self._buffer:
            size = self._expected()
            if size > len(self._buffer):
                return
            if not (size and self._take(bytes(self._buffer[3:size]), keys)):
                # Not a frame after all: try again one byte later, a real one may start inside it.
                size = 1
                self.skipped += 1
            self._buffer = self._buffer[size:]

    def _expected(self) -> int:
        """Bytes the frame at the buffer's start needs, 0 if none can start here."""
        buffer = self._buffer
        if buffer[0] != 0x5A or (len(buffer) > 1 and buffer[1] != 0xA5):
            return 0
        if len(buffer) < 3:
            return 3
        if not 3 <= buffer[2] <= _MAX_FROM_PANEL:
            return 0
        return 3 + buffer[2]

    def _take(self, body: bytes, keys: list) -> bool:
        """Whether `body` (command to end) is a frame of ours; a key upload is added to `keys`."""
        if self._crc:
            if crc16(body[:-2]) != body[-2] | body[-1] << 8:
                return False
            body = body[:-2]
        if body == b"\x82OK":
            return True
        if len(body) < 6 or body[0] != _READ or len(body) != 4 + 2 * body[3]:
            return False
        keys.append((body[1] << 8 | body[2], body[4] << 8 | body[5]))
        return True
