"""Events that wait for the hub's answer: bounded, in order, resent; some also kept on flash."""

import os

from common.errors import StoreError
from common.store import read_json, write_lines
from protocol import codec
from protocol.envelope import Evt
from protocol.errors import ProtocolError
from protocol.limits import OUTBOX_EVENTS, PRESS_STALE_MS, RESEND_MS

# An entry is a list: an object with these names as attributes takes three times the heap.
BOOT = 0
N = 1
PAYLOAD = 2  # the encoded Evt, its age_ms 0
TS_MS = 3
BORN_MS = 4  # None: before this boot, and nobody knows yet how long before
SENT_MS = 5  # None: due now
KEPT = 6
_RAM_ONLY = 0
_TO_WRITE = 1
_WRITTEN = 2


class Outbox:
    """Keeps what was accepted until `settle`; when full it refuses the newest, and counts that.

    What is to be kept lies as a file for each event in `folder`, and is here again after a boot.
    """

    def __init__(self, folder, limit=OUTBOX_EVENTS, resend_ms=RESEND_MS):
        self.entries = []
        self.refused = 0
        self._folder = folder + "/"
        self._limit = limit
        self._resend_ms = resend_ms
        try:
            names = os.listdir(folder)
        except OSError:
            names = ()  # nothing was ever kept here
        for name in names:
            path = self._folder + name
            try:
                evt = Evt.parse(read_json(path))
                if name == "%d-%d" % (evt.boot, evt.n):
                    entry = [evt.boot, evt.n, codec.encode(evt), evt.ts, None, None, _WRITTEN]
                    self.entries.append(entry)
                    continue
            except (StoreError, ProtocolError, TypeError) as error:
                print(path, repr(error))
            # A power cut left a half-written .tmp, whose event was never whole here.
            os.remove(path)
        self.entries.sort()

    def add(self, evt, keep) -> bool:
        """Take an event, to be kept on flash or not; False when full."""
        if len(self.entries) >= self._limit:
            self.refused += 1
            return False
        state = _TO_WRITE if keep else _RAM_ONLY
        self.entries.append([evt.boot, evt.n, codec.encode(evt), evt.ts, evt.t, None, state])
        return True

    def spill(self):
        """Write what is to be kept and still waits; OSError when the flash takes no more."""
        for entry in self.entries:
            if entry[KEPT] == _TO_WRITE:
                path = self._folder + "%d-%d" % (entry[BOOT], entry[N])
                write_lines(path, (str(entry[PAYLOAD], "utf-8"),))
                entry[KEPT] = _WRITTEN

    def due(self, now_ms, hub_ms):
        """The oldest event to send now, or None; set its SENT_MS once it is on its way.

        Of one from before this boot the age is told by the hub's clock; while that is unknown
        it waits, until it is too old to act on for certain.
        """
        for entry in self.entries:
            if entry[SENT_MS] is not None and now_ms - entry[SENT_MS] < self._resend_ms:
                continue
            if entry[BORN_MS] is None:
                if hub_ms is not None and entry[TS_MS] is not None:
                    entry[BORN_MS] = min(0, now_ms - hub_ms + entry[TS_MS])
                elif now_ms > PRESS_STALE_MS:
                    entry[BORN_MS] = 0
                else:
                    continue
            return entry
        return None

    def rewind(self):
        """Everything is due again, oldest first: after a new connection or a new hub epoch."""
        for entry in self.entries:
            entry[SENT_MS] = None

    def find(self, boot, n):
        """The entry of an event that waits here, or None (a repeated answer)."""
        for entry in self.entries:
            if entry[N] == n and entry[BOOT] == boot:
                return entry
        return None

    def settle(self, entry):
        """The hub answered: the event is durable there, and no longer needed here."""
        self.entries.remove(entry)
        if entry[KEPT] == _WRITTEN:
            os.remove(self._folder + "%d-%d" % (entry[BOOT], entry[N]))


def payload(entry, now_ms):
    """The Evt of an entry as it leaves now, with its age."""
    # A quote within a text is escaped, so this is the field and nothing else.
    age = b'"age_ms":%d' % (now_ms - entry[BORN_MS])
    return entry[PAYLOAD].replace(b'"age_ms":0', age, 1)
