"""The ticket machine's board: an ESP32-S3, its UARTs to panel, printer and reader, a clock."""

from machine import I2C, UART, Pin

from drivers.escpos import Printer

PANEL_BAUD = 115_200
PRINTER_BAUD = 9_600
READER_BAUD = 9_600
# A burst of touches is 9 bytes each, the reader sends 16; the default of some ports is too small.
_RX_BYTES = 256

# Not on a UART: the status lamp, two push buttons in the case, and the DS3231's bus.
_OTHERS = {"status": 2, "key_service": 14, "key_self_test": 21, "clock_sda": 8, "clock_scl": 9}
# name: (UART, baud rate, TX pin, RX pin)
PORTS = {
    "panel": (0, PANEL_BAUD, 43, 44),
    "printer": (1, PRINTER_BAUD, 17, 18),
    "reader": (2, READER_BAUD, 15, 16),
}


class Board:
    """Three ports and a bus; `pins` of device.json may move one: {"printer_tx": 4}.

    Raises ConfigError for an unknown name, a value that is no pin, and a pin used twice.
    """

    def __init__(self, conf):
        pins = _pins(conf)
        self.panel = _port("panel", pins)
        self.reader = _port("reader", pins)
        self.i2c = I2C(0, scl=Pin(pins["clock_scl"]), sda=Pin(pins["clock_sda"]), freq=100_000)
        self.printer = Printer(_port("printer", pins), PRINTER_BAUD)


def _pins(conf) -> dict:
    pins = dict(_OTHERS)
    for name in PORTS:
        pins[name + "_tx"], pins[name + "_rx"] = PORTS[name][2:]
    # Late: what only the start needs is forgotten after it.
    from common.pins import wiring

    return wiring(pins, conf.pins)


def _port(name: str, pins: dict):
    number, baudrate = PORTS[name][:2]
    # Never a time-out of the port's own: asyncio's streams fail on it (micropython#10867).
    return UART(
        number,
        baudrate,
        tx=Pin(pins[name + "_tx"]),
        rx=Pin(pins[name + "_rx"]),
        rxbuf=_RX_BYTES,
        timeout=0,
    )
