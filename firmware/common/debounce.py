"""Key debounce that answers on the first edge and then ignores the contact for a while."""

# Keys of the reference boards bounce for 5-20 ms; a person does not press twice within 100 ms.
LOCKOUT_MS = 50


class Debounce:
    """One key: `edge()` per level change seen, `settle()` once the lock-out is over."""

    def __init__(self, lockout_ms=LOCKOUT_MS):
        self._lockout_ms = lockout_ms
        self.pressed = False
        self._until_ms = None

    def edge(self, pressed, now_ms):
        """Take a level change; returns True (pressed), False (released), or None for a bounce."""
        if self._until_ms is not None and now_ms < self._until_ms:
            return None
        if pressed == self.pressed:
            return None
        self.pressed = pressed
        self._until_ms = now_ms + self._lockout_ms
        return pressed

    def due_ms(self, now_ms):
        """Milliseconds until `settle` wants the level, or None when nothing is pending."""
        if self._until_ms is None:
            return None
        return max(0, self._until_ms - now_ms)

    def settle(self, pressed, now_ms):
        """Compare with the level after the lock-out: a release inside it must not be lost.

        Returns as `edge` does.
        """
        if self._until_ms is None or now_ms < self._until_ms:
            return None
        self._until_ms = None
        return self.edge(pressed, now_ms)
