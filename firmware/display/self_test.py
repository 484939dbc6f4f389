"""Self-test: every pixel lit, then 测试 on the panel and from the voice."""

import asyncio

from display import render
from drivers import syn6288

WORD = "测试"
SHOWN_S = 2


async def self_test(board, font):
    """Show and speak, each for SHOWN_S."""
    board.panel.fb.fill(1)
    board.panel.show()
    await asyncio.sleep(SHOWN_S)
    rows = board.panel.height // font.height
    render.draw(board.panel, font, [(WORD, False)] * rows)
    board.panel.show()
    if board.uart is not None:
        board.uart.write(syn6288.frame(WORD))
    await asyncio.sleep(SHOWN_S)
