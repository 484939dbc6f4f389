"""The rating pad without hardware: when its five keys count, and how all lamps answer together."""

IGNORE_MS = 1_500
# Fingers that go down this close together are one grip of two keys, which is no rating.
TOGETHER_MS = 80
# All five lamps go dark and light twice, so the counter cannot see which key was pressed.
THANKS = ((False, 150), (True, 250), (False, 150), (True, 250))


class Flow:
    """Feeds on `handle(event, now_ms)`; returns the effects, each a tuple.

    Events: ("open", leg, open_ms) · ("close", leg or None for any) · ("sent", n) for the rating
    just returned as an effect, 0 if there was no room · ("kept",): it is on flash · ("answer", n,
    why) · ("tick",) · and of the keys ("down" | "long" | "stuck" | "up", level, at_ms).
    Effects: ("rate", leg, level) · ("lamps", on) for all five · ("sound", name) ·
    ("fault", what, on).
    """

    def __init__(self):
        self._leg = None  # being rated; None while closed
        self._until_ms = None
        self._choice = None  # (level, at_ms): down, but a second key may still join it
        self._spoiled = False  # two at once: nothing counts until all are let go
        self._down = []  # levels pressed since this rating was opened and not yet let go
        self._rated_ms = None
        self._sent_n = None
        self._waits = False  # for the hub's word or the flash: until then it may still be lost
        self._thanks = ()
        self._thanks_ms = 0
        self._stuck = []
        self._lamps = False
        self._handlers = {
            "open": self._on_open,
            "close": self._on_close,
            "sent": self._on_sent,
            "kept": self._on_kept,
            "answer": self._on_answer,
            "down": self._on_down,
            "up": self._on_up,
            "stuck": self._on_stuck,
            "tick": self._on_tick,
        }

    def handle(self, event, now_ms: int):
        """Takes one event and returns the list of effects."""
        handler = self._handlers.get(event[0])
        effects = handler(now_ms, *event[1:]) if handler else None
        effects = effects or []
        self._expire(now_ms)
        lamps = self._thanks[0][0] if self._thanks else self._leg is not None
        if lamps != self._lamps:
            self._lamps = lamps
            effects.append(("lamps", lamps))
        return effects

    def due_ms(self, now_ms: int):
        """Milliseconds until a ("tick",) is wanted, or None."""
        ends = []
        if self._choice:
            ends.append(self._choice[1] + TOGETHER_MS)
        elif self._leg is not None:
            ends.append(self._until_ms)
        if self._thanks:
            ends.append(self._thanks_ms + self._thanks[0][1])
        return max(0, min(ends) - now_ms) if ends else None

    # What comes from the hub

    def _on_open(self, now_ms, leg, open_ms):
        self._shut()
        self._thanks = ()
        self._waits = False  # whoever rated before is gone
        self._leg = leg
        self._until_ms = now_ms + open_ms

    def _on_close(self, _now_ms, leg):
        if leg is None or leg == self._leg:
            self._shut()

    def _on_sent(self, _now_ms, n):
        self._sent_n = n
        self._waits = True
        if not n:
            return self._not_counted()

    def _on_kept(self, now_ms):
        # In the next moment the visitor is still there; later nobody knows whom it would thank.
        if self._waits and self._just_rated(now_ms):
            self._waits = False
            self._thanks = THANKS
            self._thanks_ms = now_ms
            return [("sound", "ok")]

    def _on_answer(self, now_ms, n, why):
        if n == self._sent_n:
            if not why:
                return self._on_kept(now_ms)
            # While it waits or thanks, the visitor is there and should know.
            if self._thanks or (self._waits and self._just_rated(now_ms)):
                return self._not_counted()

    def _not_counted(self):
        self._waits = False
        self._thanks = ()
        return [("sound", "low")]

    # Keys

    def _on_down(self, _now_ms, level, at_ms):
        if self._leg is None or self._just_rated(at_ms):
            return None
        self._down.append(level)
        if self._spoiled:
            return None
        if not self._choice and len(self._down) == 1:
            self._choice = (level, at_ms)
            return None
        self._choice = None
        self._spoiled = True
        return [("sound", "low")]

    def _on_up(self, _now_ms, level, _at_ms):
        if level in self._down:
            self._down.remove(level)
        if not self._down:
            self._spoiled = False
        if level in self._stuck:
            self._stuck.remove(level)
            return [("fault", "key-%d" % level, False)]

    def _on_stuck(self, _now_ms, level, _at_ms):
        self._stuck.append(level)
        return [("fault", "key-%d" % level, True)]

    def _just_rated(self, at_ms):
        return self._rated_ms is not None and at_ms - self._rated_ms < IGNORE_MS

    # Time

    def _on_tick(self, now_ms):
        # Only here: a second key read in the same batch must be seen before the first one counts.
        if not self._choice or now_ms - self._choice[1] < TOGETHER_MS:
            return None
        level, self._rated_ms = self._choice
        leg = self._leg
        self._shut()
        return [("rate", leg, level)]

    def _expire(self, now_ms):
        if self._leg is not None and not self._choice and now_ms >= self._until_ms:
            self._shut()
        if self._thanks and now_ms - self._thanks_ms >= self._thanks[0][1]:
            self._thanks = self._thanks[1:]
            self._thanks_ms = now_ms

    def _shut(self):
        self._leg = self._choice = None
        self._spoiled = False
        self._down = []
