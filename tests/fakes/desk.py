"""One real device of a window on a virtual board, with a real broker and the test as its hub."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakes.hub_peer import SITE, HubPeer, hub_ms
from fakes.nats import Nats
from firmware.virtual.board import VirtualBoard

PATIENCE_S = 60


class Desk:
    """A board, its parts, and the hub's side of the wire; `ready` makes the hub online."""

    def __init__(self, board: VirtualBoard, hub: HubPeer, broker: Nats) -> None:
        self.board = board
        self.hub = hub
        self.broker = broker
        self.parts = board.parts

    async def heard(self, leaf: str, count: int = 1, **facts: Any) -> dict[str, Any]:
        """The device's `count`th message on a leaf; the board goes on while this waits."""
        return await asyncio.to_thread(self.hub.wait, leaf, count, PATIENCE_S, **facts)

    def want(self, kind: str, rev: list[int], **body: Any) -> None:
        message = {"v": 1, "k": kind, "rev": rev, "now": hub_ms(), "d": body}
        self.hub.publish(self.hub.topic("want"), message, retain=True)

    def cmd(self, cmd_id: str, kind: str, **body: Any) -> None:
        now = hub_ms()
        message = {"v": 1, "id": cmd_id, "k": kind, "exp": now + 10_000, "now": now, "d": body}
        self.hub.publish(self.hub.topic("cmd"), message)

    async def until(self, fact: Callable[[], object]) -> None:
        """Wait for something a person would notice."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not fact():  # noqa: ASYNC110  models tell no event for each fact
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"never came; the board said: {self.board.log_tail()}") from None


@contextlib.asynccontextmanager
async def desk(
    role: str,
    folder: Path,
    pins: dict[str, Any] | None = None,
    *,
    more: Mapping[str, str] | None = None,
    held: Sequence[int] = (),
) -> AsyncIterator[Desk]:
    """A started board of that role whose hub has not spoken yet.

    `more` are files on its flash, `held` the pins of keys that are down at power-on.
    """
    name = role.replace("_", "-") + "-4"
    with Nats(folder, [name], SITE) as broker, HubPeer(broker.port, broker.password, name) as hub:
        login = {"user": name, "password": broker.password}
        config = {
            "v": 1,
            "id": name,
            "site": SITE,
            "wifi": [{"ssid": "hall", "password": ""}],
            "broker": {"host": "127.0.0.1", "port": broker.port, **login},
            "pins": pins or {},
            "boot0": 1,
        }
        board = VirtualBoard(role, config, folder / role, more=more)
        for pin in held:
            board.bench.drive(pin, 0)
        try:
            await board.start()
            yield Desk(board, hub, broker)
        finally:
            await board.stop()
