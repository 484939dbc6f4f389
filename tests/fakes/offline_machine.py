"""What a machine without a hub has: leases, a clock chip, menus, and a link for later."""
# ruff: noqa: PTH106, PTH107, PTH208 (no pathlib on MicroPython)

import os
from binascii import hexlify

from fakes.menus import FakeMenus
from protocol import machine
from protocol.envelope import EvtAck

# A name of its own: the files that use it run side by side.
FOLDER = __file__.rsplit("/", 3)[0] + "/build/test-offline-" + str(hexlify(os.urandom(6)), "ascii")
# 2019-05-27 09:00 in Wuhan.
NINE_S = 1_558_918_800
HOUR_MS = 3_600_000
DAY = "2019-05-27"
KEY = "000102030405060708090a0b0c0d0e0f"
UID = "62E3086CED"
# HMAC-SHA256(KEY, "card:62E3086CED") cut to 16 bytes, by another program.
HOLDER = "cf64f5f38fb1184949fe3a19e79b0979"


def empty(folder=FOLDER):
    """Remove what an earlier test left there."""
    try:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
        os.rmdir(folder)
    except OSError:
        return  # there is none yet


def lease(letter="C", first=701, last=720, day=DAY, shift_ms=0, **changes):
    """A block from 08:00 to 17:00 of the day, `shift_ms` later."""
    fields = {"letter": letter, "day": day, "first": first, "last": last}
    fields["from_ms"] = NINE_S * 1000 - HOUR_MS + shift_ms
    fields["until_ms"] = NINE_S * 1000 + 8 * HOUR_MS + shift_ms
    fields["tz_min"] = 480
    fields["key"] = KEY
    fields.update(changes)
    return machine.Lease(**fields)


class FakeClock:
    """What is left of a DS3231 behind its bus: a time, or none, or nothing there."""

    def __init__(self):
        self.utc_s = NINE_S
        self.sets = []

    def read_s(self):
        if self.utc_s == "gone":
            raise OSError(5)
        return self.utc_s

    def set_s(self, utc_s):
        if self.utc_s == "gone":
            raise OSError(5)
        self.sets.append(utc_s)
        self.utc_s = utc_s


class Menus(FakeMenus):
    """With the head of a department's file."""

    def head(self, letter):
        return self.menus[letter].plain() if letter in self.menus else None


def _closed(kind, body):
    """A hub that merges everything and leases nothing."""
    return (True, None, {}) if kind == "offline" else (False, "DAY_CLOSED", {})


class FakeLink:
    """A link to a hub that answers what it is told to; `room` events fit into its outbox."""

    def __init__(self, answer=None, hub_ms=NINE_S * 1000):
        self.sent = []
        self.room = 32
        self.hub_ms = hub_ms
        self.on_answer = None
        self.most = 0
        self.under_way = []
        self._answer = answer or _closed

    def hub_now_ms(self):
        return self.hub_ms

    def send(self, kind, body, keep=False):
        if len(self.under_way) >= self.room:
            return 0
        self.sent.append((kind, body))
        self.under_way.append((len(self.sent), kind, body))
        self.most = max(self.most, len(self.under_way))
        return len(self.sent)

    def pump(self):
        """The hub answers what is under way; whether there was anything."""
        waiting, self.under_way = self.under_way, []
        for n, kind, body in waiting:
            ok, why, d = self._answer(kind, body)
            now = NINE_S * 1000
            evtack = EvtAck(k=kind, boot=1, n=n, ok=ok, why=why, now=now, d=d)
            self.on_answer(evtack)
        return bool(waiting)
