"""The part of `machine` that our firmware uses, with the bench at the far end."""

import sys
import time

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


def unique_id():
    return _ident


def reset_cause():
    return _cause


def reset():
    _leave(_EXIT_RESET)


def soft_reset():
    _leave(_EXIT_SOFT_RESET)


def freq(hz=None):
    return 150_000_000


def disable_irq():
    return wires.mask(True)


def enable_irq(state=False):
    wires.mask(state)


class _Pad:
    """What stays of a pin when its Pin object is made anew."""

    def __init__(self):
        self.mode = -1
        self.pull = None
        self.latch = 0
        self.seen = None  # the level the bench drives, None = nobody drives it
        self.told = None  # the last level record sent
        self.handler = None
        self.trigger = 0
        self.pin = None


_pads = {}


def _pad(number):
    pad = _pads.get(number)
    if pad is None:
        pad = _pads[number] = _Pad()
    return pad


def _driven(number, value):
    pad = _pad(number)
    before = _level(pad)
    pad.seen = value
    if pad.handler and before != value:
        if pad.trigger & (Pin.IRQ_RISING if value else Pin.IRQ_FALLING):
            try:
                pad.handler(pad.pin)
            except Exception as error:  # noqa: BLE001  as on a board: printed, and life goes on
                sys.print_exception(error)


def _level(pad):
    if pad.seen is not None:
        return pad.seen
    return 1 if pad.pull == Pin.PULL_UP or pad.mode == Pin.OPEN_DRAIN else 0


class Pin:
    """One pin; an input reads what the bench drives, else its pull."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __init__(self, id, mode=-1, pull=-1, *, value=None):
        self._number = int(id)
        self._pad = _pad(self._number)
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None):
        pad = self._pad
        if pull != -1:
            pad.pull = pull
        if value is not None:
            pad.latch = 1 if value else 0
        elif mode == Pin.OPEN_DRAIN and pad.mode == -1:
            pad.latch = 1
        if mode != -1:
            pad.mode = mode
        self._tell()

    def value(self, value=None):
        pad = self._pad
        if value is not None:
            pad.latch = 1 if value else 0
            self._tell()
            return None
        if pad.mode == Pin.OUT or (pad.mode == Pin.OPEN_DRAIN and not pad.latch):
            return pad.latch
        wires.poll()
        return _level(pad)

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def irq(self, handler=None, trigger=12, hard=False):
        wires.poll()  # edges before this moment are not this handler's
        pad = self._pad
        pad.handler = handler
        pad.trigger = trigger
        pad.pin = self

    def _tell(self):
        pad = self._pad
        if pad.mode == Pin.OUT:
            level = pad.latch
        elif pad.mode == Pin.OPEN_DRAIN:
            level = records.HELD | 1 if pad.latch else 0
        elif pad.told is not None:  # an output released: its pull takes the line
            level = records.HELD | 1 if pad.pull == Pin.PULL_UP else 0
        else:
            return
        if level != pad.told:
            pad.told = level
            wires.send(records.LEVEL, self._number, level)


class PWM:
    """A tone on a pin; the bench hears its frequency, or 0 at no duty."""

    def __init__(self, dest, *, freq=0, duty_u16=0):
        self._number = dest._number if isinstance(dest, Pin) else int(dest)
        self._freq = freq
        self._duty = duty_u16
        self._told = 0
        self._tell()

    def freq(self, hz=None):
        if hz is None:
            return self._freq
        self._freq = hz
        return self._tell()

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self._duty = duty
        return self._tell()

    def deinit(self):
        self._duty = 0
        self._tell()

    def _tell(self):
        hz = self._freq if self._duty else 0
        if hz != self._told:
            self._told = hz
            wires.send(records.PWM, self._number, hz)


class SPI:
    """A bus that writes; our panels never answer."""

    MSB = 0
    LSB = 1

    def __init__(self, id, baudrate=1_000_000, **pins_and_mode):
        self._bus = id

    def write(self, buf):
        wires.send_spi(self._bus, buf)


_uarts = {}


def UART(id, baudrate=9600, **pins_and_format):  # noqa: N802  the name of the class on a board
    """The socket itself, which asyncio polls in C: a Python stream would burn a core."""
    kept = _uarts.get(id)
    if kept and kept[0] == baudrate:
        return kept[1]
    if kept:
        kept[1].close()
    _uarts[id] = (baudrate, wires.uart(id, baudrate))
    return _uarts[id][1]


class WDT:
    """The watchdog; the host pulls the plug when it is not fed in time."""

    def __init__(self, id=0, timeout=5000):
        self._timeout_ms = timeout
        self.feed()

    def feed(self):
        wires.send(records.FED, 0, self._timeout_ms)


class RTC:
    """The clock of the chip, which starts right here because the host's does."""

    _ahead_s = 0

    def __init__(self, id=0):
        pass

    def datetime(self, when=None):
        """(year, month, day, weekday, hour, minute, second, subsecond), UTC."""
        if when is None:
            t = time.gmtime(time.time() + RTC._ahead_s)
            return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0)
        year, month, day, _, hour, minute, second, _ = when
        RTC._ahead_s = time.mktime((year, month, day, hour, minute, second, 0, 0)) - time.time()
        return None
