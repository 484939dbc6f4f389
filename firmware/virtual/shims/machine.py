"""The part of `machine` that our firmware uses, with the bench at the far end.

What not every device has is in modules of its own, loaded when it is asked for: a board keeps its
`machine` in flash, but here it takes from the firmware's heap.
"""

import sys

import records
import wires

# The rp2 port's numbers (ports/rp2/modmachine.c, machine_pin.c).
PWRON_RESET = 1
WDT_RESET = 3
SOFT_RESET = 5

# Exit codes that the host takes as "start this board again".
_EXIT_RESET = 100
_EXIT_SOFT_RESET = 101

_ident = b""
_cause = PWRON_RESET
_leave = sys.exit


def set_up(ident, cause, console):
    """Called by the bootstrap: the chip's number, why it starts, whether a REPL follows."""
    global _ident, _cause, _leave
    _ident = ident
    _cause = cause
    if console:  # where a SystemExit ends a program, not the interpreter
        _leave = wires.reset
    wires.on(records.LEVEL, _driven)


def __getattr__(name):
    if name not in ("I2C", "PWM", "SPI", "UART", "WDT"):
        raise AttributeError(name)
    return getattr(wires.load("machine_" + name.lower()), name)


def unique_id():
    return _ident


def reset_cause():
    return _cause


def reset():
    _leave(_EXIT_RESET)


def soft_reset():
    _leave(_EXIT_SOFT_RESET)


def _driven(number, value):
    pin = Pin(number)
    before = pin._level()
    pin._seen = value
    if pin._handler and before != value and pin._trigger & (8 if value else 4):
        try:
            pin._handler(pin)
        except Exception as error:  # noqa: BLE001  as on a board: printed, and life goes on
            sys.print_exception(error)


class Pin:
    """One pin, always the same object; an input reads what the bench drives, else its pull."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    _pins = {}
    _mode = -1
    _pull = None
    _latch = 0
    _seen = None  # the level the bench drives, None = nobody drives it
    _told = None  # the last level record sent
    _handler = None
    _trigger = 0

    def __new__(cls, id, *_, **__):
        pin = cls._pins.get(id)
        if pin is None:
            pin = cls._pins[id] = object.__new__(cls)
        return pin

    def __init__(self, id, mode=-1, pull=-1, *, value=None):
        self._number = id
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None):
        if pull != -1:
            self._pull = pull
        if value is not None:
            self._latch = 1 if value else 0
        elif mode == Pin.OPEN_DRAIN and self._mode == -1:
            self._latch = 1
        if mode != -1:
            self._mode = mode
        self._tell()

    def value(self, value=None):
        if value is not None:
            self._latch = 1 if value else 0
            self._tell()
            return None
        if self._mode == Pin.OUT or (self._mode == Pin.OPEN_DRAIN and not self._latch):
            return self._latch
        wires.poll()
        return self._level()

    __call__ = value

    def irq(self, handler=None, trigger=12, hard=False):
        wires.poll()  # edges before this moment are not this handler's
        self._handler = handler
        self._trigger = trigger

    def _level(self):
        if self._seen is not None:
            return self._seen
        return 1 if self._pull == Pin.PULL_UP or self._mode == Pin.OPEN_DRAIN else 0

    def _tell(self):
        if self._mode == Pin.OUT:
            level = self._latch
        elif self._mode == Pin.OPEN_DRAIN:
            level = records.HELD | 1 if self._latch else 0
        elif self._told is not None:  # an output released: its pull takes the line
            level = records.HELD | 1 if self._pull == Pin.PULL_UP else 0
        else:
            return
        if level != self._told:
            self._told = level
            wires.send(records.LEVEL, self._number, level)
