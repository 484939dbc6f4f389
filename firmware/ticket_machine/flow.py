"""The ticket machine's state machine: touches, cards, answers, paper in; pages, events, jobs out.

Screens and touches are tables in transitions.py, pages are drawn in pages.py. Rules:
1. Nothing is reserved before the printer was asked, nothing printed before the answer is durable.
2. Only the screen a touch was made on takes it, and a request leaves it: a double tap asks once.
3. An answer counts by its number `n`; what was reserved for a visitor who left is `failed`.
4. The card is overwritten when the number is reserved, or when the session ends in any other way.
5. Without the hub nothing is issued; `_rest` is the one place that decides what is shown instead.
"""

from drivers import escpos
from ticket_machine import choice, pages, screens
from ticket_machine import panel_project as panel
from ticket_machine.printer_health import PrinterHealth
from ticket_machine.session import Session
from ticket_machine.transitions import (
    ANSWERS,
    CARD_SCREENS,
    CODE_MIN,
    DONE_PART,
    ISSUING_SCREENS,
    REST_SCREENS,
    SPANS_MS,
    screen,
    touched,
)


class Flow:
    """`handle(event, now_ms)` returns effects; both are tuples.

    Events: ("start",) once · ("status", link status) · ("want", MachineWant) ·
    ("touch", page, slot) · ("card", uid) · ("sent", kind, n) at once after a send effect ·
    ("answer", n, kind, ok, why, body) · ("printer", state) polled or asked for ·
    ("printed", result, state) · ("tick",).
    Effects: ("show", page, title, body, labels) · ("send", kind, fields) ·
    ("check",) wants a printer event ·
    ("print", Reserved, MenuService, MachineWant) wants a printed event.
    `menus` is a menus.Menus, `new_session()` makes a session's id for the wire.
    """

    def __init__(self, menus, new_session):
        self.menus = menus
        self.session = Session()
        self.choice = choice.Choice(menus)
        self.want = None
        self.notice = screens.say("connecting")
        self.issued = None  # (Reserved, MenuService) being printed, or to be printed again
        self.screen = "connecting"
        self._new_session = new_session
        self._status = "no-wifi"
        self._paused = False  # away for so long that 正在连接 would be a lie
        self._printer = PrinterHealth()
        self._checked = None  # method to go on with when the printer answered
        self._awaited = None  # n of the request on the wire
        self._answered = None  # n of the last reserve whose answer was used
        self._unsure = False
        self._resume_to = None
        self._now_ms = 0
        self._due_ms = SPANS_MS["connecting"]
        self._out = []

    @property
    def paper(self) -> str:
        """What tele says of the paper: ok, low or out."""
        return self._printer.paper()

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
        self._enter("connecting")

    def _on_tick(self):
        if self._due_ms is not None and self._now_ms >= self._due_ms:
            self._call(screen(self.screen)[4])

    def _on_status(self, status):
        self._status = status
        if status == "ready":
            self._paused = False
        elif self.screen == "connecting" and status != "refused":
            # Not entered again: its timer counts from the first moment without a link.
            return
        if self.screen not in ISSUING_SCREENS:
            if status != "ready" or self.screen in ("connecting", "closed"):
                self._rest()

    def _on_want(self, want):
        self.want = want
        if self._status == "ready" and self.screen in REST_SCREENS and self.screen != "no-paper":
            self._rest()

    def _on_touch(self, page, slot):
        if panel.page(screen(self.screen)[1]) != page or self._checked:
            return
        self._stay()
        if page == panel.LIST and slot == panel.MORE:
            self.choice.more()
            self._enter(self.screen)
        elif page in (panel.LIST, panel.DIGITS) and 1 <= slot <= panel.ITEMS:
            behind = self.choice.at(slot)
            if behind:
                self._call(touched(self.screen, "item"), behind[0])
        else:
            method = touched(self.screen, "back" if slot == panel.BACK else slot)
            if method:
                self._call(method)

    def _on_card(self, uid):
        if self.screen not in CARD_SCREENS or self._checked:
            return
        if self.screen in ("identify", "digits"):
            self.session.card(uid)
            self._ask_identity()
        else:
            self._begin(True)
            self.session.card(uid)
            self._check("_ask_identity")

    def _on_sent(self, kind, n):
        if kind in ANSWERS:
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
            self._call(ANSWERS[kind], body)
        else:
            self._stop("refused", screens.of_reason(why or ""))

    def _on_printer(self, state):
        usable = self._note_printer(state)
        checked, self._checked = self._checked, None
        if not usable:
            if checked or self.screen not in REST_SCREENS + ISSUING_SCREENS + ("refused",):
                self._stop("no-paper", screens.of_reason(self._printer.reason()))
        elif self._unsure and self.screen in REST_SCREENS + ("refused",):
            # The paper that is owed comes first.
            self.session.wipe()
            self._print()
        elif checked:
            self._call(checked)
        elif self.screen == "no-paper":
            self._rest()

    def _on_printed(self, result, state):
        self._note_printer(state)
        reserved = self.issued[0]
        self._unsure = result == escpos.UNSURE
        self._send("printed", {"leg": reserved.leg, "result": result})
        if result == escpos.PRINTED:
            self._enter("done")
        else:
            self._stop(
                "refused",
                screens.say("keeps")
                if self._unsure
                else screens.of_reason(self._printer.reason()),
            )

    # Rest

    def _rest(self):
        if self._status == "refused" or (self._status != "ready" and self._paused):
            self._stop("closed", screens.of_reason("NO_HUB"))
        elif self._status != "ready" or self.want is None:
            self._stop("connecting", screens.say("connecting"))
        elif not self.want.open:
            notice = self.want.notice
            self._stop("closed", (notice, "") if notice else screens.of_reason("DAY_CLOSED"))
        else:
            self._stop("home", screens.NOTHING)

    def _pause(self):
        self._paused = True
        self._rest()

    def _stop(self, screen, notice):
        """The session is over, or there was none."""
        self.session.wipe()
        self.choice.clear()
        self.notice = notice
        self._awaited = None
        self._checked = None
        if not self._unsure:
            self.issued = None
        self._enter(screen)

    def _no_answer(self):
        self._stop("refused", screens.of_reason("NO_HUB"))

    def _ask_there(self):
        self._resume_to = self.screen
        self._enter("there")

    def _resume(self):
        self._enter(self._resume_to)

    # Who

    def _come_booked(self):
        self._begin(True)
        self._check("_identify")

    def _come_walk_in(self):
        self._begin(False)
        self._check("_identify")

    def _begin(self, booked):
        self.session.begin(self._new_session(), booked)
        if not self._unsure:
            self.issued = None

    def _identify(self):
        self.session.no_card()
        self._enter("identify")

    def _type_code(self):
        if self.session.booked:
            self.session.code()
            self.choice.digits()
            self._enter("digits")

    def _digit(self, digit):
        if digit == choice.ENTER:
            if len(self.session.id) >= CODE_MIN:
                self._ask_identity()
            return
        if digit == choice.RUB:
            self.session.rub()
        else:
            self.session.type(digit)
        self._enter("digits")

    def _without_card(self):
        if not self.session.booked and self.menus.any_without_card():
            self._departments()

    def _ask_identity(self):
        self._request("identify", self.session.identity())

    def _identified(self, found):
        session = self.session
        session.found = found
        # A number to print again is for whoever came for a booking; a walk-in wants another one.
        live = found.live if session.booked else ()
        if len(found.bookings) == 1 and not live:
            self._pick_booking(found.bookings[0])
        elif found.bookings or live:
            self._bookings()
        elif session.how == "code":
            self._stop("refused", screens.of_reason("BOOKING_UNKNOWN"))
        else:
            self._departments()

    # What

    def _bookings(self):
        self.choice.bookings(self.session.found, self.session.how == "card")
        self._enter("bookings")

    def _pick_booking(self, picked):
        if picked is None:
            self._departments()
        else:
            self._pick_service(picked.service, picked)

    def _departments(self):
        if self.choice.departments(self.want.departments, self.session.how):
            self._enter("departments")
        else:
            self._stop("refused", screens.of_reason("MENU_MISSING"))

    def _pick_department(self, letter):
        self.session.letter = letter
        only = self.choice.categories(letter, self.session.how)
        if only is None:
            self._enter("categories")
        else:
            self._pick_category(only)

    def _pick_category(self, category):
        self.session.category = category
        self.choice.services(self.session.letter, self.session.how, category)
        self._enter("services")

    def _back_to_categories(self):
        if self.choice.categories(self.session.letter, self.session.how) is None:
            self._enter("categories")
        else:
            self._departments()

    def _pick_service(self, service, picked=None):
        item = self.menus.find(service)
        if item is None:
            self._stop("refused", screens.of_reason("MENU_MISSING"))
        elif hasattr(picked, "leg"):
            # The visitor holds this number already: the hub answers with it again.
            self.session.choose(item)
            self._take()
        else:
            self.session.choose(item, picked)
            self.choice.clear()
            self._request("quote", self.session.request())

    def _quoted(self, quoted):
        self.session.quoted = quoted
        self._enter("quote")

    def _back_from_quote(self):
        if self.session.booking is None:
            self._pick_category(self.session.category)
        elif len(self.session.found.bookings) > 1:
            self._bookings()
        elif self.session.booked:
            self._rest()
        else:
            self._departments()

    # The number

    def _take(self):
        self._check("_reserve")

    def _reserve(self):
        self._request("reserve", self.session.request(), "reserving")

    def _reserved(self, reserved):
        self.issued = (reserved, self.session.item)
        self.session.wipe()
        self._print()

    def _print(self):
        self.notice = screens.say("printing")
        self._enter("printing")
        self._out.append(("print", self.issued[0], self.issued[1], self.want))

    # Means

    def _call(self, method, *arguments):
        getattr(self, method)(*arguments)

    def _send(self, kind, fields):
        self._out.append(("send", kind, fields))

    def _request(self, kind, fields, screen="waiting"):
        self.notice = screens.say("wait")
        self._enter(screen)
        self._send(kind, fields)

    def _check(self, then):
        self._checked = then
        self._out.append(("check",))

    def _note_printer(self, state) -> bool:
        """Report what changed about the printer; whether it can print."""
        for fault in self._printer.note(state):
            self._send("fault", fault)
        return self._printer.usable

    def _enter(self, name):
        self.screen = name
        self._stay()
        _, page, draw, _, _ = screen(name)
        title, body, labels = getattr(pages, draw)(self)
        self._out.append(("show", panel.page(page), title, body, labels))

    def _stay(self):
        """Start the screen's time again."""
        timer = screen(self.screen)[3]
        self._due_ms = None if timer == "-" else self._now_ms + self._span_ms(timer)

    def _span_ms(self, timer) -> int:
        if timer in SPANS_MS:
            return SPANS_MS[timer]
        if timer == "wipe":
            return self.want.wipe_ms
        return self.want.idle_ms // DONE_PART if timer == "done" else self.want.idle_ms
