"""The hall learns from the days that are over, at its start and at each close."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from fakes.hall import World, small_rules
from fakes.long_journal import write_days
from hub import teacher
from hub.core import Hall
from hub.core import commands as cmd
from hub.core.figures import Figures
from hub.history import learn
from hub.log.journal import Journal
from hub.teacher import Teacher


@pytest.fixture
def path(tmp_path):
    write_days(tmp_path / "j", 4_000, steps=800)
    return tmp_path / "j"


def folded(path) -> Hall:
    hall = Hall(small_rules())
    Journal(path, read_only=True).fold(hall)
    return hall


def test_the_days_of_a_journal_are_named_and_read_one_by_one(path):
    journal = Journal(path, read_only=True)
    days = journal.days(99)
    assert len(days) > 2 and journal.days(2) == days[-2:]
    assert journal.days(99, before=days[-1]) == days[:-1]
    events = list(journal.events(days))
    assert events == list(journal.events())
    bounds = [e for e in journal.events(days[1:2]) if e.kind in ("day_opened", "day_closed")]
    assert [e.day for e in bounds] == [days[1], days[1]]
    assert list(journal.events([])) == []


def test_the_first_day_that_is_given_need_not_be_the_journals_first(path):
    journal = Journal(path, read_only=True)
    days = journal.days(2)
    assert learn(lambda: journal.events(days), small_rules()).served


def test_what_is_left_of_a_day_that_was_not_given_is_passed_over():
    world = World()
    leg = world.serving()
    world.do(cmd.CloseDay())
    cut = len(world.log)
    world.do(cmd.OpenDay("2019-05-28"))
    world.take("loan")
    assert world.log[cut].leg == leg
    assert learn(lambda: world.log[cut:], small_rules()) is not None


def test_the_hall_promises_by_what_was_learned(path):
    hall = folded(path)
    asyncio.run(Teacher(hall, path).learn())
    assert hall.rules.figures.served and hall.rules.services == small_rules().services
    journal = Journal(path, read_only=True)
    assert hall.rules.figures == learn(journal.events, small_rules())


def test_an_open_day_is_not_learned_from(path):
    hall = folded(path)
    hall.state.day_open = True
    asyncio.run(Teacher(hall, path).learn())
    journal = Journal(path, read_only=True)
    earlier = journal.days(99, before=hall.state.day)
    assert hall.rules.figures == learn(lambda: journal.events(earlier), small_rules())


def test_a_journal_that_cannot_be_read_leaves_the_hall_as_it_is(path, tmp_path, caplog):
    hall = folded(path)
    asyncio.run(Teacher(hall, tmp_path / "missing").learn())
    assert hall.rules.figures == Figures() and "nothing learned" in caplog.text


def test_it_learns_at_the_start_and_when_a_day_closes_and_no_more(path, monkeypatch):
    monkeypatch.setattr(teacher, "LOOK_S", 0.001)
    hall, learned = folded(path), []

    class Counted(Teacher):
        async def learn(self) -> None:
            learned.append((self._hall.state.day, self._hall.state.day_open))

    async def days() -> None:
        task = asyncio.create_task(Counted(hall, path).run())
        for day, is_open in (("2030-01-01", True), ("2030-01-01", False), ("2030-01-02", True)):
            await asyncio.sleep(0.02)
            hall.state.day, hall.state.day_open = day, is_open
        await asyncio.sleep(0.02)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    before = hall.state.day
    asyncio.run(days())
    assert learned == [(before, False), ("2030-01-01", False)]
    assert hall.rules.figures == Figures()
