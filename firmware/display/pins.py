"""The `pins` of a display's device.json: which panel, whether it speaks, and GPIO numbers."""

from common.errors import ConfigError

# The wiring table of README.md.
DEFAULTS = {
    "panel": "64x16",
    "brightness": 3,
    "voice": False,
    "sck": 18,
    "mosi": 19,
    "cs": 17,
    "voice_tx": 4,
    "voice_rx": 5,
    "voice_busy": 22,
    "status": 2,
    "key_service": 14,
    "key_self_test": 15,
}
PANELS = {"64x16": (64, 16), "128x32": (128, 32)}
_BRIGHTEST = 15
_LAST_GPIO = 48


class Pins:
    """One attribute for each key of DEFAULTS, and `width` and `height` of the panel in pixels."""

    def __init__(self, config):
        for key in config.pins:
            if key not in DEFAULTS:
                raise ConfigError(config.path, "pins." + key, "unknown key")
        for key, default in DEFAULTS.items():
            value = config.pins.get(key, default)
            # `type`, because True is an int to isinstance.
            if type(value) is not type(default):
                raise ConfigError(config.path, "pins." + key, "wrong type")
            most = _BRIGHTEST if key == "brightness" else _LAST_GPIO
            if type(value) is int and not 0 <= value <= most:
                raise ConfigError(config.path, "pins." + key, "not in 0-%d" % most)
            setattr(self, key, value)
        panel = config.pins.get("panel", DEFAULTS["panel"])
        if panel not in PANELS:
            raise ConfigError(config.path, "pins.panel", "not 64x16 or 128x32")
        self.width, self.height = PANELS[panel]
