"""The rating pad's reference wiring and the drivers on it; device.json `pins` overrides it."""

from machine import PWM, Pin

from common import ticks
from common.debounce import Debounce
from drivers.buzzer import Buzzer
from drivers.keys import Keys
from drivers.lamps import Lamps
from protocol.pad import LEVELS

# Keys key_LEVEL and lamps lamp_LEVEL from left to right; GP numbers of a Pico W.
PINS = {"status": 2, "buzzer": 22}
PINS.update([("key_%d" % level, 6 + at) for at, level in enumerate(LEVELS)])
PINS.update([("lamp_%d" % level, 16 + at) for at, level in enumerate(LEVELS)])


class Board:
    """Lamps, buzzer and keys; `wake` is called by interrupts when `keys` has news."""

    def __init__(self, overrides, wake):
        # Late: what only the start needs is forgotten after it.
        from common.pins import wiring

        gp = wiring(PINS, overrides)
        self.lamps = Lamps(
            {level: Pin(gp["lamp_%d" % level], Pin.OUT, value=0) for level in LEVELS}
        )
        self.buzzer = Buzzer(PWM(Pin(gp["buzzer"]), freq=2400, duty_u16=0))
        keys = [(level, Pin(gp["key_%d" % level], Pin.IN, Pin.PULL_UP)) for level in LEVELS]
        self.keys = Keys(keys, Debounce, wake, ticks.now_ms())
