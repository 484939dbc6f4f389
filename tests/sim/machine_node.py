"""A ticket machine: panel, card reader, printer around the production flow, layout and menus."""

from __future__ import annotations

from typing import Any

from drivers import escpos
from protocol import machine as bodies
from sim.board_node import BoardNode
from sim.offline_node import Apart
from sim.seen import Paper, code_on, is_reprint, number_on
from ticket_machine import ticket_layout
from ticket_machine.flow import Flow
from ticket_machine.menus import Menus

ANSWER_MS = 40  # the printer's real-time status
HEAD_MS = 250
REST_MS = 1_400
POLL_MS = 1_000
ROLL = (30, 90)  # papers on a roll
REFILL_MS = (20_000, 150_000)


class MachineNode(BoardNode):
    """`touch` and `tap` are the visitor's; `title`, `labels` and `tray` what the visitor sees."""

    role = "ticket_machine"
    bodies = bodies

    def __init__(self, *board: Any) -> None:
        super().__init__(*board)
        self.page = 0
        self.title = ""
        self.body: list[str] = []
        self.labels: dict[int, str] = {}
        self.day = ""  # of the calendar on the wall
        self.tray: list[Paper] = []
        self.visitor: str | None = None  # who stands here
        self.on_show: Any = lambda: None
        self.printer = escpos.OK
        self._roll = self.dice.randint(*ROLL)
        self._sessions = 0
        self._rev: Any = None

    def _build(self) -> None:
        self._sessions = 0
        self._rev = None
        self._menus = Menus(str(self.flash / "menu"))
        self._apart = Apart(self, self._menus)
        self.flow = Flow(self._menus, self._new_session, self._apart.desk)
        link = self.link
        link.on_want = self._on_want
        link.on_answer = self._on_answer
        link.on_menu = self._menus.store
        link.on_status = self._on_status
        self.do(("start",))
        self.later(POLL_MS, self._answer)
        self.task(self._apart.run())

    def _dark(self) -> None:
        self.page, self.title, self.body, self.labels = 0, "", [], {}

    def _on_want(self, want: Any) -> None:
        self._rev = want.rev
        self.do(("want", want.d))
        self._apart.met()

    def _on_status(self, status: str) -> None:
        self.do(("status", status))
        self._apart.met()

    def _on_answer(self, n: int, evtack: Any) -> None:
        if not self._apart.takes(evtack):
            self.do(("answer", n, evtack.k, evtack.ok, evtack.why, evtack.d))

    def _new_session(self) -> str:
        self._sessions += 1
        return f"{self.link.boot}-{self._sessions}"

    def _do(self, event: tuple[Any, ...]) -> None:
        """As ticket_machine.app."""
        for effect in self.flow.handle(event, self.ticks_ms()):
            what = effect[0]
            if what == "show":
                _, self.page, title, body, labels = effect
                self.title, self.body = title[0], [line[0] for line in body]
                self.labels = {slot: label[0] for slot, label in labels.items()}
                self.on_show()
            elif what == "send":
                kind, body = effect[1], bodies.EVENTS[effect[1]](**effect[2])
                n = self.link.send(kind, body, keep=kind == "printed")
                self.flow.handle(("sent", kind, n), self.ticks_ms())
            elif what == "check":
                self.later(ANSWER_MS, self._answer)
            elif what == "print":
                self._print(effect[1:])
        if self._rev and self.link.status == "ready":
            rev, self._rev = self._rev, None
            self.link.ack_want(rev)

    # --- Visitors ------------------------------------------------------------------------------

    def touch(self, slot: int) -> None:
        """A finger on a button of the page that is shown."""
        if self.is_on:
            self.world.event("act", self.id, self.page, slot)
            self.do(("touch", self.page, slot))
            self.after()

    def tap(self, card: str) -> None:
        """A card on the reader."""
        if self.is_on:
            self.world.event("act", self.id, card)
            self.do(("card", card))
            self.after()

    # --- The printer, which has power of its own -------------------------------------------------

    def _answer(self) -> None:
        self.do(("printer", self.printer))
        self.after()

    def _can_print(self) -> bool:
        return self.printer in (escpos.OK, escpos.LOW)

    def _print(self, job: tuple[Any, ...]) -> None:
        _, rest = ticket_layout.build(*job)
        if not self._can_print():
            self.later(ANSWER_MS, self._printed, escpos.FAILED)
        else:
            self.later(HEAD_MS, self._head_done, rest)

    def _head_done(self, rest: bytes) -> None:
        if self._roll <= 0:
            self._run_out()
            self._printed(escpos.FAILED)
            return
        self._roll -= 1
        # The bytes are in the printer: from here on a paper comes out whatever becomes of us.
        is_last = self._roll == 0 and self.dice.random() < 0.5
        is_torn = is_last and self.dice.random() < 0.5
        if not is_torn:
            self.world.later(REST_MS, self._come_out, rest, not is_last)
        self.later(REST_MS + 60, self._rest_done, is_last)

    def _come_out(self, rest: bytes, is_sure: bool) -> None:
        number = number_on(rest)
        assert number is not None
        now_ms = self.world.now_ms
        paper = Paper(
            now_ms,
            self.day,
            self.id,
            number,
            is_reprint(rest),
            is_sure,
            self.visitor,
            code_on(rest),
        )
        self.world.trace("paper", self.id, number)
        self.seen.papers.append(paper)
        self.tray.append(paper)
        self.on_show()

    def _rest_done(self, ran_out: bool) -> None:
        if ran_out:
            self._run_out()
            self._printed(escpos.UNSURE)
        else:
            self._printed(escpos.PRINTED)

    def _printed(self, result: str) -> None:
        self.do(("printed", result, self.printer))
        self.after()

    def break_printer(self, state: str, for_ms: float) -> None:
        """The cover is opened, or the printer unplugged, for a while."""
        if self._can_print():
            self.printer = state
            self.later(self.dice.uniform(0, POLL_MS), self._answer)
            self.world.later(for_ms, self._mended)

    def _run_out(self) -> None:
        self.world.fault("paper out", self.id)
        self.printer = escpos.PAPER
        self._roll = 0
        self.later(self.dice.uniform(0, POLL_MS), self._answer)
        self.world.later(self.dice.uniform(*REFILL_MS), self._mended)

    def _mended(self) -> None:
        if self.printer == escpos.PAPER:
            self._roll = self.dice.randint(*ROLL)
        self.printer = escpos.OK
        if self.is_on:
            self.later(self.dice.uniform(0, POLL_MS), self._answer)
