"""The broker's end of a wire, in memory: what `common.net.Wire` is to a client."""

import asyncio

CONNACK_NEW = b"\x20\x02\x00\x00"
CONNACK_KEPT = b"\x20\x02\x01\x00"


class FakeWire:
    """Give it to a client by `open`; `sent` lists what each single send carried."""

    def __init__(self, *answers):
        """`answers` are bytes that the broker says one by one, one for each of the first sends."""
        self.sent = []
        self.closed = False
        self.accepts = None
        self._answers = list(answers)
        self._incoming = b""
        self._ended = False
        self._broken = None
        self._event = asyncio.Event()
        self._writable = asyncio.Event()

    async def open(self, host, port):
        return self

    def say(self, data):
        """The broker sends."""
        self._incoming += data
        self._event.set()

    def end(self):
        """The broker closes the stream."""
        self._ended = True
        self._event.set()

    def break_off(self, errno):
        """From now on the socket reports an error."""
        self._broken = errno
        self._event.set()

    def unblock(self):
        """The socket takes everything again."""
        self.accepts = None
        self._writable.set()

    async def readinto(self, view):
        while not self._incoming and not self._ended and self._broken is None:
            self._event.clear()
            await self._event.wait()
        if self._broken is not None:
            raise OSError(self._broken, "broken off by the test")
        count = min(len(view), len(self._incoming))
        view[:count] = self._incoming[:count]
        self._incoming = self._incoming[count:]
        return count

    def send_now(self, view):
        if self._broken is not None:
            raise OSError(self._broken, "broken off by the test")
        count = len(view) if self.accepts is None else min(self.accepts, len(view))
        if count:
            self.sent.append(bytes(view[:count]))
            if self._answers:
                self.say(self._answers.pop(0))
        return count

    async def send_all(self, view):
        while self.accepts is not None:
            self._writable.clear()
            await self._writable.wait()
        self.send_now(view)

    def close(self):
        self.closed = True
