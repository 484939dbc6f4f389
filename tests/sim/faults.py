"""What breaks, and how often: boards, hub, broker, wires, printers and voices, at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers import escpos
from sim.display_node import DisplayNode
from sim.network import HUB
from sim.world import MINUTE_MS

if TYPE_CHECKING:
    from sim.hall import SimHall

# Mean time between two faults of a kind, in hours of the hall, for the whole hall.
EVERY_MS = {
    "reboot": 2 * MINUTE_MS,
    "hub": 4 * MINUTE_MS,
    "cut": 3 * MINUTE_MS,
    "broker": 25 * MINUTE_MS,
    "printer": 12 * MINUTE_MS,
    "mute": 30 * MINUTE_MS,
}
# Most cuts are shorter than the pings notice; some last as long as a switch takes to be replaced.
CUT_MS = (300, 8_000, 90_000)
BROKER_MS = (400, 9_000)
PRINTER_MS = (2_000, 60_000)
MUTE_MS = (5_000, 60_000)


class Faults:
    """Plants faults until `stop`; after it all heals."""

    def __init__(self, hall: SimHall) -> None:
        self.hall = hall
        self.world = hall.world
        self.dice = hall.world.dice("faults")
        self._is_over = False

    def start(self) -> None:
        """From now on."""
        for kind in EVERY_MS:
            self._next(kind)

    def stop(self) -> None:
        """No more, so that what was accepted can be seen to arrive."""
        self._is_over = True

    def _next(self, kind: str) -> None:
        self.world.later(self.dice.expovariate(1 / EVERY_MS[kind]), self._happen, kind)

    def _happen(self, kind: str) -> None:
        if self._is_over:
            return
        # At night nobody is there to be harmed.
        if self.hall.is_open:
            getattr(self, f"_{kind}")()
        self._next(kind)

    def _reboot(self) -> None:
        board = self.hall.boards[self.dice.choice(list(self.hall.boards))]
        self.world.fault("reboot", board.id)
        board.reboot()

    def _hub(self) -> None:
        self.hall.hub.light_fuse()

    def _cut(self) -> None:
        name = self.dice.choice([HUB, *self.hall.boards])
        for_ms = self.dice.uniform(CUT_MS[0], CUT_MS[1])
        if self.dice.random() < 0.25:
            for_ms = self.dice.uniform(CUT_MS[1], CUT_MS[2])
        self.world.fault("cut", name)
        self.hall.network.cut_off(name, for_ms)

    def _broker(self) -> None:
        self.world.fault("broker")
        self.hall.network.restart(self.dice.uniform(*BROKER_MS), forgets=self.dice.random() < 0.5)

    def _printer(self) -> None:
        machine = self.dice.choice(self.hall.machines)
        self.world.fault("printer", machine.id)
        state = self.dice.choice((escpos.COVER, escpos.OFFLINE, escpos.ERROR))
        machine.break_printer(state, self.dice.uniform(*PRINTER_MS))

    def _mute(self) -> None:
        boards = [b for b in self.hall.boards.values() if isinstance(b, DisplayNode)]
        board = self.dice.choice([b for b in boards if b.has_voice])
        self.world.fault("mute", board.id)
        board.is_mute = True
        self.world.later(self.dice.uniform(*MUTE_MS), setattr, board, "is_mute", False)
