"""The fault proxy does to a connection what its tests rely on."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from fakes.fault_proxy import FaultProxy

PATIENCE_S = 60
# Long enough to show that nothing comes; no test needs more than this to be true.
A_WHILE_S = 0.2


class Echo:
    """A server that says everything back, and how often it saw an end."""

    def __init__(self) -> None:
        self.ends = 0
        self.ended = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(1000):
                writer.write(chunk)
                await writer.drain()
        self.ends += 1
        self.ended.set()
        writer.close()


@contextlib.asynccontextmanager
async def proxied() -> AsyncIterator[tuple[FaultProxy, Echo]]:
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE_S):
        try:
            async with FaultProxy(server.sockets[0].getsockname()[1]) as proxy:
                yield proxy, echo
        finally:
            server.close()


@contextlib.asynccontextmanager
async def client(proxy: FaultProxy):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def nothing_comes(reader: asyncio.StreamReader) -> bool:
    try:
        await asyncio.wait_for(reader.read(1), A_WHILE_S)
    except TimeoutError:
        return True
    return False


def test_bytes_pass_both_ways_and_the_end_too():
    async def scenario():
        async with proxied() as (proxy, echo), client(proxy) as (reader, writer):
            writer.write(b"hello" * 50_000)
            assert await reader.readexactly(250_000) == b"hello" * 50_000
            assert proxy.connections == 1
            assert proxy.up.passed_bytes == proxy.down.passed_bytes == 250_000
            writer.write_eof()
            assert await reader.read() == b""
            assert echo.ends == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("reset", [True, False])
def test_a_cut_reaches_both_sides_and_leaves_the_door_open(reset):
    async def scenario():
        async with proxied() as (proxy, echo), client(proxy) as (reader, writer):
            writer.write(b"x")
            await reader.readexactly(1)
            await proxy.cut(reset)
            if reset:
                with pytest.raises(ConnectionResetError):
                    await reader.read()
            else:
                assert await reader.read() == b""
            await echo.ended.wait()
            async with client(proxy) as (again, once_more):
                once_more.write(b"y")
                assert await again.readexactly(1) == b"y"
            assert len(proxy.accepted_at_s) == 2

    asyncio.run(scenario())


def test_a_black_hole_keeps_bytes_and_ends_until_it_is_healed():
    async def scenario():
        async with proxied() as (proxy, echo), client(proxy) as (reader, writer):
            proxy.black_hole(True)
            writer.write(b"later")
            assert await nothing_comes(reader)
            async with client(proxy) as (unheard, other):
                other.write(b"z")
                assert await nothing_comes(unheard)
            assert echo.ends == 0
            proxy.heal()
            assert await reader.readexactly(5) == b"later"
            await echo.ended.wait()

    asyncio.run(scenario())


def test_one_direction_alone_may_be_black():
    async def scenario():
        async with proxied() as (proxy, _), client(proxy) as (reader, writer):
            proxy.down.black_hole(True)
            writer.write(b"x")
            assert await nothing_comes(reader)
            assert proxy.up.passed_bytes == 1
            proxy.down.black_hole(False)
            assert await reader.readexactly(1) == b"x"

    asyncio.run(scenario())


def test_a_delay_makes_each_piece_late():
    async def scenario():
        async with proxied() as (proxy, _), client(proxy) as (reader, writer):
            proxy.delay_s = 0.1
            loop = asyncio.get_running_loop()
            began = loop.time()
            writer.write(b"x")
            await reader.readexactly(1)
            assert loop.time() - began >= 0.2

    asyncio.run(scenario())


def test_small_pieces_come_whole_and_in_order():
    async def scenario():
        async with proxied() as (proxy, _), client(proxy) as (reader, writer):
            proxy.piece_bytes = 1
            writer.write(bytes(range(256)))
            sizes, got = [], b""
            while len(got) < 256:
                piece = await reader.read(1000)
                sizes.append(len(piece))
                got += piece
            assert got == bytes(range(256))
            assert len(sizes) > 64

    asyncio.run(scenario())


def test_a_cut_comes_after_exactly_so_many_bytes():
    async def scenario():
        async with proxied() as (proxy, _), client(proxy) as (reader, writer):
            proxy.down.cut_after(3)
            writer.write(b"abcdef")
            got = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := await reader.read(10):
                    got += piece
            # A reset may overtake what has not been read yet; nothing beyond may pass.
            assert b"abc".startswith(got)
            assert proxy.down.passed_bytes == 3
            async with client(proxy) as (again, once_more):
                once_more.write(b"abcdef")
                assert await again.readexactly(6) == b"abcdef"

    asyncio.run(scenario())


def test_a_closed_door_refuses_and_opens_at_the_same_port():
    async def scenario():
        async with proxied() as (proxy, _), client(proxy) as (reader, writer):
            writer.write(b"1")
            assert await reader.readexactly(1) == b"1"
            proxy.listening(False)
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"
            proxy.heal()
            async with client(proxy) as (again, once_more):
                once_more.write(b"y")
                assert await again.readexactly(1) == b"y"

    asyncio.run(scenario())


def test_a_target_that_is_not_there_ends_the_connection():
    async def scenario():
        async with proxied() as (proxy, _):
            with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
                proxy.target_port = free.getsockname()[1]
            async with client(proxy) as (reader, _):
                with contextlib.suppress(ConnectionResetError):
                    assert await reader.read() == b""

    asyncio.run(scenario())
