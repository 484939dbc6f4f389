"""A clerk at a caller's flow, without any board, on CPython and MicroPython."""

from caller.flow import Flow
from protocol.caller import CallerWant


def want(st="called", ticket="A012", ver=3, waiting=3, lit=("recall", "done"), **more):
    leg = 12 if ticket else None
    return CallerWant(st=st, ticket=ticket, leg=leg, ver=ver, waiting=waiting, lit=lit, **more)


class Clerk:
    """Works a flow by hand and keeps what its parts would show."""

    def __init__(self):
        self.flow = Flow()
        self.now_ms = 1_000
        self.digits = self.lit = self.blink = self.phase = None
        self.sounds = []
        self.presses = []
        self.targets = []
        self.faults = []
        self.shown = []
        self.n = 0

    def give(self, *event):
        for effect in self.flow.handle(event, self.now_ms):
            what, facts = effect[0], effect[1:]
            if what == "digits":
                self.digits = facts[0]
            elif what == "lamps":
                self.lit, self.blink = facts
            elif what == "phase":
                self.phase = facts[0]
            elif what == "sound":
                self.sounds.append(facts[0])
            elif what == "fault":
                self.faults.append(facts)
            elif what == "shown":
                self.shown.append(facts[0])
            else:
                self.presses.append(facts[:5])
                self.targets.append(facts[5])
                self.n += 1
        if self.flow._pending and self.flow._pending_n != self.n:
            self.give("sent", self.n)

    def ready(self, picture):
        self.give("link", "ready")
        self.give("want", picture, [1, 1])

    def press(self, key):
        self.give("down", key, self.now_ms)
        self.now_ms += 80
        self.give("up", key, self.now_ms)

    def answer(self, why=None):
        self.give("answer", self.n, why)

    def wait(self, ms):
        end_ms = self.now_ms + ms
        while True:
            due_ms = self.flow.due_ms(self.now_ms)
            if due_ms is None or self.now_ms + due_ms > end_ms:
                self.now_ms = end_ms
                self.give("tick")
                return
            self.now_ms += due_ms
            self.give("tick")
