"""Every device does its work with the heap it is promised, and says how much of it is in use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from fakes.desk import Desk, desk
from fakes.lobby import HOME, Lobby
from fakes.tuned_hall import tuned_hall
from hub.config import Device
from hub.demo.hall import DemoHall

# What the devices must run with, on the 64-bit Unix port (design, Sizes to keep).
HEAP = "160k"
# The ticket machine alone needs more, for the time without the hub (docs/heap.md).
HEAPS = {"ticket_machine": "208k"}
PRESSES = 200
OPENINGS = 25
# A pad takes no second rating for so long (IGNORE_MS in its flow.py).
IGNORED_S = 1.6
PICTURES = 150
TICKETS = 30
# The printer's mechanics and nothing else go this much faster.
SPEED = 10.0
# Not 转移: it opens a choice of windows, by a hold of a second.
KEYS = ("next", "recall", "noshow", "done", "pause")
# A way to a number through the menus of several departments, with and without 分类.
SERVICES = ("student-loan", "rail-discount", "enrolment-proof", "seal", "official-letter")
WITHOUT_CARD = "campus-card"


class MachineOnly(DemoHall):
    """The example hall with its hub, and of its devices the ticket machine alone."""

    async def start_boards(self, devices: Iterable[Device]) -> None:
        self.speed = SPEED
        await super().start_boards(devices)

    def devices(self) -> list[Device]:
        return [self.config.device(next(iter(self.config.ticket_machines)))]


async def unhurt(at: Desk | Lobby) -> None:
    """The board never fell over, nor ran short."""
    board = at.board if isinstance(at, Desk) else at.machine
    assert board.heap == HEAPS.get(board.role, HEAP)
    assert (board.is_running, board.resets) == (True, 0)
    assert "Error" not in board.log_tail()
    print(f"\n{board.role}: {await board.bench.live_heap_bytes() / 1024:.1f} KiB live at work")


def test_a_caller_takes_presses(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path) as at:
            window = {"st": "serving", "leg": 12, "ver": 1, "waiting": 7, "ticket": "A012"}
            at.hub.state("online", 5)
            at.want("caller", [5, 1], **window, lit=KEYS)
            await at.heard("ack", rev=[5, 1])
            for n in range(PRESSES):
                await at.parts.keys.up(KEYS[n % len(KEYS) - 1])
                await at.parts.keys.down(KEYS[n % len(KEYS)])
                press = await at.heard("evt", k="press", n=n + 1)
                await at.until(lambda: at.parts.digits.text == "----  ")
                refused = n % 50 == 7
                at.hub.evtack(press, **({"ok": False, "why": "STALE"} if refused else {}))
                if refused:
                    await at.until(lambda: at.parts.digits.text.startswith("E-"))
                await at.until(lambda: at.parts.digits.text == "A012 7")
            await unhurt(at)

    asyncio.run(scenario())


def test_a_pad_is_opened_and_rated(tmp_path):
    async def scenario():
        async with desk("rating_pad", tmp_path) as at:
            at.hub.state("online", 5)
            at.want("pad", [5, 1], win=4)
            await at.heard("ack", rev=[5, 1])
            for n in range(OPENINGS):
                at.cmd(f"open-{n}", "rate-open", leg=n + 1, open_ms=30_000)
                await at.until(lambda: len(at.parts.lamps.lit) == 5)
                if n % 5:
                    at.cmd(f"close-{n}", "rate-close", leg=n + 1)
                else:
                    await at.parts.keys.press(str(1 + n % 5))
                    rate = await at.heard("evt", count=n // 5 + 1, k="rate")
                    assert rate["d"] == {"leg": n + 1, "level": 1 + n % 5}
                    at.hub.evtack(rate)
                    await asyncio.sleep(IGNORED_S)
                await at.until(lambda: not at.parts.lamps.lit)
            await unhurt(at)

    asyncio.run(scenario())


def test_a_display_shows_and_says(tmp_path):
    async def scenario():
        async with desk("display", tmp_path, {"panel": "128x32", "voice": True}) as at:
            at.hub.state("online", 5)
            for n in range(PICTURES):
                text = f"请A{n:03}到{n % 20}号窗口"
                at.want("panel", [5, n], lines=[{"t": text[:8]}, {"t": text[3:], "blink": True}])
                await at.heard("ack", rev=[5, n])
                if n % 30 == 0:
                    parts: list[dict[str, Any]] = [{"m": "t", "x": "请"}, {"m": "d", "x": "A012"}]
                    at.cmd(f"say-{n}", "say", call=n + 1, times=1, parts=parts)
            await unhurt(at)

    asyncio.run(scenario())


async def take(at: Lobby, card: str | None, service: str, way: str = "现场取号") -> Any:
    """A walk-in's way to a paper."""
    await at.touch(way)
    if card:
        await at.page("请刷校园卡")
        at.reader.tap(card)
    else:
        await at.touch("无卡")
    await at.choose(service)
    return await at.paper()


def test_a_ticket_machine_gives_out_numbers(tmp_path):
    async def scenario():
        file = tuned_hall(tmp_path, {})
        async with MachineOnly(tmp_path / "hall", [4], file=file) as hall:
            at = Lobby(hall)
            await at.page(*HOME)
            # All menus of the hall are on its flash by now, and stay there.
            numbers = [
                (await take(at, f"{n:010X}", SERVICES[n % len(SERVICES)])).number
                for n in range(1, TICKETS - 1)
            ]
            await at.book("b-code", "seal", code="73941526")
            await at.touch("预约取号")
            await at.type_code("73941526")
            numbers.append((await at.paper()).number)
            numbers.append((await take(at, None, WITHOUT_CARD)).number)
            assert len(set(numbers)) == TICKETS

            await at.touch("现场取号")
            await at.page("请刷校园卡")
            at.reader.tap(f"{1:010X}")
            await at.choose(SERVICES[1])
            again = await at.paper()
            assert again.number == numbers[0]

            at.printer.paper_out()
            await at.touch("现场取号")
            await at.page("缺纸,请联系工作人员")
            at.printer.refill()
            await at.page(*HOME)
            await unhurt(at)

    asyncio.run(scenario())
