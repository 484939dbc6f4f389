"""The journal of tickets given out without the hub: checked lines on flash until handed in.

A ticket's line is JSON, and the line behind it says what became of its paper. Each line begins
with a newline and its CRC, so what follows a torn one is whole.
"""

import json
import os
from binascii import crc32

# A roll of 58 mm paper is 30 m, 500 tickets of 6 cm; a ticket's two lines take 270 bytes at most.
MAX_BYTES = 500 * 270
_CHECK = 8


class TicketLog:
    """One file; `add` is durable when it returns."""

    def __init__(self, path: str):
        self._path = path

    @property
    def is_full(self) -> bool:
        """Whether a roll of tickets waits here to be handed in."""
        try:
            return os.stat(self._path)[6] >= MAX_BYTES
        except OSError:
            return False  # no file

    def add(self, text: str):
        """Write a line; OSError if the flash takes no more."""
        raw = text.encode()
        with open(self._path, "ab") as file:
            file.write(b"\n%08x " % crc32(raw) + raw)

    def tickets(self, at: int = 0, marks=()):
        """Yield (fields, position behind) of each ticket from a position on.

        Without a line about its paper it has no `result`. With `marks`, only those in whose line
        each of these stands.
        """
        ticket = None
        try:
            file = open(self._path, "rb")
        except OSError:
            return  # nothing was ever written
        with file:
            file.seek(at)
            for line in file:
                text = _checked(line)
                if text[:1] == b"{":
                    if ticket:
                        yield ticket, at
                    ticket = None
                    if all(mark in text for mark in marks):
                        ticket = json.loads(str(text, "utf-8"))
                at += len(line)
                if ticket and text and text[:1] != b"{":
                    ticket["result"] = str(text, "utf-8")
                    yield ticket, at
                    ticket = None
        if ticket:
            yield ticket, at

    def next(self, at: int):
        """What `tickets` yields first, or None."""
        tickets = self.tickets(at)
        for found in tickets:
            tickets.close()
            return found
        return None

    def clear(self):
        """All is handed in."""
        try:
            os.remove(self._path)
        except OSError as error:
            if error.errno != 2:  # ENOENT
                raise


def _checked(line: bytes) -> bytes:
    """The text of a line, empty for one that is not whole."""
    text = line[_CHECK + 1 :].rstrip(b"\n")
    if line[: _CHECK + 1] == b"%08x " % crc32(text):
        return text
    if line != b"\n":
        print("a line of %d bytes is damaged" % len(line))
    return b""
