"""What can be wrong with a journal, each as an error of its own."""

from __future__ import annotations

from pathlib import Path


class JournalError(Exception):
    """Base of the journal's errors; `path` is the file."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class WrongSchema(JournalError):
    """The file is not a journal, or not one of this version."""


class DamagedJournal(JournalError):
    """It is not what was written; `seq` is the first such row, None: it is no row of its own."""

    def __init__(self, path: Path, seq: int | None, problem: str) -> None:
        super().__init__(path, f"damaged: {problem}" if seq is None else f"row {seq}: {problem}")
        self.seq = seq


class Unwritable(JournalError):
    """Nothing of the batch was stored: the disk is full or fails; the next try may succeed."""


class RepeatedEvent(JournalError):
    """A device event that the journal has already; nothing of the batch was stored."""
