"""Hub and broker are killed in the middle of a day: nothing printed, pressed or rated is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.counter import Counter
from fakes.lobby import HOME, Lobby, read_journal
from fakes.mosquitto_hall import MosquittoHall
from fakes.tuned_hall import tuned_hall
from fakes.wire_machine import wire_machine
from hub.demo.hall import DemoHall

SPEED = 5
WINDOWS = (4, 20)
# A rating stays open, and a press young, for longer than a restart takes on a slow machine.
RULES = {"rating_s": 300, "start_after_s": 300, "press_stale_s": 60}
STALE_S = 2
OLD_SOON = {"press_stale_s": STALE_S}
# How long after its first edge a press is surprised by the crash: before it was sent, while it
# is decided, or after its answer.
AFTER_PRESS_S = (0.0, 0.006, 0.05)


Scenario = Callable[["Day"], Awaitable[None]]
Case = tuple[type[DemoHall], Scenario]


class Day:
    """A hall with a few tickets out, and what its clerks do."""

    def __init__(self, hall: DemoHall) -> None:
        self.hall = hall
        self.lobby = Lobby(hall)
        self._cards = 0
        self.counters = {
            number: Counter(hall, number, "", self.issue, voice(hall, number))
            for number in hall.windows
        }

    async def open(self) -> None:
        """Open every window."""
        await self.lobby.page(*HOME)
        for at in self.counters.values():
            await at.ready()
            await at.press("pause")
            await at.until(lambda at=at: at.standing() == "idle", "open window")

    async def take(self, service: str) -> str:
        """A walk-in's ticket, as printed."""
        lobby = self.lobby
        await lobby.touch("现场取号")
        await lobby.page("请刷校园卡")
        self._cards += 1
        lobby.reader.tap(f"C0FFEE{self._cards:04X}")
        await lobby.choose(service)
        return str((await lobby.paper()).number)

    async def issue(self, service: str, count: int = 1) -> list[str]:
        """Tickets of a machine that needs no time to print."""
        async with wire_machine(self.hall, "ticket-machine-2") as machine:
            return [await machine.take(service) for _ in range(count)]

    async def call(self, number: int, ticket: str) -> None:
        """下一位 calls this very ticket."""
        at = self.counters[number]
        await at.until(lambda: "noshow" not in at.caller.lamps.lit, "picture of no call")
        await at.press("next")
        await at.until(lambda: at.on_bar == f"请{ticket}", f"call of {ticket}")

    async def serve(self, number: int, ticket: str) -> None:
        """到 and 完成 for the called ticket."""
        at = self.counters[number]
        # The bar may be ahead of the caller, and a press on an older picture counts for nothing.
        await at.until(lambda: "noshow" in at.caller.lamps.lit, "picture of the call")
        await at.press("done")
        await at.until(lambda: at.on_bar == f"{ticket}办理", f"service of {ticket}")
        await at.until(lambda: "noshow" not in at.caller.lamps.lit, "picture of the service")
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


@asynccontextmanager
async def open_hall(
    folder: Path, rules: dict[str, int], hall_at: type[DemoHall]
) -> AsyncIterator[Day]:
    """A hall of its own whose windows are open."""
    async with hall_at(folder, WINDOWS, SPEED, tuned_hall(folder, rules)) as hall:
        day = Day(hall)
        await day.open()
        yield day


async def tickets_pictures_and_order_outlive_the_hub(day: Day) -> None:
    seals = [await day.take("seal") for _ in range(3)]
    proof = await day.take("enrolment-proof")
    await day.call(20, seals[0])
    await day.call(4, proof)
    at = day.counters[4]
    await at.press("done")
    await at.until(lambda: at.on_bar == f"{proof}办理", "service")
    before = {number: at.on_bar for number, at in day.counters.items()}
    papers = len(day.lobby.printer.tickets)

    await day.hall.kill_hub()
    assert {number: at.on_bar for number, at in day.counters.items()} == before
    await day.restart()
    assert {number: at.on_bar for number, at in day.counters.items()} == before

    late = await day.take("seal")
    assert late not in seals
    assert len(day.lobby.printer.tickets) == papers + 1
    for ticket in [*seals[1:], late]:
        await day.serve(20, day.counters[20].on_bar[1:])
        await day.call(20, ticket)
    await day.serve(20, late)
    await at.press("done")
    await at.until(lambda: at.standing() == "idle", "end of service")
    assert day.tickets("called") == [seals[0], proof, *seals[1:], late]


async def a_press_in_the_crash_counts_once(day: Day) -> None:
    for after_s in AFTER_PRESS_S:
        await press_in_the_crash(day, after_s)


async def press_in_the_crash(day: Day, after_s: float) -> None:
    at = day.counters[20]
    mine, behind = await day.issue("seal", 2)
    await at.until(lambda: at.caller.digits.text == "     2", "two who wait")
    pressing = at.caller.keys.press("next")
    await asyncio.sleep(after_s)
    await day.hall.kill_hub()
    await pressing
    await day.restart()
    await at.until(lambda: at.on_bar == f"请{mine}", f"call of {mine}")
    await day.serve(20, mine)
    assert day.tickets("called").count(mine) == 1
    assert behind not in day.tickets("called")
    await day.call(20, behind)
    await day.serve(20, behind)


async def a_rating_given_while_the_hub_is_away_counts(day: Day) -> None:
    """The pad keeps it; by rule 14 the first rating of a leg counts, also when it is late."""
    at = day.counters[20]
    (ticket,) = await day.issue("seal")
    await day.call(20, ticket)
    await day.serve(20, ticket)
    await at.until(lambda: len(at.pad.lamps.lit) == 5, "question on the pad")
    await day.hall.kill_hub()
    await at.pad.keys.press("4")
    await at.until(lambda: not at.pad.lamps.lit, "thanks")
    await day.restart()
    await at.until(lambda: day.tickets("rated") == [ticket], "rating in the journal")
    assert [row["level"] for row in day.journal("rated")] == [4]


async def everybody_comes_back_after_the_broker_was_killed(day: Day) -> None:
    at = day.counters[20]
    (ticket,) = await day.issue("seal")
    boards = {name: board.pid for name, board in day.hall.boards.items()}
    await kill_broker(day.hall)
    await at.until(lambda: at.caller.digits.text[0] == "-", "lost link")
    if isinstance(day.hall, MosquittoHall):
        await asyncio.to_thread(day.hall.broker.start)
    await day.all_ready()
    await day.call(20, ticket)
    await day.serve(20, ticket)
    proof = await day.take("enrolment-proof")
    await day.call(4, proof)
    await day.serve(4, proof)
    assert {name: board.pid for name, board in day.hall.boards.items()} == boards


async def a_press_that_is_too_old_calls_nobody(day: Day) -> None:
    """Whoever pressed has long gone on to something else, and would call a stranger."""
    at = day.counters[20]
    await day.issue("seal")
    await at.until(lambda: at.caller.digits.text == "     1", "one who waits")
    os.kill(day.hall.hub.pid, signal.SIGSTOP)
    await at.press("next")
    await asyncio.sleep(STALE_S)
    await day.hall.kill_hub()
    await day.hall.start_hub()
    await at.read("STALE")
    await at.until(lambda: at.caller.digits.text == "     1", "picture as before")
    assert day.tickets("called") == []


async def kill_broker(hall: DemoHall) -> None:
    """SIGKILL; the hub starts its child again, but no broker that is none."""
    if isinstance(hall, MosquittoHall):
        await asyncio.to_thread(hall.broker.stop, kill=True)
    else:
        os.kill(broker_pid(hall), signal.SIGKILL)


def broker_pid(hall: DemoHall) -> int:
    """The hub's one child."""
    hub = hall.hub.pid
    (pid,) = Path(f"/proc/{hub}/task/{hub}/children").read_text(encoding="ascii").split()
    return int(pid)


SCENARIOS = [
    tickets_pictures_and_order_outlive_the_hub,
    a_press_in_the_crash_counts_once,
    a_rating_given_while_the_hub_is_away_counts,
    everybody_comes_back_after_the_broker_was_killed,
    a_press_that_is_too_old_calls_nobody,
]


# At the second broker: what depends on a broker that outlives the hub, or the hub its broker.
AT_MOSQUITTO = [
    a_press_in_the_crash_counts_once,
    everybody_comes_back_after_the_broker_was_killed,
]
CASES = [(DemoHall, each) for each in SCENARIOS] + [(MosquittoHall, each) for each in AT_MOSQUITTO]


async def play(case: Case, folder: Path) -> BaseException | None:
    """One scenario in a hall of its own; what went wrong."""
    hall_at, scenario = case
    rules = OLD_SOON if scenario is a_press_that_is_too_old_calls_nobody else RULES
    try:
        async with open_hall(folder, rules, hall_at) as day:
            await scenario(day)
    except Exception as error:  # noqa: BLE001 - raised again in the scenario's own test
        return error
    return None


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, request):
    """All scenarios that were asked for, at once, each in its own hall: most of it is waiting."""
    mine = [item for item in request.session.items if item.module is request.module]
    cases = [item.callspec.params["case"] for item in mine]

    async def play_all() -> list[BaseException | None]:
        folder = tmp_path_factory.mktemp("crash")
        return await asyncio.gather(*(play(each, folder / name_of(each)) for each in cases))

    return dict(zip(cases, asyncio.run(play_all()), strict=True))


def name_of(case: Case) -> str:
    """The hall and the scenario."""
    return "-".join(part.__name__ for part in case)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_crash(case, outcomes):
    if outcomes[case] is not None:
        raise outcomes[case]
