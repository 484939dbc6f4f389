"""The window caller without hardware: its digits, lamps and sounds, and the presses it sends."""

from protocol.caller import KEYS
from protocol.reasons import Reason

REFUSAL_MS = 2_000
BLINK_HALF_MS = 400
# An ordinary answer takes 10 ms: dashes in between would only flicker.
WAIT_AFTER_MS = 50
# A key that meant the choice of a window may come a moment too late; it must not end a service.
LATE_MS = 1_000

# No hub, or a press not answered yet; with the nearest cause an engineer should look at.
_WAIT = "----  "
_LINK = {"no-wifi": "----L1", "no-broker": "----L2", "refused": "----L3"}
_TICKET_DIGITS = 4
_DIGITS = 6
# While a target is chosen: another one, this one, none at all.
_CHOOSING = ("next", "recall", "done", "pause"), ("transfer",)
_WORDS = {"closed": "oFF ", "paused": "PAU ", "idle": "    "}


class Flow:
    """Feeds on `handle(event, now_ms)`; returns the effects, each a tuple.

    Events: ("want", CallerWant, rev) · ("link", status) · ("sent", n) for the press just returned
    as an effect, 0 if there was no room · ("answer", n, why) · ("beep",) · ("tick",) · and of the
    keys ("down" | "long" | "stuck" | "up", key, at_ms).
    Effects, in the order to do them: ("press", key, long, again, leg, ver, target) ·
    ("sound", name) · ("fault", what, on) · ("digits", text) · ("lamps", lit, blink) ·
    ("phase", on) of the blinking lamps · ("shown", rev) of a want that the clerk now sees.
    """

    def __init__(self):
        self._want = None
        self._rev = None  # of a want that is not shown yet
        self._status = "no-wifi"
        self._seen = None  # (leg, ver) of the picture the clerk looked at last
        self._armed = None  # (key, leg, ver) of a key whose long meaning is still open
        self._pending = None  # key of the one press that has no answer yet
        self._pending_n = None
        self._pending_ms = None  # since when
        self._notice = None  # (digits, until_ms) of a refusal
        self._hint = None  # (key, until_ms): its lamp blinks, because it would help
        self._confirm = None  # (key, until_ms): pressed again, it is sent with `again`
        # (window, until_ms) to which 转移 would send the visitor on; 0: given up a moment ago
        self._choice = None
        self._phase = True
        self._phase_ms = (
            None  # when the present half of the blink began; None while nothing blinks
        )
        self._stuck = []
        self._told = {}
        self._handlers = {
            "want": self._on_want,
            "link": self._on_link,
            "sent": self._on_sent,
            "answer": self._on_answer,
            "beep": self._on_beep,
            "down": self._on_down,
            "long": self._on_long,
            "stuck": self._on_stuck,
            "up": self._on_up,
            "tick": self._on_tick,
        }

    def handle(self, event, now_ms: int):
        """Takes one event and returns the list of effects, a press always before its looks."""
        effects = self._handlers[event[0]](now_ms, *event[1:]) or []
        self._expire(now_ms)
        self._paint(now_ms, effects)
        return effects

    def due_ms(self, now_ms: int):
        """Milliseconds until a ("tick",) is wanted, or None."""
        timed = (self._notice, self._hint, self._confirm, self._choice)
        ends = [one[1] for one in timed if one]
        if self._answers_soon(now_ms):
            ends.append(self._pending_ms + WAIT_AFTER_MS)
        if self._phase_ms is not None:
            ends.append(self._phase_ms + BLINK_HALF_MS)
        return max(0, min(ends) - now_ms) if ends else None

    # What comes from the hub

    def _on_want(self, now_ms, want, rev):
        if self._want and self._want.leg != want.leg:
            # A new number begins lit: in the dark half it would count as seen, and nobody saw it.
            self._phase, self._phase_ms = True, None
        self._want = want
        self._rev = rev
        if self._choice:
            if want.targets and want.leg == self._seen[0]:
                self._seen = (want.leg, want.ver)  # the same visitor, only being served by now
            else:
                self._choice = (0, now_ms + LATE_MS)

    def _on_link(self, _now_ms, status):
        self._status = status

    def _on_beep(self, _now_ms):
        return [("sound", "arrive")]

    def _on_sent(self, now_ms, n):
        self._pending_n = n
        if not n:
            return self._refused(now_ms, "OUTBOX_FULL")

    def _on_answer(self, now_ms, n, why):
        # The answer to a fault report is not for the clerk, nor a second one to an old press.
        if self._pending is None or n != self._pending_n:
            return None
        if why:
            return self._refused(now_ms, why)
        self._pending = None

    def _refused(self, now_ms, why):
        reason = Reason(why)
        key, self._pending = self._pending, None
        help_ms = REFUSAL_MS
        if why.startswith("CONFIRM_"):
            help_ms = self._want.confirm_ms
            self._confirm = (key, now_ms + help_ms)
        if reason.lamp:
            self._hint = (reason.lamp, now_ms + help_ms)
        self._notice = (reason.digits, now_ms + REFUSAL_MS)
        return [("sound", reason.sound)]

    # Keys

    def _on_down(self, _now_ms, key, at_ms):
        if self._pending or self._armed:
            return [("sound", "busy")]  # one press at a time, and nothing is remembered
        if not self._seen:
            return [("sound", "low")]
        if self._choice:
            return self._choose(key, at_ms)
        if self._notice and self._ready() and self._seen != (self._want.leg, self._want.ver):
            # The picture changed behind the refusal: this press would be stale, so show it.
            self._notice = None
            return [("sound", "busy")]
        if key == "transfer" or (key == "recall" and self._seen[0] is None):
            # Held for a second it means something else: it counts when let go, or when long.
            self._armed = (key,) + self._seen
            return None
        return self._press(key, False, at_ms, self._seen)

    def _on_long(self, _now_ms, key, at_ms):
        return self._fire(key, True, at_ms)

    def _on_up(self, _now_ms, key, at_ms):
        if key in self._stuck:
            self._stuck.remove(key)
            return [("fault", "key-" + key, False)]
        return self._fire(key, False, at_ms)

    def _on_stuck(self, _now_ms, key, _at_ms):
        self._stuck.append(key)
        return [("fault", "key-" + key, True)]

    def _fire(self, key, long, at_ms):
        if not self._armed or self._armed[0] != key:
            return None
        seen = self._armed[1:]
        self._armed = None
        want = self._want
        if key == "transfer" and not long and want.targets and seen[0] == want.leg:
            self._notice = self._hint = self._confirm = None
            self._choice = (want.targets[0], at_ms + want.choose_ms)
            return None
        return self._press(key, long, at_ms, seen)

    def _choose(self, key, at_ms):
        target, until_ms = self._choice
        if not target:
            return [("sound", "busy")]
        self._choice = None
        if key == "done":
            return self._press("transfer", False, at_ms, self._seen, target)
        if key in ("next", "recall"):
            back = key == "recall"
            targets = self._want.targets
            rest = [n for n in targets if (n < target if back else n > target)] or targets
            self._choice = (rest[-1 if back else 0], at_ms + self._want.choose_ms)
        elif key != "pause":
            self._choice = (target, until_ms)
            return [("sound", "busy")]

    def _press(self, key, long, at_ms, seen, target=None):
        again = bool(self._confirm) and self._confirm[0] == key and at_ms < self._confirm[1]
        self._pending = key
        self._notice = self._hint = self._confirm = None
        return [("press", key, long, again) + seen + (target,)]

    # Time and looks

    def _on_tick(self, now_ms):
        if self._phase_ms is not None and now_ms - self._phase_ms >= BLINK_HALF_MS:
            self._phase = not self._phase
            self._phase_ms = now_ms

    def _expire(self, now_ms):
        if self._notice and now_ms >= self._notice[1]:
            self._notice = None
        if self._hint and now_ms >= self._hint[1]:
            self._hint = None
        if self._confirm and now_ms >= self._confirm[1]:
            self._confirm = None
        if self._choice and now_ms >= self._choice[1]:
            self._choice = (0, now_ms + LATE_MS) if self._choice[0] else None

    def _paint(self, now_ms, effects):
        if not self._pending:
            self._pending_ms = None
        elif self._pending_ms is None:
            self._pending_ms = now_ms
        lit, blink = self._lamps()
        number_blinks = self._shows_picture() and self._want.st == "called"
        if not (blink or number_blinks):
            self._phase, self._phase_ms = True, None
        elif self._phase_ms is None:
            self._phase_ms = now_ms
        if self._shows_picture():
            self._seen = (self._want.leg, self._want.ver)
        text = self._text(number_blinks and not self._phase)
        if self._answers_soon(now_ms) and "digits" in self._told:
            text = self._told["digits"][1]
        for effect in (("digits", text), ("lamps", lit, blink), ("phase", self._phase)):
            if self._told.get(effect[0]) != effect:
                self._told[effect[0]] = effect
                effects.append(effect)

        if self._rev and self._shows_picture():
            effects.append(("shown", self._rev))
            self._rev = None

    def _ready(self):
        return self._want and self._status == "ready"

    def _shows_picture(self):
        return self._ready() and not (self._pending or self._notice or self._choice)

    def _answers_soon(self, now_ms):
        return self._pending_ms is not None and now_ms - self._pending_ms < WAIT_AFTER_MS

    def _text(self, blank):
        if self._shows_picture():
            return picture(self._want, blank)
        if self._notice:
            return self._notice[0]
        if self._choice and self._ready():
            return "t%3d  " % self._choice[0] if self._choice[0] else "t --  "
        return _LINK.get(self._status, _WAIT)

    def _lamps(self):
        if not self._ready():
            return (), ()
        if self._choice:
            return _CHOOSING if self._choice[0] else ((), ())
        blink = set(self._want.blink)
        if self._hint:
            blink.add(self._hint[0])
        if self._want.pausing:
            blink.add("pause")
        lit = [key for key in self._want.lit if key not in blink]
        return tuple(lit), tuple([key for key in KEYS if key in blink])


def picture(want, blank: bool = False) -> str:
    """Six characters for a CallerWant: ticket or word on the left, number waiting on the right."""
    left = want.ticket or _WORDS.get(want.st, "")
    room = 2 if len(left) <= _TICKET_DIGITS else 1
    most = 10**room - 1
    right = str(min(want.waiting, most))
    if blank:
        left = ""
    width = _DIGITS - room
    return (left + " " * width)[:width] + " " * (room - len(right)) + right
