"""Self-test: every lamp lit, one beep."""

import asyncio

from common import ticks
from protocol.pad import LEVELS

SHOWN_S = 3


async def self_test(board):
    """Show all of it for SHOWN_S, then nothing."""
    board.lamps.set(LEVELS)
    board.buzzer.play("arrive", ticks.now_ms())
    await asyncio.sleep(SHOWN_S)
    board.buzzer.step(ticks.now_ms())
    board.lamps.set(())
