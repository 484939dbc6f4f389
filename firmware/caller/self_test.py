"""Self-test: every lamp and segment lit, one beep."""

import asyncio

from common import ticks
from protocol.caller import KEYS

SHOWN_S = 3


async def self_test(board):
    """Show all of it for SHOWN_S, then nothing."""
    board.lamps.set(KEYS)
    board.digits.show("888888")
    board.buzzer.play("arrive", ticks.now_ms())
    await asyncio.sleep(SHOWN_S)
    board.buzzer.step(ticks.now_ms())
    board.digits.show("")
    board.lamps.set(())
