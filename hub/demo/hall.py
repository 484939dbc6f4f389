"""The demo's hall: campus server, hub and broker, and the boards of its open windows."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from firmware.virtual.board import VirtualBoard
from hub.campus import CampusServer, CampusStore, create
from hub.config import EXAMPLE, Device, HallConfig, load
from hub.log.journal import JOURNAL
from hub.wire.broker import CREDENTIALS, HUB_USER, die_with_parent

# Seconds since this moment are the boot number that a flasher writes.
EPOCH_2020_S = 1_577_836_800
START_TIMEOUT_S = 30.0
WIFI = [{"ssid": "hall", "password": "virtual-hall"}]


class HallFailed(Exception):
    """A part of the hall did not come up; the message ends with what it printed last."""


class DemoHall:
    """An async context manager; `boards` by device id, `campus`, `hub` as a process."""

    def __init__(
        self,
        folder: Path,
        windows: Iterable[int],
        speed: float = 1.0,
        file: Path = EXAMPLE,
        heap: str | None = None,
    ) -> None:
        self.folder = folder
        self.file = file
        self.speed = speed
        self.heap = heap
        self.config: HallConfig = load(file).open_all_day().scaled(speed)
        self.windows = tuple(windows)
        self.data = folder / "data"
        self.port = free_port()
        self.boards: dict[str, VirtualBoard] = {}
        self.pins: dict[str, dict[str, object]] = {}  # by role, as an engineer wires it otherwise
        self.campus_token = secrets.token_hex(16)
        self.campus_key = secrets.token_hex(32)
        self.campus = CampusServer(CampusStore(), self.campus_token)
        self.campus_url = ""
        self.hub: asyncio.subprocess.Process | None = None

    @property
    def journal(self) -> Path:
        """The hub's journal."""
        return self.data / JOURNAL

    @property
    def hub_log(self) -> Path:
        """What the hub printed."""
        return self.folder / "hub.log"

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        campus = self.config.campus
        create(self.data / campus.token_file, self.campus_token)
        create(self.data / campus.key_file, self.campus_key)
        try:
            await self.start_around()
            await self.start_hub()
            await self.start_boards(self.devices())
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(board.kill() for board in self.boards.values()))
        await self.stop_hub()
        await self.campus.stop()

    async def start_around(self) -> None:
        """What is there before the hub: the campus server."""
        self.campus_url = await self.campus.start()

    def devices(self) -> list[Device]:
        """One ticket machine, and what stands at the open windows and in their zones."""
        machine = next(iter(self.config.ticket_machines))
        zones = {self.config.windows[number].zone for number in self.windows}
        others = [
            device
            for device in self.config.devices()
            if (device.window in self.windows if device.window else device.zone in zones)
            and device.role != "ticket_machine"
        ]
        return [self.config.device(machine), *others]

    async def start_hub(self) -> None:
        """Start the hub and wait for its broker; also after `kill_hub`."""
        command = [*self.hub_command(), "run", str(self.file), "--data", str(self.data)]
        command += ["--speed", str(self.speed), "--open-all-day", "--campus", self.campus_url]
        command += self.broker_arguments()
        with self.hub_log.open("ab") as log:
            self.hub = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.hub_is_up():
            if self.hub.returncode is not None or time.monotonic() > deadline:
                raise HallFailed(f"the hub did not start:\n{tail(self.hub_log)}")
            await asyncio.sleep(0.02)

    def hub_command(self) -> list[str]:
        """The program, before its arguments."""
        return [sys.executable, "-m", "hub"]

    def broker_arguments(self) -> list[str]:
        """The command line's part about the broker: the embedded one."""
        return ["--port", str(self.port)]

    def hub_is_up(self) -> bool:
        """Whether devices may come."""
        # Not the port alone: it may just have become another program's.
        return (self.data / CREDENTIALS).exists() and _listens(self.port)

    async def kill_hub(self) -> None:
        """SIGKILL, as a power cut would; its broker goes with it."""
        assert self.hub is not None
        self.hub.kill()
        await self.hub.wait()
        while _listens(self.port):
            await asyncio.sleep(0.02)

    async def stop_hub(self) -> None:
        """SIGTERM: the hub says goodbye."""
        if self.hub is not None and self.hub.returncode is None:
            self.hub.terminate()
            await self.hub.wait()

    async def start_boards(self, devices: Iterable[Device]) -> None:
        """Flash and start a board for each device."""
        for device in devices:
            self.boards[device.id] = VirtualBoard(
                device.role,
                self.device_config(device),
                self.folder / device.id,
                self.speed,
                self.heap,
            )
        await asyncio.gather(*(self.boards[device.id].start() for device in devices))

    def password(self, user: str) -> str:
        """A user's password at the embedded broker."""
        passwords: dict[str, str] = json.loads((self.data / CREDENTIALS).read_text("utf-8"))
        return passwords[user]

    def address(self, user: str = HUB_USER) -> str:
        """The broker as one URL."""
        return f"mqtt://{user}:{self.password(user)}@127.0.0.1:{self.port}"

    def device_config(self, device: Device) -> dict[str, object]:
        """The device.json that an engineer's flasher would write."""
        pins = dict(self.pins.get(device.role, {}))
        if device.role == "display":
            pins |= {"panel": device.panel, "voice": device.voice}
        return {
            "v": 1,
            "id": device.id,
            "site": self.config.site,
            "wifi": WIFI,
            "broker": {
                "host": "127.0.0.1",
                "port": self.port,
                "user": device.id,
                "password": self.password(device.id),
            },
            "pins": pins,
            "boot0": int(time.time()) - EPOCH_2020_S,
        }


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tail(path: Path, characters: int = 2000) -> str:
    """The end of a log."""
    return (
        path.read_text(encoding="utf-8", errors="replace")[-characters:] if path.exists() else ""
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
