"""Whether a journal is what was written: a chain over its rows, and its tip beside the file.

SQLite keeps no checksum of a page, so each row carries one of its own that goes on from the row
before: a changed, missing or foreign row breaks the chain. A chain cannot say that its end is
missing; the tip can. It is a small file with the number of the last committed row, rewritten
after each commit and never synced: after a power cut it may be behind, but it is never ahead of
what was answered.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import struct
import zlib
from pathlib import Path

from hub.log.errors import DamagedJournal

# Row 1 goes on from this.
CHAIN_START = 0

_TIP = struct.Struct(">QI")
_TIP_SUFFIX = "-tip"


# The check of the row before, and nine columns. A JSON text has no bare control characters, so the
# separator stands in none of them.
_CHAINED = "\x1f".join(["%s"] * 10)


def chained(before: int, *columns: object) -> int:
    """The check of a row with these columns behind a row with the check `before`; 64 bits."""
    text = _CHAINED % (before, *columns)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


# What the last row says of its place: its number, time (hub ms) and check.
End = tuple[int, int, int]
START: End = (0, 0, CHAIN_START)


def verified(db: sqlite3.Connection, path: Path, made: frozenset[str], after_seq: int = 0) -> End:
    """Read the rows behind `after_seq` (and if that is 0, every page too); the last row's place.

    `made`: the statements that made the file. Raises DamagedJournal at the first row that is not
    what was written.
    """
    try:
        if {sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema")} != made:
            raise DamagedJournal(path, None, "its tables are other ones")
        if not after_seq:
            check_pages(db, path)
        return follow(db, path, _place(db, after_seq))
    except sqlite3.DatabaseError as error:
        raise DamagedJournal(path, None, str(error)) from error


def check_pages(db: sqlite3.Connection, path: Path) -> None:
    """Have SQLite look at every page and at the index; raises DamagedJournal."""
    (problem,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if problem != "ok":
        raise DamagedJournal(path, None, problem)


def _place(db: sqlite3.Connection, seq: int) -> End:
    if not seq:
        return START
    query = "SELECT seq, at_ms, chain FROM events WHERE seq = ?"
    found: End = db.execute(query, (seq,)).fetchone()
    return found


def follow(db: sqlite3.Connection, path: Path, end: End, limit: int = -1) -> End:
    """Check the rows behind `end`, at most so many; the new end. Raises DamagedJournal."""
    seq, at_ms, chain = end
    query = "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
    for *columns, stored in db.execute(query, (seq, limit)):
        chain = chained(chain, *columns)
        if chain != stored or columns[0] != seq + 1:
            raise DamagedJournal(path, seq + 1, "is not what was written")
        seq, at_ms = columns[0], columns[2]
    return seq, at_ms, chain


class Tip:
    """The number of the last committed row, in a file beside the journal."""

    def __init__(self, journal: Path) -> None:
        self.path = Path(f"{journal}{_TIP_SUFFIX}")
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)

    def read(self) -> int:
        """The last number that was written; 0: none, or one that cannot be trusted."""
        raw = os.pread(self._file, _TIP.size, 0)
        if len(raw) < _TIP.size:
            return 0
        seq, check = _TIP.unpack(raw)
        return int(seq) if zlib.crc32(raw[:8]) == check else 0

    def write(self, seq: int) -> None:
        """Set the number; raises OSError."""
        raw = struct.pack(">Q", seq)
        os.pwrite(self._file, raw + struct.pack(">I", zlib.crc32(raw)), 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
