"""The rating pad's reference wiring and the drivers on it; device.json `pins` overrides it."""

from machine import PWM, Pin

from common import ticks
from common.debounce import Debounce
from common.errors import ConfigError
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
        gp = wiring(overrides)
        self.lamps = Lamps(
            {level: Pin(gp["lamp_%d" % level], Pin.OUT, value=0) for level in LEVELS}
        )
        self.buzzer = Buzzer(PWM(Pin(gp["buzzer"]), freq=2400, duty_u16=0))
        keys = [(level, Pin(gp["key_%d" % level], Pin.IN, Pin.PULL_UP)) for level in LEVELS]
        self.keys = Keys(keys, Debounce, wake, ticks.now_ms())


def wiring(overrides):
    """PINS with `overrides`; ConfigError names a key that does not exist or a pin used twice."""
    gp = dict(PINS)
    for name, number in overrides.items():
        if name not in gp:
            raise ConfigError("device.json", "pins." + name, "no such pin on a rating pad")
        gp[name] = number
    for name, number in gp.items():
        if type(number) is not int or list(gp.values()).count(number) > 1:
            raise ConfigError("device.json", "pins." + name, "not a pin number of its own")
    return gp
