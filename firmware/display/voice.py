"""Sentences for the zone's one voice, spoken in order, one at a time, never cut off; no I/O.

Rules:
1. A new frame would cut the speech, so none is sent between a frame and its end.
2. A sentence is spoken when the chip has accepted its frame and then says idle, or lowers its
   busy line; whichever is first, so one broken wire does no harm.
3. A frame that was refused, or lost in a brown-out, is sent once more.
4. A chip that stays silent, or never ends, is stopped; the sentence fails and a fault is told.
5. A sentence that waits behind another one may be taken back (`times` 0); it ends as expired.
"""

from drivers import syn6288

# The hub gives one sentence at a time and one ahead; a hub that restarts may give both again.
MAX_SENTENCES = 4
# The chip wants more than 8 ms between two frames.
GAP_MS = 10
# The answers to a stop must be over before a frame whose answers they could be taken for.
SETTLE_MS = 100
# A frame takes 0.21 s at 9600 baud, its answer 1 ms; five times that is silence.
ANSWER_MS = 1_000
# Slow speech: 0.35 s a character, and 3 s for pauses.
CHARACTER_MS = 350
SPEECH_EXTRA_MS = 3_000

_IDLE, _SENT, _SPEAKING, _RESTING = range(4)


class _Sentence:
    def __init__(self, cmd_id, data, characters, say, expires_ms):
        self.cmd_id = cmd_id
        self.call = say.call
        self.data = data
        self.limit_ms = CHARACTER_MS * characters + SPEECH_EXTRA_MS
        self.times_left = say.times
        self.expires_ms = expires_ms
        self.retried = False


class Voice:
    """Effects: ("send", bytes), ("ack_cmd", id, st, why), ("fault", what, on, detail)."""

    def __init__(self):
        self._queue = []
        self._state = _IDLE
        self._until_ms = 0
        self._busy = False
        self._faulty = False

    def say(self, cmd_id, say, expires_ms, now_ms):
        """Take a Say command; `expires_ms` is its end in our time, or None."""
        if not say.times:
            return self._take_back(say.call) + [("ack_cmd", cmd_id, "done", None)]
        if len(self._queue) >= MAX_SENTENCES:
            return [("ack_cmd", cmd_id, "error", "voice-full")]
        parts = [(part.m, part.x) for part in say.parts]
        try:
            data = syn6288.frame(syn6288.tagged(parts))
        except syn6288.SpeechError as error:
            return [("ack_cmd", cmd_id, "error", error.why)]
        characters = sum(len(text) for _, text in parts)
        self._queue.append(_Sentence(cmd_id, data, characters, say, expires_ms))
        return self._start(now_ms) if self._state == _IDLE else []

    def reply(self, byte, now_ms):
        """A byte of the chip."""
        if byte == syn6288.READY and self._state in (_SENT, _SPEAKING):
            return self._again("reset", now_ms)
        if self._state == _SENT:
            if byte == syn6288.ACCEPTED:
                self._enter(_SPEAKING, now_ms + self._queue[0].limit_ms)
            elif byte == syn6288.REJECTED:
                return self._again("rejected", now_ms)
        elif self._state == _SPEAKING and byte == syn6288.IDLE:
            return self._spoken(now_ms)
        return []

    def busy(self, busy, now_ms):
        """The busy line has changed: True = speaking."""
        was_busy, self._busy = self._busy, busy
        if self._state == _SENT and busy:
            self._enter(_SPEAKING, now_ms + self._queue[0].limit_ms)
        elif self._state == _SPEAKING and was_busy and not busy:
            return self._spoken(now_ms)
        return []

    def tick(self, now_ms):
        """Time has passed."""
        if self._state == _IDLE or now_ms < self._until_ms:
            return []
        if self._state == _RESTING:
            return self._start(now_ms)
        detail = "silent" if self._state == _SENT else "endless"
        return [("send", syn6288.STOP)] + self._fail(detail, now_ms)

    def due_ms(self, now_ms):
        """Milliseconds until `tick` has something to do, or None."""
        return None if self._state == _IDLE else max(0, self._until_ms - now_ms)

    def _take_back(self, call):
        # The first one has begun, or is about to; speech is never cut.
        effects = []
        for sentence in self._queue[1:]:
            if sentence.call == call:
                self._queue.remove(sentence)
                effects.append(("ack_cmd", sentence.cmd_id, "expired", None))
        return effects

    def _start(self, now_ms):
        effects = []
        while self._queue:
            sentence = self._queue[0]
            if sentence.expires_ms is None or now_ms <= sentence.expires_ms:
                self._enter(_SENT, now_ms + ANSWER_MS)
                return effects + [("send", sentence.data)]
            self._queue.pop(0)
            effects.append(("ack_cmd", sentence.cmd_id, "expired", None))
        self._enter(_IDLE, 0)
        return effects

    def _spoken(self, now_ms):
        sentence = self._queue[0]
        self._enter(_RESTING, now_ms + GAP_MS)
        sentence.times_left -= 1
        sentence.expires_ms = None  # what has begun is finished
        if sentence.times_left:
            return []
        self._queue.pop(0)
        return [("ack_cmd", sentence.cmd_id, "done", None)] + self._fault(False, "")

    def _again(self, detail, now_ms):
        sentence = self._queue[0]
        if sentence.retried:
            return self._fail(detail, now_ms)
        sentence.retried = True
        self._enter(_RESTING, now_ms + SETTLE_MS)
        return []

    def _fail(self, detail, now_ms):
        sentence = self._queue.pop(0)
        self._enter(_RESTING, now_ms + SETTLE_MS)
        failed = ("ack_cmd", sentence.cmd_id, "error", "voice-" + detail)
        return [failed] + self._fault(True, detail)

    def _fault(self, on, detail):
        # Told when it begins and when it is over, not for each sentence.
        if on == self._faulty:
            return []
        self._faulty = on
        return [("fault", "voice", on, detail)]

    def _enter(self, state, until_ms):
        self._state = state
        self._until_ms = until_ms
