"""Model of a resident-ID-card reader (SAM_A module, SDT protocol): a card on it, frames out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import xor
from typing import Any

PREFIX = bytes.fromhex("AA AA AA 96 69")
OK, FOUND, NOT_FOUND, NOT_SELECTED, READ_FAILED = 0x90, 0x9F, 0x80, 0x81, 0x41
BAD_CHECKSUM, BAD_LENGTH, BAD_COMMAND = 0x10, 0x11, 0x21
PHOTO_BYTES = 1024
# What stands on every card here: no part of it may leave the machine.
NAME = "张虚构"
ADDRESS = "湖北省武汉市武昌区珞珈山虚构路一号"


def frame(status: int, data: bytes = b"") -> bytes:
    """A reply: length of all that follows, three bytes of status, data, XOR from the length on."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes((0, 0, status)) + data
    return PREFIX + body + bytes((reduce(xor, body),))


def record(number: str) -> bytes:
    """Text and photo of a card: fields of fixed width in UTF-16LE, padded with spaces."""
    fields = (
        (NAME, 15), ("1", 1), ("01", 2), ("20040229", 8), (ADDRESS, 35), (number, 18),
        ("武汉市公安局武昌分局", 15), ("20200101", 8), ("20300101", 8), ("", 18),
    )  # fmt: skip
    text = "".join(value.ljust(width) for value, width in fields).encode("utf-16-le")
    photo = b"WLf" + bytes(at * 7 % 251 for at in range(PHOTO_BYTES - 3))
    return len(text).to_bytes(2, "big") + len(photo).to_bytes(2, "big") + text + photo


class IdReader:
    """One module; `tap` is a card that is taken away once it was read, or could not be."""

    def __init__(self, bench: Any, uart: int) -> None:
        self._uart = bench.uart(uart)
        self._uart.on_bytes(self._hear)
        self._request = b""
        self._card: str | None = None
        self._stage = NOT_FOUND
        self._tear_at: int | None = None
        self._refusal: int | None = None
        self.is_there = True  # False: no module answers
        self.is_seen_empty = False  # the board was told that no card lies there
        self.unknown: list[bytes] = []

    @property
    def card(self) -> str | None:
        """The ID number of the card that lies there."""
        return self._card

    def put(self, number: str) -> None:
        """A card is laid on the reader."""
        self._card, self._stage = number, NOT_FOUND
        self.is_seen_empty = False

    def lift(self) -> None:
        """The card is taken away."""
        self._card = None

    def tap(self, number: str, tear_at: int | None = None, refusal: int | None = None) -> None:
        """A card for as long as it takes; its record ends after `tear_at` bytes, or is refused."""
        self._tear_at, self._refusal = tear_at, refusal
        self.put(number)

    def noise(self, data: bytes) -> None:
        """What a bad cable does."""
        self._uart.send(data)

    def _hear(self, data: bytes) -> None:
        for request in self._requests(data):
            if self.is_there:
                self._uart.send(self._answer(request))

    def _requests(self, data: bytes) -> Iterator[bytes]:
        """Length to checksum of each request that these bytes complete."""
        self._request += data
        while (start := self._request.find(PREFIX)) >= 0:
            body = self._request[start + len(PREFIX) :]
            size = 2 + int.from_bytes(body[:2], "big")
            if len(body) < max(2, size):
                return
            self._request = body[size:]
            yield body[:size]

    def _answer(self, request: bytes) -> bytes:
        if reduce(xor, request):
            return frame(BAD_CHECKSUM)
        if len(request) != 5:
            return frame(BAD_LENGTH)
        command = request[2:4]
        if command == b"\x20\x01":
            return self._find()
        if command == b"\x20\x02":
            return self._select()
        if command == b"\x30\x01":
            return self._read()
        if command in (b"\x11\xff", b"\x10\xff"):
            return frame(OK)
        self.unknown.append(request)
        return frame(BAD_COMMAND)

    def _find(self) -> bytes:
        if self._card is None or self._stage == OK:
            self.is_seen_empty = True
            return frame(NOT_FOUND)  # nobody's, or one that must leave and return
        self._stage = FOUND
        return frame(FOUND, bytes(4))

    def _select(self) -> bytes:
        if self._card is None or self._stage != FOUND:
            return frame(NOT_SELECTED)
        self._stage = NOT_SELECTED
        return frame(OK, bytes(8))

    def _read(self) -> bytes:
        if self._card is None or self._stage != NOT_SELECTED:
            return frame(READ_FAILED)
        reply = frame(OK, record(self._card))
        if self._refusal is not None:
            reply = frame(self._refusal)
        if self._tear_at is not None:
            reply = reply[: self._tear_at]
        self._stage = OK
        self._tear_at = self._refusal = None
        self.lift()
        return reply
