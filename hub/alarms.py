"""What the hub alarms of by itself: calls that nobody can see, devices whose app does not run."""

from __future__ import annotations

import logging

from hub.alerts import SAFE_MODE, words
from hub.config import HallConfig
from hub.core import Hall, model
from hub.devices import Devices
from hub.wire.outbound import Outbound

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


class SafeModeWatch:
    """Devices that say in their birth's `desc` that they are in safe mode, until one does not.

    A device that falls silent keeps its alarm: it was not working when it was last heard.
    """

    def __init__(self, config: HallConfig, devices: Devices) -> None:
        self._config = config
        self._devices = devices
        self.since_ms: dict[str, int] = {}  # `safe-mode:id` → since when, hub ms

    def look(self, now_ms: int) -> None:
        """Log and count each device that enters safe mode, and log its return, once."""
        for device in self._devices.all.values():
            desc = device.desc
            is_safe = desc is not None and SAFE_MODE in desc.caps
            if not (is_safe or self.since_ms):
                continue
            alert = f"{SAFE_MODE}:{device.id}"
            if is_safe and alert not in self.since_ms:
                self.since_ms[alert] = now_ms
                self._devices.counters[SAFE_MODE] += 1
                said = words(self._config, alert)
                crash = (desc and desc.crash) or "-"
                log.warning("告警 %s | alert: %s: %s. Crash: %s", said.zh, alert, said.en, crash)
            elif not is_safe and self.since_ms.pop(alert, None) is not None:
                log.info("解除 %s 已恢复 | over: %s", device.id, alert)
