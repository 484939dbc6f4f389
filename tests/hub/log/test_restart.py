"""A start reads the newest day only, and makes of it what all rows make."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from fakes.hub import DAY, MACHINE, MINUTE, PROOF, TEN, Hub, holder
from hub.core import Hall, commands
from hub.log.journal import CHECKED_ROWS, CURSOR, DAWN, DELIVERED, DamagedJournal, Entry, Journal
from hub.log.restart import restored
from hub.outcomes import Outcomes

DAYS = (DAY, "2026-09-22", "2026-09-23")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def play(hub: Hub, day: str, cards: Sequence[str], *, closed: bool = True) -> None:
    """A day with a ticket for each card; the first is served, the others are not."""
    if hub.hall.state.day != day:
        hub.ask(commands.OpenDay(day, ((TEN, TEN + 60 * MINUTE),)))
    for card in cards:
        hub.ask(commands.Reserve(MACHINE, card, PROOF, holder("card", card), None, card))
        hub.ask(commands.ConfirmPrint(hub.hall.state.last_leg, "printed"))
    for key in ("pause", "next", "done", "done"):
        hub.now += MINUTE
        leg, ver = hub.hall.state.window(4).leg, hub.hall.state.window(4).ver
        hub.ask(commands.Press(4, key, False, False, leg, ver))
    if closed:
        hub.ask(commands.CloseDay())


def folded(path: Path, config) -> tuple[bytes, list[str], int]:
    """What all rows make: the state, the pending outcomes, the cursor."""
    journal = Journal(path, read_only=True)
    hall, outcomes = Hall(config.to_rules()), Outcomes(config.time_zone)
    for _, day, kind, told in journal.told():
        if isinstance(told, dict):
            outcomes.note(kind, told)
        else:
            outcomes.apply(day, told)
    journal.fold(hall)
    journal.close()
    return hall.digest(), [o.id for o in outcomes.pending()], outcomes.cursor


def started(path: Path, config, check: int = CHECKED_ROWS) -> tuple[bytes, list[str], int]:
    """What a start makes."""
    journal = Journal(path, check=check)
    hall, outcomes = restored(journal, config)
    journal.close()
    return hall.digest(), [o.id for o in outcomes.pending()], outcomes.cursor


def edit(path: Path, sql: str) -> None:
    """Change the file behind the journal's back."""
    db = sqlite3.connect(path)
    db.execute(sql)
    db.commit()
    db.close()


def test_a_start_makes_what_all_rows_make_after_each_commit_of_three_days(path: Path) -> None:
    with Hub(path) as hub:
        config, append, checked = hub.config, hub.journal.append, 0

        def compared(batch) -> None:
            nonlocal checked
            append(batch)
            checked += 1
            journal = Journal(path, read_only=True)
            hall, outcomes = restored(journal, config)
            journal.close()
            pending = [o.id for o in outcomes.pending()]
            assert (hall.digest(), pending, outcomes.cursor) == folded(path, config)

        hub.journal.append = compared
        for number, day in enumerate(DAYS):
            play(hub, day, ["AB", "CD", "EF"], closed=number != 1)
            if number == 0:
                ids = [o.id for o in hub.service.outcomes.pending()]
                assert len(ids) == 3
                hub.ask(note=(DELIVERED, {"ids": ids[:2]}))
                hub.ask(note=(CURSOR, {"cursor": 17}))
        assert checked > 40
        assert [o.id[:10] for o in hub.service.outcomes.pending()] == [
            *DAYS[:1], *[DAYS[1]] * 3, *[DAYS[2]] * 3
        ]  # fmt: skip


def test_what_a_day_that_was_left_open_owes_is_not_forgotten_by_the_next(path: Path) -> None:
    """Its outcomes are committed together with the row that would spare their reading."""
    with Hub(path) as hub:
        play(hub, DAY, ["AB", "CD"], closed=False)
        hub.ask(note=(DELIVERED, {"ids": [f"{DAY}-1"]}))
        hub.ask(commands.OpenDay(DAYS[1]))
        config = hub.config
    assert started(path, config) == folded(path, config)
    assert started(path, config)[1] == [f"{DAY}-2"]


def test_nothing_older_than_the_day_is_read_once_everything_is_delivered(path: Path) -> None:
    with Hub(path) as hub:
        for day in DAYS[:2]:
            play(hub, day, ["AB", "CD"])
            ids = [o.id for o in hub.service.outcomes.pending()]
            hub.ask(note=(DELIVERED, {"ids": ids}))
        hub.ask(commands.OpenDay(DAYS[2]))
        config = hub.config
    journal = Journal(path, read_only=True)
    dawn = journal.newest_dawn()
    (last,) = [row.seq for row in journal.rows() if row.kind == DAWN and row.day == DAYS[2]]
    journal.close()
    assert dawn is not None and dawn.seq == dawn.first_seq == last
    edit(path, "UPDATE events SET at_ms = at_ms + 1 WHERE seq = 3")
    assert started(path, config, check=1)[0] == folded(path, config)[0]


def test_a_damaged_row_that_no_start_needs_is_refused_all_the_same(path: Path) -> None:
    """As far back as half a second reads; what is older than that is left to the audit."""
    with Hub(path) as hub:
        for day in DAYS:
            play(hub, day, ["AB"])
            ids = [o.id for o in hub.service.outcomes.pending()]
            hub.ask(note=(DELIVERED, {"ids": ids}))
        last = hub.journal.last_seq
    edit(path, "UPDATE events SET at_ms = at_ms + 1 WHERE seq = 3")
    for check in (CHECKED_ROWS, last, last - 2, None):
        with pytest.raises(DamagedJournal, match="row 3: is not what was written"):
            Journal(path, check=check)
    Journal(path, check=last - 3).close()


@pytest.mark.parametrize("kind", ["day_opened", DAWN, "reserved"])
def test_a_damaged_row_that_a_start_reads_is_refused(path: Path, kind: str) -> None:
    with Hub(path) as hub:
        play(hub, DAY, ["AB"])
        play(hub, DAYS[1], ["AB"])
    where = f"(SELECT max(seq) FROM events WHERE kind = '{kind}')"
    edit(path, f"UPDATE events SET data = '{{}}' WHERE seq = {where}")
    with pytest.raises(DamagedJournal, match="is not what was written"):
        Journal(path)


def test_a_dawn_that_the_core_cannot_read_names_its_row(path: Path) -> None:
    with Hub(path) as hub:
        config = hub.config
        state = hub.hall.dawn() | {"day_open": False}
        note = (DAWN, {"state": state, "cursor": 0, "since": ""})
        hub.ask(note=note)
        row = hub.journal.last_seq
    with pytest.raises(DamagedJournal, match=f"row {row}: dawn: not the beginning"):
        started(path, config)


def test_a_journal_of_an_earlier_version_is_read_from_its_beginning(path: Path) -> None:
    with Hub(path) as hub:
        play(hub, DAY, ["AB", "CD"])
        config = hub.config
    before = folded(path, config)
    older = path.with_name("older.sqlite")
    source, copy = Journal(path, read_only=True), Journal(older)
    for _, day, kind, told in source.told():
        if not isinstance(told, dict):
            copy.append([Entry(day, told.at_ms, [told])])
        else:
            assert kind in (DAWN, "hub_started")
    source.close()
    assert copy.newest_dawn() is None
    copy.close()
    assert started(older, config) == before


def test_a_hall_without_a_campus_server_owes_nobody_anything(path: Path) -> None:
    with Hub(path) as hub:
        play(hub, DAY, ["AB"])
        config = hub.config
    alone = dataclasses.replace(config, campus=dataclasses.replace(config.campus, url=""))
    assert started(path, config)[1] == [f"{DAY}-1"]
    assert started(path, alone)[1] == []
