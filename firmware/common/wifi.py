"""The board's Wi-Fi behind one small class: the only `import network`."""

import asyncio
import sys

import network

# A join takes 2-5 s on the reference boards; one that has not worked after this long will not.
JOIN_MS = 15_000
_POLL_MS = 250
# PM_NONE: Pico W loses its link within hours in the default power save (micropython #16290).
_CYW43_NO_POWER_SAVE = 0xA11140
# Radios report a good link and pass nothing (micropython #16482, #12315): after so many attempts
# in a row that nothing at all answered, join anew, and each second time switch the radio off.
_REJOIN_ATTEMPTS = 3


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
        """Try each network once, unless joined; False if none took us in."""
        wlan = self._wlan
        wlan.active(True)
        for ssid, password in self._networks:
            if wlan.isconnected():
                return True
            wlan.connect(ssid, password)
            for _ in range(JOIN_MS // _POLL_MS):
                if wlan.isconnected():
                    # The number means something else to the radios of other boards.
                    if sys.platform == "rp2":
                        wlan.config(pm=_CYW43_NO_POWER_SAVE)
                    return True
                await asyncio.sleep(_POLL_MS / 1000)
            wlan.disconnect()
        return wlan.isconnected()

    def unanswered(self, attempts):
        """So many attempts to connect in a row had no answer at all, not even a refusal."""
        if attempts and attempts % _REJOIN_ATTEMPTS == 0:
            self._wlan.disconnect()
            if attempts % (2 * _REJOIN_ATTEMPTS) == 0:
                self._wlan.active(False)

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
            mac = self._wlan.config("mac")
            return ("%02x:" * len(mac) % tuple(mac))[:-1]
        except (OSError, TypeError, ValueError):
            return ""
