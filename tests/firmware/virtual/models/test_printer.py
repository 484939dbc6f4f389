"""The printer model against literal bytes; our driver is not involved."""

from __future__ import annotations

import asyncio

import pytest

from fakes.uart import UartBench
from firmware.virtual.models.printer import Printer

FAST = 1_000.0
HEAD = bytes.fromhex("1B40 1B7400 1C26 1B6101")
SAMPLE = bytes.fromhex("C7EB 413031 32 BAC5 B5BD 33 BAC5 B4B0 BFDA 0A")
DOUBLE = bytes.fromhex("1D2111") + b"A012\n" + bytes.fromhex("1D2100")
QR = bytes.fromhex(
    "1D286B04003141320 0 1D286B0300314306 1D286B0300314530".replace(" ", "")
    + "1D286B070031503041303132 1D286B0300315130".replace(" ", "")
)
CUT = bytes.fromhex("1B6406 1D5601")


class Shop:
    """A printer and the board's end of its wire."""

    def __init__(self, speed: float = FAST) -> None:
        bench = UartBench()
        self.printer = Printer(bench, 1, speed)
        self.wire = bench.uart(1)

    async def prints(self, *parts: bytes) -> None:
        self.wire.feed(b"".join(parts))
        await self.rest()

    async def rest(self) -> None:
        """Wait until the mechanics stand still."""
        while self.printer.is_working:  # noqa: ASYNC110  a model says only how it is
            await asyncio.sleep(0.005)

    def status(self) -> bytes:
        self.wire.take()
        for n in (1, 2, 3, 4):
            self.wire.feed(bytes([0x10, 0x04, n]))
        return self.wire.take()


def run(scenario):
    asyncio.run(scenario())


def test_a_ticket_comes_out_as_it_was_sent():
    async def scenario():
        shop = Shop()
        await shop.prints(HEAD, SAMPLE, DOUBLE, QR, CUT)
        (ticket,) = shop.printer.tickets
        assert [line.text for line in ticket.lines] == ["请A012号到3号窗口", "A012"]
        assert [line.double for line in ticket.lines] == [False, True]
        assert ticket.lines[0].align == 1
        assert (ticket.number, ticket.qr, ticket.cut) == ("A012", "A012", "partial")
        assert shop.printer.unknown == []

    run(scenario)


def test_bytes_may_come_one_by_one():
    async def scenario():
        shop = Shop()
        for byte in HEAD + SAMPLE + QR + CUT:
            shop.wire.feed(bytes([byte]))
            await asyncio.sleep(0)
        await shop.rest()
        assert shop.printer.tickets[0].text == "请A012号到3号窗口"

    run(scenario)


def test_without_hanzi_mode_the_bytes_are_latin():
    async def scenario():
        shop = Shop()
        await shop.prints(bytes.fromhex("1B40"), SAMPLE, CUT)
        assert "请" not in shop.printer.tickets[0].text

    run(scenario)


@pytest.mark.parametrize(
    ("act", "answers"),
    [
        ("refill", "12 12 12 12"),
        ("paper_low", "12 12 12 1E"),
        ("paper_out", "1A 32 12 7E"),
        ("cover_open", "1A 16 12 12"),
        ("unplug", ""),
    ],
)
def test_each_state_answers_dle_eot(act, answers):
    shop = Shop()
    getattr(shop.printer, act)()
    assert shop.status() == bytes.fromhex(answers)


def test_status_is_answered_in_the_middle_of_a_ticket():
    async def scenario():
        shop = Shop(speed=1.0)
        shop.wire.feed(HEAD + SAMPLE * 20)
        await asyncio.sleep(0.02)
        assert shop.status() == b"\x12" * 4
        assert shop.printer.tickets == []

    run(scenario)


def test_status_bytes_inside_a_qr_are_content():
    async def scenario():
        shop = Shop()
        await shop.prints(HEAD, QR.replace(b"A012", b"\x10\x04\x04Z"), CUT)
        assert shop.wire.sent == b""
        assert shop.printer.tickets[0].qr == "\x10\x04\x04Z"

    run(scenario)


def test_mechanics_take_their_time():
    async def scenario():
        shop = Shop(speed=10.0)
        # 16 lines of 30 dots at 720 dots/s and the cut of 0.3 s, ten times as fast: 97 ms.
        began_s = asyncio.get_running_loop().time()
        await shop.prints(HEAD, SAMPLE * 10, CUT)
        (ticket,) = shop.printer.tickets
        assert ticket.at - began_s >= 0.09

    run(scenario)


def test_paper_that_ends_leaves_a_torn_ticket_and_an_empty_buffer():
    async def scenario():
        shop = Shop()
        shop.printer.paper_out(after_lines=2)
        await shop.prints(HEAD, SAMPLE, DOUBLE, SAMPLE, CUT)
        assert shop.printer.tickets == []
        assert [len(torn.lines) for torn in shop.printer.torn] == [2]
        assert shop.status()[3] == 0x7E
        await shop.prints(SAMPLE)
        shop.printer.refill()
        await shop.prints(HEAD, DOUBLE, CUT)
        assert [ticket.text for ticket in shop.printer.tickets] == ["A012"]

    run(scenario)


def test_gs_r_answers_only_when_online():
    async def scenario():
        shop = Shop()
        await shop.prints(bytes.fromhex("1D7201"))
        assert shop.wire.take() == b"\x00"
        shop.printer.paper_out()
        await shop.prints(bytes.fromhex("1D7201"))
        assert shop.wire.take() == b""

    run(scenario)


def test_an_unknown_command_is_reported():
    async def scenario():
        shop = Shop()
        await shop.prints(bytes.fromhex("1C21"), b"\n")
        assert shop.printer.unknown == [bytes.fromhex("1C21")]

    run(scenario)
