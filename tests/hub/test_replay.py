"""Any moment of a journal again: the same bytes each time, also while the hub writes on."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from fakes.hall import DAY, MINUTE, World, small_rules
from fakes.long_journal import write_days
from hub.__main__ import main
from hub.config import EXAMPLE, load
from hub.core import Hall
from hub.core import commands as cmd
from hub.log.journal import Entry, Journal
from hub.replay import BadMoment, digest, replay

# The promise is 2 s; a loaded machine that runs other tests beside this one gets more.
FOLD_S_MAX = 6.0


@pytest.fixture(scope="module")
def config():
    return load(EXAMPLE)


def write(path: Path, world: World, after: int = 0) -> Journal:
    journal = Journal(path)
    journal.append([Entry(DAY, event.at_ms, (event,)) for event in world.log[after:]])
    return journal


def morning() -> World:
    """Six events, a minute apart: a leg is taken, called, served; another one waits."""
    world = World()
    world.take("loan", "card-1")
    world.wait(MINUTE)
    world.press(1, "next")
    world.wait(MINUTE)
    world.take("loan", "card-2")
    return world


def printed(capsys, *arguments: str) -> str:
    assert main(["replay", *arguments]) == 0
    return capsys.readouterr().out


def test_a_replay_is_the_hall_that_was(tmp_path, config):
    world = morning()
    write(tmp_path / "j", world)
    replayed = replay(Journal(tmp_path / "j", read_only=True), config, None, None)
    assert digest(replayed.hall) == digest(world.hall)
    assert (replayed.seq, replayed.at_ms) == (len(world.log), world.now)


def test_two_replays_print_the_same_bytes_and_say_it_in_both_languages(tmp_path, capsys):
    write(tmp_path / "j", morning())
    first = printed(capsys, str(tmp_path / "j"))
    assert first == printed(capsys, str(tmp_path / "j"))
    assert "1  呼叫中 called A001, 09:01:00" in first
    assert "等候 1 人" in first and "1 waiting" in first and "  A002  loan" in first
    assert re.search(r"digest [0-9a-f]{64}$", first, re.MULTILINE)


def test_leased_numbers_and_papers_without_the_hub_are_named(tmp_path, capsys):
    world = World()
    world.do(cmd.AskLease("tm1", "A", 0))
    world.do(cmd.MergeOffline("tm1", "A", 701, DAY, "loan", 0, "t", None, False, False, "printed"))
    write(tmp_path / "j", world)
    said = printed(capsys, str(tmp_path / "j"))
    assert "  A701  loan, 09:00:00 到 arrived, 断网取号 without the hub" in said
    assert "断网备用号 A701–720 tm1, 已交回 1 | leased, 1 handed in" in said


def test_a_moment_is_named_by_local_time(tmp_path, config):
    world = morning()
    write(tmp_path / "j", world)
    journal = Journal(tmp_path / "j", read_only=True)
    for until in ("09:01", "09:01:59", "2019-05-27T09:01", "2019-05-27T01:01:30+00:00"):
        hall = replay(journal, config, DAY, until).hall
        assert hall.state.last_leg == 1 and hall.state.window(1).leg == 1, until
    assert replay(journal, config, None, "08:59").hall.state.day is None


@pytest.mark.parametrize(("day", "until"), [("27.5.", None), (None, "noon"), (DAY, "9-15")])
def test_a_moment_that_is_none_is_refused_by_name(tmp_path, config, day, until):
    write(tmp_path / "j", morning())
    with pytest.raises(BadMoment, match=re.escape(until or day)):
        replay(Journal(tmp_path / "j", read_only=True), config, day, until)


def test_each_day_of_a_journal_can_be_replayed(tmp_path, config):
    days = write_days(tmp_path / "j", 600, steps=300)
    assert days > 1
    journal = Journal(tmp_path / "j", read_only=True)
    first = replay(journal, config, DAY, None).hall
    last = replay(journal, config, None, None).hall
    assert first.state.day == DAY and not first.state.day_open
    assert last.state.day > DAY and last.state.last_leg == days * first.state.last_leg


def test_a_running_hubs_journal_is_read_and_never_changed(tmp_path, config):
    world = morning()
    writer = write(tmp_path / "j", world)
    reader = Journal(tmp_path / "j", read_only=True)
    before = replay(reader, config, None, None)
    done = len(world.log)
    world.press(1, "done")
    writer.append([Entry(DAY, event.at_ms, (event,)) for event in world.log[done:]])
    after = replay(reader, config, None, None)
    assert digest(after.hall) == digest(world.hall) != digest(before.hall)
    with pytest.raises(Exception, match="readonly"):
        reader.append([Entry(DAY, world.now, tuple(world.log[:1]))])


def test_what_is_no_journal_is_said_in_one_line(tmp_path, capsys):
    (tmp_path / "text").write_text("no journal, no database, but long enough to be looked at")
    for name in ("missing", "text"):
        assert main(["replay", str(tmp_path / name)]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "missing").exists()


def test_a_hundred_thousand_events_fold_in_seconds(tmp_path):
    write_days(tmp_path / "j", 100_000)
    journal = Journal(tmp_path / "j", read_only=True)
    hall = Hall(small_rules())
    begun = time.process_time()
    assert journal.fold(hall) >= 100_000
    assert time.process_time() - begun < FOLD_S_MAX
