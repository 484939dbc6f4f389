"""A board in the simulation: power, flash, its production link, and a flow that gets its ticks.

`common.link.Link` is the production class; its asyncio half (`run`: connect, birth, a tick each
half second) is played by `_connect` and `_tick` on simulated time, its MQTT client by `Socket`.
What is on flash (boot number, menus) survives a reboot; outbox, dedupe and pictures do not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from common.config import Config
from common.link import Link
from sim.network import Network
from sim.seen import Seen
from sim.world import SECOND_MS, World

# As Link._tick: how often it looks for what must be sent again.
LINK_TICK_MS = 500
TELE_MS = 60 * SECOND_MS
BOOT_MS = (900, 2_500)
GOOD_MS = 30 * SECOND_MS
# A board's own clock knows nothing of the date.
TICKS_ZERO_MS = 1_772_000_000_000


class Wifi:
    """A network that is there; what is not there is the broker."""

    def mac(self) -> str:
        """Of no importance here."""
        return ""

    def rssi(self) -> int:
        """Dito."""
        return -50


class Socket:
    """In place of common.mqtt.Client: what it is given goes to the simulated broker."""

    def __init__(self, network: Network, device: str) -> None:
        self._network = network
        self._device = device

    def window_open(self) -> bool:
        """The simulated broker takes everything at once."""
        return True

    def try_publish(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        """QoS 1; `True` says that it was put on the wire, and nothing else."""
        self._network.publish(self._device, topic, payload, retain)
        return True

    publish_now = try_publish


class SimLink(Link):
    """The production link; a message that a handler fails on is told to the simulation."""

    complain: Any = None

    def _on_bad(self, what: str, detail: str) -> None:
        self.complain(f"{what}: {detail}")
        super()._on_bad(what, detail)


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
        self._connected_ms = 0
        self._tick_ms: int | None = None
        self._flow_ms: int | None = None
        self._tele_ms = 0
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

    # --- Power ---------------------------------------------------------------------------------

    def power_on(self) -> None:
        """Boot: everything but the flash begins anew."""
        self._life += 1
        self.is_on = True
        self._tick_ms = self._flow_ms = None
        self._tele_ms = 0
        self.link = SimLink(
            self._config,
            self.role,
            self.bodies,
            now_ms=self.ticks_ms,
            wifi=Wifi(),
            boot_path=str(self.flash / "boot.json"),
        )
        self.link.complain = lambda text: self.seen.wrong("device", f"{self.id}: {text}")
        self.link.client = Socket(self.network, self.id)
        self.link.backoff._random = self.dice.random
        self.seen.boots.append((self.world.now_ms, self.id))
        self._build()
        self.later(self.dice.uniform(*BOOT_MS), self._connect)

    def reboot(self) -> None:
        """The power goes, and comes back."""
        if not self.is_on:
            return
        self._life += 1
        self.is_on = False
        self.network.detach(self.id)
        self._dark()
        self.world.later(self.dice.uniform(300, 8_000), self.power_on)

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

    # --- The link's asyncio half ---------------------------------------------------------------

    def _connect(self) -> None:
        link = self.link
        link._conn += 1
        link._hub_online = False
        will = link._topic("state"), link._state("lost")
        if not self.network.attach(self.id, self._receive, self._lost, will):
            link._set_status("no-broker")
            self.after()
            self.later(link.backoff.next_ms(), self._connect)
            return
        self._connected_ms = self.world.now_ms
        self.network.publish(self.id, link._topic("state"), link._state("ready"), True, True)
        link.reconnects = link._conn - 1
        link._live = True
        link._outbox.rewind()
        link._judge()
        link._pump()
        self.after()

    def _lost(self) -> None:
        self.link._live = False
        self.link._set_status("no-broker")
        if self.world.now_ms - self._connected_ms >= GOOD_MS:
            self.link.backoff.reset()
        self.after()
        self.later(self.link.backoff.next_ms(), self._connect)

    def _receive(self, topic: str, payload: bytes, retained: bool) -> None:
        self.link._on_message(topic, payload, retained)
        self.after()

    def _tick(self, at_ms: int) -> None:
        if at_ms != self._tick_ms:
            return
        self._tick_ms = None
        if self.link._live:
            if self.ticks_ms() - self._tele_ms >= TELE_MS:
                self._tele_ms = self.ticks_ms()
                self.link._send_tele()
            self.link._pump()
        self.after()

    # --- The flow's ticks ----------------------------------------------------------------------

    def do(self, event: tuple[Any, ...]) -> None:
        """Give the flow an event, and do what it says."""
        raise NotImplementedError

    def after(self) -> None:
        """Whatever happened may have changed what is due."""
        now_ms = self.world.now_ms
        wait_ms = LINK_TICK_MS
        if not len(self.link._outbox):
            wait_ms = max(LINK_TICK_MS, self._tele_ms + TELE_MS - self.ticks_ms())
        if self._tick_ms is None or now_ms + wait_ms < self._tick_ms:
            self._tick_ms = now_ms + wait_ms
            self.later(wait_ms, self._tick, self._tick_ms)
        due_ms = self.flow.due_ms(self.ticks_ms())
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
