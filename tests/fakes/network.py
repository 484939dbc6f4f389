"""MicroPython's `network` with an air that the test rules: which networks are there."""

import sys

STA_IF = 0


class WLAN:
    """Joins a network in `air` (ssid → password) after a few looks; `log` lists what was asked."""

    # Both are the test's to set before it makes one.
    air = None
    log = None
    looks_to_join = 2

    def __init__(self, interface):
        self._joining = 0
        self._joined = False

    def active(self, on):
        self.log.append(("active", on))

    def connect(self, ssid, password):
        self.log.append(("connect", ssid))
        self._joining = self.looks_to_join if self.air.get(ssid) == password else 0

    def disconnect(self):
        self.log.append(("disconnect",))
        self._joining = 0
        self._joined = False

    def isconnected(self):
        if self._joining:
            self._joining -= 1
            self._joined = self._joining == 0
        return self._joined

    def status(self, what):
        if what != "rssi":
            raise ValueError(what)
        return -61

    def config(self, *what, **settings):
        self.log.append(("config", what, sorted(settings)))
        return b"\x28\xcd\xc1\x0a\x0b\x0c" if what == ("mac",) else None


def install():
    """Be what `import network` finds from now on."""
    sys.modules["network"] = sys.modules[__name__]
