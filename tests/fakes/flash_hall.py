"""A real hub with its broker and a flash.toml, for boards that flash.sh brings into that hall."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from fakes.nats import free_port
from firmware.virtual.board import VirtualBoard
from firmware.virtual.hardware import OF_ROLE, Hardware
from hub.config import EXAMPLE, load
from hub.wire.broker import HUB_USER, Credentials, die_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
START_S = 30
# One device of each kind in the example hall.
DEVICES = ("ticket-machine-1", "caller-19", "pad-19", "bar-19")
_SETTINGS = """\
hall = "hall.toml"
data = "data"
[broker]
host = "127.0.0.1"
port = {port}
[[wifi]]
ssid = "hall"
password = "virtual-hall"
"""


@dataclass
class Run:
    """What one run of flash.sh came to."""

    code: int
    output: str
    seconds: float

    @property
    def result(self) -> dict[str, Any]:
        """The JSON line of a run with --json that went well."""
        assert self.code == 0, self.output
        return dict(json.loads(self.output.splitlines()[-1]))


class FlashHall:
    """An async context manager; boards are switched off with it. Without `hub` only its files."""

    def __init__(self, folder: Path, hub: bool = True) -> None:
        self.folder = folder
        self.has_hub = hub
        self.port = free_port()
        self.boards: list[VirtualBoard] = []
        self._hub: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        hall = EXAMPLE.read_text(encoding="utf-8")
        # Without bookings: nothing here is about them.
        lines = [line for line in hall.splitlines() if not line.startswith("url = ")]
        (self.folder / "hall.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        shutil.copyfile(EXAMPLE.parent / "services.csv", self.folder / "services.csv")
        (self.folder / "flash.toml").write_text(_SETTINGS.format(port=self.port))
        if self.has_hub:
            await self._start_hub()
        else:
            everybody = [device.id for device in load(EXAMPLE).devices()]
            Credentials(self.folder / "data/credentials.json").ensure([HUB_USER, *everybody])
        return self

    async def _start_hub(self) -> None:
        command = [sys.executable, "-m", "hub", "run", str(self.folder / "hall.toml")]
        command += ["--data", str(self.folder / "data"), "--port", str(self.port)]
        command.append("--open-all-day")
        with (self.folder / "hub.log").open("ab") as log:
            self._hub = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        deadline_s = time.monotonic() + START_S
        while not self._listens():
            if self._hub.returncode is not None or time.monotonic() > deadline_s:
                raise RuntimeError((self.folder / "hub.log").read_text(errors="replace"))
            await asyncio.sleep(0.05)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(board.kill() for board in self.boards))
        if self._hub is not None:
            self._hub.terminate()
            await self._hub.wait()

    def hub_password(self) -> str:
        """Of the hub at its broker."""
        text = (self.folder / "data/credentials.json").read_text(encoding="utf-8")
        return str(json.loads(text)["hub"])

    async def blank_board(
        self, role: str, serial: str, hardware: Hardware | None = None, flash: Path | None = None
    ) -> VirtualBoard:
        """A running board at its own port, with an empty flash or a copy of that image."""
        folder = self.folder / "boards" / serial
        if flash is not None:
            folder.mkdir(parents=True)
            shutil.copyfile(flash, folder / "flash.img")
        board = VirtualBoard(
            role,
            {"id": serial},
            folder,
            heap=(hardware or OF_ROLE[role]).heap,
            port=folder / "port",
            hardware=hardware,
            flash="kept" if flash else "blank",
        )
        await board.start()
        self.boards.append(board)
        return board

    async def start_flash(
        self, board: VirtualBoard | None, *words: str
    ) -> asyncio.subprocess.Process:
        """Start flash.sh for a board; both streams come in one."""
        port = ["--port", str(board.port)] if board else []
        return await asyncio.create_subprocess_exec(
            str(ROOT / "flash.sh"),
            "--settings",
            str(self.folder / "flash.toml"),
            *port,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | {"HALLKIT_PYTHON": sys.executable},
        )

    async def flash(self, board: VirtualBoard | None, *words: str) -> Run:
        """Run flash.sh to its end."""
        began_s = time.monotonic()
        process = await self.start_flash(board, *words)
        output, _ = await process.communicate()
        assert process.returncode is not None
        return Run(process.returncode, output.decode(), time.monotonic() - began_s)

    def _listens(self) -> bool:
        with contextlib.closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


async def cut_while_writing(
    board: VirtualBoard, programs: int, process: asyncio.subprocess.Process
) -> None:
    """Let the power fail after that many flash programs, or leave it if flash.sh ends before."""
    # Before it writes anything: an order that comes while it writes may come too late.
    board.bench.cut_power(programs)
    ends = asyncio.create_task(board.wait_off()), asyncio.create_task(process.wait())
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
