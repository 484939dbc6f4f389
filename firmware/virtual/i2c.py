"""One I2C bus: questions of the board to its chips, answered within the transfer."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

_HEADER_BYTES = 4


class Chip(Protocol):
    """A chip with register addresses of one byte."""

    def read(self, register: int, count: int) -> bytes:
        """So many registers, from that one on."""

    def write(self, register: int, data: bytes) -> None:
        """These registers, from that one on."""


class I2c:
    """The far end of a bus; chips answer by their 7-bit address, and nobody else does."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.chips: dict[int, Chip] = {}
        self._serving: asyncio.Task[None] | None = None

    def attach(self, connection: socket.socket) -> None:
        """Take the connection of a board that opened the bus."""
        self.detach()
        self._serving = asyncio.create_task(self._serve(connection), name=f"I2C{self.number}")

    def detach(self) -> None:
        """Forget the board; the chips keep what they hold."""
        if self._serving:
            self._serving.cancel()
            self._serving = None

    def answer(self, question: bytes, data: bytes) -> bytes:
        """One transfer: address, register, bytes to read, bytes written; 1 and data, or 0."""
        address, register, count, _ = question
        chip = self.chips.get(address)
        if chip is None:
            return b"\0"
        if data:
            chip.write(register, data)
        return b"\1" + (chip.read(register, count) if count else b"")

    async def _serve(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with connection:
            try:
                while question := await _exactly(connection, _HEADER_BYTES):
                    data = await _exactly(connection, question[3])
                    await loop.sock_sendall(connection, self.answer(question, data))
            except ConnectionError:
                return  # the board died: the wires connection tells everybody


async def _exactly(connection: socket.socket, count: int) -> bytes:
    """So many bytes; fewer only where the board has died."""
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < count:
        more = await loop.sock_recv(connection, count - len(data))
        if not more:
            return b""
        data += more
    return data
