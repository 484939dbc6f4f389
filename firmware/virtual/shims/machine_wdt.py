"""`machine.WDT`: the watchdog; the host pulls the plug when it is not fed in time."""

import records
import wires


class WDT:
    """One watchdog."""

    def __init__(self, id=0, timeout=5000):
        self._timeout_ms = timeout
        self.feed()

    def feed(self):
        wires.send(records.FED, 0, self._timeout_ms)
