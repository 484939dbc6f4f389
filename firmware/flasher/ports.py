"""Which boards are connected: by USB serial number, or as links in a folder of virtual boards."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from firmware.flasher.errors import NoBoard

# As in board.py: a port that vanishes with a reset comes back within this.
_BACK_S = 15.0
# Chips on boards of ours that are no board: debug probes.
_NOT_BOARDS = {(0x2E8A, 0x000C)}


@dataclass(frozen=True)
class Port:
    """A board's port: `serial` is its USB serial number, or None for a path."""

    name: str
    serial: str | None = None
    what: str = ""

    def device(self) -> str:
        """The path it has now; raises NoBoard once it has been gone for long."""
        deadline_s = time.monotonic() + _BACK_S
        while True:
            if self.serial is None:
                path = Path(self.name)
                if path.exists():
                    return str(path.resolve())  # mpremote knows a pty by its real name
            else:
                for port in usb():
                    if port.serial == self.serial:
                        return port.name
            if time.monotonic() > deadline_s:
                raise NoBoard(f"{self.serial or self.name} is gone", "Plug the board in again")
            time.sleep(0.1)


def usb() -> list[Port]:
    """Every USB serial port."""
    return [
        Port(port.device, port.serial_number, port.product or port.description or "")
        for port in sorted(list_ports.comports())
        if port.vid is not None and (port.vid, port.pid) not in _NOT_BOARDS
    ]


def connected(folder: Path | None = None) -> list[Port]:
    """Boards on USB, or the virtual boards whose ports are `folder`/*/port."""
    if folder is None:
        return usb()
    return [
        Port(str(path), None, "virtual board")
        for path in sorted(folder.glob("*/port"))
        if path.exists()
    ]


def choose(name: str | None, folder: Path | None = None) -> Port:
    """The port that `name` tells (path or serial number), or the only one there is."""
    ports = connected(folder)
    if name is not None:
        for port in ports:
            if name in (port.name, port.serial):
                return port
        if Path(name).exists():
            return Port(name)
        raise NoBoard(f"no port {name}", "./flash.sh --list shows what is connected")
    if not ports:
        raise NoBoard("no board is connected", "Plug one in with a cable that carries data")
    if len(ports) > 1:
        names = ", ".join(port.serial or port.name for port in ports)
        raise NoBoard(f"{len(ports)} boards are connected ({names})", "Say which with --port")
    return ports[0]
