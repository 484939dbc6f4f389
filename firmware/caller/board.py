"""The caller's reference wiring and the drivers on it; `pins` in device.json overrides it."""

from machine import PWM, Pin

from common import ticks
from common.debounce import Debounce
from drivers.buzzer import Buzzer
from drivers.keys import Keys
from drivers.lamps import Lamps
from drivers.tm1637 import Tm1637
from protocol.caller import KEYS

# Keys key_NAME and lamps lamp_NAME in the order of the case; GP numbers of a Pico W.
PINS = {"status": 2, "clk": 14, "dio": 15, "buzzer": 22}
PINS.update([("key_" + name, 6 + at) for at, name in enumerate(KEYS)])
PINS.update([("lamp_" + name, 16 + at) for at, name in enumerate(KEYS)])


class Board:
    """Digits, lamps, buzzer and keys; `wake` is called by interrupts when `keys` has news."""

    def __init__(self, overrides, wake):
        # Late: what only the start needs is forgotten after it.
        from common.pins import wiring

        gp = wiring(PINS, overrides)
        self.digits = Tm1637(Pin(gp["clk"], Pin.OUT, value=1), Pin(gp["dio"], Pin.OUT, value=1))
        self.lamps = Lamps({name: Pin(gp["lamp_" + name], Pin.OUT, value=0) for name in KEYS})
        self.buzzer = Buzzer(PWM(Pin(gp["buzzer"]), freq=2400, duty_u16=0))
        keys = [(name, Pin(gp["key_" + name], Pin.IN, Pin.PULL_UP)) for name in KEYS]
        self.keys = Keys(keys, Debounce, wake, ticks.now_ms())
