"""Lamps on output pins: lit, dark, or following one common blink phase."""


class Lamps:
    """Lamps by name; `pins` is {name: output pin}, high = lit."""

    def __init__(self, pins):
        self._pins = pins
        self._lit = ()
        self._blink = ()
        self._phase = True
        self._levels = {}
        self._drive()

    def set(self, lit, blink=()) -> None:
        """Names that are lit, and names that follow the phase (these win); all others are dark."""
        self._lit = lit
        self._blink = blink
        self._drive()

    def phase(self, on: bool) -> None:
        """The half of the blink period: blinking lamps are lit while it is True."""
        self._phase = on
        self._drive()

    def _drive(self) -> None:
        for name, pin in self._pins.items():
            level = int(self._phase) if name in self._blink else int(name in self._lit)
            if self._levels.get(name) != level:
                pin.value(level)
                self._levels[name] = level
