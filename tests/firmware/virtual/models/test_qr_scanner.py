"""The scanner model: text and CR."""

from __future__ import annotations

import asyncio

from fakes.uart import UartBench
from firmware.virtual.models.qr_scanner import QrScanner


def test_a_code_is_its_text_and_a_cr():
    bench = UartBench()
    QrScanner(bench, 4).scan("73941526")
    assert bench.uart(4).take() == b"73941526\r"


def test_a_code_that_is_held_is_said_again():
    bench = UartBench()
    asyncio.run(QrScanner(bench, 4).hold("W8K2", 1.0))
    assert bench.uart(4).take() == b"W8K2\r" * 2
