"""One hub for one data folder: a lock that the system takes back however the hub ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

LOCK = "hub.lock"


class FolderInUse(Exception):
    """Another hub has the folder; `folder` and its process id `pid`, as far as it said."""

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(f"{folder}: another hub serves this hall already (process {pid})")
        self.folder = folder
        self.pid = pid


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder; raises FolderInUse. The file stays, and says nothing by itself."""
    file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(folder, os.pread(file, 20, 0).decode("ascii", "replace")) from None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(file)
