"""The wiring of a ticket machine: panel, printer, clock, and all readers it may have."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from firmware.virtual.bench import Bench
from firmware.virtual.models.card_reader import CardReader
from firmware.virtual.models.ds3231 import Ds3231
from firmware.virtual.models.id_reader import IdReader
from firmware.virtual.models.keys import Keys
from firmware.virtual.models.lamps import Lamps
from firmware.virtual.models.panel import Page, Panel
from firmware.virtual.models.printer import Printer
from firmware.virtual.models.qr_scanner import QrScanner

PANEL_UART = 0
PRINTER_UART = 1
READER_UART = 2
# These two are there, but only a board whose `pins` name them opens their ports.
ID_READER_UART = 3
SCANNER_UART = 4
READER_PINS = {"id_reader_tx": 4, "id_reader_rx": 5, "scanner_tx": 12, "scanner_rx": 13}
CLOCK_I2C = 0
STATUS_PIN = 2
SERVICE_PINS = {"service": 14, "test": 21}

_TABLE = Path(__file__).parents[2] / "ticket_machine" / "panel_project.py"


def _table() -> ModuleType:
    """The table of pages and variables, from its file: `firmware` is not on everyone's path."""
    spec = importlib.util.spec_from_file_location("hallkit_panel_project", _TABLE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def project() -> dict[int, Page]:
    """The panel's project as a designer builds it from that table."""
    table = _table()
    languages = (table.ZH, table.EN)
    pages: dict[int, Page] = {}
    while (row := table.page(len(pages))) is not None:
        number = len(pages)
        name, lines, slots = row
        bases = [0, *(table.BODY_FIRST + 2 * line for line in range(lines))]
        texts = [table.vp(number, base + language) for base in bases for language in languages]
        buttons = {
            slot: tuple(
                table.vp(number, table.SLOT_FIRST + 2 * (slot - 1) + language)
                for language in languages
            )
            for slot in slots
        }
        pages[number] = Page(name, table.KEY_BASE + number, tuple(texts), buttons)
    return pages


class Parts:
    """What visitors touch, show and take; only the printer's mechanics go by `speed`."""

    def __init__(self, bench: Bench, speed: float = 1.0) -> None:
        self.panel = Panel(bench, PANEL_UART, project())
        self.printer = Printer(bench, PRINTER_UART, speed)
        self.reader = CardReader(bench, READER_UART)
        self.id_reader = IdReader(bench, ID_READER_UART)
        self.scanner = QrScanner(bench, SCANNER_UART)
        self.clock = Ds3231(bench, CLOCK_I2C)
        self.status = Lamps(bench, {"status": STATUS_PIN})
        self.service = Keys(bench, SERVICE_PINS)
