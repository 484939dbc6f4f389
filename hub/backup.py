"""`hallkit backup`: a folder from which a hall can go on, taken while its hub is running."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from hub.log.journal import JOURNAL, Journal, JournalError
from hub.wire.broker import CREDENTIALS


class BackupError(Exception):
    """No backup was made; the message says why."""


def backup(data: Path, target: Path) -> str:
    """Copy a data folder to a new one, and read the copy; returns what was copied, in words.

    The day key is left behind on purpose: without it nobody can link the journal to a card.
    """
    source = data / JOURNAL
    if not source.is_file():
        raise BackupError(f"{source}: no such journal")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target}: not an empty folder; a backup overwrites nothing")
    draft = target.with_name(target.name + ".part")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        said = _copied(source, draft)
        # A device's password outlives the box; without it every device must be enrolled again.
        if (data / CREDENTIALS).exists():
            shutil.copy(data / CREDENTIALS, draft)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{target}: {error}") from error
    return f"{target}: {said}"


def _copied(source: Path, folder: Path) -> str:
    path = folder / JOURNAL
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as live, closing(sqlite3.connect(path)) as copy:
        # In one step: it sees one moment, and in WAL mode the hub goes on writing meanwhile.
        live.backup(copy)
    try:
        journal = Journal(path, check=None)
    except JournalError as error:
        raise BackupError(f"the journal is not sound: {error}") from error
    try:
        return f"{journal.last_seq} rows, the last of {journal.last_day()}"
    finally:
        journal.close()
