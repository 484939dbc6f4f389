"""The whole hall: hub, boards, people and weather, put together and played for many days."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.config import Device, HallConfig, load
from sim.board_node import BoardNode
from sim.caller_node import CallerNode
from sim.clerks import Clerk
from sim.display_node import DisplayNode
from sim.hub_node import HubNode
from sim.machine_node import MachineNode
from sim.network import Network, Weather
from sim.pad_node import PadNode
from sim.seen import CALLED_HERE, CALLED_TO, AlarmBell, Seen
from sim.visitors import Visitor, Wish
from sim.world import World

HALL = Path(__file__).with_name("hall.toml")
# Whoever finds more people than this before a machine goes again.
LINE_MAX = 25


class SimHall:
    """One hall; `world.step` plays it."""

    def __init__(self, world: World, folder: Path, weather: Weather) -> None:
        self.world = world
        self.config: HallConfig = load(HALL)
        self.seen = Seen(world)
        self.network = Network(world, weather)
        self.hub = HubNode(world, self.network, self.config, folder, self.seen)
        self.boards: dict[str, BoardNode] = {}
        self.clerks: dict[int, Clerk] = {}
        self.pads: dict[int, PadNode] = {}
        self.machines: list[MachineNode] = []
        self.holders: dict[str, tuple[Visitor, Wish]] = {}
        self.day = ""
        self.is_on = False
        self.is_open = False  # people may come in
        self.in_session = False  # clerks call
        self._lines: dict[str, list[Visitor]] = {}
        self._at: dict[str, Visitor] = {}
        self._bell = AlarmBell(self.seen)
        for device in self.config.devices():
            self._wire(device, folder / "flash")

    def _wire(self, device: Device, folder: Path) -> None:
        board: tuple[Any, ...] = (
            self.world, self.network, self.config.site, device.id, folder, self.seen
        )  # fmt: skip
        if device.role == "caller":
            caller = CallerNode(device.window or 0, *board)
            self.clerks[caller.window] = Clerk(self, caller)
            self.boards[device.id] = caller
        elif device.role == "rating_pad":
            pad = PadNode(device.window or 0, *board)
            self.boards[device.id] = self.pads[pad.window] = pad
        elif device.role == "display":
            shown = DisplayNode(bool(device.voice), *board)
            window = device.window
            shown.on_call = lambda text: self._called(text, window)
            self.boards[device.id] = shown
        else:
            machine = MachineNode(*board)
            machine.on_show = lambda: self._page_changed(machine)
            self.machines.append(machine)
            self.boards[device.id] = machine
            self._lines[machine.id] = []

    @contextmanager
    def hushed(self) -> Iterator[None]:
        """Of the hub's log only its alarms are heard."""
        log, alarms = logging.getLogger("hub"), logging.getLogger("hub.alarms")
        before = [(one, one.level, one.propagate) for one in (log, alarms)]
        log.setLevel(logging.CRITICAL)
        alarms.setLevel(logging.WARNING)
        alarms.addHandler(self._bell)
        log.propagate = alarms.propagate = False
        try:
            yield
        finally:
            alarms.removeHandler(self._bell)
            for one, level, propagates in before:
                one.setLevel(level)
                one.propagate = propagates

    def power_on(self) -> None:
        """The main switch in the morning: power for everybody."""
        if self.is_on:
            return
        self.is_on = True
        self.hub.start()
        for board in self.boards.values():
            board.power_on()

    def power_off(self) -> None:
        """The main switch at night: nothing happens in it, and no event is counted."""
        if not self.is_on:
            return
        self.is_on = False
        self.hub.switch_off()
        for board in self.boards.values():
            board.power_off()

    def new_day(self, day: dt.date) -> None:
        """Yesterday's people are gone, and their numbers with them."""
        if self.day:
            self.power_on()
        self.day = day.isoformat()
        self.holders.clear()
        self.is_open = True
        for machine in self.machines:
            machine.day = self.day

    def end_day(self) -> None:
        """Everybody goes home."""
        self.is_open = self.in_session = False
        for line in self._lines.values():
            line.clear()

    # --- Machines and their lines --------------------------------------------------------------

    def queue_up(self, visitor: Visitor) -> bool:
        """Stand in the shorter line; False if even that one is too long."""
        name = min(self._lines, key=lambda name: (len(self._lines[name]), name))
        if len(self._lines[name]) >= LINE_MAX:
            return False
        self._lines[name].append(visitor)
        self.world.later(0, self._next_at, name)
        return True

    def machine_free(self, visitor: Visitor) -> None:
        """The visitor goes; the next one steps up."""
        for machine in self.machines:
            if self._at.get(machine.id) is visitor:
                del self._at[machine.id]
                machine.visitor = None
                self.world.later(1_500, self._next_at, machine.id)

    def _next_at(self, name: str) -> None:
        line = self._lines[name]
        if line and name not in self._at:
            visitor = self._at[name] = line.pop(0)
            machine = self.boards[name]
            assert isinstance(machine, MachineNode)
            # What still lies in the tray is nobody's.
            machine.tray.clear()
            visitor.steps_up(machine)

    def _page_changed(self, machine: MachineNode) -> None:
        visitor = self._at.get(machine.id)
        if visitor is not None:
            visitor.looks_soon()

    # --- Calls ---------------------------------------------------------------------------------

    def _called(self, text: str, at_window: int | None) -> None:
        found = CALLED_TO.search(text)
        here = CALLED_HERE.match(text)
        if found:
            number, window = found[1], int(found[2])
        elif here and at_window is not None:
            number, window = here[1], at_window
        else:
            return
        held = self.holders.get(number)
        if held is not None:
            held[0].is_called(number, window)
