"""What runs before an app and after it failed: crash count, settings, held keys, safe mode."""

import io
import sys

from machine import PWRON_RESET, WDT, Pin, reset, reset_cause

from common.config import PATH
from common.errors import ConfigError, StoreError
from common.store import read_json, write_json
from common.supervisor import CRASH_PATH

# GP2 is free on all our boards; `pins.status` overrides it.
STATUS_PIN = 2
CRASHES_MAX = 3
# Of Desc.crash, which takes 600.
_CRASH_CHARS = 400


def _judge(stored, power_on):
    """(boots since power-on that did not last, how the last one ended or "") from the store.

    `stored` is [boots, traceback]; its traceback is "" while a program runs, None if somebody
    at the cable ended it.
    """
    if type(stored) is not list or len(stored) != 2:
        return 0, ""
    boots, crash = stored
    if power_on:
        return 0, crash or ""
    return boots + 1, "no traceback: the watchdog" if crash == "" else crash or ""


def first(load, safe_mode, role, run, keys):
    """The coroutine to run after a reset: the app's, its self-test's or safe mode's."""
    power_on = reset_cause() == PWRON_RESET
    stored = _stored()
    boots, crash = _judge(stored, power_on)
    if stored != [boots, ""]:
        _store(boots, "")
    settings, crash = _settings(load, crash)
    pins = settings.pins if settings else {}
    # Held when the power comes, not when a crash starts the board again.
    held = [key for key in keys if power_on and not _pin(pins, *key, Pin.IN, Pin.PULL_UP).value()]
    facts = {"reset": "power-on reset" if power_on else "warm reset", "crash": crash}
    lamp = _pin(pins, "status", STATUS_PIN, Pin.OUT)
    if settings is None or boots >= CRASHES_MAX or len(held) == 1:
        return safe_mode(role, settings, lamp, facts)
    return run(settings) if held else run(settings, lamp, WDT, facts)


def end(load, safe_mode, role, error):
    """What follows when a coroutine of ours has ended: a reset, safe mode, or the REPL."""
    if isinstance(error, ConfigError):  # of the app, about its pins
        sys.print_exception(error)
        settings, _ = _settings(load, "")
        lamp = _pin(settings.pins, "status", STATUS_PIN, Pin.OUT)
        return safe_mode(role, settings, lamp, {"crash": str(error)})
    if isinstance(error, Exception):
        sys.print_exception(error)
        text = io.StringIO()
        sys.print_exception(error, text)
        stored = _stored()
        crash = text.getvalue().strip().replace("\n", " ")[-_CRASH_CHARS:]
        _store(stored[0] if stored else 0, crash)
    elif error is not None:  # somebody at the cable: no crash
        _store(-1, None)
        raise error
    else:  # a self-test is over, or safe mode: one more crash leads back to it
        _store(CRASHES_MAX - 2, None)
    reset()


def _settings(load, crash):
    try:
        settings = load()
    except ConfigError as error:
        sys.print_exception(error)
        return None, str(error)
    if settings.path != PATH:
        crash = PATH + " is unusable, its copy is used"
    return settings, crash


def _pin(pins, name, number, *how):
    try:
        return Pin(pins.get(name, number), *how)
    except (TypeError, ValueError):
        return Pin(number, *how)  # the app will refuse it by name


def _stored():
    try:
        return read_json(CRASH_PATH)
    except StoreError as error:
        sys.print_exception(error)
        return None


def _store(boots, crash):
    try:
        write_json(CRASH_PATH, [boots, crash])
    except OSError as error:
        sys.print_exception(error)  # a full flash: go on without the count
