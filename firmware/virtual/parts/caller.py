"""The reference wiring of a window caller: six keys with lamps, six digits, buzzer."""

from __future__ import annotations

from firmware.virtual.bench import Bench
from firmware.virtual.models.buzzer import Buzzer
from firmware.virtual.models.keys import Keys
from firmware.virtual.models.lamps import Lamps
from firmware.virtual.models.tm1637 import Tm1637

KEY_PINS = {"next": 6, "recall": 7, "noshow": 8, "done": 9, "transfer": 10, "pause": 11}
LAMP_PINS = {"next": 16, "recall": 17, "noshow": 18, "done": 19, "transfer": 20, "pause": 21}
CLK_PIN = 14
DIO_PIN = 15
BUZZER_PIN = 22
STATUS_PIN = 2


class Parts:
    """What a clerk touches, sees and hears; nothing here is a person's or a mechanism's time."""

    def __init__(self, bench: Bench, speed: float = 1.0) -> None:
        self.keys = Keys(bench, KEY_PINS)
        self.lamps = Lamps(bench, LAMP_PINS)
        self.digits = Tm1637(bench, CLK_PIN, DIO_PIN)
        self.buzzer = Buzzer(bench, BUZZER_PIN)
        self.status = Lamps(bench, {"status": STATUS_PIN})
