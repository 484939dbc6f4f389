"""A device in safe mode is an alarm at the hub, in words, until it has started without."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from fakes.flash_hall import FlashHall
from firmware.virtual.board import VirtualBoard
from hub.config import EXAMPLE, load

CALLER = "caller-19"
LEFTMOST_KEY = 6  # its pin: held while the power comes
PATIENCE_S = 300


def start_config(hall: FlashHall, folder: Path) -> dict[str, object]:
    password = json.loads((folder / "data/credentials.json").read_text())[CALLER]
    broker = {"host": "127.0.0.1", "port": hall.port, "user": CALLER, "password": password}
    return {
        "v": 1,
        "id": CALLER,
        "site": load(EXAMPLE).site,
        "wifi": [{"ssid": "hall", "password": ""}],
        "broker": broker,
        "pins": {},
        "boot0": 1,
    }


def test_the_hub_alarms_of_a_device_in_safe_mode_until_it_works(tmp_path):
    async def said(what: str) -> None:
        while what not in (tmp_path / "hub.log").read_text(errors="replace"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def scenario():
        async with asyncio.timeout(PATIENCE_S), FlashHall(tmp_path) as hall:
            board = VirtualBoard("caller", start_config(hall, tmp_path), tmp_path / CALLER)
            hall.boards.append(board)
            board.bench.drive(LEFTMOST_KEY, 0)
            await board.start()
            await said(
                "告警 19号窗口叫号器 caller-19 处于安全模式,没有工作 | alert: safe-mode:caller-19"
            )
            await board.kill()
            board.bench.drive(LEFTMOST_KEY, 1)
            await board.start()
            await said("解除 caller-19 已恢复 | over: safe-mode:caller-19")

    asyncio.run(scenario())
