"""The business day by the example hall's hours, and the key that lives no longer than it."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import date, datetime
from pathlib import Path

import pytest

from fakes.cards import named_offline
from hub.clock import Clock
from hub.config import EXAMPLE, HallConfig, load
from hub.core import Hall, commands
from hub.day import DayKeeper, command_due

CAMPUS_KEY = bytes(32)
# A Monday of the summer: 08:00 to 12:00 and 14:30 to 18:00; then a Saturday.
MONDAY, TUESDAY, SATURDAY = "2026-09-21", "2026-09-22", "2026-09-26"


def at(day: str, clock: str) -> int:
    return int(datetime.fromisoformat(f"{day}T{clock}+08:00").timestamp() * 1000)


class Keeper:
    """A day keeper on a real hall; `now` is told."""

    def __init__(self, folder: Path, day: str = MONDAY, clock: str = "07:00") -> None:
        self.config: HallConfig = load(EXAMPLE)
        self.hall = Hall(self.config.to_rules())
        self.now = at(day, clock)
        self.file = folder / "day.key"
        self.asked: list[commands.Command] = []
        self.new_days = 0
        self.keeper = self.start()

    def start(self) -> DayKeeper:
        ticks = Clock(lambda: self.now, lambda: self.now)
        keeper = DayKeeper(self.config, self.hall, ticks, CAMPUS_KEY, self.file)
        keeper.on_new_day = self._on_new_day
        return keeper

    def _on_new_day(self) -> None:
        self.new_days += 1

    async def ask(self, asked) -> None:
        for command in asked:
            self.asked.append(command)
            for event in self.hall.decide(command, self.now):
                self.hall.apply(event)

    def look(self, day: str, clock: str) -> list[str]:
        """What is asked at that time."""
        self.now = at(day, clock)
        before = len(self.asked)
        asyncio.run(self.keeper.look(self.ask))
        return [type(command).__name__ for command in self.asked[before:]]


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path)


def test_a_day_opens_before_its_first_session_and_closes_after_its_last(keeper: Keeper) -> None:
    assert keeper.look(MONDAY, "07:29") == []
    assert keeper.look(MONDAY, "07:30") == ["OpenDay"]
    assert keeper.hall.state.day == MONDAY
    assert keeper.look(MONDAY, "13:00") == []  # noon
    assert keeper.look(MONDAY, "18:59") == []
    assert keeper.look(MONDAY, "19:00") == ["CloseDay"]
    assert keeper.look(MONDAY, "23:59") == []
    assert keeper.look(TUESDAY, "07:30") == ["OpenDay"]
    assert keeper.new_days == 2


def test_a_close_that_was_slept_through_is_made_up_for(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    assert keeper.look(TUESDAY, "03:00") == ["CloseDay"]
    assert keeper.look(TUESDAY, "03:01") == []


def test_a_hub_that_slept_until_the_next_morning_opens_that_day(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    assert keeper.look(TUESDAY, "08:00") == ["CloseDay", "OpenDay"]
    assert keeper.file.exists()
    assert (keeper.hall.state.day, keeper.hall.state.day_open) == (TUESDAY, True)


def test_a_hall_that_is_closed_that_day_stays_closed(keeper: Keeper) -> None:
    assert keeper.look(SATURDAY, "10:00") == []


def test_a_day_of_other_hours_in_the_file_is_told_the_core(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    longer = [dataclasses.replace(s, closes=s.closes + 1) for s in keeper.config.sessions]
    keeper.keeper._config = dataclasses.replace(keeper.config, sessions=tuple(longer))
    assert keeper.look(MONDAY, "10:01") == ["OpenDay"]
    assert keeper.look(MONDAY, "10:02") == []
    assert keeper.new_days == 1  # the day is the same, and so is its key


def test_the_days_key_is_private_and_ends_with_the_day(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    assert keeper.file.stat().st_mode & 0o777 == 0o600
    keeper.look(MONDAY, "19:00")
    assert not keeper.file.exists()


def test_one_card_has_one_hash_a_day_and_another_the_next(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    monday = keeper.keeper.holder("card", "62E3086C")
    assert monday == keeper.keeper.holder("card", "62 e3:08-6c")
    assert monday == keeper.start().holder("card", "62E3086C")  # after a restart
    keeper.look(TUESDAY, "10:00")
    assert keeper.keeper.holder("card", "62E3086C") not in (None, monday)


@pytest.mark.parametrize(("how", "raw"), [("none", ""), ("card", "xyz"), ("code", "ß"), ("x", "")])
def test_what_is_no_identity_is_nobody(keeper: Keeper, how: str, raw: str) -> None:
    assert keeper.keeper.holder(how, raw) is None


def test_a_lost_key_is_noticed(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    assert not keeper.start().key_is_new
    keeper.file.unlink()
    assert keeper.start().key_is_new


def test_it_looks_again_and_again(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.day.LOOK_S", 0.001)

    async def run() -> None:
        looking = asyncio.create_task(keeper.keeper.run(keeper.ask))
        for clock in ("10:00", "19:00"):
            keeper.now = at(MONDAY, clock)
            for _ in range(1000):
                if keeper.hall.state.day_open is (clock == "10:00"):
                    break
                await asyncio.sleep(0.002)
        looking.cancel()
        await asyncio.wait([looking])

    asyncio.run(run())
    assert [type(command).__name__ for command in keeper.asked] == ["OpenDay", "CloseDay"]


def test_nothing_is_due_in_a_day_that_runs(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    assert command_due(keeper.config, keeper.hall, at(MONDAY, "15:00")) is None


def test_the_day_opens_with_its_hours_and_follows_a_changed_file(keeper: Keeper) -> None:
    keeper.look(MONDAY, "07:30")
    hours = keeper.config.calendar.hours(date.fromisoformat(MONDAY))
    assert keeper.hall.state.sessions == hours and len(hours) == 2
    keeper.config = keeper.config.open_all_day()
    keeper.keeper = keeper.start()
    assert keeper.look(MONDAY, "10:00") == ["OpenDay"]
    assert keeper.hall.state.sessions == () and keeper.new_days == 1
    assert keeper.look(MONDAY, "10:01") == []


def test_the_managers_alerts_are_said_once(
    keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    keeper.look(MONDAY, "07:30")
    for clock in ("08:11", "08:12", "08:13"):
        keeper.now = at(MONDAY, clock)
        for event in keeper.hall.due(keeper.now):
            keeper.hall.apply(event)
        keeper.look(MONDAY, clock)
    said = "告警 20号窗口开班10分钟仍未开放 | alert: post-late:20: window 20 is not open 10 min"
    assert caplog.text.count(said) == 1


def test_a_day_that_a_manager_ended_early_keeps_no_key(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    asyncio.run(keeper.ask([commands.CloseDay("a power cut")]))
    assert keeper.look(MONDAY, "10:01") == []
    assert not keeper.file.exists()
    assert keeper.look(TUESDAY, "07:30") == ["OpenDay"]


def test_every_means_has_an_alias_of_its_own_and_what_is_none_has_none(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    day = keeper.keeper
    named = named_offline(day.lease_key(), "62E3086C")
    assert day.alias("card", "62 e3:08-6c") == day.offline_name(named) is not None
    for how, raw in (("id-number", "31011020040229001X"), ("code", "62E3086C")):
        named = named_offline(day.lease_key(), raw, how)
        assert day.alias(how, raw) == day.offline_name(named) is not None
    assert len({day.alias(how, "73941526") for how in ("card", "code")}) == 2
    assert [day.alias(how, "62E3086C") for how in ("none", "paper", "id-number")] == [None] * 3
    assert day.alias("card", "xyz") is None
    assert [day.offline_name(name) for name in ("", "x" * 32, named + "\n")] == [None] * 3


def test_the_leases_key_is_the_days_and_lies_in_no_file(keeper: Keeper) -> None:
    keeper.look(MONDAY, "10:00")
    key = keeper.keeper.lease_key()
    assert len(key) == 32 and key == keeper.start().lease_key()  # after a restart
    assert all(key not in path.read_text() for path in keeper.file.parent.iterdir())
    keeper.look(TUESDAY, "10:00")
    assert keeper.keeper.lease_key() != key
