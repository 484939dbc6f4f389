"""A TCP relay that fails on demand: it cuts, black-holes, delays and crumbles what passes.

async with FaultProxy(broker.port) as proxy:
    ...                         # clients use proxy.port, which stays the same to the end
    await proxy.cut()           # every connection is reset, or ends with cut(reset=False)
    proxy.black_hole(True)      # nothing passes any more, and nobody is told
    proxy.delay_s = 0.2         # each piece comes so much later
    proxy.piece_bytes = 1       # and in pieces of so many bytes (0 = as it came)
    proxy.listening(False)      # new connections are refused
    proxy.heal()                # none of this any more; connections that lived go on

`black_hole`, `delay_s` and `piece_bytes` also exist for one direction, of proxy.up (towards the
broker) and proxy.down. `down.cut_after(n)` cuts all once n more bytes have passed there.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

_CHUNK_BYTES = 65_536
# SO_LINGER on, with no time: the close is a reset.
_RESET = struct.pack("ii", 1, 0)
# Between two pieces: the reader has taken one before the next comes, most of the time.
_GAP_S = 0.0005


class Direction:
    """What happens to the bytes that go one way."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        self.piece_bytes = 0
        self.passed_bytes = 0
        self._left: int | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.spent = asyncio.Event()

    def black_hole(self, on: bool) -> None:
        """Keep what comes from now on, the end of a connection included, or let it go on."""
        if on:
            self._flowing.clear()
        else:
            self._flowing.set()

    async def flowing(self) -> None:
        """Wait until nothing is kept."""
        await self._flowing.wait()

    def cut_after(self, count: int | None) -> None:
        """Cut every connection as soon as so many more bytes have passed; None = never."""
        self._left = count
        self.spent.clear()

    async def relay(self, source: socket.socket, target: socket.socket) -> None:
        """Pass on all until the source ends, then end the target in the same way."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                chunk = await loop.sock_recv(source, _CHUNK_BYTES)
            except OSError:
                await self._flowing.wait()
                raise
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if not chunk:
                await self._flowing.wait()
                with contextlib.suppress(OSError):
                    target.shutdown(socket.SHUT_WR)
                return
            await self._pass(chunk, target)

    async def _pass(self, chunk: bytes, target: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while chunk:
            await self._flowing.wait()
            piece = chunk[: self.piece_bytes or len(chunk)]
            if self._left is not None:
                piece = piece[: self._left]
                self._left -= len(piece)
            chunk = chunk[len(piece) :]
            await loop.sock_sendall(target, piece)
            self.passed_bytes += len(piece)
            if self._left == 0:
                self._left = None
                self.spent.set()
                await asyncio.Event().wait()  # whoever cuts ends this task
            if self.piece_bytes:
                await asyncio.sleep(_GAP_S)


class FaultProxy:
    """Between devices and a broker on loopback; an async context manager, of one loop."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.up = Direction()
        self.down = Direction()
        self.port = 0
        # When each connection came, by time.monotonic(): a hall must not come all at once.
        self.accepted_at_s: list[float] = []
        self._listener: socket.socket | None = None
        self._cutting: asyncio.Task[None] | None = None
        self._links: dict[asyncio.Task[None], tuple[socket.socket, ...]] = {}

    async def __aenter__(self) -> Self:
        self.listening(True)
        self._cutting = asyncio.create_task(self._cut_when_spent())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.listening(False)
        if self._cutting:
            self._cutting.cancel()
        await self.cut()

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return len(self._links)

    @property
    def delay_s(self) -> float:
        """How much later each piece comes, in both directions."""
        return max(self.up.delay_s, self.down.delay_s)

    @delay_s.setter
    def delay_s(self, delay_s: float) -> None:
        self.up.delay_s = self.down.delay_s = delay_s

    @property
    def piece_bytes(self) -> int:
        """The size of a piece in both directions, 0 = as it came."""
        return max(self.up.piece_bytes, self.down.piece_bytes)

    @piece_bytes.setter
    def piece_bytes(self, count: int) -> None:
        self.up.piece_bytes = self.down.piece_bytes = count

    def black_hole(self, on: bool) -> None:
        """Let nothing pass in either direction, or all again; new connections reach nobody."""
        self.up.black_hole(on)
        self.down.black_hole(on)

    def listening(self, on: bool) -> None:
        """Refuse new connections, or take them again; those that are there stay."""
        if on and not self._listener:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
            self._listener.setblocking(False)
            self.port = self._listener.getsockname()[1]
            asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)
        elif not on and self._listener:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def heal(self) -> None:
        """End every fault; what was cut stays cut."""
        self.delay_s = 0.0
        self.piece_bytes = 0
        self.up.cut_after(None)
        self.down.cut_after(None)
        self.black_hole(False)
        self.listening(True)

    async def cut(self, reset: bool = True) -> None:
        """End every connection on both sides, by a reset or by a close."""
        links, self._links = self._links, {}
        for link, sides in links.items():
            link.cancel()
            for side in sides:
                if reset and side.fileno() >= 0:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        await asyncio.gather(*links, return_exceptions=True)
        for sides in links.values():
            for side in sides:
                side.close()  # a task that was ended before it began has not

    async def _cut_when_spent(self) -> None:
        while True:
            waits = [asyncio.create_task(way.spent.wait()) for way in (self.up, self.down)]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
            self.up.spent.clear()
            self.down.spent.clear()
            await self.cut()

    def _accept(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except BlockingIOError:
            return  # it went away before we looked
        self.accepted_at_s.append(time.monotonic())
        sides = (client, socket.socket())
        for side in sides:
            side.setblocking(False)
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = asyncio.create_task(self._serve(*sides), name="fault proxy")
        self._links[link] = sides
        link.add_done_callback(lambda done: self._links.pop(done, None))

    async def _serve(self, client: socket.socket, broker: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        ways: list[asyncio.Task[None]] = []
        try:
            await self.up.flowing()
            await loop.sock_connect(broker, ("127.0.0.1", self.target_port))
            ways.append(asyncio.create_task(self.up.relay(client, broker)))
            ways.append(asyncio.create_task(self.down.relay(broker, client)))
            await asyncio.gather(*ways)
        except OSError:
            # One side is gone without a goodbye, or the broker is not there: so is the other.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            client.close()
            broker.close()


class ProxyThread:
    """A proxy for a test without a loop: `proxy.do("cut")`, `proxy.set(piece_bytes=1)`."""

    def __init__(self, proxy: FaultProxy, loop: asyncio.AbstractEventLoop) -> None:
        self.proxy = proxy
        self.port = proxy.port
        self._loop = loop

    def do(self, method: str, *arguments: Any) -> Any:
        """Call a method of the proxy, or of a direction of it: `down.black_hole`."""

        async def call() -> Any:
            target: Any = self.proxy
            for name in method.split("."):
                target = getattr(target, name)
            result = target(*arguments)
            return await result if inspect.isawaitable(result) else result

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(10)

    def set(self, **values: Any) -> None:
        """Set attributes of the proxy."""
        for name, value in values.items():
            self._loop.call_soon_threadsafe(setattr, self.proxy, name, value)


@contextlib.contextmanager
def proxy_thread(target_port: int) -> Iterator[ProxyThread]:
    """A FaultProxy in a loop and thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fault proxy")
    thread.start()
    proxy = FaultProxy(target_port)
    try:
        asyncio.run_coroutine_threadsafe(proxy.__aenter__(), loop).result(10)
        try:
            yield ProxyThread(proxy, loop)
        finally:
            asyncio.run_coroutine_threadsafe(proxy.__aexit__(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
