"""One run of the simulation: seed and number of events in, evidence and verdict out."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.board_node import simulated_links
from sim.faults import Faults
from sim.hall import SimHall
from sim.network import CALM, Weather
from sim.offline_node import simulated_desks
from sim.quick import quick_boards, quick_json
from sim.workload import Workload
from sim.world import MINUTE_MS, World

# After the last fault: longer than any cut, timer or repeat, so that all that was said arrives.
SETTLE_MS = 6 * MINUTE_MS
VISITORS_A_DAY = 260
# What dies here is a process, never the machine: journal and flashes may lie in memory.
_MEMORY = Path("/dev/shm")


@dataclass(slots=True)
class Run:
    """What a run leaves behind."""

    world: World
    hall: SimHall
    seconds: float

    @property
    def digest(self) -> str:
        """Equal for two runs of the same seed, and only for them."""
        return self.world.digest()


@contextmanager
def played(
    seed: int, events: int, visitors: int = VISITORS_A_DAY, late_ms: int = 0
) -> Iterator[Run]:
    """Play so many events, let the hall come to rest, and hand over what was seen.

    `late_ms`: how long after dawn it begins, so that the first day's end comes sooner.
    """
    world = World(seed, late_ms)
    with (
        _uncollected(),
        tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder,
        simulated_links(world),
        simulated_desks(world),
        quick_boards(),
        quick_json(),
    ):
        began = time.perf_counter()
        hall = SimHall(world, Path(folder), Weather())
        with hall.hushed():
            workload, faults = Workload(hall, visitors), Faults(hall)
            workload.start()
            hall.power_on()
            faults.start()
            while world.events < events:
                world.step()
            faults.stop()
            hall.network.weather = CALM
            _settle(world, hall)
            hall.hub.compare()
        yield Run(world, hall, time.perf_counter() - began)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No looking for cycles: a run keeps what it has seen, and all of it would be looked at."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _settle(world: World, hall: SimHall) -> None:
    hall.power_on()
    hall.end_day()
    for clerk in hall.clerks.values():
        clerk.goes_home()
    end_ms = world.now_ms + SETTLE_MS
    while world.now_ms < end_ms:
        world.step()
        if not hall.is_on:
            # The night came in between: what is under way is judged by light.
            hall.power_on()
            end_ms = world.now_ms + SETTLE_MS
