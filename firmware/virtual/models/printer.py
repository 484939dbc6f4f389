"""Model of a 58 mm ESC/POS kiosk printer: bytes in; papers and real-time status out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

# KP-628E: 90 mm/s, 203 dpi = 8 dots/mm, a 24-dot line with its gap is 30 dots.
DOTS_A_SECOND = 90 * 8
LINE_DOTS = 30
QR_MODULES = 25  # version 2, the size of a token
CUT_S = 0.3
COLUMNS = 32

# State → the answers to DLE EOT 1 to 4, as measured against a printer.
STATUS = {
    "ok": b"\x12\x12\x12\x12",
    "low": b"\x12\x12\x12\x1e",
    "paper": b"\x1a\x32\x12\x7e",
    "cover": b"\x1a\x16\x12\x12",
    "cutter": b"\x1a\x52\x1a\x12",
}
_GS_R = {"ok": b"\x00", "low": b"\x03"}

# First two bytes of a command → how many more follow it.
_ARGUMENTS = {
    b"\x1b\x40": 0,
    b"\x1b\x45": 1,
    b"\x1b\x4a": 1,
    b"\x1b\x61": 1,
    b"\x1b\x64": 1,
    b"\x1b\x74": 1,
    b"\x1c\x26": 0,
    b"\x1c\x2e": 0,
    b"\x1d\x21": 1,
    b"\x1d\x28": 3,  # and what pL pH count
    b"\x1d\x56": 1,  # and n after 41, 42
    b"\x1d\x72": 1,
}


@dataclass
class Line:
    """One printed line."""

    text: str
    double: bool = False
    align: int = 0


@dataclass
class Ticket:
    """One paper, as it falls out; `at` is the loop's time of the cut."""

    lines: list[Line] = field(default_factory=list)
    qr: str | None = None
    cut: str | None = None
    at: float = 0.0

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line.text for line in self.lines)

    @property
    def number(self) -> str | None:
        """The line in double size."""
        return next((line.text for line in self.lines if line.double), None)


class Printer:
    """A printer with a paper roll; its mechanics are divided by `speed`.

    What it was printing when the paper ended or the cover opened stays in `torn`; the rest of its
    buffer is lost, as with printers that start anew after the cover was shut.
    """

    def __init__(self, bench: Any, uart: int, speed: float = 1.0) -> None:
        self.tickets: list[Ticket] = []
        self.torn: list[Ticket] = []
        self.unknown: list[bytes] = []  # commands this printer does not have
        self.state = "ok"
        self.answers = True
        self._uart = bench.uart(uart)
        self._speed = speed
        self._buffer = bytearray()
        self._realtime = bytearray()
        self._lines_left: int | None = None
        self._working: asyncio.Task[None] | None = None
        self._ticket = Ticket()
        self._line = b""
        self._reset()
        self._uart.on_bytes(self._on_bytes)

    @property
    def is_working(self) -> bool:
        """Whether it feeds, prints or cuts."""
        return self._working is not None and not self._working.done()

    def paper_out(self, after_lines: int = 0) -> None:
        """The roll ends, now or after so many more lines."""
        self._lines_left = after_lines
        if not after_lines:
            self._stop("paper")

    def paper_low(self) -> None:
        """The roll is near its end."""
        self.state = "low"

    def cover_open(self) -> None:
        """Somebody opens the cover."""
        self._stop("cover")

    def jam(self) -> None:
        """The cutter is stuck."""
        self._stop("cutter")

    def unplug(self) -> None:
        """It neither answers nor prints."""
        self.answers = False
        self._stop("ok")

    def refill(self) -> None:
        """New paper, cover shut, cutter free, plugged in."""
        self._lines_left = None
        self.answers = True
        self.state = "ok"

    # Bytes

    def _on_bytes(self, data: bytes) -> None:
        if not self.answers:
            return
        for byte in data:
            self._one(byte)
        if self._buffer and self.state in _GS_R and not self.is_working:
            self._working = asyncio.create_task(self._work(), name="printer")

    def _one(self, byte: int) -> None:
        """DLE EOT n is taken out of the stream at once, whatever the printer is busy with."""
        self._realtime.append(byte)
        if self._in_command_data() or not b"\x10\x04".startswith(self._realtime[:2]):
            self._keep(self._realtime)
            self._realtime.clear()
        elif len(self._realtime) == 3:
            if 1 <= byte <= 4:
                self._uart.send(STATUS[self.state][byte - 1 : byte])
            else:
                self.unknown.append(bytes(self._realtime))
            self._realtime.clear()

    def _in_command_data(self) -> bool:
        """Whether a QR command still expects data bytes, which may look like anything."""
        start = self._buffer.rfind(b"\x1d\x28\x6b")
        if start < 0 or len(self._buffer) < start + 5:
            return False
        size = self._buffer[start + 3] | self._buffer[start + 4] << 8
        return len(self._buffer) < start + 5 + size

    def _keep(self, data: bytearray) -> None:
        if self.state in _GS_R:
            self._buffer += data

    # Paper

    async def _work(self) -> None:
        while command := self._next():
            await self._do(command)

    def _next(self) -> bytes | None:
        """Take the next whole command or line of text from the buffer."""
        buffer = self._buffer
        size = 0
        if buffer and buffer[0] in b"\x1b\x1c\x1d":
            size = self._command_size()
        elif end := buffer.find(b"\n") + 1:
            # Text ends where the next command begins; neither byte occurs inside a hanzi.
            size = min([end, *(at for c in b"\x1b\x1c\x1d" if (at := buffer.find(c)) > 0)])
        else:
            size = next((i for i, c in enumerate(buffer) if c in b"\x1b\x1c\x1d"), 0)
        if not size or size > len(buffer):
            return None
        command = bytes(buffer[:size])
        del buffer[:size]
        return command

    def _command_size(self) -> int:
        buffer = self._buffer
        if len(buffer) < 2:
            return 0
        size = 2 + _ARGUMENTS.get(bytes(buffer[:2]), 0)
        if buffer[:2] == b"\x1d\x28" and len(buffer) >= 5:
            size += buffer[3] | buffer[4] << 8
        if buffer[:2] == b"\x1d\x56" and len(buffer) > 2 and buffer[2] in b"\x41\x42":
            size += 1
        return size

    async def _do(self, command: bytes) -> None:
        name, arguments = command[:2], command[2:]
        if name not in _ARGUMENTS and command[0] in b"\x1b\x1c\x1d":
            self.unknown.append(command)
        elif name == b"\x1b\x40":
            self._reset()
        elif name in (b"\x1c\x26", b"\x1c\x2e"):
            self._hanzi = name == b"\x1c\x26"
        elif name == b"\x1d\x21":
            self._size = arguments[0]
        elif name == b"\x1b\x61":
            self._align = arguments[0]
        elif name == b"\x1b\x64":
            await self._feed(arguments[0] * LINE_DOTS)
        elif name == b"\x1b\x4a":
            await self._feed(arguments[0])
        elif name == b"\x1d\x28":
            await self._two_dimensional(arguments)
        elif name == b"\x1d\x56":
            await self._cut(arguments)
        elif name == b"\x1d\x72":
            self._uart.send(_GS_R.get(self.state, b""))
        elif command[0] not in b"\x1b\x1c\x1d":
            await self._text(command)

    async def _text(self, data: bytes) -> None:
        self._line += data
        if not data.endswith(b"\n"):
            return
        # Without hanzi mode the bytes are Latin letters: what a wrong driver would print.
        text = self._line[:-1].decode("gb18030" if self._hanzi else "cp437", "replace")
        double = self._size == 0x11
        self._line = b""
        columns = sum(2 if ord(char) > 0xFF else 1 for char in text) * (2 if double else 1)
        rows = max(1, -(-columns // COLUMNS)) * (2 if double else 1)
        await self._feed(rows * LINE_DOTS)
        if self.state in _GS_R:
            self._ticket.lines.append(Line(text, double, self._align))
            self._use_paper()

    def _use_paper(self) -> None:
        if self._lines_left is not None:
            self._lines_left -= 1
            if self._lines_left <= 0:
                self._stop("paper")

    async def _two_dimensional(self, arguments: bytes) -> None:
        function, parameters = arguments[3:5], arguments[5:]
        if function == b"\x31\x43":
            self._module_dots = parameters[0]
        elif function == b"\x31\x50":
            self._stored = parameters[1:].decode("ascii", "replace")
        elif function == b"\x31\x51":
            await self._feed(QR_MODULES * self._module_dots)
            if self.state in _GS_R:
                self._ticket.qr = self._stored

    async def _cut(self, arguments: bytes) -> None:
        await asyncio.sleep(CUT_S / self._speed)
        if self.state not in _GS_R:
            return
        ticket, self._ticket = self._ticket, Ticket()
        ticket.cut = "full" if arguments[0] in b"\x00\x30\x41" else "partial"
        ticket.at = asyncio.get_running_loop().time()
        self.tickets.append(ticket)

    async def _feed(self, dots: int) -> None:
        await asyncio.sleep(dots / DOTS_A_SECOND / self._speed)

    def _reset(self) -> None:
        self._ticket = Ticket()
        self._line = b""
        self._hanzi = False
        self._size = 0
        self._align = 0
        self._module_dots = 3
        self._stored = ""

    def _stop(self, state: str) -> None:
        if self._ticket.lines:
            self.torn.append(self._ticket)
        self._buffer.clear()
        self._reset()
        self.state = state
