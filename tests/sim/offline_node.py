"""What lets a simulated ticket machine go on without the hub: its clock chip, and its one task.

The production `OfflineDesk` decides and keeps; its coroutines run on simulated time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sim.tasks import Until, wait
from sim.world import SECOND_MS, World
from ticket_machine import meeting, offline

# As ticket_machine.app, which looks for itself now and then, whatever it is told.
MEET_MS = 240 * SECOND_MS
FORGET_MS = SECOND_MS


class Event:
    """`asyncio.Event` on simulated time."""

    def __init__(self) -> None:
        self._is_set = False
        self._waiting: list[Until] = []

    def set(self) -> None:
        """Whoever waits goes on."""
        self._is_set = True
        waiting, self._waiting = self._waiting, []
        for until in waiting:
            until.over()

    def clear(self) -> None:
        """It has not happened yet."""
        self._is_set = False

    async def wait(self) -> None:
        """Until it is set."""
        if not self._is_set:
            until = Until()
            self._waiting.append(until)
            await wait(until)


class Chip:
    """In place of drivers.ds3231.Ds3231: a battery keeps it right, whole seconds only."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    def read_s(self) -> int:
        """UTC seconds."""
        return self._now_ms() // 1_000

    def set_s(self, _utc_s: int) -> None:
        """It is right already."""


@contextmanager
def simulated_desks(world: World) -> Iterator[None]:
    """The modules without the hub on simulated time, chips and chance, with nothing to print."""
    chance = world.dice("papers")
    clock = SimpleNamespace(Event=Event, sleep=lambda seconds: wait(seconds * 1_000))
    in_place: dict[str, Any] = {
        "asyncio": clock,
        "os": SimpleNamespace(urandom=chance.randbytes),
        "Ds3231": lambda _i2c: Chip(lambda: world.now_ms),
    }
    with ExitStack() as stack:
        for name, stand_in in in_place.items():
            stack.enter_context(patch.object(offline, name, stand_in))
        stack.enter_context(patch.object(meeting, "asyncio", clock))
        for module in (offline, meeting):
            stack.enter_context(patch.object(module, "print", lambda *_: None, create=True))
        yield


class Apart:
    """The part of ticket_machine.app that meets the hub, and hands in when it is back."""

    def __init__(self, node: Any, menus: Any) -> None:
        self._node = node
        self._menus = menus
        self._desk: Any = None
        self._meeting: Any = None
        self._is_met = Event()
        self._meetings = 0

    def desk(self) -> Any:
        """The OfflineDesk, made when there is something for it to do."""
        if self._desk is None:
            self._desk = offline.OfflineDesk(self._menus, None, str(self._node.flash / "offline"))
        return self._desk

    def takes(self, evtack: Any) -> bool:
        """Whether an answer is to what was said here."""
        if self._meeting is None or evtack.k not in ("lease", "offline"):
            return False
        self._meeting.answered(evtack)
        return True

    def met(self) -> None:
        """The hub is there, or has a new want."""
        self._is_met.set()

    def _looks_itself(self, meeting: int) -> None:
        if meeting == self._meetings:
            self._is_met.set()

    async def run(self) -> None:
        """As `_meet` of the app."""
        node = self._node
        while True:
            self._meetings += 1
            node.later(MEET_MS, self._looks_itself, self._meetings)
            await self._is_met.wait()
            self._is_met.clear()
            if node.link.status == "ready" and node.flow.want:
                self._meeting = meeting.Meeting(self.desk(), node.link)
                await self._meeting.run(node.flow.want)
                self._meeting = None
                if node.flow.session.is_offline:
                    while node.flow.session.is_offline:
                        await wait(FORGET_MS)
                    self._is_met.set()
                elif node.link.status == "ready":
                    self._desk = None
