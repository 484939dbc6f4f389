"""What the hub knows of each device: who is alive, what it shows, what it complained of."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.envelope import Desc, State, Tele
from protocol.limits import SILENT_LOST_MS

log = logging.getLogger(__name__)

# Our firmware names about ten faults; a device that makes up names must not fill the memory.
MAX_COUNTERS = 200
MAX_FAULTS = 16


@dataclass(slots=True)
class Device:
    """One device as the hub last heard of it."""

    id: str
    alive: bool = False
    session: tuple[int, int] = (0, 0)  # (boot, conn) of the newest birth
    heard_ms: int = 0
    spoke_ms: int = 0  # as heard_ms, but never what its broker says in its name
    contact_ms: int | None = None  # when it last spoke before it was away
    shown_rev: tuple[int, ...] = ()  # the want that its last pixel shows
    desc: Desc | None = None
    tele: Tele | None = None
    faults: set[str] = field(default_factory=set)


class Devices:
    """All devices of the hall's file; liveness is decided here and never by the broker alone."""

    def __init__(
        self,
        ids: list[str],
        boots: Mapping[str, int] | None = None,
        contacts: Mapping[str, int] | None = None,
        silent_lost_ms: int = SILENT_LOST_MS,
    ) -> None:
        """`boots`: the newest boot the journal knows of each device; `contacts`: its last word.

        `silent_lost_ms`: a device without a word for so long is lost.
        """
        self._silent_lost_ms = silent_lost_ms
        known, spoke = boots or {}, contacts or {}
        self.all = {
            device: Device(device, session=(known.get(device, 0), 0), contact_ms=spoke.get(device))
            for device in ids
        }
        self.counters: Counter[str] = Counter()

    def heard(self, device: str, now_ms: int) -> Device | None:
        """A message came from this id; None and a counter for one that the file does not name."""
        found = self.all.get(device)
        if found is None:
            self.counters["unknown-device"] += 1
            log.warning("%.40r is not in the hall's file", device)
            return None
        found.heard_ms = now_ms
        return found

    def away(self) -> None:
        """The hub itself was away, so every device may have been without it."""
        for device in self.all.values():
            device.contact_ms = device.spoke_ms or device.contact_ms

    def state(self, device: Device, state: State) -> bool:
        """Take a birth or a will; True for a birth that begins a new boot."""
        session = (state.boot, state.conn)
        if state.s == "lost":
            # The will of an older connection may come after the newer one's birth.
            if session >= device.session:
                device.alive = False
                self.counters["lost"] += 1
            return False
        rebooted = bool(state.boot > device.session[0])
        if session > device.session:
            device.shown_rev = ()  # it says again what it shows
            device.contact_ms = device.spoke_ms or device.contact_ms
        if session >= device.session:
            device.session = session
            device.alive = state.s == "ready"
        return rebooted

    def fault(self, device: Device, what: str, on: bool) -> None:
        """A part of the device failed or recovered."""
        if not on:
            device.faults.discard(what)
        elif len(device.faults) < MAX_FAULTS:
            device.faults.add(what)
        counter = "fault-" + what
        if counter not in self.counters and len(self.counters) >= MAX_COUNTERS:
            counter = "fault-other"
        self.counters[counter] += on
        log.warning("%s: %s %s", device.id, what, "failed" if on else "recovered")

    def sweep(self, now_ms: int) -> list[Device]:
        """Devices that have just been silent for too long, and so are lost."""
        silent = [
            device
            for device in self.all.values()
            if device.alive and now_ms - device.heard_ms >= self._silent_lost_ms
        ]
        for device in silent:
            device.alive = False
            self.counters["silent"] += 1
            log.warning("%s: no word for %d s", device.id, self._silent_lost_ms // 1000)
        return silent
