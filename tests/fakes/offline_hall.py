"""A hall at Mosquitto whose hub goes away: its ticket machines, and their papers of that time."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from fakes.lobby import HOME, Lobby
from fakes.mosquitto_hall import MosquittoHall
from fakes.tuned_hall import tuned_hall
from hub.config import Device

OFFLINE = "离线取号"
# Ways through the menus, with one page of 分类 and without.
SERVICES = ("student-loan", "rail-discount", "enrolment-proof", "seal", "official-letter")
PATIENCE_S = 60
DONE, FAILED = ENDS = ("出号成功", "打印机故障")
TRIES = 5
# The reader takes the same card again after so long (uid_uart.HELD_MS).
HELD_S = 2.0
# The printer's mechanics and nothing else go this much faster.
SPEED = 10.0


@dataclass(frozen=True)
class Paper:
    """A paper in somebody's hand."""

    machine: str
    number: str
    service: str


class OfflineLobby(Lobby):
    """The place before one of several machines."""

    def __init__(self, hall: OfflineHall, device: str) -> None:
        super().__init__(hall)
        self.device = device
        self.machine = hall.boards[device]
        self.panel = self.machine.parts.panel
        self.printer = self.machine.parts.printer
        self.reader = self.machine.parts.reader

    async def take(self, card: str, service: str, way: str = "现场取号") -> Paper:
        """A visitor's way to a paper, with the hub or without; a printer may fail now and then."""
        for _ in range(TRIES):
            await self.ask(card, service, way)
            paper = await self.confirm(service)
            if paper is not None:
                return paper
            # Its answer came late, as on a busy machine; the number is void.
            await self.touch("返回")
            await self.page(*HOME)
            await asyncio.sleep(HELD_S)
        raise AssertionError(f"no paper for {card}")

    async def confirm(self, service: str) -> Paper | None:
        """From the page before the number to the paper; None if the printer failed."""
        before = len(self.printer.tickets)
        await self.touch("取号")
        await self.until(lambda: any(word in self.panel.shown for word in ENDS), "paper")
        if FAILED in self.panel.shown:
            return None
        await self.until(lambda: len(self.printer.tickets) > before, "paper")
        await self.touch("完成")
        await self.page(*HOME)
        return Paper(self.device, str(self.printer.tickets[before].number), service)

    async def ask(self, card: str, service: str, way: str = "现场取号") -> None:
        """The way to the page before the number."""
        await self.touch(way)
        await self.page("请刷校园卡")
        self.reader.tap(card)
        await self.choose(service)


class OfflineHall(MosquittoHall):
    """Its ticket machines alone; entered when they have their numbers for the hub's absence."""

    def __init__(self, folder: Path, machines: int, rules: dict[str, int]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._machines = machines
        super().__init__(folder / "hall", [4], file=tuned_hall(folder, rules))
        self.lobbies: list[OfflineLobby] = []

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.lobbies = [OfflineLobby(self, name) for name in self.boards]
        try:
            await asyncio.gather(*(self.have_leases(at) for at in self.lobbies))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def start_boards(self, devices: Iterable[Device]) -> None:
        self.speed = SPEED
        await super().start_boards(devices)

    def devices(self) -> list[Device]:
        names = list(self.config.ticket_machines)[: self._machines]
        return [self.config.device(name) for name in names]

    async def have_leases(self, at: OfflineLobby) -> None:
        """Every department's block is on the machine's flash."""
        # The clock is set when the last of them came.
        await at.until(lambda: at.machine.parts.clock.is_valid, "leases")
        await at.page(*HOME)

    async def without_hub(self, at: OfflineLobby) -> None:
        """The machine says that it goes on by itself."""
        await at.page(*HOME, OFFLINE)

    async def merged(self, papers: list[Paper]) -> float:
        """Wait until all papers are in the journal; seconds that it took."""
        numbers = {paper.number for paper in papers}
        began_s = time.monotonic()
        async with asyncio.timeout(PATIENCE_S):
            while not numbers <= self._merged():  # noqa: ASYNC110  another process writes it
                await asyncio.sleep(0.05)
        return time.monotonic() - began_s

    def _merged(self) -> set[str]:
        return {row["ticket"] for row in self.rows("merged")}

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """Journalled events of one kind, in their order."""
        return self.lobbies[0].journal(kind)

    async def act(self, *words: str) -> str:
        """`hallkit act …` as the manager types it; its output."""
        command = [sys.executable, "-m", "hub", "act", *words, "--data", str(self.data)]
        done = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        out, _ = await done.communicate()
        assert done.returncode == 0, out.decode()
        return out.decode()


def judge(papers: list[Paper], rows: list[dict[str, Any]]) -> dict[str, int]:
    """Compare papers, in the order they were taken, with the journal's rows of what was merged."""
    numbers = [paper.number for paper in papers]
    merged = [row["ticket"] for row in rows]
    out_of_order = 0
    for machine in {paper.machine for paper in papers}:
        mine = [paper.number for paper in papers if paper.machine == machine]
        came = [row for row in rows if row["machine"] == machine and row["ticket"] in numbers]
        # By arrival, ties by journal position: as the queue takes them.
        queue = [row["ticket"] for row in sorted(came, key=lambda row: row["arrived_ms"])]
        out_of_order += sum(a != b for a, b in zip(mine, queue, strict=False))
    return {
        "tickets": len(numbers),
        "numbers_twice": len(numbers) - len(set(numbers)) + len(merged) - len(set(merged)),
        "missing": len(set(numbers) - set(merged)),
        "out_of_order": out_of_order,
    }
