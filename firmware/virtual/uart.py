"""One UART's wire: bytes in both directions, at the pace of its baud rate."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from firmware.virtual.errors import UartOverrun, tell

BITS_A_BYTE = 10  # start, eight data bits, stop
# Bytes come in groups this long at most: long enough to let a core sleep, short enough for
# the frame time-outs of our peripherals (10 ms and more).
GROUP_S = 0.005
# A peripheral's longest burst is a touch panel's page read, 0.5 KiB; this is a runaway model.
PENDING_BYTES_MAX = 64 * 1024


class Uart:
    """The far end of a UART; never faster than the board set it, and never divided by speed."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.baudrate = 0  # until the board opens the port
        self.lost_bytes = 0  # sent while no board listened, as on a real wire
        self._on_bytes: list[Callable[[bytes], Any]] = []
        self._pending = bytearray()
        self._wake = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    def on_bytes(self, fn: Callable[[bytes], Any]) -> None:
        """Call `fn(bytes)` when bytes of the board have arrived."""
        self._on_bytes.append(fn)

    def send(self, data: bytes) -> None:
        """Send bytes to the board; raises UartOverrun when 64 KiB would wait."""
        if self._serving is None:
            self.lost_bytes += len(data)
            return
        if len(self._pending) + len(data) > PENDING_BYTES_MAX:
            raise UartOverrun(self.number, len(self._pending))
        self._pending += data
        self._wake.set()

    def attach(self, connection: socket.socket, baudrate: int) -> None:
        """Take the connection of a board that opened the port."""
        self.detach()
        self.baudrate = baudrate
        self._serving = asyncio.create_task(self._serve(connection), name=f"UART{self.number}")

    def detach(self) -> None:
        """Forget the board: what is under way is lost, as with a real loss of power."""
        if self._serving:
            self._serving.cancel()
            self._serving = None
        self._pending.clear()

    async def _serve(self, connection: socket.socket) -> None:
        with connection:
            await asyncio.gather(self._from_board(connection), self._to_board(connection))

    async def _from_board(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        line = _Line(self.baudrate)
        try:
            while data := await loop.sock_recv(connection, line.group_bytes):
                await line.carry(len(data))
                tell(self._on_bytes, data)
        except ConnectionError:
            return  # the board died: the wires connection tells everybody

    async def _to_board(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        line = _Line(self.baudrate)
        try:
            while True:
                self._wake.clear()
                while self._pending:
                    data = bytes(self._pending[: line.group_bytes])
                    await line.carry(len(data))
                    del self._pending[: len(data)]
                    await loop.sock_sendall(connection, data)
                await self._wake.wait()
        except ConnectionError:
            return  # as above


class _Line:
    """When a wire is free again; a late timer never makes it slower on the whole."""

    def __init__(self, baudrate: int) -> None:
        self._byte_s = BITS_A_BYTE / baudrate
        self._free_s = 0.0
        self.group_bytes = max(1, int(GROUP_S / self._byte_s))

    async def carry(self, count: int) -> None:
        """Wait until so many more bytes have passed."""
        now_s = asyncio.get_running_loop().time()
        # Bytes that waited for us follow without a gap; after a silence the wire starts anew.
        start_s = self._free_s if now_s - self._free_s < 2 * GROUP_S else now_s
        self._free_s = start_s + count * self._byte_s
        await asyncio.sleep(self._free_s - now_s)
