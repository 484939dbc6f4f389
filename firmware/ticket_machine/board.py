"""The ticket machine's board: UARTs to panel, printer and the readers it has, and a clock."""

from machine import I2C, UART, Pin

from common.config import PATH
from common.errors import ConfigError
from drivers.escpos import Printer

PRINTER_BAUD = 9_600


class Board:
    """Its ports and a bus; `reader`, `id_reader` and `scanner` are None where there is none.

    Raises ConfigError for `pins` that ports.py refuses, or for which the chip has too few UARTs.
    """

    def __init__(self, conf):
        # Late: what only the start needs is forgotten after it.
        from ticket_machine.ports import ports, words

        pins, rows = ports(conf.pins)
        opened = {row[0]: _port(pins, *row) for row in rows}
        self.panel = opened["panel"]
        self.reader = opened.get("reader")
        self.id_reader = opened.get("id_reader")
        self.scanner = opened.get("scanner")
        self.readers = words(rows)
        self.i2c = I2C(0, scl=Pin(pins["clock_scl"]), sda=Pin(pins["clock_sda"]), freq=100_000)
        self.printer = Printer(opened["printer"], PRINTER_BAUD)


def _port(pins: dict, name: str, number: int, baudrate: int, rx_bytes: int):
    tx, rx = Pin(pins[name + "_tx"]), Pin(pins[name + "_rx"])
    try:
        # Never a time-out of the port's own: asyncio's streams fail on it (micropython#10867).
        return UART(number, baudrate, tx=tx, rx=rx, rxbuf=rx_bytes, timeout=0)
    except ValueError:
        why = "this chip has no UART %d" % number
    raise ConfigError(PATH, "pins.%s_rx" % name, why)
