"""Events that wait for the hub's answer: bounded, in order, each resent until answered."""

from protocol.limits import OUTBOX_EVENTS, RESEND_MS


class Entry:
    """One event: number, kind, body, when it happened, when it was last put on a socket."""

    def __init__(self, n, kind, body, born_ms):
        self.n = n
        self.kind = kind
        self.body = body
        self.born_ms = born_ms
        self.sent_ms = None


class Outbox:
    """Keeps what was accepted until `settle`; when full it refuses the newest, and counts that."""

    def __init__(self, limit=OUTBOX_EVENTS, resend_ms=RESEND_MS):
        self._limit = limit
        self._resend_ms = resend_ms
        self._entries = []
        self._last_n = 0
        self.refused = 0

    def __len__(self):
        return len(self._entries)

    def add(self, kind, body, now_ms) -> int:
        """Take an event and return its number, or 0 when full: none accepted is ever dropped."""
        if len(self._entries) >= self._limit:
            self.refused += 1
            return 0
        self._last_n += 1
        self._entries.append(Entry(self._last_n, kind, body, now_ms))
        return self._last_n

    def due(self, now_ms):
        """The oldest event to send now, or None; set its `sent_ms` once it is on the socket."""
        for entry in self._entries:
            if entry.sent_ms is None or now_ms - entry.sent_ms >= self._resend_ms:
                return entry
        return None

    def rewind(self):
        """Everything is due again, oldest first: after a new connection or a new hub epoch."""
        for entry in self._entries:
            entry.sent_ms = None

    def settle(self, n) -> bool:
        """The hub answered event n; False if it was not waiting here (a repeated answer)."""
        for index, entry in enumerate(self._entries):
            if entry.n == n:
                self._entries.pop(index)
                return True
        return False
