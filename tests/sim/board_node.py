"""A board in the simulation: power, flash, its production link, and a flow that gets its ticks.

`common.link.Link` is the production class; its coroutines run on simulated time (`tasks`), and in
place of common.mqtt.Client there is a `Socket` to the simulated broker. What is on flash (boot
number, kept events, menus) survives a reboot; the rest of outbox, dedupe and picture does not.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from common import link as link_module
from common.config import Config
from common.errors import LinkLost
from common.link import Link
from protocol.limits import RESEND_MS, TELE_MS
from sim.network import Network
from sim.seen import Seen
from sim.tasks import Task, Until, wait
from sim.world import World

# As in the link: how often it looks for what must be sent again.
LINK_TICK_MS = 500
BOOT_MS = (900, 2_500)
CONNECT_MS = (20, 300)
# A board's own clock knows nothing of the date.
TICKS_ZERO_MS = 1_772_000_000_000


class Wifi:
    """A network that is there; what is not there is the broker."""

    def is_up(self) -> bool:
        """Always."""
        return True

    async def join(self) -> bool:
        """Joined before."""
        return True

    def unanswered(self, attempts: int) -> None:
        """Of no importance here."""

    def mac(self) -> str:
        """Dito."""
        return ""

    def rssi(self) -> int:
        """Dito."""
        return -50


class Socket:
    """In place of common.mqtt.Client: what it is given goes to the simulated broker."""

    def __init__(self, board: BoardNode) -> None:
        self._board = board
        self._end = Until()
        self.heard = True
        self.on_message: Any = None
        self.on_room: Any = None

    async def connect(self, _host: str, _port: int, will: tuple[Any, ...]) -> None:
        """Raises LinkLost."""
        board = self._board
        await wait(board.dice.uniform(*CONNECT_MS))
        self._end = Until()
        if not board.network.attach(board.id, board.receive, self._end.over, will[:2]):
            raise LinkLost("nobody there")

    async def subscribe(self, _filters: list[str]) -> None:
        """Attached is subscribed."""

    async def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """With the broker's word for it."""
        self._board.network.publish(self._board.id, topic, payload, retain, sure=True)

    def send(self, topic: str, payload: bytes, _qos: int = 1, retain: bool = False) -> int:
        """The simulated broker takes everything at once; or the wire loses it."""
        self._board.network.publish(self._board.id, topic, payload, retain)
        return 1

    async def lost(self) -> None:
        """Until the connection is over."""
        await wait(self._end)
        raise LinkLost("silent")

    def look(self) -> None:
        """The network itself knows when a ping would be missed."""

    def close(self) -> None:
        """The session has ended already, on either side."""


class SimLink(Link):
    """The production link; a message that a handler fails on is told to the simulation."""

    complain: Any = None

    def _bad(self, what: str, detail: str) -> None:
        self.complain(f"{what}: {detail}")
        super()._bad(what, detail)


class BoardNode:
    """One device; a subclass says what is wired to it (`_build`) and takes the flow's effects."""

    role = ""
    bodies: Any = None

    def __init__(
        self, world: World, network: Network, site: str, device: str, folder: Path, seen: Seen
    ) -> None:
        self.world = world
        self.network = network
        self.seen = seen
        self.id = device
        self.flash = folder / device
        self.flash.mkdir(parents=True, exist_ok=True)
        self.dice = world.dice(device)
        self.is_on = False
        self.flow: Any = None
        self.link: Any = None
        self._life = 0
        self._ticker: Task | None = None
        self._ticks_ms = 0  # when the link's ticker goes on by itself
        self._is_watched = False  # it is woken earlier, if there is something to do then
        self._flow_ms: int | None = None
        self._config = Config(
            {
                "v": 1,
                "id": device,
                "site": site,
                "wifi": [{"ssid": "hall", "password": "hall"}],
                "broker": {"host": "broker", "port": 1883, "user": device, "password": "p"},
                "pins": {},
                "boot0": 1,
            }
        )

    # --- Power ----------------------------------------------------------------------------------

    def power_on(self) -> None:
        """Boot: everything but the flash begins anew."""
        self._life += 1
        self.is_on = True
        self._ticker = self._flow_ms = None
        self._is_watched = False
        self.link = SimLink(
            self._config,
            self.role,
            self.bodies,
            now_ms=self.ticks_ms,
            wifi=Wifi(),
            folder=str(self.flash / "state"),
        )
        self.link.complain = lambda text: self.seen.wrong("device", f"{self.id}: {text}")
        self.link.client = Socket(self)
        self.seen.boots.append((self.world.now_ms, self.id))
        self._build()
        self.after()
        self.later(self.dice.uniform(*BOOT_MS), self._run)

    def power_off(self) -> None:
        """Dark at once, whatever it was doing."""
        self._life += 1
        self.is_on = False
        self.network.detach(self.id)
        self._dark()

    def reboot(self) -> None:
        """The power goes, and comes back."""
        if self.is_on:
            self.power_off()
            self.world.later(self.dice.uniform(300, 8_000), self._back, self._life)

    def _back(self, life: int) -> None:
        if life == self._life:
            self.power_on()

    def _build(self) -> None:
        """Make the flow, and wire it to the link."""
        raise NotImplementedError

    def _dark(self) -> None:
        """Without power nothing is shown."""

    def ticks_ms(self) -> int:
        """The board's own clock."""
        return self.world.now_ms - TICKS_ZERO_MS

    def later(self, delay_ms: float, act: Any, *facts: Any) -> None:
        """Done by this board in so many ms, unless it was rebooted."""
        self.world.later(delay_ms, self._if_alive, self._life, act, facts)

    def _if_alive(self, life: int, act: Any, facts: tuple[Any, ...]) -> None:
        if life == self._life:
            act(*facts)

    # --- The link's coroutines ------------------------------------------------------------------

    def _run(self) -> None:
        _now.append(self)
        self.task(self.link.run())
        _now.pop()

    def task(self, work: Coroutine[Any, Any, Any]) -> Task:
        """Have a coroutine of the firmware run on this board."""
        task = Task(self._later_running, work)
        if work.__name__ == "_tick":
            self._ticker = task
        return task

    def _later_running(self, delay_ms: float, act: Callable[..., None], *facts: Any) -> None:
        self.later(delay_ms, self._step, act, facts)

    def _step(self, act: Callable[..., None], facts: tuple[Any, ...]) -> None:
        _now.append(self)
        act(*facts)
        _now.pop()
        self.after()

    def pause_ms(self, asked_ms: float) -> float:
        """How long a sleep of the link lasts: the ticker's longer, while it has nothing to do."""
        link = self.link
        if asked_ms == LINK_TICK_MS:
            if not self._has_to_send():
                # Until its telemetry of each minute.
                asked_ms = link._tele_ms + TELE_MS - self.ticks_ms() if link._live else TELE_MS
            self._ticks_ms = self.world.now_ms + int(asked_ms)
        return asked_ms

    def _has_to_send(self) -> bool:
        return bool(self.link._outbox.entries or self.link._acks or self.link._faults)

    def _is_tele_due(self) -> bool:
        return self.link._live and self.link._tele_ms + TELE_MS <= self.ticks_ms()

    def _wake_ticker(self) -> None:
        """What was sent has its answer by now, or is looked after from here on."""
        self._is_watched = False
        if self._ticker is not None and (self._has_to_send() or self._is_tele_due()):
            self._ticker.wake()

    def receive(self, topic: str, payload: bytes, retained: bool) -> None:
        """A message from the broker."""
        _now.append(self)
        self.link._on_message(topic, payload, retained, len(payload))
        _now.pop()
        self.after()

    # --- The flow's ticks -----------------------------------------------------------------------

    def do(self, event: tuple[Any, ...]) -> None:
        """Give the flow an event, and do what it says."""
        _now.append(self)
        self._do(event)
        _now.pop()

    def _do(self, event: tuple[Any, ...]) -> None:
        raise NotImplementedError

    def after(self) -> None:
        """Whatever happened may have changed what is due."""
        now_ms, link = self.world.now_ms, self.link
        # What is sent goes out at once; the first telemetry of a connection is due soon.
        if (
            self._ticks_ms > now_ms + RESEND_MS
            and not self._is_watched
            and (link._outbox.entries or self._is_tele_due())
        ):
            self._is_watched = True
            self.later(RESEND_MS, self._wake_ticker)
        due_ms = self.flow.due_ms(now_ms - TICKS_ZERO_MS)
        if due_ms is not None:
            at_ms = now_ms + max(1, due_ms)
            if self._flow_ms is None or self._flow_ms > at_ms:
                self._flow_ms = at_ms
                self.later(at_ms - now_ms, self._flow_tick, at_ms)

    def _flow_tick(self, at_ms: int) -> None:
        if at_ms == self._flow_ms:
            self._flow_ms = None
            self.do(("tick",))
            self.after()


_now: list[BoardNode] = []  # whose code runs: tasks that it makes are this board's


def _create_task(work: Coroutine[Any, Any, Any]) -> Task:
    return _now[-1].task(work)


async def _sleep(seconds: float) -> None:
    await wait(_now[-1].pause_ms(seconds * 1_000))


@contextmanager
def simulated_links(world: World) -> Iterator[None]:
    """The link module with simulated time and chance, and nothing to say on stdout."""
    clock = SimpleNamespace(create_task=_create_task, sleep=_sleep)
    chance = SimpleNamespace(random=world.dice("links").random)
    with (
        patch.object(link_module, "asyncio", clock),
        patch.object(link_module, "random", chance),
        patch.object(link_module, "print", lambda *_: None, create=True),
    ):
        yield
