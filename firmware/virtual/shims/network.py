"""The part of `network` that our firmware uses; the bench can take the access point away."""

import time

import records
import wires

STA_IF = 0
# The rp2 port's numbers (extmod/network_cyw43.c).
_STAT_IDLE = 0
_STAT_CONNECTING = 1
_STAT_GOT_IP = 3
_STAT_NO_AP_FOUND = -2

# A real association takes seconds; this much makes firmware wait for it without slowing tests.
_JOIN_MS = 50

_present = True
_active = False
_joining_ms = None  # ticks at connect(), None = not asked to
_mac = b""


def set_up(ident):
    """Called by the bootstrap: the chip's number gives a locally administered MAC."""
    global _mac
    _mac = b"\x02" + ident[:5]
    wires.on(records.WIFI, _access_point)


def _access_point(number, value):
    global _present
    _present = bool(value)


class WLAN:
    """The station interface. The sockets are the host's: only this status follows the bench."""

    def __init__(self, interface=0):
        pass

    def active(self, up):
        global _active, _joining_ms
        _active = bool(up)
        if not up:
            _joining_ms = None

    def connect(self, ssid=None, key=None):
        global _joining_ms
        _joining_ms = time.ticks_ms()

    def disconnect(self):
        global _joining_ms
        _joining_ms = None

    def isconnected(self):
        return self.status() == _STAT_GOT_IP

    def status(self, what=None):
        if what == "rssi":
            return -60
        wires.poll()
        if not _active or _joining_ms is None:
            return _STAT_IDLE
        if not _present:
            return _STAT_NO_AP_FOUND
        if time.ticks_diff(time.ticks_ms(), _joining_ms) < _JOIN_MS:
            return _STAT_CONNECTING
        return _STAT_GOT_IP

    def config(self, what=None, **settings):
        return _mac if what == "mac" else None
