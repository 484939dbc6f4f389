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


class FolderUnusable(Exception):
    """The data folder can neither be made nor written; `folder`, and the system's reason."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(f"{folder}: not a folder that the hub can write: {error.strerror}")
        self.folder = folder


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, and make it if it is new; raises FolderInUse or FolderUnusable.

    The file stays, and says nothing by itself.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderUnusable(folder, error) from None
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
