"""Whether a device.json is what a board can work with; only booting needs this."""

import json

from common.errors import ConfigError
from protocol.limits import MAX_ID

VERSION = 1
# Seconds since 2020 until the year 2156: a boot number stays exact in JSON.
_BOOT_MOST = (1 << 32) - 1
_ID_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"


# (key, type, least, most): an int's value, the length of all else; most None means an id.
# All but `link` are required, others are refused: a key that is ignored is a silent failure.
_TOP = (
    ("v", int, VERSION, VERSION),
    ("id", str, 1, None),
    ("site", str, 1, None),
    ("wifi", list, 1, 4),
    ("broker", dict, 0, 32),
    ("pins", dict, 0, 32),
    ("boot0", int, 0, _BOOT_MOST),
    ("link", dict, 0, 3),
)
_WIFI = (("ssid", str, 1, 32), ("password", str, 0, 63))
_BROKER = (
    ("host", str, 1, 64),
    ("port", int, 1, 65535),
    ("user", str, 1, None),
    ("password", str, 1, 64),
)
# How soon a silent link is lost, and the shortest and longest wait before another try.
_LINK = (
    ("keepalive_s", int, 2, 600),
    ("low_ms", int, 100, 60_000),
    ("high_ms", int, 100, 600_000),
)


def _check(path, prefix, values, table):
    if type(values) is not dict:
        raise ConfigError(path, prefix.rstrip(".") or "file", "not an object")
    known = [row[0] for row in table]
    for key in values:
        if key not in known:
            # Not `+`: MicroPython's parser takes a number for a key.
            raise ConfigError(path, "%s%s" % (prefix, key), "unknown key")
    for key, kind, least, most in table:
        if key not in values:
            raise ConfigError(path, prefix + key, "missing")
        value = values[key]
        # `type is`: True is an int to isinstance, and no configuration means that.
        if type(value) is not kind:
            raise ConfigError(path, prefix + key, "want %s" % kind.__name__)
        size = value if kind is int else len(value)
        if most is None:
            if not 1 <= size <= MAX_ID or any(char not in _ID_CHARS for char in value):
                raise ConfigError(path, prefix + key, "want 1-%d of a-z 0-9 -" % MAX_ID)
        elif not least <= size <= most:
            unit = "" if kind is int else " long"
            raise ConfigError(path, prefix + key, "want %d-%d%s" % (least, most, unit))


def check(values, path):
    """ConfigError, with the file and the key, unless `values` are a whole configuration."""
    timed = type(values) is dict and "link" in values
    _check(path, "", values, _TOP if timed else _TOP[:-1])
    for index, network in enumerate(values["wifi"]):
        _check(path, "wifi[%d]." % index, network, _WIFI)
    _check(path, "broker.", values["broker"], _BROKER)
    named = False
    for host in values["broker"]["host"].split(","):
        numeric = host[-1:].isdigit()
        # A name server that does not answer stops a whole board, so it is asked last.
        if not host or (numeric and named):
            raise ConfigError(path, "broker.host", "want addresses, then names")
        named = not numeric
    if timed:
        _check(path, "link.", values["link"], _LINK)


def read(path):
    """(values, path) of the file, or else of its `.bak`; the first error if neither will do."""
    try:
        return _read(path)
    except ConfigError as error:
        first = error
    try:
        return _read(path + ".bak")
    except ConfigError:
        raise first


def _read(path):
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError as error:
        raise ConfigError(path, "file", "errno %d" % error.errno)
    return parse(raw, path), path


def parse(raw, path):
    """The values in a file's bytes, once they are a whole configuration."""
    try:
        values = json.loads(str(raw, "utf-8"))
    except (ValueError, RuntimeError):  # RuntimeError: nested deeper than the interpreter's stack
        raise ConfigError(path, "file", "not JSON")
    check(values, path)
    return values
