"""Calls that nobody can see: every call is acknowledged by a display, or raises an alarm."""

from __future__ import annotations

import logging

from hub.config import HallConfig
from hub.core import Hall, model
from hub.devices import Devices
from hub.outbound import Outbound

log = logging.getLogger(__name__)

# A display needs milliseconds, its broker a second to come back; longer is a dark panel.
SHOWN_WITHIN_MS = 5_000


class CallWatch:
    """Looks at the calls of each window and at what its bar and its zone's boards acknowledged."""

    def __init__(
        self, config: HallConfig, hall: Hall, devices: Devices, outbound: Outbound
    ) -> None:
        self._config = config
        self._hall = hall
        self._devices = devices
        self._outbound = outbound
        self._alarmed: set[int] = set()  # call ids

    def look(self, now_ms: int) -> None:
        """Count and log each call that no display has shown in time, once."""
        called = self._hall.state.index.by_state[model.CALLED].values()
        self._alarmed &= {leg.call for leg in called if leg.call is not None}
        for leg in called:
            # A leg may outlive its window in the hall's file.
            if leg.window is None or leg.window not in self._config.windows:
                continue
            if leg.call is None or leg.call in self._alarmed:
                continue
            at_ms = self._hall.state.calls[leg.call].at_ms
            if now_ms - at_ms >= SHOWN_WITHIN_MS and not self._is_shown(leg.window, at_ms):
                self._alarmed.add(leg.call)
                self._devices.counters["call-not-shown"] += 1
                log.warning("no display shows %s at window %d", leg.ticket, leg.window)

    def _is_shown(self, number: int, called_ms: int) -> bool:
        window = self._config.windows[number]
        displays = [*self._config.zone_boards(window.zone), *filter(None, [window.bar])]
        return any(self._shows(display, called_ms) for display in displays)

    def _shows(self, display: str, called_ms: int) -> bool:
        """Whether its last want came of the call or later, and is on its pixels."""
        rev, published_ms = self._outbound.last_want(display)
        return published_ms >= called_ms and self._devices.all[display].shown_rev == rev
