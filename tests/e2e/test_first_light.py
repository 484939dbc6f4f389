"""One press lights one bar; a call is seen on bar and board, and heard."""

from __future__ import annotations

import asyncio

import pytest

from fakes.counter import Counter
from fakes.mosquitto_hall import MosquittoHall
from fakes.wire_machine import wire_machine
from hub.demo.hall import DemoHall
from hub.demo.senses import Ears, Eyes, as_heard

WINDOW = 20
SPEED = 5
PATIENCE_S = 60


@pytest.mark.parametrize("hall_at", [DemoHall, MosquittoHall])
def test_one_press_lights_one_bar(tmp_path, hall_at):
    async def scenario():
        async with (
            hall_at(tmp_path, [WINDOW], SPEED) as hall,
            wire_machine(hall, "ticket-machine-2") as machine,
        ):
            board = hall.boards["board-3"].parts
            eyes, ears = Eyes(board.led), Ears(board.voice)
            at = Counter(hall, WINDOW, "seal", machine.take, board.voice)
            await at.ready()
            assert not at.pad.lamps.lit

            await at.press("pause")
            await at.until(lambda: at.on_bar == "20号窗口", "open window")
            dark = led_pixels(at)

            ticket = await at.come()
            await at.press("next")
            await at.until(lambda: at.on_bar == f"请{ticket}", "call on the bar")
            assert led_pixels(at) != dark
            await eyes.until(lambda lines: f"请{ticket}到20号窗口" in lines, PATIENCE_S)
            await ears.until_heard(as_heard(ticket, WINDOW), 0, PATIENCE_S)

    asyncio.run(scenario())


def led_pixels(at: Counter) -> set[tuple[int, int]]:
    """The LEDs that are lit on the bar."""
    led = at.bar_led
    return {(x, y) for x in range(led.width) for y in range(led.height) if led.pixel(x, y)}
