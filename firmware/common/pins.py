"""Which pin is which: a device's reference wiring, as `pins` of device.json changes it."""

from common.config import PATH
from common.errors import ConfigError


def wiring(reference, overrides) -> dict:
    """`reference` (name → number) with `overrides` in it.

    ConfigError names a key that the device does not have, what is no pin number, and a pin that
    is used twice.
    """
    pins = dict(reference)
    for name, number in overrides.items():
        if name not in pins:
            raise ConfigError(PATH, "pins." + name, "unknown key")
        if type(number) is not int or number < 0:
            raise ConfigError(PATH, "pins." + name, "want a pin number")
        pins[name] = number
    for name, number in pins.items():
        if list(pins.values()).count(number) > 1:
            raise ConfigError(PATH, "pins." + name, "pin %d is used twice" % number)
    return pins
