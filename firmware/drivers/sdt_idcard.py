"""Resident-ID-card reader with a SAM_A module (SDT protocol, UART): the ID number, nothing else.

A request is `AA AA AA 96 69`, a length, command and parameter; the answer three status bytes, and
data. A length counts all behind it, the last byte is the XOR of length to data. No module was on
the bench. Permits of foreigners have another record: their number does not pass the check.
"""

import asyncio

# Find a card, select it, read text and photo: the card must be found again for each reading.
FIND = b"\x20\x01"
SELECT = b"\x20\x02"
READ = b"\x30\x01"
# A module is asked no faster; an answer begins sooner than that, a record takes 112 ms of wire.
POLL_MS = 300
REPLY_MS = 3_000
# The bytes behind the length: three of status and the checksum; a record has 256 of text and at
# most 1024 of photo behind their two lengths. No answer to what is asked here is longer.
_LEAST = 4
_MOST = 4 + 4 + 256 + 1024
_FOUND = 0x9F
_DONE = 0x90
# The last two stand for the length, so that a place before the length's end is an index.
_HEAD = b"\xaa\xaa\xaa\x96\x69\0\3"
# Of the number within what the length counts: status, lengths, and 122 bytes of other text.
_FIRST = 3 + 4 + 122
_DIGITS = 18
# GB 11643: weights of the 17 digits, and the check character for each remainder by 11.
_WEIGHTS = b"\x07\x09\x0a\x05\x08\x04\x02\x01\x06\x03\x07\x09\x0a\x05\x08\x04\x02"
_CHECKS = b"10X98765432"


class IdCardError(Exception):
    """No number: `why` is silent, length, checksum, refused or number, `status` the module's own.

    `found`: a card lay there, so somebody waits for what comes of it.
    """

    found = False

    def __init__(self, why: str, status=None):
        super().__init__(why, status)
        self.why = why
        self.status = status


def frame(request: bytes) -> bytes:
    """A request on the wire: three bytes follow the length, as none here has data."""
    return _HEAD + request + bytes((3 ^ request[0] ^ request[1],))


class Parser:
    """Bytes of the module to the end of one answer; of a record it keeps the number's 18 digits.

    So an answer of 1.3 KB takes none of the heap, and name, address and photo are never held.
    """

    def __init__(self):
        self._number = bytearray(_DIGITS)
        self.reset()

    def reset(self):
        """Overwrite what was read; the next answer begins."""
        self._at = -7  # of the byte that comes, within what the length counts
        self._size = 0
        self._sum = 0
        self._high = 0  # of the digits' upper bytes, all of them
        self.status = None
        for at in range(_DIGITS):
            self._number[at] = 0

    def feed(self, chunk: bytes) -> bool:
        """Whether these bytes end an answer; what follows is dropped. Raises IdCardError."""
        for byte in chunk:
            if self._at < -2:
                if byte == _HEAD[self._at]:
                    self._at += 1
                elif byte != 0xAA or self._at != -4:  # AA AA AA AA 96 has a head in it
                    self._at = -6 if byte == 0xAA else -7
                continue
            self._sum ^= byte
            if self._at < 0:
                self._size = self._size << 8 | byte
                if self._at == -1 and not _LEAST <= self._size <= _MOST:
                    raise IdCardError("length")
            elif self._at == 2:
                self.status = byte
            elif 0 <= self._at - _FIRST < 2 * _DIGITS:
                if (self._at - _FIRST) % 2:
                    self._high |= byte
                else:
                    self._number[(self._at - _FIRST) // 2] = byte
            self._at += 1
            if self._at == self._size > 0:
                if self._sum:
                    raise IdCardError("checksum", self.status)
                return True
        return False

    def number(self) -> str:
        """The ID number of the record that ended; raises IdCardError."""
        total = 0
        for at in range(_DIGITS - 1):
            digit = self._number[at] - 0x30
            if not 0 <= digit <= 9:
                raise IdCardError("number", self.status)
            total += digit * _WEIGHTS[at]
        if self._high or self._number[-1] != _CHECKS[total % 11]:
            raise IdCardError("number", self.status)
        return str(self._number, "ascii")


class IdCardReader:
    """The module behind a UART; `poll()` it, the sleep between two answers is in it."""

    def __init__(self, uart):
        self._uart = uart
        self._stream = asyncio.StreamReader(uart)
        self._parser = Parser()
        self._is_read = False  # the card that lies there, right or wrong: it must leave first

    async def poll(self) -> str:
        """The ID number of a card just put there, "" without one; raises IdCardError.

        A card that fails is told of once, a module that does so without a card each time.
        """
        await asyncio.sleep(POLL_MS / 1000)
        status = await self._ask(FIND)
        if status != _FOUND:
            self._is_read = False
            return ""
        if self._is_read:
            return ""
        self._is_read = True
        try:
            return await self._read()
        except IdCardError as error:
            error.found = True
            raise
        finally:
            self._parser.reset()

    async def _read(self) -> str:
        for request in (SELECT, READ):
            status = await self._ask(request)
            if status != _DONE:
                raise IdCardError("refused", status)
        return self._parser.number()

    async def _ask(self, request: bytes) -> int:
        """The status of the module's answer."""
        # A late answer to an earlier request must not be taken for this one's.
        while self._uart.read(64):
            pass
        self._parser.reset()
        self._stream.write(frame(request))
        await self._stream.drain()
        try:
            await asyncio.wait_for(self._answer(), REPLY_MS / 1000)
        except asyncio.TimeoutError:
            raise IdCardError("silent") from None
        return self._parser.status

    async def _answer(self):
        while not self._parser.feed(await self._stream.read(64)):
            pass
