"""The board's Wi-Fi behind one small class: the only `import network`."""

import asyncio
import sys

import network

# A join takes 2-5 s on the reference boards; one that has not worked after this long will not.
JOIN_MS = 15_000
_POLL_MS = 250
# PM_NONE: Pico W loses its link within hours in the default power save (micropython #16290).
_CYW43_NO_POWER_SAVE = 0xA11140


class Wifi:
    """Joins one of the known networks; whether the broker is there only MQTT's pings tell."""

    def __init__(self, networks):
        """`networks` is a list of (ssid, password), tried in order."""
        self._networks = networks
        self._wlan = network.WLAN(network.STA_IF)

    def is_up(self) -> bool:
        """Whether the board has joined and has an address."""
        return self._wlan.isconnected()

    async def join(self) -> bool:
        """Try each network once; False if none took us in."""
        self._wlan.active(True)
        for ssid, password in self._networks:
            if self.is_up():
                return True
            self._wlan.connect(ssid, password)
            for _ in range(JOIN_MS // _POLL_MS):
                if self.is_up():
                    self._stay_awake()
                    return True
                await asyncio.sleep(_POLL_MS / 1000)
            self._wlan.disconnect()
        return self.is_up()

    def rssi(self):
        """Signal in dBm, or None where the port cannot tell."""
        try:
            dbm = self._wlan.status("rssi")
        except (OSError, TypeError, ValueError):
            return None
        return dbm if type(dbm) is int and -200 <= dbm <= 0 else None

    def mac(self) -> str:
        """The MAC as aa:bb:cc:dd:ee:ff, or an empty string where the port cannot tell."""
        try:
            return ":".join("%02x" % byte for byte in self._wlan.config("mac"))
        except (OSError, TypeError, ValueError):
            return ""

    def _stay_awake(self):
        # The number means something else to the Wi-Fi of other boards, and they do not need it.
        if sys.platform == "rp2":
            self._wlan.config(pm=_CYW43_NO_POWER_SAVE)
