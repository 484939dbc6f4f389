"""The ticket machine's board: an ESP32-S3, whose three UARTs go to panel, printer and reader."""

from machine import UART, Pin

from drivers.escpos import Printer

PANEL_BAUD = 115_200
PRINTER_BAUD = 9_600
READER_BAUD = 9_600
# A burst of touches is 9 bytes each, the reader sends 16; the default of some ports is too small.
_RX_BYTES = 256

# name: (UART, baud rate, TX pin, RX pin)
PORTS = {
    "panel": (0, PANEL_BAUD, 43, 44),
    "printer": (1, PRINTER_BAUD, 17, 18),
    "reader": (2, READER_BAUD, 15, 16),
}


class Board:
    """The three ports; `pins` of device.json may move one: {"printer_tx": 4, "printer_rx": 5}."""

    def __init__(self, pins: dict):
        self.panel = _port("panel", pins)
        self.reader = _port("reader", pins)
        self.printer = Printer(_port("printer", pins), PRINTER_BAUD)


def _port(name: str, pins: dict):
    number, baudrate, tx, rx = PORTS[name]
    tx = pins.get(name + "_tx", tx)
    rx = pins.get(name + "_rx", rx)
    # Never a time-out of the port's own: asyncio's streams fail on it (micropython#10867).
    return UART(number, baudrate, tx=Pin(tx), rx=Pin(rx), rxbuf=_RX_BYTES, timeout=0)
