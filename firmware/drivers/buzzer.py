"""A passive buzzer on a PWM pin: patterns are data, and the caller's clock moves them on."""

# (Hz, ms) in order; 0 Hz is silence. By ear: refusals are low and double, good news is high.
PATTERNS = {
    "ok": ((2400, 80),),
    "arrive": ((2400, 120),),
    "low": ((400, 150), (0, 80), (400, 150)),
    "busy": ((400, 60),),
}

_LOUD_DUTY_U16 = 32_768  # a square wave: the loudest a piezo gets


class Buzzer:
    """One sound at a time: a new one replaces what still sounds, because the newest matters."""

    def __init__(self, pwm):
        self._pwm = pwm
        self._left = ()
        self._since_ms = 0
        pwm.duty_u16(0)

    def play(self, name: str, now_ms: int) -> None:
        """Starts a pattern by its name in PATTERNS."""
        self._left = PATTERNS[name]
        self._sound(now_ms)

    def due_ms(self, now_ms: int):
        """Milliseconds until `step` is wanted, or None when silent."""
        if not self._left:
            return None
        return max(0, self._left[0][1] - (now_ms - self._since_ms))

    def step(self, now_ms: int) -> None:
        """Moves to the next tone once the present one is over."""
        if self._left and self.due_ms(now_ms) == 0:
            self._left = self._left[1:]
            self._sound(now_ms)

    def _sound(self, now_ms: int) -> None:
        hz = self._left[0][0] if self._left else 0
        if hz:
            self._pwm.freq(hz)
            self._pwm.duty_u16(_LOUD_DUTY_U16)
        else:
            self._pwm.duty_u16(0)
        self._since_ms = now_ms
