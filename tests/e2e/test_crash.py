"""Hub and broker are killed in the middle of a day: nothing printed, pressed or rated is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from fakes.counter import Counter
from fakes.lobby import HOME, Lobby, read_journal
from fakes.tuned_hall import tuned_hall
from hub.demo.hall import DemoHall

SPEED = 5
WINDOWS = (4, 20)
# The rating stays open for 20 s, longer than a restart.
RULES = {"rating_s": 100, "start_after_s": 300}
CARDS = [f"{number:010X}" for number in range(0xC0FFEE0001, 0xC0FFEE0009)]
# How long after its first edge a press is surprised by the crash: before it was sent, on its
# way, decided and not answered, or answered long ago.
AFTER_PRESS_S = (0.0, 0.004, 0.012, 0.2)


class Day:
    """A hall with a few tickets out, and what its clerks do."""

    def __init__(self, hall: DemoHall) -> None:
        self.hall = hall
        self.lobby = Lobby(hall)
        self.counters = {
            number: Counter(hall, number, "", self._never, voice(hall, number))
            for number in hall.windows
        }

    @staticmethod
    async def _never(service: str) -> str:
        raise AssertionError(f"numbers for {service} come from the machine here")

    async def open(self) -> None:
        """Open every window."""
        await self.lobby.page(*HOME)
        for at in self.counters.values():
            await at.ready()
            await at.press("pause")
            await at.until(lambda at=at: at.standing() == "idle", "open window")

    async def take(self, service: str, card: str) -> str:
        """A walk-in's ticket, as printed."""
        lobby = self.lobby
        await lobby.touch("现场取号")
        await lobby.page("请刷校园卡")
        lobby.reader.tap(card)
        await lobby.choose(service)
        return str((await lobby.paper()).number)

    async def call(self, number: int, ticket: str) -> None:
        """下一位 calls this very ticket."""
        at = self.counters[number]
        await at.press("next")
        await at.until(lambda: at.on_bar == f"请{ticket}", f"call of {ticket}")

    async def serve(self, number: int, ticket: str) -> None:
        """到 and 完成 for the called ticket."""
        at = self.counters[number]
        await at.press("done")
        await at.until(lambda: at.on_bar == f"{ticket}办理", f"service of {ticket}")
        await at.press("done")
        await at.until(lambda: at.standing() == "idle", f"end of {ticket}")

    async def restart(self) -> None:
        """The hub is back, and every caller shows a picture again."""
        await self.hall.start_hub()
        await self.all_ready()

    async def all_ready(self) -> None:
        """No caller waits for an answer or looks for the hub; the machine shows its first page."""
        for at in self.counters.values():
            await at.until(lambda at=at: at.caller.digits.text[0] != "-", "picture")
        await self.lobby.page(*HOME)

    def journal(self, kind: str) -> list[dict]:
        return read_journal(self.hall.journal, kind)

    def tickets(self, kind: str) -> list[str]:
        """Tickets of the legs that the events of this kind are about."""
        names = {row["leg"]: row["ticket"] for row in self.journal("reserved")}
        return [names[row["leg"]] for row in self.journal(kind)]


def voice(hall: DemoHall, window: int):
    return hall.boards[hall.config.voice(hall.config.windows[window].zone)].parts.voice


def in_a_hall(folder: Path, scenario) -> None:
    """Run a scenario in a hall of its own whose windows are open."""

    async def run() -> None:
        file = tuned_hall(folder, RULES)
        async with DemoHall(folder, WINDOWS, SPEED, file, heap="400k") as hall:
            day = Day(hall)
            await day.open()
            await scenario(day)

    asyncio.run(run())


def test_tickets_pictures_and_order_outlive_the_hub(tmp_path):
    async def scenario(day: Day) -> None:
        seals = [await day.take("seal", card) for card in CARDS[:4]]
        proof = await day.take("enrolment-proof", CARDS[4])
        assert seals == ["U001", "U002", "U003", "U004"]
        await day.call(20, seals[0])
        await day.call(4, proof)
        at = day.counters[4]
        await at.press("done")
        await at.until(lambda: at.on_bar == f"{proof}办理", "service")
        before = {number: at.on_bar for number, at in day.counters.items()}
        papers = len(day.lobby.printer.tickets)

        await day.hall.kill_hub()
        for number, at in day.counters.items():
            assert at.on_bar == before[number]
        await day.restart()

        assert {number: at.on_bar for number, at in day.counters.items()} == before
        # A number taken now is a new one.
        assert await day.take("seal", CARDS[5]) == "U005"
        for ticket in [*seals[1:], "U005"]:
            await day.serve(20, day.counters[20].on_bar[1:])
            await day.call(20, ticket)
        await day.serve(20, "U005")
        assert day.tickets("called") == [seals[0], proof, *seals[1:], "U005"]
        assert len(day.lobby.printer.tickets) == papers + 1

    in_a_hall(tmp_path, scenario)


def test_a_press_that_nobody_answered_counts_once(tmp_path):
    async def scenario(day: Day) -> None:
        at = day.counters[20]
        tickets = [await day.take("seal", card) for card in CARDS[: len(AFTER_PRESS_S) + 1]]
        for ticket, after_s in zip(tickets, AFTER_PRESS_S, strict=False):
            pressing = at.caller.keys.press("next")
            await asyncio.sleep(after_s)
            await day.hall.kill_hub()
            await pressing
            await day.restart()
            await at.until(lambda ticket=ticket: at.on_bar == f"请{ticket}", f"{ticket} called")
            await day.serve(20, ticket)
        assert day.tickets("called") == tickets[:-1]

    in_a_hall(tmp_path, scenario)


def test_a_press_that_is_too_old_is_refused(tmp_path):
    """A press made while the hub is away counts for 10 s; later it must not call a stranger."""

    async def scenario(day: Day) -> None:
        at = day.counters[20]
        await day.take("seal", CARDS[0])
        os.kill(day.hall.hub.pid, signal.SIGSTOP)
        await at.press("next")
        await asyncio.sleep(day.hall.config.policy.press_stale_ms / 1000 + 0.5)
        await day.hall.kill_hub()
        await day.hall.start_hub()
        await at.read("STALE")
        await at.until(lambda: at.caller.digits.text == "     1", "picture as before")
        assert day.tickets("called") == []

    in_a_hall(tmp_path, scenario)


def test_a_rating_given_while_the_hub_is_away_counts(tmp_path):
    """The pad keeps it; by rule 14 the first rating of a leg counts, also when it comes late."""

    async def scenario(day: Day) -> None:
        at = day.counters[20]
        ticket = await day.take("seal", CARDS[0])
        await day.call(20, ticket)
        await day.serve(20, ticket)
        await at.until(lambda: len(at.pad.lamps.lit) == 5, "question on the pad")
        await day.hall.kill_hub()
        await at.pad.keys.press("4")
        await at.until(lambda: not at.pad.lamps.lit, "thanks")
        await day.restart()
        await at.until(lambda: day.tickets("rated") == [ticket], "rating in the journal")
        assert [row["level"] for row in day.journal("rated")] == [4]

    in_a_hall(tmp_path, scenario)


@pytest.mark.parametrize("times", [2])
def test_everybody_comes_back_after_the_broker_was_killed(tmp_path, times):
    async def scenario(day: Day) -> None:
        ticket = await day.take("seal", CARDS[0])
        boots = {name: board.pid for name, board in day.hall.boards.items()}
        for _ in range(times):
            os.kill(broker_pid(day.hall), signal.SIGKILL)
            at = day.counters[20]
            await at.until(lambda at=at: at.caller.digits.text[0] == "-", "lost link")
            await day.all_ready()
        await day.call(20, ticket)
        await day.serve(20, ticket)
        assert await day.take("enrolment-proof", CARDS[1]) == "C001"
        await day.call(4, "C001")
        assert {name: board.pid for name, board in day.hall.boards.items()} == boots

    in_a_hall(tmp_path, scenario)


def broker_pid(hall: DemoHall) -> int:
    """The hub's one child."""
    hub = hall.hub.pid
    (pid,) = Path(f"/proc/{hub}/task/{hub}/children").read_text(encoding="ascii").split()
    return int(pid)
