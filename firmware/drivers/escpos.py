"""ESC/POS receipt printer with hanzi on a UART: commands as bytes, and its real-time status.

Byte values: KP-628E and CSN-A2L manuals, checked against python-escpos. Whether the KP-628E
starts in hanzi mode was not tried on a device, so every ticket switches it on.
"""

import asyncio

INIT = b"\x1b\x40"
# Code page 0, then two-byte characters: without `1C 26` some printers take GBK for Latin letters.
HANZI = b"\x1b\x74\x00\x1c\x26"
LEFT = b"\x1b\x61\x00"
CENTRE = b"\x1b\x61\x01"
# `1C 21 n` would do for hanzi too, but printer makers disagree about its bits.
NORMAL = b"\x1d\x21\x00"
DOUBLE = b"\x1d\x21\x11"
FEED_AND_CUT = b"\x1b\x64\x06\x1d\x56\x01"

# A printer's real-time answer takes a few ms; silence this long is a printer that is not there.
REPLY_MS = 300
_BITS_A_BYTE = 10  # start, eight data bits, stop
_CHUNK = 64
# Longest QR content: the command counts it in 16 bits, a ticket's token has at most 32 characters.
MAX_QR = 128

OK = "ok"
LOW = "low"
PAPER = "paper"
COVER = "cover"
ERROR = "error"
OFFLINE = "offline"

PRINTED = "printed"
FAILED = "failed"
UNSURE = "unsure"


class QrTooLong(Exception):
    """More content than MAX_QR; `size` says how much."""

    def __init__(self, size: int):
        super().__init__("QR content of %d bytes" % size)
        self.size = size


def qr(content: bytes, size: int = 6) -> bytes:
    """A QR code of `content`, `size` dots a module, error correction L."""
    if len(content) > MAX_QR:
        raise QrTooLong(len(content))
    head = b"\x1d\x28\x6b"
    stored = len(content) + 3
    return b"".join(
        (
            head + b"\x04\x00\x31\x41\x32\x00",
            head + b"\x03\x00\x31\x43" + bytes((size,)),
            head + b"\x03\x00\x31\x45\x30",
            head + bytes((stored & 0xFF, stored >> 8)) + b"\x31\x50\x30" + content,
            head + b"\x03\x00\x31\x51\x30",
        )
    )


def feed(lines: int) -> bytes:
    """Feed paper by so many lines."""
    return b"\x1b\x64" + bytes((lines,))


def query(n: int) -> bytes:
    """Ask for real-time status n (1 online, 2 offline cause, 3 error, 4 paper)."""
    return b"\x10\x04" + bytes((n,))


def is_status(byte) -> bool:
    """Whether a byte is a DLE EOT answer `0xx1xx10`; a late GS r answer (00) is not."""
    return byte is not None and (byte & 0x93) == 0x12


def state_of(online, cause, paper) -> str:
    """One word for the answers to DLE EOT 1, 2 and 4; silence (None) is OFFLINE, never OK."""
    if not (is_status(online) and is_status(paper)):
        return OFFLINE
    if paper & 0x60:
        return PAPER
    if online & 0x08:
        if not is_status(cause):
            return OFFLINE
        if cause & 0x20:
            return PAPER
        return COVER if cause & 0x04 else ERROR
    return LOW if paper & 0x0C else OK


class Printer:
    """The printer on a UART, one question or job at a time; `state` is the last answer."""

    def __init__(self, uart, baudrate: int, stream=None):
        self._byte_s = _BITS_A_BYTE / baudrate
        self._uart = uart
        self._stream = stream or asyncio.StreamReader(uart)
        self._lock = asyncio.Lock()
        self._awake = False
        self.state = OFFLINE

    async def status(self) -> str:
        """OK, LOW, PAPER, COVER, ERROR or OFFLINE, now."""
        async with self._lock:
            await self._poll()
            return self.state

    async def print(self, head: bytes, rest: bytes, settle_ms: int) -> str:
        """Print head + rest: FAILED while nothing of `rest` was sent, else PRINTED or UNSURE.

        The printer is asked twice after the job, `settle_ms` apart: paper may run out while
        the last lines are still in its buffer. Trouble that comes and goes between two questions
        is not seen: a cover that is opened and shut again within half a second.
        """
        async with self._lock:
            if not await self._poll():
                return FAILED
            await self._write(head)
            if not await self._poll():
                return FAILED
            await self._write(rest)
            for wait_ms in (0, settle_ms):
                await asyncio.sleep(wait_ms / 1000)
                if not await self._poll():
                    return UNSURE
            return PRINTED

    async def _poll(self) -> bool:
        """Ask for the state; whether the printer can print."""
        if not self._awake:
            # A board that lost its power in the middle of a job left the printer inside a command,
            # which would take up to 64 KB of tickets for its data. Zeros end each command of ours.
            self._awake = True
            await self._write(bytes(MAX_QR + 8))
        paper = await self._ask(4)
        # One silence is enough: a missing printer is not waited for three times.
        online = None if paper is None else await self._ask(1)
        cause = await self._ask(2) if online is not None and online & 0x08 else None
        self.state = state_of(online, cause, paper)
        return self.state in (OK, LOW)

    async def _ask(self, n: int):
        # A late answer to an earlier question must not be taken for this one's.
        while self._uart.read(16):
            pass
        await self._write(query(n))
        try:
            answer = await asyncio.wait_for(self._stream.read(1), REPLY_MS / 1000)
        except asyncio.TimeoutError:
            return None
        return answer[0] if answer and is_status(answer[0]) else None

    async def _write(self, data: bytes):
        # At the pace of the wire: a port's buffer would take a whole ticket at once, and the next
        # question would wait behind it longer than REPLY_MS.
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK]
            self._stream.write(chunk)
            await self._stream.drain()
            await asyncio.sleep(len(chunk) * self._byte_s)
