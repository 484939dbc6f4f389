"""The reference wiring of a display: a panel of MAX7219 modules and a SYN6288 voice."""

from __future__ import annotations

from firmware.virtual.bench import Bench
from firmware.virtual.models.keys import Keys
from firmware.virtual.models.lamps import Lamps
from firmware.virtual.models.max7219 import Max7219Wall
from firmware.virtual.models.syn6288 import Syn6288

SPI_BUS = 0
CS_PIN = 17
VOICE_UART = 1
BUSY_PIN = 22
STATUS_PIN = 2
SERVICE_PINS = {"service": 14, "test": 15}
# The window bar and the zone board.
PANELS = ((64, 16), (128, 32))


class Parts:
    """What visitors see and hear; `speed` divides the time that speech takes."""

    def __init__(self, bench: Bench, speed: float = 1.0) -> None:
        self.led = Max7219Wall(bench, SPI_BUS, CS_PIN, PANELS)
        self.voice = Syn6288(bench, VOICE_UART, BUSY_PIN, speed)
        self.status = Lamps(bench, {"status": STATUS_PIN})
        self.service = Keys(bench, SERVICE_PINS)
