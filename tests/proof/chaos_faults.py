"""Chaos' schedule: which part fails when, drawn from the seed, and what was done in fact."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from firmware.virtual.board import VirtualBoard
from proof.chaos_hall import RULES, ChaosHall
from proof.chaos_people import People

STALE_S = RULES["press_stale_s"]
# A run of this length has every fault.
FULL_S = 50.0
# Of the seven kinds; between two of them a hall must come to itself.
LINK_FAULTS = 5
# How long a fault waits for its moment before it takes any.
MOMENT_S = 40.0
# The longest wait for a hall to come to itself: the largest backoff and a hub's start.
WELL_S = 4.0

Fault = Callable[[], Awaitable[None]]


class Faults:
    """Plays the schedule; `count` names what happened, `special` the moments that were met."""

    def __init__(self, hall: ChaosHall, people: People, seed: int, seconds: float) -> None:
        self.hall = hall
        self.people = people
        self.seconds = seconds
        self.rng = random.Random(f"faults-{seed}")
        self.count: Counter[str] = Counter()
        self.unplugged: Counter[str] = Counter()  # how often each board lost its power
        self._hub = asyncio.Lock()  # one trouble of hub or broker after the other

    def _plan(self) -> list[tuple[float, Fault]]:
        """Times as shares of the run; each part's faults follow each other.

        A shorter run has fewer of them, for between two a hall must come to itself.
        """
        hub = [self.kill_after_commit, self.kill_before_paper, self.kill_when_frozen]
        links = [
            self.cut_devices,
            self.black_hole_devices,
            self.black_hole_hub,
            self.half_open,
            self.refuse_devices,
            self.cut_hub,
            self.crumble,
        ]
        power = [self.cut_power_before_paper, self.cut_power_in_flash, self.cut_power_anywhere]
        others = [self.empty_printer, self.stop_campus]
        brokers = [self.restart_broker, self.restart_broker]
        links = self.rng.sample(links, LINK_FAULTS)
        plan = []
        for faults in (hub, links, power, others, brokers):
            # The first one of the hub is in every run: it is the one that finds a double.
            first, rest = (faults[:1], faults[1:]) if faults is hub else ([], faults)
            drawn = first + self.rng.sample(rest, len(rest))
            count = max(1, round(len(faults) * min(1, self.seconds / FULL_S)))
            share = 0.84 / count
            for at, fault in enumerate(drawn[:count]):
                when = 0.06 + share * (at + self.rng.uniform(0.1, 0.7))
                plan.append((when * self.seconds, fault))
        return sorted(plan, key=lambda item: item[0])

    async def play(self) -> None:
        """All faults at their times; returns when each of them is over."""
        began_s = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as tasks:
            for at_s, fault in self._plan():
                await asyncio.sleep(max(0, began_s + at_s - asyncio.get_running_loop().time()))
                tasks.create_task(self._logged(fault), name=fault.__name__)

    async def _logged(self, fault: Fault) -> None:
        """Say when it began and ended, for whoever reads the hall's logs beside it."""
        name = getattr(fault, "__name__", "fault")
        self._log(name)
        await fault()
        self._log(f"{name} is over")

    def _log(self, said: str) -> None:
        with (self.hall.folder / "faults.log").open("a", encoding="utf-8") as log:
            # As the hub's log writes it, where that is UTC.
            log.write(f"{datetime.now(UTC):%H:%M:%S.%f} {said}\n")

    @property
    def hub_is_left_alone(self) -> bool:
        """No fault is about to end it, so it must live."""
        return not self._hub.locked()

    async def heal(self) -> None:
        """Everything has power, paper and a link again."""
        for link in self.hall.links.values():
            link.heal()
        for taker in self.people.takers:
            if taker.printer.state != "ok":
                taker.printer.refill()
        for board in self.hall.boards.values():
            if not board.is_running:
                await board.start()

    # --- The hub --------------------------------------------------------------------------------

    async def kill_after_commit(self) -> None:
        """SIGKILL between the COMMIT of a call and its evtack."""
        await self._kill_at("called")

    async def kill_before_paper(self) -> None:
        """SIGKILL between the COMMIT of a number and its paper."""
        await self._kill_at("reserved")

    async def _until_well(self) -> None:
        """A fault of hub or broker shall meet a hall that works, not one that lies down."""
        until_s = asyncio.get_running_loop().time() + WELL_S
        while (  # noqa: ASYNC110  clerks look
            any(clerk.waits for clerk in self.people.clerks)
            and asyncio.get_running_loop().time() < until_s
        ):
            await asyncio.sleep(0.05)

    async def _kill_at(self, kind: str) -> None:
        async with self._hub:
            await self._until_well()
            order = self.hall.control / "die"
            order.write_text(kind, encoding="utf-8")
            assert self.hall.hub is not None
            try:
                async with asyncio.timeout(MOMENT_S):
                    await self.hall.hub.wait()
            except TimeoutError:
                order.unlink(missing_ok=True)
            if (self.hall.control / f"died-{kind}").exists():
                self.count[f"kill_after_{kind}"] += 1
            await self._restart("kill")

    async def kill_when_frozen(self) -> None:
        """It stops answering, a press that it never saw grows old, and then it is killed."""
        async with self._hub:
            await self._until_well()
            assert self.hall.hub is not None
            self.hall.hub.send_signal(signal.SIGSTOP)
            before = {clerk: clerk.presses.total() for clerk in self.people.clerks}
            until_s = asyncio.get_running_loop().time() + WELL_S
            # Whoever works on presses something in the next moment, and waits for the answer.
            while (  # noqa: ASYNC110  clerks look
                not any(c.waits and c.presses.total() > n for c, n in before.items())
                and asyncio.get_running_loop().time() < until_s
            ):
                await asyncio.sleep(0.02)
            await asyncio.sleep(STALE_S + 0.3)
            await self._restart("kill")

    async def _restart(self, name: str) -> None:
        await self.hall.kill_hub()
        self.count[name] += 1
        await asyncio.sleep(self.rng.uniform(0.05, 0.6))
        await self.hall.start_hub()

    # --- Broker and links -----------------------------------------------------------------------

    async def restart_broker(self) -> None:
        """SIGKILL, a moment of nothing, and again."""
        async with self._hub:
            await self._until_well()
            await asyncio.to_thread(self.hall.broker.stop, kill=True)
            await asyncio.sleep(self.rng.uniform(0.2, 1.2))
            await asyncio.to_thread(self.hall.broker.start)
            self.count["broker"] += 1

    def _device_link(self) -> str:
        return self.rng.choice(("odd", "even"))

    async def cut_devices(self) -> None:
        """Half of the devices lose their connections."""
        await self.hall.links[self._device_link()].cut(reset=self.rng.random() < 0.5)
        self.count["link"] += 1

    async def cut_hub(self) -> None:
        """The hub loses its connection."""
        await self.hall.links["hub"].cut()
        self.count["link"] += 1

    async def black_hole_devices(self) -> None:
        """Nothing passes, and nobody is told."""
        await self._hole(self._device_link())

    async def black_hole_hub(self) -> None:
        """The hub and the broker do not hear each other."""
        await self._hole("hub")

    async def _hole(self, name: str) -> None:
        link = self.hall.links[name]
        link.black_hole(True)
        await asyncio.sleep(self.rng.uniform(1.0, 2.5))
        link.black_hole(False)
        self.count["link"] += 1

    async def half_open(self) -> None:
        """Devices are heard, and hear nothing."""
        link = self.hall.links[self._device_link()]
        link.down.black_hole(True)
        await asyncio.sleep(self.rng.uniform(1.0, 2.5))
        link.down.black_hole(False)
        self.count["link"] += 1

    async def refuse_devices(self) -> None:
        """Cut, and no new connection for a while."""
        link = self.hall.links[self._device_link()]
        link.listening(False)
        await link.cut()
        await asyncio.sleep(self.rng.uniform(0.5, 2.0))
        link.listening(True)
        self.count["link"] += 1

    async def crumble(self) -> None:
        """Everything comes late and in crumbs, then the connection is cut within a packet."""
        link = self.hall.links[self._device_link()]
        link.piece_bytes, link.delay_s = 7, 0.02
        await asyncio.sleep(1.5)
        link.down.cut_after(self.rng.randrange(1, 200))
        await asyncio.sleep(0.5)
        link.heal()
        self.count["link"] += 1

    # --- Devices and the rest -------------------------------------------------------------------

    async def cut_power_before_paper(self) -> None:
        """A machine's plug is pulled while its printer prints a number."""
        machines = {taker.machine: taker.printer for taker in self.people.takers}
        deadline_s = asyncio.get_running_loop().time() + MOMENT_S
        printing: str | None = None
        while printing is None and asyncio.get_running_loop().time() < deadline_s:
            printing = next((m for m, p in machines.items() if p._ticket.lines), None)
            await asyncio.sleep(0.002)
        if printing is not None:
            self.count["power_before_paper"] += 1
        await self._power_cycle(self._board(printing or self.rng.choice(sorted(machines))))

    async def cut_power_in_flash(self) -> None:
        """A board loses its power half way through a flash program, as it writes its boot."""
        board = self._board(self.rng.choice(self._names("caller", "ticket_machine")))
        await self._unplug(board)
        # Each boot writes its number: ordered before it begins, so that no write is missed.
        board.bench.cut_power(self.rng.randrange(3))
        await board.start()
        try:
            await asyncio.wait_for(board.wait_off(), MOMENT_S)
        except TimeoutError:
            self._log(f"{board.name} has not written")
        # The shim's flash pulled the plug itself, with half of a program done.
        self.count["power_in_flash"] += board.exit_code == -signal.SIGKILL
        await self._power_cycle(board)

    async def cut_power_anywhere(self) -> None:
        """Any device, at any moment."""
        names = self._names("caller", "ticket_machine", "display", "rating_pad")
        await self._power_cycle(self._board(self.rng.choice(names)))

    async def _power_cycle(self, board: VirtualBoard) -> None:
        await self._unplug(board)
        self.count["power"] += 1
        await asyncio.sleep(self.rng.uniform(0.1, 1.0))
        await board.start()

    async def _unplug(self, board: VirtualBoard) -> None:
        await board.kill()
        self.unplugged[board.name] += 1
        self._log(f"{board.name} is without power")

    def _names(self, *roles: str) -> list[str]:
        return sorted(name for name, board in self.hall.boards.items() if board.role in roles)

    def _board(self, name: str) -> VirtualBoard:
        return self.hall.boards[name]

    async def empty_printer(self) -> None:
        """The roll of one machine ends, perhaps within a paper, and comes back."""
        printer = self.rng.choice(self.people.takers).printer
        printer.paper_out(after_lines=self.rng.randrange(12))
        until_s = asyncio.get_running_loop().time() + self.rng.uniform(1.5, 3.0)
        while (  # noqa: ASYNC110  somebody looks
            printer.state != "paper" and asyncio.get_running_loop().time() < until_s
        ):
            await asyncio.sleep(0.02)
        if printer.state == "paper":
            # Nobody puts in a roll between two of the machine's questions, which would be answered
            # as if all was well, and what it was printing would count as printed.
            await asyncio.sleep(self.rng.uniform(1.5, 3.0))
        printer.refill()
        self.count["printer"] += 1

    async def stop_campus(self) -> None:
        """The campus server is away."""
        await self.hall.campus.stop()
        await asyncio.sleep(self.rng.uniform(2.0, 5.0))
        await self.hall.campus_back()
        self.count["campus"] += 1
