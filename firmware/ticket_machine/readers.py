"""The readers a machine may have besides the campus card's; loaded only where one is wired."""

import asyncio

from common import ticks

# What the panel says of a card, and of a code, that gave nothing (protocol/reasons.txt).
CARD_WHY = "CARD_UNREADABLE"
CODE_WHY = "CODE_UNREADABLE"


def tasks(board, happened, read) -> list:
    """A task for each reader there is.

    `happened(event)` takes ("card", id, how) and ("misread", why); `read(stream)` waits for bytes.
    """
    found = []
    if board.id_reader:
        found.append(_id_cards(board.id_reader, happened))
    if board.scanner:
        found.append(_codes(board.scanner, happened, read))
    return found


async def _id_cards(uart, happened):
    from drivers.sdt_idcard import IdCardError, IdCardReader

    reader = IdCardReader(uart)
    said = None
    while True:
        try:
            number = await reader.poll()
            said = None
        except IdCardError as error:
            number = ""
            if error.found:
                happened(("misread", CARD_WHY))
            elif error.why != said:
                # Once: a module that is not there is asked again and again.
                said = error.why
                print(repr(error))
        if number:
            happened(("card", number, "id-number"))


async def _codes(uart, happened, read):
    from drivers.gm65 import Parser, ScanError

    stream = asyncio.StreamReader(uart)
    parser = Parser()
    while True:
        due_ms = parser.due_ms(ticks.now_ms())
        try:
            # Once more after the last byte, to forget what was scanned.
            chunk = await asyncio.wait_for(read(stream), None if due_ms is None else due_ms / 1000)
        except asyncio.TimeoutError:
            chunk = b""
        try:
            code = parser.feed(chunk, ticks.now_ms())
        except ScanError:
            happened(("misread", CODE_WHY))
        else:
            if code:
                happened(("card", code, "code"))
