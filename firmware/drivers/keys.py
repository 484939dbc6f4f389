"""Keys on input pins: interrupts only note the edge and its time, all else is read later."""

import time

LONG_MS = 1_000
STUCK_MS = 30_000
# Worn contacts open for a few ms while held: let go means open at two looks this far apart.
_LOOK_MS = 20
# After the long press only the release and the 30 s alarm are of interest: look less often.
_LOOK_HELD_MS = 100


class EdgeRing:
    """Falling edges as (key number, ticks), filled by interrupts without allocating memory."""

    # Six keys, and a worn contact gives about five edges in its 5 ms: 30, rounded up to a power of
    # two. A full ring drops the newest, because a key's first edge is the one that counts.
    SIZE = 32

    def __init__(self):
        self._keys = bytearray(self.SIZE)
        self._at_ms = [0] * self.SIZE
        self._head = 0
        self._tail = 0
        self.dropped = 0

    def put(self, key: int, at_ms: int) -> None:
        """Notes an edge; called by an interrupt."""
        after = (self._head + 1) % self.SIZE
        if after == self._tail:
            self.dropped += 1
            return
        self._keys[self._head] = key
        self._at_ms[self._head] = at_ms
        self._head = after

    def get(self):
        """The oldest (key number, ticks), or None."""
        if self._tail == self._head:
            return None
        edge = (self._keys[self._tail], self._at_ms[self._tail])
        self._tail = (self._tail + 1) % self.SIZE
        return edge


class Keys:
    """Active-low keys; `poll` gives (what, name, at_ms) with what = down, long, stuck or up.

    `pins` is ((name, pin), ...); `debounce()` makes one object per key, with `edge`, `settle` and
    `due_ms`; interrupts call `wake` when `poll` has something to read; `clock` is for tests.
    Keys held together are all reported, so two at once are seen as two downs before an up.
    """

    def __init__(self, pins, debounce, wake, now_ms: int, clock=time):
        self._clock = clock
        self.ring = EdgeRing()
        self._keys = [_Key(name, pin, debounce(), now_ms) for name, pin in pins]
        for number, key in enumerate(self._keys):
            handler = _handler(self.ring, number, clock.ticks_ms, wake)
            key.pin.irq(handler=handler, trigger=key.pin.IRQ_FALLING)

    def poll(self, now_ms: int):
        """What happened since the last call; call it after `wake` and when due."""
        events = []
        edge = self.ring.get()
        while edge:
            age_ms = self._clock.ticks_diff(self._clock.ticks_ms(), edge[1])
            self._keys[edge[0]].edge(now_ms - age_ms, events)
            edge = self.ring.get()
        for key in self._keys:
            if key.due_ms(now_ms) == 0:
                key.look(now_ms, events)
        return events

    def due_ms(self, now_ms: int):
        """Milliseconds until `poll` should look at held keys, or None while none is held."""
        due_ms = None
        for key in self._keys:
            left_ms = key.due_ms(now_ms)
            if left_ms is not None and (due_ms is None or left_ms < due_ms):
                due_ms = left_ms
        return due_ms


class _Key:
    def __init__(self, name, pin, debounce, now_ms):
        self.pin = pin
        self._name = name
        self._debounce = debounce
        # A key that is down at boot was not pressed: it can only come up, or be reported as stuck.
        self._held = not pin.value()
        self._long_told = self._held
        self._stuck_told = False
        self._open = False
        self._since_ms = now_ms
        self._looked_ms = now_ms
        if self._held:
            debounce.edge(True, now_ms)

    def due_ms(self, now_ms):
        if not self._held:
            return self._debounce.due_ms(now_ms)
        pause_ms = _LOOK_HELD_MS if self._long_told and not self._open else _LOOK_MS
        return max(0, pause_ms - (now_ms - self._looked_ms))

    def edge(self, at_ms, events):
        if self._held:
            self._open = False  # it chatters: not let go yet
        elif self._debounce.edge(True, at_ms):
            self._down(at_ms, events)

    def look(self, now_ms, events):
        pressed = not self.pin.value()
        if not self._held:
            # The lock-out after a release is over; a fast second press may have begun inside it.
            if self._debounce.settle(pressed, now_ms):
                self._down(now_ms, events)
            return
        self._looked_ms = now_ms
        if not pressed:
            if self._open and self._debounce.edge(False, now_ms) is False:
                self._held = False
                events.append(("up", self._name, now_ms))
            self._open = True
            return
        self._open = False
        held_ms = now_ms - self._since_ms
        if not self._long_told and held_ms >= LONG_MS:
            self._long_told = True
            events.append(("long", self._name, now_ms))
        if not self._stuck_told and held_ms >= STUCK_MS:
            self._stuck_told = True
            events.append(("stuck", self._name, now_ms))

    def _down(self, at_ms, events):
        self._held = True
        self._open = self._long_told = self._stuck_told = False
        self._since_ms = self._looked_ms = at_ms
        events.append(("down", self._name, at_ms))


def _handler(ring, number, ticks_ms, wake):
    # Made once: looking up a bound method inside the interrupt would allocate.
    put = ring.put

    def on_edge(_pin):
        put(number, ticks_ms())
        wake()

    return on_edge
