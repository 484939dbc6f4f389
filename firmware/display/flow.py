"""What a display shows and says: events in, effects out; no I/O, no clock.

Rules:
1. After power-on it shows CONNECTING until the link is ready and a picture has come.
2. From then on it keeps its picture, whatever happens to hub and network.
3. A picture is acknowledged after it was shown: effects are carried out in their order.
4. Lines that blink are visible first, so nobody waits for a number.
"""

CONNECTING = (("正在连接", False),)
# Half a second on, half a second off: draws the eye, and leaves time to read four characters.
BLINK_MS = 500


class Flow:
    """The display's state.

    Events: ("status", status) · ("want", rev, PanelWant), each newer than the one before (the link
    sees to it) · ("say", cmd id, Say, ms left or None) ·
    ("drawn", Report) · ("reply", byte) · ("busy", bool) · ("tick",)
    Effects: ("show", [(text, blink)], blink on) · ("ack_want", rev) · ("ack_cmd", id, st, why) ·
    ("send", bytes for the voice) · ("fault", what, on, detail)
    """

    def __init__(self, has_voice):
        self._voice = None
        if has_voice:
            from display.voice import Voice  # 5 KB that a window bar has no use for

            self._voice = Voice()
        self._lines = CONNECTING
        self._connecting = True
        self._waiting = None
        self._ready = False
        self._blink_on = True
        self._blink_due_ms = None
        self._unshown = ""

    def start(self, now_ms):
        """Effects of power-on."""
        return self._show(CONNECTING, now_ms)

    def handle(self, event, now_ms):
        """Apply one event and return the effects, to be carried out in order."""
        return _HANDLERS[event[0]](self, event, now_ms)

    def due_ms(self, now_ms):
        """Milliseconds until a ("tick",) is wanted, or None."""
        due_ms = self._voice.due_ms(now_ms) if self._voice else None
        if self._blink_due_ms is not None:
            blink_ms = max(0, self._blink_due_ms - now_ms)
            due_ms = blink_ms if due_ms is None else min(due_ms, blink_ms)
        return due_ms

    def _on_status(self, event, now_ms):
        self._ready = event[1] == "ready"
        if not self._ready or self._waiting is None:
            return []
        rev, lines = self._waiting
        return self._apply(rev, lines, now_ms)

    def _on_want(self, event, now_ms):
        _, rev, want = event
        lines = [(line.t, line.blink) for line in want.lines]
        if self._connecting and not self._ready:
            # Retained, perhaps by a hub that is long gone.
            self._waiting = (rev, lines)
            return []
        return self._apply(rev, lines, now_ms)

    def _apply(self, rev, lines, now_ms):
        self._connecting = False
        self._waiting = None
        return self._show(lines, now_ms) + [("ack_want", rev)]

    def _show(self, lines, now_ms):
        self._lines = lines
        self._blink_on = True
        blinks = any(blink for _, blink in lines)
        self._blink_due_ms = now_ms + BLINK_MS if blinks else None
        return [("show", lines, True)]

    def _on_drawn(self, event, now_ms):
        if not self._blink_on:
            return []  # what blinks was not drawn
        # Told once a change, not once a picture: a bar may show the same name all day.
        report = event[1]
        unshown = "no glyph: " + report.missing if report.missing else ""
        if report.clipped:
            unshown += " cut off"
        if unshown == self._unshown:
            return []
        self._unshown = unshown
        return [("fault", "picture", bool(unshown), unshown.strip())]

    def _on_say(self, event, now_ms):
        _, cmd_id, say, left_ms = event
        if self._voice is None:
            return [("ack_cmd", cmd_id, "error", "no-voice")]
        expires_ms = None if left_ms is None else now_ms + left_ms
        return self._voice.say(cmd_id, say, expires_ms, now_ms)

    def _on_reply(self, event, now_ms):
        return self._voice.reply(event[1], now_ms)

    def _on_busy(self, event, now_ms):
        return self._voice.busy(event[1], now_ms)

    def _on_tick(self, event, now_ms):
        effects = self._voice.tick(now_ms) if self._voice else []
        if self._blink_due_ms is not None and now_ms >= self._blink_due_ms:
            self._blink_on = not self._blink_on
            self._blink_due_ms = now_ms + BLINK_MS
            effects.append(("show", self._lines, self._blink_on))
        return effects


_HANDLERS = {
    "status": Flow._on_status,
    "want": Flow._on_want,
    "drawn": Flow._on_drawn,
    "say": Flow._on_say,
    "reply": Flow._on_reply,
    "busy": Flow._on_busy,
    "tick": Flow._on_tick,
}
