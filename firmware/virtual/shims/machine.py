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


# By number of the pin, one byte a pin: objects with these as attributes would take 4 KB of the
# firmware's heap, and a board has its pins in flash. _UNKNOWN is none of the values.
_PINS = 64
_UNKNOWN = 255
_all_unknown = bytes([_UNKNOWN]) * _PINS
_modes = bytearray(_all_unknown)
_pulls = bytearray(_all_unknown)
_latches = bytearray(_PINS)
_seen = bytearray(_all_unknown)  # the level the bench drives, if anybody drives it
_told = bytearray(_all_unknown)  # the last level record sent
_handlers = {}  # number → (handler, trigger)


def _driven(number, value):
    before = _level(number)
    _seen[number] = value
    handler, trigger = _handlers.get(number, (None, 0))
    if handler and before != value and trigger & (8 if value else 4):
        try:
            handler(Pin(number))
        except Exception as error:  # noqa: BLE001  as on a board: printed, and life goes on
            sys.print_exception(error)


def _level(number):
    if _seen[number] != _UNKNOWN:
        return _seen[number]
    return 1 if _pulls[number] == Pin.PULL_UP or _modes[number] == Pin.OPEN_DRAIN else 0


def _tell(number):
    if _modes[number] == Pin.OUT:
        level = _latches[number]
    elif _modes[number] == Pin.OPEN_DRAIN:
        level = records.HELD | 1 if _latches[number] else 0
    elif _told[number] != _UNKNOWN:  # an output released: its pull takes the line
        level = records.HELD | 1 if _pulls[number] == Pin.PULL_UP else 0
    else:
        return
    if level != _told[number]:
        _told[number] = level
        wires.send(records.LEVEL, number, level)


class Pin:
    """One pin; an input reads what the bench drives, else its pull."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __init__(self, number, mode=-1, pull=-1, *, value=None):
        _modes[number]  # no such pin: an error, as on a board
        self._number = number
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None):
        number = self._number
        if pull != -1:
            _pulls[number] = _UNKNOWN if pull is None else pull
        if value is not None:
            _latches[number] = 1 if value else 0
        elif mode == Pin.OPEN_DRAIN and _modes[number] == _UNKNOWN:
            _latches[number] = 1
        if mode != -1:
            _modes[number] = mode
        _tell(number)

    def value(self, value=None):
        number = self._number
        if value is not None:
            _latches[number] = 1 if value else 0
            _tell(number)
            return None
        if _modes[number] == Pin.OUT or (
            _modes[number] == Pin.OPEN_DRAIN and not _latches[number]
        ):
            return _latches[number]
        wires.poll()
        return _level(number)

    __call__ = value

    def irq(self, handler=None, trigger=12, hard=False):
        wires.poll()  # edges before this moment are not this handler's
        _handlers[self._number] = (handler, trigger)
