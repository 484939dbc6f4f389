"""Fakes of machine.Pin, machine.PWM and the ticks, for drivers without a board."""


class FakePin:
    """One pin that notes every level it was given in `log`, if there is one, as (name, level)."""

    IN = 0
    OUT = 1
    PULL_UP = 2
    IRQ_FALLING = 4

    def __init__(self, name="", level=1, log=None):
        self.name = name
        self.level = level
        self.mode = None
        self.answers = 1  # what an input reads
        self._log = log
        self._handler = None

    def init(self, mode=-1, pull=-1, value=None):
        self.mode = mode
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if level is None:
            return self.answers if self.mode == FakePin.IN else self.level
        self.level = level
        if self._log is not None:
            self._log.append((self.name, level))
        return None

    def irq(self, handler, trigger):
        self._handler = handler
        self.trigger = trigger

    def fall(self):
        """The far end pulls the pin low: the interrupt comes."""
        self.level = 0
        self._handler(self)

    def rise(self):
        """The far end lets the pin go."""
        self.level = 1


class FakePwm:
    """A PWM pin that notes (frequency, duty) at each change."""

    def __init__(self):
        self.log = []
        self._hz = 0

    def freq(self, hz):
        self._hz = hz

    def duty_u16(self, duty):
        self.log.append((self._hz if duty else 0, duty))


class FakeTicks:
    """Ticks with a board's period, set by hand; start close to its end to see them wrap."""

    PERIOD = 1 << 30

    def __init__(self, now_ms=0):
        self.now_ms = now_ms

    def ticks_ms(self):
        return self.now_ms % self.PERIOD

    def ticks_diff(self, later, earlier):
        half = self.PERIOD >> 1
        return (later - earlier + half) % self.PERIOD - half
