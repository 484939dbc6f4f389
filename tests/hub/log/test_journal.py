"""The journal: durable in whole batches, strict when read, never another hall's file."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.day import random_day
from fakes.hall import DAY, MINUTE, NINE, small_rules
from hub.core import Hall
from hub.core.events import EVENTS, DayClosed, DayOpened, WindowOpened
from hub.log.journal import (
    CURSOR,
    EPOCH_ZERO_MS,
    OWN_KINDS,
    DamagedJournal,
    Entry,
    Journal,
    Origin,
    RepeatedEvent,
    Unwritable,
    WrongSchema,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hall.journal"


@pytest.fixture
def journal(path: Path):
    opened = Journal(path)
    yield opened
    opened.close()


def day_opened(origin: Origin | None = None) -> Entry:
    return Entry(DAY, NINE, [DayOpened(at_ms=NINE, day=DAY)], origin)


def press(n: int, **answer: object) -> Origin:
    return Origin("caller-4", 3, n, answer)


def edit(path: Path, *sql: str) -> None:
    """Change the file behind the journal's back."""
    db = sqlite3.connect(path)
    for statement in sql:
        db.execute(statement)
    db.commit()
    db.close()


def reopened(path: Path) -> Journal:
    return Journal(path)


# --- What is stored ----------------------------------------------------------------------------


def test_a_day_folds_back_to_the_same_bytes_after_a_restart(path):
    *_, world = random_day(seed=7, steps=300)
    writer = Journal(path)
    writer.start(DAY, NINE)
    for event in world.log:
        writer.append([Entry(DAY, event.at_ms, [event])])
    writer.close()
    reader, hall = reopened(path), Hall(small_rules())
    assert reader.fold(hall) == len(world.log) + 1
    assert hall.digest() == world.hall.digest()
    reader.close()


def test_an_answer_survives_a_restart_whether_or_not_anything_changed(path, journal):
    journal.append(
        [day_opened(press(1, ok=True)), Entry(DAY, NINE, origin=press(2, why="NOBODY"))]
    )
    journal.close()
    again = reopened(path)
    assert again.answer_of("caller-4", 3, 1) == {"ok": True}
    assert again.answer_of("caller-4", 3, 2) == {"why": "NOBODY"}
    assert again.answer_of("caller-4", 3, 3) is None
    assert again.answer_of("caller-4", 4, 1) is None
    assert again.answer_of("caller-5", 3, 1) is None
    assert [row.kind for row in again.rows()] == ["day_opened", "answered"]
    again.close()


def test_a_device_event_is_stored_once_and_its_batch_whole_or_not_at_all(journal):
    journal.append([day_opened(press(1))])
    opened = [WindowOpened(at_ms=NINE, window=n) for n in (1, 2)]
    with pytest.raises(RepeatedEvent):
        journal.append([Entry(DAY, NINE, opened), Entry(DAY, NINE, origin=press(1))])
    assert [row.kind for row in journal.rows()] == ["day_opened"]
    journal.append([Entry(DAY, NINE, opened, press(2))])
    rows = list(journal.rows(after_seq=1))
    assert [(row.seq, row.n) for row in rows] == [(2, 2), (3, None)]


def test_an_empty_batch_stores_nothing(journal):
    journal.append([])
    journal.append([Entry(DAY, NINE)])
    assert list(journal.rows()) == []


def test_a_note_is_a_row_of_the_hubs_own(journal):
    journal.append([Entry(DAY, NINE, note=(CURSOR, {"cursor": 5}))])
    (row,) = journal.rows()
    assert (row.kind, row.data, row.answer) == (CURSOR, {"cursor": 5}, None)
    hall = Hall(small_rules())
    assert journal.fold(hall) == 1
    assert hall.digest() == Hall(small_rules()).digest()


def test_every_commit_is_on_the_disk_when_it_returns(path, journal):
    db = journal._db
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.append([day_opened()])
    other = sqlite3.connect(path)
    assert other.execute("SELECT count(*) FROM events").fetchone() == (1,)
    other.close()


def test_nobody_else_may_read_the_file(path, journal):
    journal.append([day_opened()])
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_left_open_to_others_is_closed_to_them(path):
    Journal(path).close()
    path.chmod(0o644)
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- Epochs ------------------------------------------------------------------------------------


def test_an_epoch_never_repeats_not_in_one_second_nor_with_the_clock_set_back(journal):
    epochs = [journal.start(DAY, at_ms) for at_ms in (NINE + MINUTE, NINE + MINUTE, NINE, 0)]
    assert epochs[0] == max(1, (NINE + MINUTE - EPOCH_ZERO_MS) // 1000)
    assert epochs == sorted(set(epochs))


def test_an_epoch_rises_after_an_old_copy_was_restored(path, journal, tmp_path):
    now_ms = EPOCH_ZERO_MS + 1_000_000
    journal.start(DAY, now_ms)
    journal.close()
    shutil.copy(path, tmp_path / "copy")
    later = reopened(path)
    lost = [later.start(DAY, now_ms + 2_000 * n) for n in (1, 2, 3)]
    later.close()
    shutil.copy(tmp_path / "copy", path)
    with pytest.raises(DamagedJournal, match="rows 2 to 4 were committed and are gone"):
        reopened(path)
    Path(f"{path}-tip").unlink()
    restored = reopened(path)
    assert restored.start(DAY, now_ms + 10_000) > max(lost)
    restored.close()


# --- What is refused ---------------------------------------------------------------------------


def test_an_empty_file_cannot_be_read_as_a_journal(tmp_path):
    (tmp_path / "j").touch()
    with pytest.raises(WrongSchema, match="it is empty"):
        Journal(tmp_path / "j", read_only=True)


def test_a_file_of_another_program_is_refused_and_left_alone(path):
    edit(path, "CREATE TABLE songs (name TEXT)")
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(WrongSchema, match="not a journal"):
        Journal(path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_file_that_is_no_database_is_refused(path):
    path.write_text("dear diary " * 100)
    with pytest.raises(WrongSchema, match="not a journal"):
        Journal(path)


def test_a_journal_of_another_version_is_refused_by_number(path):
    Journal(path).close()
    edit(path, "PRAGMA user_version = 9")
    with pytest.raises(WrongSchema, match="schema 9, this version reads 2") as refused:
        Journal(path)
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("damage", "seq"),
    [
        ("UPDATE events SET data = '{\"day\":' WHERE seq = 2", 2),
        ("UPDATE events SET kind = 'teleported' WHERE seq = 2", 2),
        ("UPDATE events SET at_ms = at_ms + 1 WHERE seq = 2", 2),
        ("UPDATE events SET answer = '{}' WHERE seq = 1", 1),
        ("UPDATE events SET n = 7 WHERE seq = 1", 1),
        ("UPDATE events SET chain = chain + 1 WHERE seq = 2", 2),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 3", None),
        ("UPDATE events SET seq = 9 WHERE seq = 3", 3),
        ("DROP INDEX events_device", None),
        ("CREATE TABLE songs (name TEXT)", None),
    ],
)
def test_a_row_that_is_not_what_was_written_is_named(path, journal, damage, seq):
    closed = Entry(DAY, NINE, [DayClosed(at_ms=NINE, day=DAY)])
    journal.append([day_opened(press(1, ok=True)), closed, Entry(DAY, NINE, origin=press(2))])
    journal.close()
    edit(path, damage)
    with pytest.raises(DamagedJournal) as found:
        reopened(path)
    assert found.value.seq == seq
    assert found.value.path == path


def test_a_row_that_the_core_does_not_know_is_named(path, journal):
    journal.append([Entry(DAY, NINE, [DayClosed(at_ms=NINE, day=DAY)])])
    with pytest.raises(DamagedJournal, match="row 1: day_closed of") as found:
        journal.fold(Hall(small_rules()))
    assert found.value.seq == 1


def test_a_failed_commit_is_rolled_back_and_the_next_one_works(path, journal):
    blocker = sqlite3.connect(path, isolation_level=None)
    journal._db.execute("PRAGMA busy_timeout = 1")
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unwritable, match="locked"):
        journal.append([day_opened()])
    blocker.execute("ROLLBACK")
    blocker.close()
    journal.append([day_opened()])
    assert len(list(journal.rows())) == 1


def test_a_full_disk_refuses_the_batch_and_the_next_one_works(path, journal):
    db = journal._db
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(Unwritable, match="full"):
        journal.append([day_opened(press(1, note="x" * 100_000))])
    db.execute(f"PRAGMA max_page_count = {pages + 100}")
    journal.append([day_opened(press(1))])
    assert len(list(journal.rows())) == 1


def test_the_hubs_own_kinds_are_not_the_cores():
    assert OWN_KINDS.isdisjoint(cls.kind for cls in EVENTS)


# --- Killed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("commits", [1, 17, 60])
def test_kill_9_loses_nothing_that_was_said_and_tears_no_batch(path, commits):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    with subprocess.Popen(
        [sys.executable, "-m", "fakes.journal_writer", str(path)],
        stdout=subprocess.PIPE,
        env=env,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(commits)]
        writer.kill()
        said += [int(line) for line in writer.stdout if line.endswith("\n")]
    survivor, hall = reopened(path), Hall(small_rules())
    survivor.fold(hall)
    rows = list(survivor.rows())[1:]
    assert len(rows) % 3 == 0
    assert len(rows) // 3 in (said[-1], said[-1] + 1)
    assert all(survivor.answer_of("caller-1", 7, n) == {"n": n} for n in said)
    assert json.loads(hall.digest())["windows"].keys() >= {str(100 * n + 1) for n in said}
    survivor.close()
