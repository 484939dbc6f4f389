"""The simulation's boards in real time: production flows and links at a real broker, no board.

What is wired to them is a model of no speed; see sim/README.md for what else is one.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from common.config import Config
from common.mqtt import Client
from sim import board_node, display_node, machine_node
from sim.caller_node import CallerNode
from sim.display_node import DisplayNode
from sim.machine_node import MachineNode
from sim.pad_node import PadNode


class LiveWorld:
    """Time as it passes; nothing is counted."""

    @property
    def now_ms(self) -> int:
        """UTC."""
        return time.time_ns() // 1_000_000

    def dice(self, name: str) -> random.Random:
        """The same for each run."""
        return random.Random(name)

    def later(self, delay_ms: float, act: Callable[..., object], *facts: Any) -> None:
        """Have `act(*facts)` done in so many ms."""
        asyncio.get_running_loop().call_later(delay_ms / 1000, act, *facts)

    def event(self, *_facts: object) -> None:
        """Of no importance here."""

    trace = fault = event


class NoNetwork:
    """In place of the simulated broker."""

    def detach(self, _device: str) -> None:
        """The socket's end tells the real one."""


class LiveWire:
    """What common.net.Wire is on a board."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def readinto(self, view: memoryview) -> int:
        """Bytes read into `view`, 0 at the end."""
        return await asyncio.get_running_loop().sock_recv_into(self._sock, view)

    def send_now(self, view: memoryview) -> int:
        """As much as the socket takes."""
        return self._sock.send(view)

    async def send_all(self, view: memoryview) -> None:
        """All of it."""
        await asyncio.get_running_loop().sock_sendall(self._sock, bytes(view))

    def close(self) -> None:
        """Give the socket back."""
        self._sock.close()


async def open_wire(host: str, port: int) -> LiveWire:
    """Connect."""
    sock = socket.socket()
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        await asyncio.get_running_loop().sock_connect(sock, (host, port))
    except OSError:
        sock.close()
        raise
    return LiveWire(sock)


class LiveBoard(board_node.BoardNode):
    """Mixed into one of the simulation's boards, before it: time and wire are real."""

    def at_broker(self, port: int, password: str) -> None:
        """Where it connects once it has power."""
        self._config = Config(
            {
                "v": 1,
                "id": self.id,
                "site": self._config.site,
                "wifi": [{"ssid": "hall", "password": "hall"}],
                "broker": {
                    "host": "127.0.0.1", "port": port, "user": self.id, "password": password
                },
                "pins": {},
                "boot0": 1,
            }
        )  # fmt: skip

    def _build(self) -> None:
        config, link = self._config, self.link
        client = Client(config.id, config.user, config.password, config.keepalive_s)
        client.open_wire = open_wire
        client.now_ms = self.ticks_ms
        client.on_message = link._on_message
        client.on_room = link._pump
        link.client = client
        super()._build()

    def task(self, work: Coroutine[Any, Any, Any]) -> Any:
        """As the loop runs them; they end with the power."""
        task = asyncio.create_task(work, name=self.id)
        self._running = {*getattr(self, "_running", ()), task}
        return task

    def _run(self) -> None:
        self.task(self.link.run())

    def do(self, event: tuple[Any, ...]) -> None:
        """As the link calls it."""
        super().do(event)
        self.after()

    def power_off(self) -> None:
        """The socket closes as well."""
        super().power_off()
        for task in self._running:
            task.cancel()
        self.link.client.close()


class LiveMachine(LiveBoard, MachineNode):
    """A ticket machine."""


class LiveCaller(LiveBoard, CallerNode):
    """A caller."""


class LivePad(LiveBoard, PadNode):
    """A rating pad."""


class LiveDisplay(LiveBoard, DisplayNode):
    """A bar or a board."""


@contextmanager
def quick_parts() -> Iterator[None]:
    """Printer and speech chip that take no time to speak of, boards that boot at once."""
    with (
        patch.multiple(machine_node, ANSWER_MS=2, HEAD_MS=4, REST_MS=10),
        patch.multiple(display_node, ACCEPT_MS=2, CHARACTER_MS=1),
        patch.multiple(board_node, BOOT_MS=(0, 1)),
    ):
        yield


def live_board(device: Any, world: LiveWorld, site: str, folder: Path, seen: Any) -> Any:
    """The board for a device of the hall's configuration."""
    board = (world, NoNetwork(), site, device.id, folder, seen)
    if device.role == "caller":
        return LiveCaller(device.window, *board)
    if device.role == "rating_pad":
        return LivePad(device.window, *board)
    if device.role == "display":
        return LiveDisplay(bool(device.voice), *board)
    return LiveMachine(*board)
