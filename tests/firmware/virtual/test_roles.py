"""Every device as it will be flashed, on a virtual board with a real broker and no hub."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from fakes.nats import Nats
from firmware.build import FIRMWARE, ROLES
from firmware.virtual import images
from firmware.virtual.board import VirtualBoard
from firmware.virtual.parts.ticket_machine import READER_PINS
from hub.wire.broker import HUB_USER
from protocol import topics

PROBE = Path(__file__).parent / "probe"
SITE = "lobby"
PATIENCE_S = 60
# A ratchet, only ever turned down: the design wants 84 KiB (display 125 KiB), but a byte of .mpy
# takes 2.4 bytes of the 64-bit heap once loaded (qstrs and function objects of 8-byte words).
LIVE_HEAP_KIB_MAX = {"caller": 95, "rating_pad": 85, "display": 95, "ticket_machine": 118}
# Of it the ID-card reader takes 5 KiB, the scanner 4; nothing where they are not wired.
READERS_HEAP_KIB_MAX = 127
# How much longer than a board whose firmware is one line it takes to `ready`: 5 times on a quiet
# machine. This fails when something waits for a time-out.
READY_TIMES_MAX = 100
PINS: dict[str, dict[str, Any]] = {"display": {"panel": "128x32", "voice": True}}
PRESENT = [role for role in ROLES if (FIRMWARE / role / "main.py").exists()]


def config(role: str, broker: Nats) -> dict[str, Any]:
    name = role.replace("_", "-") + "-1"
    return {
        "v": 1,
        "id": name,
        "site": SITE,
        "wifi": [{"ssid": "hall", "password": ""}],
        "broker": {
            "host": "127.0.0.1",
            "port": broker.port,
            "user": name,
            "password": broker.password,
        },
        "pins": PINS.get(role, {}),
        "boot0": 1,
    }


@contextlib.asynccontextmanager
async def born(role: str, folder: Path) -> AsyncIterator[tuple[VirtualBoard, dict[str, Any]]]:
    """A board that has said `ready`, and its birth."""
    with Nats(folder, [role.replace("_", "-") + "-1"], SITE) as broker:
        board = VirtualBoard(role, config(role, broker), folder / role)
        async with aiomqtt.Client(
            "127.0.0.1", broker.port, username=HUB_USER, password=broker.password
        ) as hub:
            await hub.subscribe(topics.dev(SITE, board.name, "state"), qos=1)
            try:
                await board.start()
                async with asyncio.timeout(PATIENCE_S):
                    birth = json.loads((await anext(aiter(hub.messages))).payload)
                yield board, birth
            except TimeoutError:
                pytest.fail(f"{role} was never ready: {board.log_tail()}")
            finally:
                await board.stop()


async def bare_boot_s(folder: Path) -> float:
    """How long a board takes here and now to start its interpreter and say a word."""
    board = VirtualBoard("bare", {"id": "bare-1", "probe": "keys"}, folder, tree=PROBE)
    at_s = time.monotonic()
    try:
        await board.start()
        async with asyncio.timeout(PATIENCE_S):
            while "at start" not in board.log_tail():  # noqa: ASYNC110  it is in a file
                await asyncio.sleep(0.002)
        return time.monotonic() - at_s
    finally:
        await board.stop()


def test_a_machine_with_every_reader_boots_within_its_heap(tmp_path, monkeypatch):
    monkeypatch.setitem(PINS, "ticket_machine", dict(READER_PINS))

    async def scenario():
        async with born("ticket_machine", tmp_path) as (board, _):
            await asyncio.sleep(1)
            assert board.is_running and not board.resets, board.log_tail()
            live_bytes = await board.bench.live_heap_bytes()
            assert live_bytes <= READERS_HEAP_KIB_MAX * 1024

    asyncio.run(scenario())


@pytest.mark.parametrize("role", PRESENT)
def test_a_device_boots_to_ready_within_its_heap(role, tmp_path):
    async def scenario():
        await asyncio.to_thread(images.role_image, role)  # what is made once does not count
        bare_s = await bare_boot_s(tmp_path)
        at_s = time.monotonic()
        async with born(role, tmp_path) as (board, birth):
            took_s = time.monotonic() - at_s
            assert (birth["s"], birth["boot"], birth["conn"]) == ("ready", 1, 1)
            assert took_s < READY_TIMES_MAX * bare_s
            await asyncio.sleep(1)
            assert board.is_running and not board.resets, board.log_tail()
            live_bytes = await board.bench.live_heap_bytes()
            assert live_bytes <= LIVE_HEAP_KIB_MAX[role] * 1024

    asyncio.run(scenario())
