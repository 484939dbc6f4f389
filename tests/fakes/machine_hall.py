"""A hub, a printer and a panel around the ticket machine's flow, played by a test."""

from fakes.menus import FakeMenus
from protocol import machine
from ticket_machine import screens
from ticket_machine.flow import Flow

CARD = "62E3086CED"
PLACE = {"ahead": 3, "p50": 8, "p90": 20, "windows": [4, 5], "floor": 1}


def want(**changes):
    fields = {"hall_zh": "服务中心", "hall_en": "Hall", "hall_g": "zPw=", "open": True}
    # There is no menu of G.
    fields["letters"] = "CFG"
    fields.update(changes)
    return machine.MachineWant(**fields)


class NoDesk:
    """A machine that was never leased a number."""

    def rest(self, flow):
        flow.do_stop("closed", screens.of_reason("NO_HUB"))


class Hall:
    """A flow with a hub and a printer around it that the test plays."""

    def __init__(self, ready=True, menus=None, desk=None):
        self.sessions = 0
        self.desk = desk or NoDesk()
        self.flow = Flow(FakeMenus(menus), self.new_session, lambda: self.desk)
        self.now_ms = 1_000
        self.n = 0
        self.page = None
        self.title = None
        self.body = None
        self.labels = None
        self.sent = []  # (kind, fields)
        self.jobs = []
        self.printer = "ok"
        self.do("start")
        if ready:
            self.do("want", want())
            self.do("status", "ready")

    def new_session(self):
        self.sessions += 1
        return "17-" + str(self.sessions)

    def do(self, *event):
        for effect in self.flow.handle(event, self.now_ms):
            if effect[0] == "show":
                _, self.page, self.title, self.body, self.labels = effect
            elif effect[0] == "send":
                self.n += 1
                self.sent.append((effect[1], effect[2]))
                # As on the wire: the body must be what the protocol takes.
                machine.EVENTS[effect[1]](**effect[2])
                self.do("sent", effect[1], self.n)
            elif effect[0] == "print":
                self.jobs.append(effect[1:])
            elif effect[0] == "check":
                self.do("printer", self.printer)

    def after(self, ms):
        """Let time pass; ticks come when the flow wants them."""
        end_ms = self.now_ms + ms
        while True:
            due_ms = self.flow.due_ms(self.now_ms)
            if due_ms is None or self.now_ms + due_ms > end_ms:
                break
            self.now_ms += due_ms
            self.do("tick")
        self.now_ms = end_ms

    def press(self, label):
        """Touch the slot that says so on the page that is shown."""
        for slot, text in self.labels.items():
            if text[0] == label:
                self.do("touch", self.page, slot)
                return
        raise KeyError(label)

    def shown(self):
        return [label[0] for _, label in sorted(self.labels.items())]

    def last(self):
        return self.sent[-1]

    def answer(self, body, n=None):
        self.do("answer", n or self.n, self.kind(body), True, None, body)

    def kind(self, body):
        kind = self.last()[0]
        if type(body) is machine.ANSWERS[kind]:
            return kind
        for kind, cls in machine.ANSWERS.items():
            if type(body) is cls:
                return kind
        raise KeyError(type(body))

    def refuse(self, why):
        self.do("answer", self.n, self.last()[0], False, why, None)

    def found(self, *services, live=()):
        bookings = [
            {"id": "b-" + str(i + 1), "service": service, "slot": "10:15"}
            for i, service in enumerate(services)
        ]
        lives = [{"leg": 9, "ticket": "C009", "service": service} for service in live]
        self.answer(machine.Identified(bookings=bookings, live=lives))

    def quoted(self, service="enrolment-proof", slot=None):
        self.answer(machine.Quoted(service=service, slot=slot, **PLACE))

    def reserved(self, ticket="C012", leg=12, n=None, **changes):
        fields = {"service": "enrolment-proof", "token": "k3v9", "at": "2026-11-22 10:03"}
        fields.update(PLACE)
        fields.update(changes)
        self.answer(machine.Reserved(leg=leg, ticket=ticket, **fields), n)

    def mine(self, *can, leg=9, ticket="C009", why=("已过号", "Missed"), **changes):
        fields = {"service": "transcript", "can": can, "why": why}
        fields.update(PLACE)
        fields.update(changes)
        self.answer(machine.Mine(leg=leg, ticket=ticket, **fields))

    def printed(self, result="printed", state="ok"):
        self.do("printed", result, state)

    def to_quote(self):
        """A booked visitor with a card, before 取号."""
        self.press("预约取号")
        self.do("card", CARD)
        self.found("enrolment-proof")
        self.quoted(slot="10:15")

    def card_is_gone(self):
        return bytes(self.flow.session._id) == b"\x00" * 32
