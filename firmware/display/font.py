"""Glyphs of GNU Unifont from a .qf file (see fonts/make_font.py), read from flash as needed."""

from array import array

import framebuf

_HEIGHT = 16
_NARROW_BYTES = 16
_WIDE_BYTES = 32
_HEADER_BYTES = 8

# A 128x32 panel shows 2 lines of 8 hanzi; twice that keeps a picture and the one before it: 1 KB.
CACHED_GLYPHS = 32
# Every 64th key stays in RAM (213 B), so that a glyph costs two reads of flash instead of 13.
_BLOCK_KEYS = 64


class FontError(Exception):
    """The file `path` is not a font of this format."""

    def __init__(self, path):
        super().__init__("no font of format QF1: " + path)
        self.path = path


class Font:
    """Draws single characters; one open file and 5 KB of RAM, whatever the size of the font."""

    height = _HEIGHT

    def __init__(self, path):
        self._file = open(path, "rb")
        header = self._file.read(_HEADER_BYTES)
        if header[:4] != b"QF\x01\x00" or len(header) < _HEADER_BYTES:
            self._file.close()
            raise FontError(path)
        narrow_count = header[4] | header[5] << 8
        self._wide_count = header[6] | header[7] << 8
        self._narrow_keys = array("H", self._file.read(2 * narrow_count))
        self._wide_keys_at = _HEADER_BYTES + 2 * narrow_count
        self._first_keys = self._every_block()
        self._block = array("H", bytearray(2 * _BLOCK_KEYS))
        narrow_at = self._wide_keys_at + 2 * self._wide_count
        self._wide_at = narrow_at + _NARROW_BYTES * narrow_count
        # All narrow glyphs (ASCII) are kept: numbers are on every panel all day, 1.8 KB.
        self._file.seek(narrow_at)
        self._narrow = memoryview(self._file.read(_NARROW_BYTES * narrow_count))
        self._narrow_rows = bytearray(_NARROW_BYTES)
        self._narrow_fb = framebuf.FrameBuffer(self._narrow_rows, 8, _HEIGHT, framebuf.MONO_HLSB)
        self._cache = memoryview(bytearray(CACHED_GLYPHS * _WIDE_BYTES))
        self._codes = array("H", bytearray(2 * CACHED_GLYPHS))
        self._slots = {}
        self._next_slot = 0
        self._wide_rows = bytearray(_WIDE_BYTES)
        self._wide_fb = framebuf.FrameBuffer(self._wide_rows, 16, _HEIGHT, framebuf.MONO_HLSB)

    def close(self):
        """Close the file; the font draws no more."""
        self._file.close()

    def width(self, code):
        """Width in pixels of the cell of a code point; an unknown one takes a wide cell."""
        return 16 if _find(self._narrow_keys, code, len(self._narrow_keys)) is None else 8

    def draw(self, target, code, x, y):
        """Draw a code point at (x, y); an unknown one as an empty box, and then False."""
        index = _find(self._narrow_keys, code, len(self._narrow_keys))
        if index is not None:
            at = index * _NARROW_BYTES
            self._narrow_rows[:] = self._narrow[at : at + _NARROW_BYTES]
            target.blit(self._narrow_fb, x, y)
            return True
        slot = self._slots.get(code)
        if slot is None:
            slot = self._load(code)
        if slot is None:
            target.rect(x + 1, y + 1, 14, 14, 1)
            return False
        at = slot * _WIDE_BYTES
        self._wide_rows[:] = self._cache[at : at + _WIDE_BYTES]
        target.blit(self._wide_fb, x, y)
        return True

    def _every_block(self):
        # One pass over the keys at boot.
        first_keys = array("H")
        for at in range(0, self._wide_count, _BLOCK_KEYS):
            self._file.seek(self._wide_keys_at + 2 * at)
            key = self._file.read(2)
            first_keys.append(key[0] | key[1] << 8)
        return first_keys

    def _load(self, code):
        # Put a wide glyph into the oldest slot; None when the font has no such glyph.
        block = _last_not_above(self._first_keys, code)
        if block is None:
            return None
        first = block * _BLOCK_KEYS
        self._file.seek(self._wide_keys_at + 2 * first)
        self._file.readinto(self._block)
        index = _find(self._block, code, min(_BLOCK_KEYS, self._wide_count - first))
        if index is None:
            return None
        slot = self._next_slot
        self._next_slot = (slot + 1) % CACHED_GLYPHS
        self._slots.pop(self._codes[slot], None)
        at = slot * _WIDE_BYTES
        self._file.seek(self._wide_at + (first + index) * _WIDE_BYTES)
        self._file.readinto(self._cache[at : at + _WIDE_BYTES])
        self._codes[slot] = code
        self._slots[code] = slot
        return slot


def _last_not_above(keys, code):
    # Index of the largest key <= code, or None.
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] <= code:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low else None


def _find(keys, code, count):
    # Binary search among the first `count` keys.
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        key = keys[middle]
        if key == code:
            return middle
        if key < code:
            low = middle + 1
        else:
            high = middle
    return None
