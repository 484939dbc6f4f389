"""What can go wrong with a virtual board, and how a model's own failure is reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


class VirtualError(Exception):
    """The base of everything that goes wrong with a virtual board."""


class SocketPathTooLong(VirtualError):
    """The path does not fit a Unix socket address."""

    def __init__(self, path: str, bytes_max: int) -> None:
        super().__init__(f"socket path longer than {bytes_max} bytes: {path}")
        self.path = path
        self.bytes_max = bytes_max


class BadHello(VirtualError):
    """A connection did not say what it is: a fault of the shims."""

    def __init__(self, line: bytes) -> None:
        super().__init__(f"unknown first line {line!r}")
        self.line = line


class NoPower(VirtualError):
    """The board cannot answer: it is off."""

    def __init__(self) -> None:
        super().__init__("the board is off")


class UartOverrun(VirtualError):
    """A model sent faster than the wire carries."""

    def __init__(self, number: int, pending_bytes: int) -> None:
        super().__init__(f"UART{number}: {pending_bytes} bytes are waiting already")
        self.number = number
        self.pending_bytes = pending_bytes


class ImageFailed(VirtualError):
    """The interpreter could not make a flash image."""

    def __init__(self, image: Path, output: str) -> None:
        super().__init__(f"{image}: {output.strip()}")
        self.image = image
        self.output = output


class BoardFailed(VirtualError):
    """The board's process did not do what it was started for."""

    def __init__(self, name: str, why: str, log_tail: str) -> None:
        super().__init__(f"{name}: {why}\n{log_tail}")
        self.name = name
        self.why = why
        self.log_tail = log_tail


def tell(listeners: Iterable[Callable[[Any], Any]], value: Any) -> None:
    """Call each listener; a failing one is reported to the loop and keeps nobody from it."""
    for fn in listeners:
        try:
            fn(value)
        except Exception as error:  # noqa: BLE001  one model's fault must not lose another's bytes
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"the model behind {fn!r} failed", "exception": error}
            )
