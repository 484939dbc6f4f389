"""Self-test: 测试 on the panel and on paper."""

import asyncio

from drivers import dgus2, escpos
from ticket_machine import panel_project

WORD = "测试"
_WORD_GB = b"\xb2\xe2\xca\xd4"
SHOWN_S = 3
_SETTLE_MS = 400
# A panel takes about a second to start after its power comes.
_PANEL_S = 1


async def self_test(board):
    """Show and print."""
    await asyncio.sleep(_PANEL_S)
    title = panel_project.vp(panel_project.NOTICE, panel_project.ZH)
    board.panel.write(dgus2.write_text(title, WORD))
    board.panel.write(dgus2.show_page(panel_project.NOTICE))
    head = escpos.INIT + escpos.HANZI + escpos.CENTRE
    await board.printer.print(head, _WORD_GB + b"\n" + escpos.FEED_AND_CUT, _SETTLE_MS)
    await asyncio.sleep(SHOWN_S)
