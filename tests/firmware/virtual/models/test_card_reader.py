"""The card reader model against the frame of its data sheet."""

from __future__ import annotations

import asyncio

from fakes.uart import UartBench
from firmware.virtual.models.card_reader import CardReader

FRAME = bytes.fromhex("02 36 32 45 33 30 38 36 43 45 44 30 38 0D 0A 03")


def test_a_tap_sends_the_frame_of_the_data_sheet():
    bench = UartBench()
    CardReader(bench, 2).tap("62E3086CED")
    assert bench.uart(2).sent == FRAME


def test_a_card_that_is_held_is_sent_again():
    bench = UartBench()
    asyncio.run(CardReader(bench, 2).hold("62E3086CED", 0.6))
    assert bench.uart(2).sent == FRAME * 2
