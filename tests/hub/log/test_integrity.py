"""Real damage at many places of a journal: refused by name, or harmless, or only a torn end."""

from __future__ import annotations

import logging
import random
import shutil
from pathlib import Path

import pytest

from fakes.hall import DAY, NINE
from hub.core.events import DayOpened, WindowOpened
from hub.log.integrity import Tip, chained
from hub.log.journal import Entry, Journal, JournalError, Origin, Row

SEED = 20260921
OLD_BATCHES, NEW_BATCHES = 70, 10  # those in the file itself, those still in the log behind it
PLACES = 80
PARTS = ("", "-wal", "-tip")


class Crashed:
    """The files of a hub that was killed, to be damaged again and again."""

    def __init__(self, folder: Path) -> None:
        self.made, self.path = folder / "made", folder / "copy"
        journal = Journal(self.made)
        journal.append([Entry(DAY, NINE, [DayOpened(at_ms=NINE, day=DAY)])])
        for n in range(OLD_BATCHES):
            journal.append(batch(n))
        journal.close()
        journal = Journal(self.made)
        self.commits = [OLD_BATCHES]
        for n in range(OLD_BATCHES, OLD_BATCHES + NEW_BATCHES):
            journal.append(batch(n))
            self.commits.append(len(list(journal.rows())))
        self.rows = list(journal.rows())
        self.bytes = {part: Path(f"{self.made}{part}").read_bytes() for part in PARTS}
        journal.close()

    def opened(self, tip: bool = True, **damaged: bytes) -> list[Row]:
        """The rows after a part was damaged; raises JournalError."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir()
        path = self.path / "journal"
        for part, raw in self.bytes.items():
            if tip or part != "-tip":
                Path(f"{path}{part}").write_bytes(damaged.get(part[1:] or "main", raw))
        journal = Journal(path)
        try:
            return list(journal.rows())
        finally:
            journal.close()


def batch(n: int) -> list[Entry]:
    """Three rows, of very different sizes."""
    answer = {"n": n, "d": "x" * (37 * n % 900)}
    opened = [WindowOpened(at_ms=NINE + n, window=1000 + 2 * n + one) for one in (0, 1)]
    return [
        Entry(DAY, NINE + n, opened, Origin("caller-1", 1, n, answer)),
        Entry(DAY, NINE + n, origin=Origin("caller-2", 1, n, {})),
    ]


@pytest.fixture(scope="module")
def crashed(tmp_path_factory) -> Crashed:
    return Crashed(tmp_path_factory.mktemp("crashed"))


def flipped(raw: bytes, at: int, bit: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


def places(raw: bytes, heads: int) -> list[tuple[int, int]]:
    """Bytes and their bits: every byte of the first `heads`, and others anywhere."""
    rng = random.Random(SEED)
    chosen = [*range(heads), *sorted(rng.sample(range(heads, len(raw)), PLACES))]
    return [(at, rng.randrange(8)) for at in chosen]


def test_a_killed_hubs_files_are_whole(crashed, caplog):
    assert crashed.opened() == crashed.rows
    assert len(crashed.bytes["-wal"]) > NEW_BATCHES * 4096
    assert len(crashed.bytes[""]) > 5 * 4096
    assert caplog.records == []


def test_a_flipped_bit_anywhere_in_the_file_is_refused_or_changes_nothing(crashed):
    refused = 0
    for at, bit in places(crashed.bytes[""], heads=100):
        try:
            rows = crashed.opened(main=flipped(crashed.bytes[""], at, bit))
        except JournalError:
            refused += 1
            continue
        assert rows == crashed.rows, f"byte {at}, bit {bit}"
    assert refused > PLACES // 2


@pytest.mark.parametrize("tip", [True, False], ids=["tip", "stale-tip"])
def test_a_flipped_bit_in_the_log_is_refused_or_changes_nothing_that_was_answered(
    crashed, caplog, tip
):
    caplog.set_level(logging.WARNING)
    refused = dropped = 0
    for at, bit in places(crashed.bytes["-wal"], heads=80):
        caplog.clear()
        try:
            rows = crashed.opened(tip=tip, wal=flipped(crashed.bytes["-wal"], at, bit))
        except JournalError:
            refused += 1
            continue
        if rows != crashed.rows:
            # Without its tip, damage in the very last write looks as a power cut in it does.
            assert not tip, f"byte {at}, bit {bit}"
            assert rows == crashed.rows[: crashed.commits[-2]], f"byte {at}, bit {bit}"
            assert "cut short" in caplog.text
            dropped += 1
    assert refused > PLACES // 2
    assert tip or dropped


def test_a_log_that_ends_too_early_is_refused(crashed):
    raw = crashed.bytes["-wal"]
    rng = random.Random(SEED)
    for size in [0, 31, 32, 33, 4000, len(raw) - 1, *rng.sample(range(len(raw)), 20)]:
        with pytest.raises(JournalError, match="were committed and are gone"):
            crashed.opened(wal=raw[:size])


def test_a_write_that_a_power_cut_tore_is_dropped_and_said(crashed, caplog):
    """The tip is behind by the write that was under way; everything before it is there."""
    raw = crashed.bytes["-wal"]
    caplog.set_level(logging.WARNING)
    said = 0
    for size in range(33, len(raw), 1499):
        caplog.clear()
        rows = crashed.opened(tip=False, wal=raw[:size])
        assert len(rows) in [OLD_BATCHES * 3 + 1, *crashed.commits]
        assert rows == crashed.rows[: len(rows)]
        said += "cut short" in caplog.text
    assert said > 20


@pytest.mark.parametrize("left", ["zeros", "former"])
def test_a_write_is_torn_anywhere_in_its_pages(crashed, caplog, left):
    """The disk may have kept the end of the last write and not its beginning."""
    raw, frame = crashed.bytes["-wal"], 24 + 4096
    frames = [raw[at : at + frame] for at in range(32, len(raw), frame)]
    commits = [at for at, each in enumerate(frames) if each[4:8] != bytes(4)]
    salt = int.from_bytes(raw[16:20], "big") - 1
    former = frames[0][:8] + salt.to_bytes(4, "big") + frames[0][12:]
    assert commits[-1] - commits[-2] > 1
    for torn in range(commits[-2] + 1, commits[-1] + 1):
        caplog.clear()
        kept = list(frames)
        kept[torn] = bytes(frame) if left == "zeros" else former
        rows = crashed.opened(tip=False, wal=raw[:32] + b"".join(kept))
        assert rows == crashed.rows[: crashed.commits[-2]]
        assert "cut short" in caplog.text or torn == commits[-2] + 1 == commits[-1]


def test_another_journals_log_is_not_taken(crashed, tmp_path):
    other = Journal(tmp_path / "other")
    other.append([Entry(DAY, NINE, [DayOpened(at_ms=NINE, day=DAY)])])
    wal = Path(f"{other.path}-wal").read_bytes()
    with pytest.raises(JournalError):
        crashed.opened(wal=wal)
    other.close()


def test_a_missing_file_behind_a_log_is_not_an_empty_hall(crashed):
    with pytest.raises(JournalError):
        crashed.opened(main=b"")


def test_a_check_goes_on_from_the_row_before():
    rest = range(6)
    one = chained(0, 1, "a", None, *rest)
    assert one == chained(0, 1, "a", None, *rest)
    assert len({one, chained(1, 1, "a", None, *rest), chained(0, 1, None, "a", *rest)}) == 3


def test_a_tip_that_was_damaged_itself_promises_nothing(tmp_path):
    tip = Tip(tmp_path / "journal")
    assert tip.read() == 0
    tip.write(2**40)
    assert tip.read() == 2**40
    raw = tip.path.read_bytes()
    tip.path.write_bytes(flipped(raw, 3, 5))
    assert tip.read() == 0
    tip.path.write_bytes(raw[:5])
    assert tip.read() == 0
    assert tip.path.stat().st_mode & 0o777 == 0o600
    tip.close()
