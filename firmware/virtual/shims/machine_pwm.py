"""`machine.PWM`: a tone on a pin; the bench hears its frequency, or 0 at no duty."""

import records
import wires


class PWM:
    """One pin's tone."""

    def __init__(self, dest, *, freq=0, duty_u16=0):
        self._number = dest._number
        self._freq = freq
        self._duty = duty_u16
        self._hz = 0
        self._say()

    def freq(self, hz):
        self._freq = hz
        self._say()

    def duty_u16(self, duty):
        self._duty = duty
        self._say()

    def _say(self):
        hz = self._freq if self._duty else 0
        if hz != self._hz:
            self._hz = hz
            wires.send(records.PWM, self._number, hz)
