"""The clock model against its data sheet, and on the bus of a real virtual board."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta

from firmware.virtual.i2c import I2c
from firmware.virtual.models.ds3231 import ADDRESS, STATUS, Ds3231

NOW = datetime(2026, 11, 22, 9, 59, 58, tzinfo=UTC)


class OneBus:
    """A bench that has an I2C bus and a time that the test moves."""

    def __init__(self) -> None:
        self.bus = I2c(0)
        self.now = NOW

    def i2c(self, number: int) -> I2c:
        return self.bus


def test_a_new_chip_says_that_it_does_not_know():
    bench = OneBus()
    chip = Ds3231(bench, 0, lambda: bench.now)
    assert not chip.is_valid
    assert chip.read(0, 7) == bytes.fromhex("00 00 00 01 01 01 00")
    assert chip.read(STATUS, 1) == b"\x88"


def test_it_counts_on_from_what_was_written_also_without_the_board():
    bench = OneBus()
    chip = Ds3231(bench, 0, lambda: bench.now)
    chip.write(0, bytes.fromhex("58 59 23 07 31 12 26"))
    chip.write(STATUS, b"\x08")
    bench.now += timedelta(seconds=3)
    assert chip.read(0, 7) == bytes.fromhex("01 00 00 01 01 01 27")
    assert (chip.is_valid, chip.sets) == (True, 1)
    chip.skip(3600)
    assert chip.utc == datetime(2027, 1, 1, 1, 0, 1, tzinfo=UTC)


def test_the_stop_flag_can_be_cleared_and_not_set():
    bench = OneBus()
    chip = Ds3231(bench, 0, lambda: bench.now, is_set=True)
    assert chip.is_valid and chip.utc == NOW
    chip.write(STATUS, b"\xff")
    assert chip.is_valid
    chip.lose_battery()
    assert not chip.is_valid


def test_the_address_wraps_behind_the_last_register():
    bench = OneBus()
    chip = Ds3231(bench, 0, lambda: bench.now, is_set=True)
    assert chip.read(0x12, 2) == chip.read(0x12, 1) + chip.read(0, 1)


def test_only_who_is_there_answers():
    bench = OneBus()
    chip = Ds3231(bench, 0, lambda: bench.now, is_set=True)
    assert bench.bus.answer(bytes((ADDRESS, STATUS, 1, 0)), b"") == b"\x01\x08"
    assert bench.bus.answer(bytes((0x57, 0, 1, 0)), b"") == b"\x00"
    chip.unplug()
    assert bench.bus.answer(bytes((ADDRESS, STATUS, 1, 0)), b"") == b"\x00"


def test_a_transfer_that_comes_in_pieces_is_one():
    async def scenario():
        bench = OneBus()
        chip = Ds3231(bench, 0, lambda: bench.now)
        near, far = socket.socketpair()
        for end in (near, far):
            end.setblocking(False)
        bench.bus.attach(far)
        loop = asyncio.get_running_loop()
        with near:
            for piece in (bytes((ADDRESS, 0)), bytes((0, 2)), b"\x30", b"\x15"):
                await loop.sock_sendall(near, piece)
                await asyncio.sleep(0.01)
            assert await loop.sock_recv(near, 8) == b"\x01"
            assert chip.utc.minute == 15
        bench.bus.detach()

    asyncio.run(scenario())
