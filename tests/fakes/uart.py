"""A bench whose UARTs are lists of bytes, for models of serial peripherals."""

from __future__ import annotations

from collections.abc import Callable


class FakeUart:
    """The wire of one port: `sent` is what the model sent; `feed` is the board."""

    def __init__(self) -> None:
        self.sent = b""
        self._listeners: list[Callable[[bytes], object]] = []

    def on_bytes(self, fn: Callable[[bytes], object]) -> None:
        self._listeners.append(fn)

    def send(self, data: bytes) -> None:
        self.sent += data

    def feed(self, data: bytes) -> None:
        for fn in self._listeners:
            fn(data)

    def take(self) -> bytes:
        """What the model sent since the last time."""
        sent, self.sent = self.sent, b""
        return sent


class UartBench:
    """Ports by number."""

    def __init__(self) -> None:
        self.ports: dict[int, FakeUart] = {}

    def uart(self, number: int) -> FakeUart:
        return self.ports.setdefault(number, FakeUart())
