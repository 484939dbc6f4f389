"""Why a board was not flashed; each error says what to do next and has its own exit code."""

from __future__ import annotations

from pathlib import Path


class FlashError(Exception):
    """The base: `why`, and `todo` for the engineer; `exit_code` for scripts (docs/flashing.md)."""

    exit_code = 1

    def __init__(self, why: str, todo: str) -> None:
        super().__init__(f"{why}. {todo}")
        self.why = why
        self.todo = todo


class BadSettings(FlashError):
    """flash.toml, the hall's file or the hub's data do not say what the board needs."""

    exit_code = 3

    def __init__(self, path: Path, why: str, todo: str = "Mend it there") -> None:
        super().__init__(f"{path}: {why}", todo)
        self.path = path


class NoBoard(FlashError):
    """No port, or not the one that was meant."""

    exit_code = 4


class NoId(NoBoard):
    """The board does not say which device it is, and nobody else did."""

    def __init__(self, is_torn: bool) -> None:
        super().__init__(
            "its device.json cannot be read" if is_torn else "this board has no id yet",
            "Say which device it becomes: add --id",
        )
        self.is_torn = is_torn


class Refused(FlashError):
    """The board must not get this firmware; nothing on it was changed."""

    exit_code = 5


class WrongBoard(Refused):
    """The role does not run on this hardware."""

    def __init__(self, role: str, machine: str, wanted: str) -> None:
        super().__init__(
            f"this is a {machine}; a {role.replace('_', '-')} needs {wanted}",
            "Nothing was changed. Take the right board, or give --port",
        )
        self.role = role
        self.machine = machine


class OldMicroPython(Refused):
    """Its interpreter cannot load our modules."""

    def __init__(self, version: str, why: str, first: str) -> None:
        super().__init__(
            f"MicroPython {version} is too old: {why}",
            f"Nothing was changed. Put {first} or newer on it: ./flash.sh firmware",
        )
        self.version = version


class TooFull(Refused):
    """Its file system has no room for the new files beside the old."""

    def __init__(self, short_bytes: int, free_bytes: int) -> None:
        super().__init__(
            f"{-(-short_bytes // 1024)} KiB short, {free_bytes / 1024:.0f} KiB are free",
            "Nothing was changed. Remove files that are not ours: mpremote fs tree, mpremote rm",
        )
        self.short_bytes = short_bytes
        self.free_bytes = free_bytes


class OtherDevice(Refused):
    """The board is already another device of the hall."""

    def __init__(self, present: str, asked: str) -> None:
        super().__init__(
            f"this board is {present}, not {asked}",
            f"Nothing was changed. Take the other board, or make this one {asked}: add --replace",
        )
        self.present = present
        self.asked = asked


class CableLost(FlashError):
    """The board stopped answering."""

    exit_code = 6

    def __init__(self, port: str, why: object) -> None:
        super().__init__(
            f"the board at {port} does not answer ({why})",
            "Check cable and power, then run the same command again: it goes on where it stopped",
        )
        self.port = port


class BoardSaid(FlashError):
    """The board raised an error of its own; its last line is the reason."""

    exit_code = 6

    def __init__(self, port: str, traceback: str) -> None:
        last = traceback.strip().splitlines()[-1] if traceback.strip() else "no reason"
        super().__init__(f"the board at {port} says: {last}", "Run the same command again")
        self.port = port
        self.traceback = traceback


class NotWhole(FlashError):
    """What the board holds is not what was sent."""

    exit_code = 7

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            f"wrong on the board after copying: {', '.join(paths)}",
            "Run the same command again; if it stays, the flash is worn: replace the board",
        )
        self.paths = paths


class NotReady(FlashError):
    """Flashed well, but the hub has not heard of it."""

    exit_code = 8

    def __init__(self, device: str, heard: str) -> None:
        super().__init__(
            f"flashed, but the hub has not heard {device} ready: {heard}",
            "Does the hub run? Are Wi-Fi and broker in flash.toml right? "
            "Its console tells more: mpremote resume repl",
        )
        self.device = device
