"""A number is void only if it was never sent to the printer; else it is called, and printed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers import escpos
from fakes.print_shop import PowerCut, PrintShop
from firmware.virtual.models.printer import Printer
from hub.core.model import PRINT_UNSURE, PRINTED, RESERVED, VOID, WAITING

WINDOW = 4
FAULTS: dict[str, Callable[[Printer], None]] = {
    "paper": Printer.paper_out,
    "low": Printer.paper_low,
    "cover": Printer.cover_open,
    "offline": Printer.unplug,
    "cutter": Printer.jam,
}
# Each of these takes the driver's REPLY_MS of silence, so it is tried at fewer bytes.
STRIDES = {"offline": 97}
STRIDE = 11


def is_called(shop: PrintShop) -> bool:
    """Whether the window calls the visitor's number."""
    leg = shop.live()
    shop.desk.press(WINDOW, "pause")
    shop.desk.press(WINDOW, "next")
    return shop.desk.hall.state.window(WINDOW).leg == leg.id


def check_paper(shop: PrintShop) -> None:
    """The visitor has a whole paper, of the one number that is not void."""
    leg = shop.live()
    assert (leg.state, leg.paper) == (WAITING, PRINTED)
    assert {paper.number for paper in shop.whole} == {leg.ticket}
    paper = shop.whole[-1]
    assert paper.lines[0].text == "厅"  # nothing of an earlier paper before it
    assert (paper.qr, paper.cut) == (leg.token, "partial")
    assert not [leg for leg in shop.legs if leg.state == VOID and shop.was_sent(leg)]
    assert is_called(shop)


async def cut_at(folder: Path, at: int) -> bool:
    """The plug is pulled at a byte of the job; whether the job was that long."""
    shop = PrintShop(folder)
    await shop.boot()
    shop.wire.cut_at = at
    try:
        await shop.visit()
    except PowerCut:
        (leg,) = shop.legs
        assert leg.state == RESERVED
        await shop.boot()
        assert (leg.state, leg.paper) == (WAITING, PRINT_UNSURE)
        # A paper that only waited for the end of its cut command falls out here.
        await shop.poll()
        began = len(shop.whole)
        await shop.visit()
        assert len(shop.whole) == began + 1
        check_paper(shop)
        return True
    check_paper(shop)
    return False


def test_power_cut_at_every_byte_of_a_job(tmp_path: Path) -> None:
    async def scenario() -> int:
        at = 0
        while await cut_at(tmp_path, at):
            at += 1
        return at

    assert asyncio.run(scenario()) > 300


async def fails_at(folder: Path, fault: str, at: int | None) -> bool:
    """The printer fails at a byte of the job (None: before it), and is mended; as `cut_at`."""
    shop = PrintShop(folder)
    await shop.boot()
    if at is None:
        FAULTS[fault](shop.printer)
    else:
        shop.wire.when = at, lambda: FAULTS[fault](shop.printer)
    await shop.visit()
    was_met = shop.wire.when is None
    if fault == "low" and was_met:
        assert shop.driver.state == escpos.LOW
    elif at is None:
        assert not shop.legs  # the printer is asked before a number is reserved
    await shop.poll()
    shop.printer.refill()
    await shop.poll()
    if not shop.whole:
        await shop.visit()
    check_paper(shop)
    return was_met


@pytest.mark.parametrize("fault", FAULTS)
def test_a_printer_that_fails_at_the_start_or_within_a_job(tmp_path: Path, fault: str) -> None:
    async def scenario() -> int:
        await fails_at(tmp_path, fault, None)
        at = 0
        while await fails_at(tmp_path, fault, at):
            at += STRIDES.get(fault, STRIDE)
        return at

    assert asyncio.run(scenario()) > 300


def test_the_same_card_gets_the_same_number_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        shop = PrintShop(tmp_path)
        await shop.boot()
        for count in (1, 2):
            await shop.visit()
            await shop.poll()
            assert len(shop.whole) == count
        assert len(shop.legs) == 1
        assert shop.driver.state == escpos.OK
        check_paper(shop)

    asyncio.run(scenario())
