"""The ticket machine's state machine: touches, cards, answers, paper in; pages, events, jobs out.

Screens, their buttons and what those do are the table screens.txt. Rules:
1. Nothing is reserved before the printer was asked, nothing printed before the answer is durable.
2. Only the screen a touch was made on takes it, and a request leaves it: a double tap asks once.
3. An answer counts by its number `n`; what was reserved for a visitor who left is `failed`.
4. The card is overwritten when the session ends: after the paper it stays while 再办一项 is shown.
5. `do_rest` alone decides what is shown between two visitors. Without the hub for a moment it
   is a home page for offline numbers; who began there is served so, whatever comes of the hub.
6. A number is given up for another one (改办其他业务) only when the other one's paper is there.
"""

from drivers import escpos
from ticket_machine import panel_project as panel
from ticket_machine import printer_health, screens
from ticket_machine.choice import Choice
from ticket_machine.session import Session


class Flow:
    """`handle(event, now_ms)` returns effects; both are tuples.

    Events: ("start",), later it shows a resting screen anew · ("status", link status) ·
    ("want", MachineWant) · ("touch", page, slot) · ("card", id, how), `how` of Identify ·
    ("misread", why) · ("sent", kind, n) at once after a send effect · ("tick",) ·
    ("answer", n, kind, ok, why, body) · ("printer", state) · ("printed", result, state).
    Effects: ("show", page, title, body, labels) · ("send", kind, fields) · ("check",) wants a
    printer event · ("print", Reserved, MenuService, MachineWant) wants a printed event.
    `menus` is a menus.Menus, `new_session()` makes an id for the wire, `desk()` an OfflineDesk.
    """

    def __init__(self, menus, new_session, desk):
        self.menus = menus
        self.session = Session()
        self.choice = Choice(menus)
        self.want = None
        self.issued = None  # (Reserved, MenuService) being printed, or to be printed again
        self.screen = "connecting"
        self._new_session = new_session
        self._desk = desk
        self._status = "no-wifi"
        self._paused = False  # away for so long that 正在连接 would be a lie
        self.printer = escpos.OK  # one that nobody asked yet counts as usable
        self._checked = None  # act to go on with when the printer answered
        self._awaited = None  # n of the request on the wire
        self._answered = None  # n of the last reserve whose answer was used
        self._unsure = False
        self._title = None  # of screens whose row has none
        self._can = ()  # which of the buttons that stand there under a condition do
        self.readers = screens.CARD
        self._now_ms = 0
        self._due_ms = self._resume_to = None
        self._out = []

    def handle(self, event: tuple, now_ms: int) -> list:
        """What follows from one event."""
        self._now_ms = now_ms
        getattr(self, "_on_" + event[0])(*event[1:])
        effects, self._out = self._out, []
        return effects

    def due_ms(self, now_ms: int):
        """Milliseconds until ("tick",) is wanted, None if it is not."""
        return None if self._due_ms is None else max(0, self._due_ms - now_ms)

    # Events

    def _on_start(self):
        if self._paused and self.screen in ("closed", "offline"):
            self.do_rest()  # the time to give out numbers may have begun, or ended
        elif self._due_ms is None:
            self.do_go(self.screen)

    def _on_tick(self):
        if self._due_ms is not None and self._now_ms >= self._due_ms:
            self._act(self._then)

    def _on_status(self, status):
        self._status = status
        if status == "ready":
            self._paused = False
        elif self.screen == "connecting" and status != "refused":
            # Not entered again: its timer counts from the first moment without a link.
            return
        if "issuing" not in self._takes and not self.session.is_offline:
            if status != "ready" or self.screen in ("connecting", "closed", "offline"):
                self.do_rest()

    def _on_want(self, want):
        self.want = want
        if self._status == "ready" and "rest" in self._takes and self.screen != "no-paper":
            self.do_rest()

    def _on_touch(self, page, slot):
        if page != self._page or self._checked:
            return
        self._stay()
        act = self._acts.get(str(slot))
        if act:
            self._act(act)
        elif "item" in self._acts:
            behind = self.choice.at(slot)
            if behind:
                self._act(self._acts["item"], *behind)

    def _on_misread(self, why):
        if "card" in self._takes and not self._checked:
            self.do_refuse(why)

    def _on_card(self, uid, how="card"):
        if "card" not in self._takes or self._checked:
            return
        begins = self._takes != "card"
        if begins:
            # Offline nobody claims a booking by a card alone.
            self.do_begin("booked" if self._status == "ready" else "walk-in", "ask:identify")
        if self.session.is_offline:
            uid = self._desk().holder(self.want.letters, uid, how)
        self.session.means(how, uid)
        if not begins:
            self.do_ask("identify")

    def _on_sent(self, kind, n):
        if self.screen in ("waiting", "reserving") and kind not in ("fault", "printed"):
            self._awaited = n

    def _on_answer(self, n, kind, ok, why, body):
        if n != self._awaited:
            if kind == "reserve" and ok and n != self._answered:
                self._answered = n
                self._send("printed", {"leg": body.leg, "result": escpos.FAILED})
            return
        self._awaited = None
        if kind == "reserve":
            self._answered = n
        if ok:
            self._act(self._acts[kind], body)
        elif why == "WRONG_CODE":
            self.do_type(self.session.letter, screens.of_reason(why))
        else:
            self.do_refuse(why or "")

    def _on_printer(self, state):
        self._note_printer(state)
        checked, self._checked = self._checked, None
        if state not in (escpos.OK, escpos.LOW):
            if checked or self._takes in ("", "card"):
                self.do_stop("no-paper", screens.of_reason(printer_health.reason(self.printer)))
        elif self._unsure and ("rest" in self._takes or "refused" in self._takes):
            # The paper that is owed comes first.
            self.session.begin(None, None)
            self._print()
        elif checked:
            self._act(checked)
        elif self.screen == "no-paper":
            self.do_rest()

    def _on_printed(self, result, state):
        self._note_printer(state)
        leg, session = self.issued[0].leg, self.session
        self._unsure = result == escpos.UNSURE
        if leg:
            self._send("printed", {"leg": leg, "result": result})
        else:
            self._desk().printed(result)
        if result == escpos.PRINTED:
            if session.instead and session.mine.leg != leg:
                self._send("cancel", session.request("cancel"))
            session.instead = None
            self.do_go("done", None, () if session.how == "none" else ("again",))
        elif self._unsure:
            self.do_stop("keeps")
        else:
            self.do_refuse(printer_health.reason(self.printer))

    # Rest

    def do_rest(self):
        if self._status == "refused":
            self.do_stop("closed", screens.of_reason("NO_HUB"))
        elif self._status != "ready" and self._paused:
            self._desk().rest(self)
        elif self._status != "ready" or self.want is None:
            self.do_stop("connecting")
        elif not self.want.open:
            notice = self.want.notice
            self.do_stop("closed", (notice, "") if notice else screens.of_reason("DAY_CLOSED"))
        else:
            self.do_stop("home", (self.want.hall_zh, self.want.hall_en))

    def do_pause(self):
        self._paused = True
        self.do_rest()

    def do_stop(self, screen, title=None):
        """The session is over, or there was none."""
        self.session.begin(None, None)
        self.choice.fill(())
        self._awaited = self._checked = None
        if not self._unsure:
            self.issued = None
        self.do_go(screen, title)

    def do_refuse(self, why):
        self.do_stop("refused", screens.of_reason(why))

    def do_ask_there(self):
        self._resume_to = self.screen
        self.do_go("there")

    def do_resume(self):
        self.do_go(self._resume_to)

    # Who

    def do_begin(self, kind, then="who"):
        self.session.begin(self._new_session(), kind)
        self.session.is_offline = self._status != "ready"
        if not self._unsure:
            self.issued = None
        self.do_check(then)

    def do_who(self):
        self.session.means()
        can = ("no-card",) if self.menus.any_without_card() else ()
        self.do_go(self.session.kind, None, can if self.session.is_offline else can + ("hub",))

    def do_type(self, what, title=None):
        """A booking code, or after its letter (`what`) a paper's number and code."""
        if what == "code":
            self.session.means("code")
            self.do_go("code")
        else:
            self.session.letter = what
            self.session.means("paper", what)
            self.do_go("paper", title)

    def do_digit(self, digit):
        if digit != "enter":
            self.session.type(digit)
            self.do_go(self.screen)
        elif self.session.is_typed:
            self.do_ask("identify")

    def do_again(self):
        self.session.kind = "walk-in"
        self.do_ask("identify")

    def do_identified(self, found):
        self.session.found = found
        self._found(True)

    def do_back(self):
        if self.session.booking is None and self.session.category:
            self.do_list("services", self.session.category)
        else:
            self._found(False)

    def _found(self, first):
        """The visitor's bookings and numbers; the `first` time the only one is picked."""
        session, found = self.session, self.session.found
        if session.is_offline:
            self.do_list("departments")
            return
        # Whoever comes for a walk-in number wants another one than those held.
        live = [] if session.kind == "walk-in" else found.live
        held = found.bookings + live
        if first and len(held) == 1 and (not live or session.kind == "mine"):
            self.do_number(held[0])
        elif len(held) > 1 or (live and session.kind != "mine"):
            self.choice.numbers(held)
            self.do_go("numbers", None, (session.how,))
        elif session.kind == "walk-in":
            self.do_list("departments")
        elif not first:
            self.do_rest()
        elif session.how != "code" and session.kind == "booked":
            self.do_list("departments")
        else:
            self.do_refuse("BOOKING_UNKNOWN" if session.kind == "booked" else "UNKNOWN_LEG")

    # What

    def do_list(self, name, picked=None):
        """A list of choice.Choice.open."""
        name = self.choice.open(name, self.session, self.want.letters, picked)
        if name:
            self.do_go(name, None, self.choice.can())
        else:
            self.do_refuse("MENU_MISSING")

    def do_more(self):
        self.choice.more()
        self.do_go(self.screen)

    def do_number(self, held):
        """A booking, or a number that the visitor has."""
        if hasattr(held, "leg"):
            self.session.mine = held
            self.do_ask("mine")
        else:
            self.do_service(held.service, held.id)

    def do_service(self, service, booking=None):
        if self._choose(service, booking):
            self.choice.fill(())
            self.do_ask("quote")

    def _choose(self, service, booking=None):
        """Whether the menu has the service."""
        self.session.item = self.menus.find(service)
        self.session.booking = booking
        if self.session.item is None:
            self.do_refuse("MENU_MISSING")
        return self.session.item

    def do_quoted(self, quoted):
        session, item = self.session, self.session.item
        session.quoted = quoted
        self.do_go("quote", (item.zh, item.en), ("plain" if session.priority else "priority",))

    def do_priority(self, on=""):
        self.session.priority = bool(on)
        self.do_ask("quote")

    # A number that the visitor has

    def do_mine(self, screen, mine):
        self.session.mine = mine
        self.session.item = self.menus.find(mine.service)
        self.do_go(screen, None, mine.can)

    def do_cancelled(self, _):
        self.do_stop("cancelled")

    def do_reprint(self):
        if self._choose(self.session.mine.service):
            self.do_check("ask:reserve")

    def do_change(self):
        self.session.instead = True
        self.session.kind = "walk-in"
        self.do_list("departments")

    def do_reserved(self, reserved):
        self.issued = (reserved, self.session.item)
        self._print()

    def _print(self):
        self.do_go("printing")
        self._out.append(("print", self.issued[0], self.issued[1], self.want))

    # Means

    def _act(self, act, *picked):
        """Do what a row of the table says, `name` or `name:argument`."""
        name, _, fixed = act.partition(":")
        getattr(self, "do_" + name)(*((fixed,) if fixed else ()) + picked)

    def _send(self, kind, fields):
        self._out.append(("send", kind, fields))

    def do_ask(self, kind):
        if self.session.is_offline:
            self._desk().ask(self, kind)
        else:
            self.do_go("reserving" if kind == "reserve" else "waiting")
            self._send(kind, self.session.request(kind))

    def do_check(self, then):
        self._checked = then
        self._out.append(("check",))

    def _note_printer(self, state):
        """Report what changed about the printer."""
        for fault in printer_health.changes(self.printer, state):
            self._send("fault", fault)
        self.printer = state

    def do_go(self, name, title=None, can=None):
        """Show a screen; without `title` its row's, else the last one given, `can` as well."""
        self._can = self._can if can is None else can
        self._title = title or self._title
        self.screen = name
        row, self._acts, labels = screens.read(name, self._can, self.readers)
        _, page, self._takes, self._timer, self._then, lines, zh, en = row
        self._page = int(page)
        self._stay()
        if self._page == panel.LIST:
            labels.update(self.choice.labels())
        title = title or ((zh, en) if zh else self._title)
        body = screens.lines(self, lines)
        self._out.append(("show", self._page, title, body, labels))

    def _stay(self):
        """Start the screen's time again."""
        timer = self._timer
        if timer:
            span_ms = int(timer) if timer.isdigit() else getattr(self.want, timer)
        self._due_ms = self._now_ms + span_ms if timer else None
