"""QR scanner GM65 or GM861 on a UART (9600 8N1) that sends what it sees by itself, a CR behind it.

It is set up once with the maker's setting codes (continuous or induction mode, suffix CR), and is
sent nothing. No module was on the bench.
"""

# A booking code as the campus server has it; hub/campus/identity.py accepts the same.
CODE_MIN = 4
CODE_MAX = 16
# Scanners repeat what is held before them a few times a second; one visit is one event.
HELD_MS = 1_500
# A line of 16 takes 18 ms of wire and comes in one piece; one without an end is forgotten.
IDLE_MS = 200


class ScanError(Exception):
    """What was scanned is no booking code; `why` is length, character or cut."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class Parser:
    """Bytes of the scanner to booking codes; `now_ms` is a clock that does not wrap."""

    def __init__(self):
        self._line = bytearray(CODE_MAX)
        self._size = 0  # of the line so far, at most CODE_MAX; `_wrong` tells of a longer one
        self._wrong = ""
        self._held = bytearray(CODE_MAX)
        self._heard_ms = None

    def due_ms(self, now_ms: int):
        """Milliseconds until `feed` is wanted once more, None when nothing is remembered."""
        if self._heard_ms is None:
            return None
        return max(0, self._heard_ms + (IDLE_MS if self._size else HELD_MS) - now_ms)

    def feed(self, chunk: bytes, now_ms: int) -> str:
        """The last booking code that ends here, "" without one; raises ScanError for what is none.

        What is still held before the scanner is not said again, be it a code or not.
        """
        if not chunk:
            self._expire(now_ms)
            return ""
        found, wrong = "", ""
        for byte in chunk:
            if byte not in b"\r\n":
                self._take(byte)
            elif self._size:
                if self._is_fresh(now_ms):
                    wrong = self._wrong or ("length" if self._size < CODE_MIN else "")
                    found = "" if wrong else str(self._line[: self._size], "ascii")
                self._begin()
        self._heard_ms = now_ms
        if wrong:
            raise ScanError(wrong)
        return found

    def _take(self, byte: int):
        if self._size >= CODE_MAX:
            self._wrong = self._wrong or "length"
            return
        if not (0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A):
            self._wrong = "character"
        self._line[self._size] = byte
        self._size += 1

    def _is_fresh(self, now_ms: int) -> bool:
        """Whether the line is not the one before, said anew while it is held there."""
        gone = self._heard_ms is None or now_ms - self._heard_ms >= HELD_MS
        fresh = gone or self._held != self._line
        self._held[:] = self._line
        return fresh

    def _expire(self, now_ms: int):
        """Overwrite what has been gone for long enough; raises ScanError for half a line."""
        if self.due_ms(now_ms) == 0:
            if self._size:
                self._begin()
                raise ScanError("cut")
            self._heard_ms = None
            for at in range(CODE_MAX):
                self._held[at] = 0

    def _begin(self):
        self._size = 0
        self._wrong = ""
        for at in range(CODE_MAX):
            self._line[at] = 0
