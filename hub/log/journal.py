"""The hall's one log: SQLite, one table, appended in whole batches and never changed."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hub.core import CoreError, Hall
from hub.core.events import Event, from_json
from hub.log.dawn import Dawn, newest_dawn
from hub.log.errors import (
    DamagedJournal,
    JournalError,
    RepeatedEvent,
    Unwritable,
    WrongSchema,
)
from hub.log.integrity import CHAIN_START, START, Tip, chained, check_pages, follow, verified
from hub.log.rows import (
    ANSWERED,
    CURSOR,
    DAWN,
    DELIVERED,
    OWN_KINDS,
    STARTED,
    UNWRITABLE,
    Entry,
    Origin,
    Row,
    json_object,
    row_of,
    rows_of,
    told_by,
)
from hub.log.wal import tail_of

__all__ = [
    "ANSWERED",
    "CHECKED_ROWS",
    "CURSOR",
    "DAWN",
    "DELIVERED",
    "EPOCH_ZERO_MS",
    "JOURNAL",
    "OWN_KINDS",
    "STARTED",
    "UNWRITABLE",
    "DamagedJournal",
    "Entry",
    "Journal",
    "JournalError",
    "Origin",
    "RepeatedEvent",
    "Row",
    "Unwritable",
    "WrongSchema",
]

log = logging.getLogger(__name__)

JOURNAL = "journal.sqlite"  # in the data folder

APPLICATION_ID = 0x68616C6C  # "hall", so that another program's file is never taken for ours
SCHEMA = 2

# An epoch is at least the seconds since this moment, so that it rises again even after an old
# copy of the file was restored.
EPOCH_ZERO_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z

# A start checks so many of the last rows, whatever it needs of them: some half a second's work.
# A large hall writes as many in three days; those before are left to the audit.
CHECKED_ROWS = 100_000

# As a text, later than every date.
AFTER_ALL_DAYS = "~"

_TABLE = """\
CREATE TABLE events (
    seq     INTEGER PRIMARY KEY,
    day     TEXT NOT NULL,
    at_ms   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    data    TEXT NOT NULL,
    device  TEXT,
    boot    INTEGER,
    n       INTEGER,
    answer  TEXT,
    chain   INTEGER NOT NULL
) STRICT"""
_INDEX = "CREATE UNIQUE INDEX events_device ON events (device, boot, n) WHERE device IS NOT NULL"

_MADE = frozenset({_TABLE, _INDEX})

_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

# What SQLite says (its primary code) when it is the disk's fault and may pass.
_MAY_PASS = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
    }
)


class Journal:
    """The open log of one hall; one thread at a time may use it."""

    def __init__(
        self, path: Path, *, read_only: bool = False, check: int | None = CHECKED_ROWS
    ) -> None:
        """Open the file, or create it (mode 600), and check its rows; raises JournalError.

        The last `check` ones, and all that a start reads (`newest_dawn`); None: every row and
        page. `read_only`: the log of a running or stopped hub, unchecked and never changed.
        """
        self.path = path
        self._check = check
        # The last row: its number, its time and its check.
        self.last_seq, self.last_ms, self._chain = 0, 0, CHAIN_START
        self._tip: Tip | None = None
        if not read_only:
            # SQLite gives its -wal and -shm files the mode of the main file, so it comes first.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        # Before SQLite opens the log, takes what it likes of it and drops the rest.
        torn_bytes = 0 if read_only else self._torn_bytes()
        mode = "ro" if read_only else "rw"
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        try:
            self._db = sqlite3.connect(
                uri, isolation_level=None, check_same_thread=False, uri=True
            )
        except sqlite3.OperationalError as error:
            raise JournalError(path, f"cannot be opened: {error}") from error
        try:
            tables = self._identified(read_only)
            if not read_only:
                self._prepare(tables, torn_bytes)
                path.chmod(0o600)
        except BaseException:
            self._db.close()
            raise

    def _torn_bytes(self) -> int:
        tail = tail_of(Path(f"{self.path}-wal"))
        if tail.damage is not None:
            raise DamagedJournal(self.path, None, tail.damage)
        return tail.torn_bytes

    def _prepare(self, tables: int, torn_bytes: int) -> None:
        if tables == 0:
            # One transaction: a crash in between leaves an empty file, never half a schema.
            self._db.executescript(
                f"BEGIN; PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA};"
                f"{_TABLE}; {_INDEX}; COMMIT;"
            )
        self._db.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit is on the disk when it returns; NORMAL would lose it to a power cut.
        self._db.execute("PRAGMA synchronous=FULL")
        end = verified(self._db, self.path, _MADE, self._unchecked())
        self.last_seq, self.last_ms, self._chain = end
        self._tip = Tip(self.path)
        promised = self._tip.read()
        if promised > self.last_seq:
            problem = (
                f"rows {self.last_seq + 1} to {promised} were committed and are gone; restore a"
                f" backup, or delete {self._tip.path} to go on without them"
            )
            raise DamagedJournal(self.path, None, problem)
        if torn_bytes:
            said = (
                "%s: the last write was cut short (%d bytes) and is dropped; it was not answered"
            )
            log.warning(said, self.path, torn_bytes)

    def _unchecked(self) -> int:
        """The number of the last row that this start takes as it is."""
        dawn = self.newest_dawn()
        if dawn is None or self._check is None:
            return 0
        last = int(self._db.execute("SELECT max(seq) FROM events").fetchone()[0])
        return max(0, min(dawn.first_seq - 1, last - self._check))

    def _identified(self, read_only: bool) -> int:
        """How many tables the file has, which is ours or empty; raises WrongSchema."""
        try:
            found = self._pragma("application_id"), self._pragma("user_version")
            tables = int(self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise WrongSchema(self.path, f"not a journal: {error}") from error
        if tables == 0 and found == (0, 0):
            if read_only:
                raise WrongSchema(self.path, "not a journal: it is empty")
            return 0
        if found[0] != APPLICATION_ID:
            raise WrongSchema(self.path, "not a journal")
        if found[1] != SCHEMA:
            raise WrongSchema(self.path, f"schema {found[1]}, this version reads {SCHEMA}")
        return tables

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    def start(self, day: str, now_ms: int, after_epoch: int = 0) -> int:
        """Begin an epoch and return it; no two starts of a hall ever share one.

        `after_epoch`: the last one that the hall's broker remembers, though the file may not.
        """
        query = "SELECT data FROM events WHERE kind = ? ORDER BY seq DESC LIMIT 1"
        last = self._db.execute(query, (STARTED,)).fetchone()
        after_last = int(json.loads(last[0])["epoch"]) + 1 if last else 1
        epoch = max(after_last, after_epoch + 1, (now_ms - EPOCH_ZERO_MS) // 1_000)
        self._write([row_of(day, now_ms, STARTED, {"epoch": epoch}, None)])
        return epoch

    def append(self, batch: Sequence[Entry]) -> None:
        """Store the entries in one transaction, on the disk at return.

        Raises RepeatedEvent, or Unwritable; then nothing of the batch is stored.
        """
        rows = [row for entry in batch for row in rows_of(entry)]
        if rows:
            self._write(rows)

    def _write(self, rows: list[tuple[object, ...]]) -> None:
        chain, numbered = self._chain, []
        for seq, row in enumerate(rows, self.last_seq + 1):
            chain = chained(chain, seq, *row)
            numbered.append((seq, *row, chain))
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(_INSERT, numbered)
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.IntegrityError):
                raise RepeatedEvent(self.path, str(error)) from error
            if isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF in _MAY_PASS:
                raise Unwritable(self.path, f"cannot be written: {error}") from error
            raise
        self.last_seq, self._chain = self.last_seq + len(rows), chain
        self.last_ms = int(str(rows[-1][1]))
        self._set_tip()

    def _set_tip(self) -> None:
        assert self._tip is not None
        try:
            self._tip.write(self.last_seq)
        except OSError as error:
            # It only guards against a log that somebody cut off; the commit itself stands.
            log.warning("%s: %s", self._tip.path, error)

    def last_day(self) -> str | None:
        """The business day of the last row; None: there is none."""
        query = "SELECT day FROM events ORDER BY seq DESC LIMIT 1"
        found = self._db.execute(query).fetchone()
        return None if found is None else str(found[0])

    def boots(self, devices: Sequence[str]) -> dict[str, int]:
        """The newest boot of each of these devices that an event was stored of."""
        # One look into the index for each: a GROUP BY would read all of it.
        query = "SELECT max(boot) FROM events WHERE device = ?"
        found = ((device, self._db.execute(query, (device,)).fetchone()[0]) for device in devices)
        return {device: boot for device, boot in found if boot is not None}

    def contacts(self, machines: Iterable[str]) -> dict[str, int]:
        """When each machine last asked for something with the hub there (hub ms)."""
        # What it hands in later, and asks for in advance, says nothing of when it was away.
        query = (
            "SELECT at_ms FROM events WHERE device = ? "
            "AND kind NOT IN ('merged', 'strayed', 'leased', 'answered') "
            "ORDER BY boot DESC, n DESC LIMIT 1"
        )
        found = ((machine, self._db.execute(query, (machine,)).fetchone()) for machine in machines)
        return {machine: row[0] for machine, row in found if row is not None}

    def newest_dawn(self) -> Dawn | None:
        """Where the newest day began, and what of all before it a start needs."""
        return newest_dawn(self._db)

    def answer_of(self, device: str, boot: int, n: int) -> dict[str, Any] | None:
        """The stored answer to a device event; None: this event is new."""
        query = "SELECT answer FROM events WHERE device = ? AND boot = ? AND n = ?"
        found = self._db.execute(query, (device, boot, n)).fetchone()
        return None if found is None else json_object(found[0])

    def rows(self, after_seq: int = 0) -> Iterator[Row]:
        """All stored rows in order, from the one after `after_seq`."""
        query = "SELECT * FROM events WHERE seq > ? ORDER BY seq"
        for seq, day, at_ms, kind, data, device, boot, n, answer, _ in self._db.execute(
            query, (after_seq,)
        ):
            try:
                row_data, row_answer = (
                    json_object(data),
                    None if answer is None else json_object(answer),
                )
            except ValueError as error:
                raise DamagedJournal(self.path, seq, str(error)) from error
            yield Row(seq, day, at_ms, kind, row_data, device, boot, n, row_answer)

    def told(self, after_seq: int = 0) -> Iterator[tuple[int, str, str, Event | dict[str, Any]]]:
        """Number, day, kind and content of the rows from the one after `after_seq`.

        An event of the core, or the object of a row of the hub's own; raises DamagedJournal.
        """
        query = "SELECT seq, day, at_ms, kind, data FROM events WHERE seq > ? ORDER BY seq"
        for seq, day, at_ms, kind, text in self._db.execute(query, (after_seq,)):
            try:
                told = told_by(kind, at_ms, text)
            except (CoreError, ValueError) as error:
                raise DamagedJournal(self.path, seq, str(error)) from error
            yield seq, day, kind, told

    def audit(self, rows: int) -> Iterator[int]:
        """Check every row, so many at a time, then every page; raises DamagedJournal.

        Yields the number of the last row checked: the caller may rest in between.
        """
        end, before = START, -1
        try:
            while end[0] != before:
                yield end[0]
                before, end = end[0], follow(self._db, self.path, end, rows)
            check_pages(self._db, self.path)
        except sqlite3.DatabaseError as error:
            raise DamagedJournal(self.path, None, str(error)) from error

    def days(self, count: int, before: str | None = None) -> list[str]:
        """The last business days in the journal, oldest first; `before`: only earlier ones."""
        query = "SELECT DISTINCT day FROM events WHERE day < ? ORDER BY day DESC LIMIT ?"
        found = self._db.execute(query, (before or AFTER_ALL_DAYS, count))
        return sorted(day for (day,) in found)

    def events(self, days: Sequence[str] | None = None) -> Iterator[Event]:
        """The core events of these days (None: of all) in order; raises DamagedJournal."""
        wanted = None if days is None else frozenset(days)
        query = "SELECT seq, day, at_ms, kind, data FROM events WHERE day >= ? ORDER BY seq"
        first = min(days, default=AFTER_ALL_DAYS) if days is not None else ""
        for seq, day, at_ms, kind, data in self._db.execute(query, (first,)):
            if kind not in OWN_KINDS and (wanted is None or day in wanted):
                try:
                    yield from_json(kind, at_ms, json_object(data))
                except (CoreError, ValueError) as error:
                    raise DamagedJournal(self.path, seq, str(error)) from error

    def fold(self, hall: Hall) -> int:
        """Apply every stored core event to the hall and return the last row's number.

        Raises DamagedJournal naming the first row that cannot be read or does not fit.
        """
        return self.fold_until(hall, lambda _day, _at_ms: False)

    def fold_until(self, hall: Hall, stop: Callable[[str, int], bool]) -> int:
        """As `fold`, but only up to the first row for whose day and time `stop` says so.

        Columns and no Rows: a journal of 100,000 events is to be folded in less than 2 s.
        """
        seq = 0
        query = "SELECT seq, day, at_ms, kind, data FROM events ORDER BY seq"
        for row_seq, day, at_ms, kind, data in self._db.execute(query):
            if stop(day, at_ms):
                break
            seq = row_seq
            if kind in OWN_KINDS:
                continue
            try:
                hall.apply(from_json(kind, at_ms, json_object(data)))
            except (CoreError, ValueError) as error:
                raise DamagedJournal(self.path, seq, str(error)) from error
        return seq

    def close(self) -> None:
        """Close the file; the log is complete at any moment, so this is only polite."""
        self._db.close()
        if self._tip is not None:
            self._tip.close()
            self._tip = None
