"""A board that loses its power at any byte of a job: the next paper comes out whole."""

from __future__ import annotations

import asyncio

from drivers import escpos
from fakes.uart import UartBench
from firmware.virtual.models import printer as model

FAST = 1_000_000.0
HEAD = escpos.INIT + escpos.HANZI + escpos.CENTRE + "综合事务服务中心\n".encode("gb18030")
# Long enough for a second number to be swallowed by the lengths that a cut command waits for.
QR = escpos.qr(b"0123456789ABCDEF0123456789ABCDEF")


def rest(number: bytes) -> bytes:
    """What a ticket prints after its head."""
    line = escpos.DOUBLE + number + b"\n" + escpos.NORMAL
    return line + "请保留\n".encode("gb18030") + QR + escpos.FEED_AND_CUT


class Wire:
    """The board's end of the printer's wire, as the driver takes it: a UART and its stream."""

    def __init__(self, bench: UartBench) -> None:
        self._far = bench.uart(1)
        self._answers = b""

    def write(self, data: bytes) -> None:
        self._far.feed(data)
        self._answers += self._far.take()

    async def drain(self) -> None:
        await asyncio.sleep(0)

    async def read(self, size: int) -> bytes:
        data, self._answers = self._answers[:size], self._answers[size:]
        return data


class Uart:
    """Has no answer that came too late."""

    def read(self, size: int) -> bytes | None:
        return None


async def next_number(cut: int) -> str | None:
    """The number on the paper that follows a job of which `cut` bytes were sent."""
    bench = UartBench()
    printer = model.Printer(bench, 1, FAST)
    wire = Wire(bench)
    wire.write((HEAD + rest(b"A001"))[:cut])
    await until_read(printer)
    began = len(printer.tickets)
    driver = escpos.Printer(Uart(), 1_000_000_000, wire)
    assert await driver.print(HEAD, rest(b"A002"), 0) == escpos.PRINTED
    await until_read(printer)
    papers = printer.tickets[began:]
    return papers[-1].number if papers else None


async def until_read(printer: model.Printer) -> None:
    for _ in range(200):
        await asyncio.sleep(0)


def test_a_cut_at_every_byte_leaves_the_next_paper_whole():
    async def scenario() -> list[int]:
        size = len(HEAD + rest(b"A001"))
        return [cut for cut in range(size + 1) if await next_number(cut) != "A002"]

    assert asyncio.run(scenario()) == []
