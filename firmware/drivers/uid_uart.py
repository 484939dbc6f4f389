"""Campus-card reader on a UART (CR003T type): `02`, 10 hex digits, 2 of LRC, `0D 0A 03`."""

_SIZE = 16
_DIGITS = 10
_TAIL = b"\r\n\x03"
# Readers repeat a card that is held before them a few times a second; one visit is one event.
HELD_MS = 1_500


def _nibble(byte: int) -> int:
    """The value of an ASCII hex digit, -1 if it is none."""
    if 0x30 <= byte <= 0x39:
        return byte - 0x30
    if 0x41 <= byte <= 0x46:
        return byte - 0x37
    return -1


class Parser:
    """Bytes from the reader to UIDs; wrong LRCs are counted in `bad`, other garbage in `skipped`.

    `now_ms` is a clock that does not wrap.
    """

    def __init__(self):
        self._buffer = bytearray(_SIZE)
        self._filled = 0
        self._held = bytearray(_DIGITS)
        self._held_ms = None
        self.bad = 0
        self.skipped = 0

    @property
    def is_held(self) -> bool:
        """Whether a card is remembered: call `feed` once more after HELD_MS."""
        return self._held_ms is not None

    def feed(self, chunk: bytes, now_ms: int) -> list:
        """UIDs (10 hex digits) that these bytes complete; a card still held is not repeated."""
        self.expire(now_ms)
        cards = []
        for byte in chunk:
            self._buffer[self._filled] = byte
            self._filled += 1
            self._settle(cards, now_ms)
        return cards

    def expire(self, now_ms: int):
        """Overwrite the held card once it has been gone for HELD_MS."""
        if self._held_ms is not None and now_ms - self._held_ms >= HELD_MS:
            self._held_ms = None
            for i in range(_DIGITS):
                self._held[i] = 0

    def _settle(self, cards: list, now_ms: int):
        while self._filled:
            start = self._plausible()
            if start and self._filled < _SIZE:
                return
            if start and self._lrc_right():
                self._accept(cards, now_ms)
                self._drop(_SIZE)
                return
            if start:
                self.bad += 1
            self._drop(1)
            self.skipped += 1

    def _plausible(self) -> bool:
        """Whether what is in the buffer can be the beginning of a frame."""
        for i in range(self._filled):
            byte = self._buffer[i]
            if i == 0:
                fits = byte == 0x02
            elif i < _SIZE - 3:
                fits = _nibble(byte) >= 0
            else:
                fits = byte == _TAIL[i - (_SIZE - 3)]
            if not fits:
                return False
        return True

    def _lrc_right(self) -> bool:
        lrc = 0
        for i in range(1, _SIZE - 3, 2):
            lrc ^= _nibble(self._buffer[i]) << 4 | _nibble(self._buffer[i + 1])
        # The sixth byte is the LRC itself, so a right frame leaves nothing.
        return lrc == 0

    def _accept(self, cards: list, now_ms: int):
        digits = self._buffer[1 : 1 + _DIGITS]
        fresh = self._held_ms is None or digits != self._held
        self._held[:] = digits
        self._held_ms = now_ms
        if fresh:
            cards.append(str(digits, "ascii"))

    def _drop(self, count: int):
        left = self._filled - count
        for i in range(_SIZE):
            # Zeros behind what is left: no part of a UID stays in the buffer.
            self._buffer[i] = self._buffer[i + count] if i < left else 0
        self._filled = left
