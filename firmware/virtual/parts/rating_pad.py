"""The reference wiring of a rating pad: five keys with lamps, buzzer."""

from __future__ import annotations

from firmware.virtual.bench import Bench
from firmware.virtual.models.buzzer import Buzzer
from firmware.virtual.models.keys import Keys
from firmware.virtual.models.lamps import Lamps

# From left to right: 非常满意 .. 非常不满意, named by their level.
KEY_PINS = {"5": 6, "4": 7, "3": 8, "2": 9, "1": 10}
LAMP_PINS = {"5": 16, "4": 17, "3": 18, "2": 19, "1": 20}
BUZZER_PIN = 22
STATUS_PIN = 2


class Parts:
    """What a visitor touches, sees and hears; nothing here is a person's or a mechanism's time."""

    def __init__(self, bench: Bench, speed: float = 1.0) -> None:
        self.keys = Keys(bench, KEY_PINS)
        self.lamps = Lamps(bench, LAMP_PINS)
        self.buzzer = Buzzer(bench, BUZZER_PIN)
        self.status = Lamps(bench, {"status": STATUS_PIN})
