"""The board's own configuration: id, network and pins; everything else comes from the hub."""

import json

from common.errors import ConfigError

PATH = "/cfg/device.json"
VERSION = 1
# Seconds since 2020 until the year 2156: a boot number stays exact in JSON.
_BOOT_MOST = (1 << 32) - 1
_ID_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def _is_id(value):
    return 1 <= len(value) <= 32 and all(char in _ID_CHARS for char in value)


def _is_text(value):
    return 1 <= len(value) <= 64


def _any(value):
    return True


# (key, type, check, what the check wants); all are required, and other keys are refused, because a
# key that is ignored is a silent failure.
_TOP = (
    ("v", int, lambda value: value == VERSION, "%d" % VERSION),
    ("id", str, _is_id, "1-32 of a-z 0-9 -"),
    ("site", str, _is_id, "1-32 of a-z 0-9 -"),
    ("wifi", list, lambda value: 1 <= len(value) <= 4, "1-4 networks"),
    ("broker", dict, _any, ""),
    ("pins", dict, _any, ""),
    ("boot0", int, lambda value: 0 <= value <= _BOOT_MOST, "0-%d" % _BOOT_MOST),
)
_WIFI = (
    ("ssid", str, lambda value: 1 <= len(value) <= 32, "1-32 characters"),
    ("password", str, lambda value: len(value) <= 63, "0-63 characters"),
)
_BROKER = (
    ("host", str, _is_text, "1-64 characters"),
    ("port", int, lambda value: 1 <= value <= 65535, "1-65535"),
    ("user", str, _is_id, "1-32 of a-z 0-9 -"),
    ("password", str, _is_text, "1-64 characters"),
)


def _check(path, prefix, values, table):
    if type(values) is not dict:
        raise ConfigError(path, prefix.rstrip(".") or "file", "not an object")
    known = [key for key, _, _, _ in table]
    for key in values:
        if key not in known:
            raise ConfigError(path, prefix + key, "unknown key")
    for key, kind, fits, wanted in table:
        if key not in values:
            raise ConfigError(path, prefix + key, "missing")
        value = values[key]
        # `type is`: True is an int to isinstance, and no configuration means that.
        if type(value) is not kind:
            raise ConfigError(path, prefix + key, "want %s" % kind.__name__)
        if not fits(value):
            raise ConfigError(path, prefix + key, "want %s" % wanted)


class Config:
    """The checked content of one device.json; ConfigError names the file and the key."""

    def __init__(self, values, path=PATH):
        _check(path, "", values, _TOP)
        for index, network in enumerate(values["wifi"]):
            _check(path, "wifi[%d]." % index, network, _WIFI)
        broker = values["broker"]
        _check(path, "broker.", broker, _BROKER)
        self.path = path
        self.id = values["id"]
        self.site = values["site"]
        self.networks = [(network["ssid"], network["password"]) for network in values["wifi"]]
        self.host = broker["host"]
        self.port = broker["port"]
        self.user = broker["user"]
        self.password = broker["password"]
        self.pins = values["pins"]
        self.boot0 = values["boot0"]


def _load(path):
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError as error:
        raise ConfigError(path, "file", "errno %d" % error.errno)
    try:
        return Config(json.loads(str(raw, "utf-8")), path)
    except ValueError:
        raise ConfigError(path, "file", "not JSON")


def load(path=PATH) -> Config:
    """The configuration, from `path` or else from its `.bak`; the first error if neither will do.

    `.path` of the result says which file it came from.
    """
    try:
        return _load(path)
    except ConfigError as error:
        first = error
    try:
        return _load(path + ".bak")
    except ConfigError:
        raise first
