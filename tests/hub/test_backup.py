"""A backup of a running hub: whole, without the day key, never over anything, and startable."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from fakes.hall import DAY, NINE
from hub.__main__ import main
from hub.backup import BackupError, backup
from hub.core.events import DayOpened, WindowOpened
from hub.log.journal import JOURNAL, DamagedJournal, Entry, Journal, Origin

LATER = NINE + 1000 * 86_400_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as a hub leaves it."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("credentials.json", "day.key", "campus.key", "campus.token", "hub.lock"):
        (folder / name).write_text("secret")
        (folder / name).chmod(0o600)
    return folder


def opened(data: Path) -> Journal:
    journal = Journal(data / JOURNAL)
    journal.append([Entry(DAY, NINE, [DayOpened(at_ms=NINE, day=DAY)])])
    return journal


def test_it_holds_the_journal_and_passwords_and_no_key(data, tmp_path, capsys):
    journal = opened(data)
    assert main(["backup", str(data), str(tmp_path / "copy")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'copy'}: 1 rows, the last of {DAY}\n"
    kept = {file.name for file in (tmp_path / "copy").iterdir()}
    assert kept == {JOURNAL, f"{JOURNAL}-tip", "credentials.json"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "copy").iterdir())
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    journal.close()


def test_a_hub_that_is_writing_is_not_held_up_and_the_copy_is_one_moment_of_it(data, tmp_path):
    journal, stop, written = opened(data), threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            n = len(written) + 1
            opens = [WindowOpened(at_ms=NINE + n, window=10 * n + one) for one in (1, 2)]
            journal.append([Entry(DAY, NINE + n, opens, Origin("caller-1", 1, n, {}))])
            written.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            before = len(written)
            backup(data, tmp_path / str(number))
            copy = Journal(tmp_path / str(number) / JOURNAL)
            rows = list(copy.rows())
            copy.close()
            assert len(rows) % 2 == 1
            assert len(rows) >= 1 + 2 * before
    finally:
        stop.set()
        writer.join()
    assert list(journal.rows())[: len(rows)] == rows
    journal.close()


def test_a_restored_hall_has_a_new_epoch_and_goes_on(data, tmp_path):
    journal = opened(data)
    before = journal.start(DAY, LATER)
    backup(data, tmp_path / "copy")
    lost = journal.start(DAY, LATER + 60_000)
    journal.close()
    restored = Journal(tmp_path / "copy" / JOURNAL)
    # By the clock; or, were that set back, by what the broker remembers.
    assert restored.start(DAY, LATER + 120_000) > lost > before
    assert restored.start(DAY, 0, after_epoch=lost + 500) == lost + 501
    restored.close()


@pytest.mark.parametrize("there", ["file", "folder"])
def test_nothing_is_overwritten(data, tmp_path, there):
    opened(data).close()
    target = tmp_path / "copy"
    if there == "file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").write_text("mine")
    with pytest.raises(BackupError, match="not an empty folder"):
        backup(data, target)
    assert (target if there == "file" else target / "mine").read_text() == "mine"


def test_a_folder_without_a_journal_is_a_line(tmp_path, capsys):
    assert main(["backup", str(tmp_path), str(tmp_path / "copy")]) == 1
    said = capsys.readouterr().err
    assert said == f"hallkit: {tmp_path / JOURNAL}: no such journal\n"


def test_a_damaged_journal_is_no_backup(data, tmp_path):
    opened(data).close()
    file = data / JOURNAL
    raw = file.read_bytes()
    at = raw.index(b"day_opened")
    file.write_bytes(raw[:at] + b"day_ended_" + raw[at + 10 :])
    with pytest.raises(BackupError, match="row 1: is not what was written"):
        backup(data, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    with pytest.raises(DamagedJournal):
        Journal(file)
