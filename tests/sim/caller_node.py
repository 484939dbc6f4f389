"""A window's caller: digits, lamps and keys around the production flow."""

from __future__ import annotations

from typing import Any

from caller.flow import Flow
from protocol import caller as bodies
from protocol.caller import Press
from sim.keys_node import KeysNode
from sim.seen import Finger

HELD_MS = 120
LONG_MS = 1_000
# A refusal, dashes, a target being chosen.
COVERS = ("E-", "----", "t ")


class CallerNode(KeysNode):
    """`finger` presses a key; `digits`, `lit`, `ticket` and `blinks` are what the clerk sees."""

    role = "caller"
    bodies = bodies

    def __init__(self, window: int, *board: Any) -> None:
        super().__init__(window, *board)
        self.digits = ""
        self.lit: tuple[str, ...] = ()
        self.blink: tuple[str, ...] = ()
        self.on_look: Any = lambda: None
        self._ticket = ""

    def _build(self) -> None:
        self.flow = Flow()
        link = self.link
        link.on_want = lambda want: self.do(("want", want.d, want.rev))
        link.on_status = lambda status: self.do(("link", status))
        link.on_answer = lambda n, answer: self.do(("answer", n, answer.why))
        link.on_cmd = self._on_cmd
        self.do(("link", link.status))

    def _dark(self) -> None:
        self.digits, self.lit, self.blink = "", (), ()

    def _on_cmd(self, cmd: Any) -> None:
        self.do(("beep",))
        self.link.ack_cmd(cmd.id)

    def _carry_out(self, effect: tuple[Any, ...]) -> tuple[Any, ...] | None:
        what = effect[0]
        if what == "press":
            return "sent", self._send(*effect[1:])
        if what == "shown":
            self.link.ack_want(effect[1])
        elif what == "digits":
            self._show(effect[1])
        elif what == "lamps":
            self.lit, self.blink = effect[1:]
            is_dark = not self.digits[:4].strip()
            if is_dark and self.lit and "done" not in self.lit + self.blink:
                self._ticket = ""  # nobody stands here
            self.on_look()
        return None

    def _send(self, key: str, *meant: Any) -> int:
        long, again, leg, ver, target = meant
        press = Press(key=key, long=long, again=again, leg=leg, ver=ver, target=target)
        n = int(self.link.send("press", press, keep=True))
        if n:
            # Something else stands before the number; the clerk has not forgotten it.
            is_covered = self.digits.startswith(COVERS)
            seen = self._ticket if is_covered else self.ticket
            self.seen.fingers.append(
                Finger(self.world.now_ms, self.window, key, seen, self.id, self.link.boot, n)
            )
        return n

    def _show(self, text: str) -> None:
        self.digits = text
        left = text[:4]
        if left[:1].isalpha() and left[1:].isdigit():
            self._ticket = left
        self.on_look()

    # --- What the clerk sees and does ----------------------------------------------------------

    @property
    def ticket(self) -> str:
        """The number that stands there now; "" for none."""
        is_dark = not self.digits[:4].strip() and "done" in self.lit + self.blink
        return self._ticket if is_dark or self.digits.startswith(self._ticket) else ""

    @property
    def blinks(self) -> bool:
        """Whether the number goes dark again and again: it is called, and not served yet.

        A blink is slow here (`quick_boards`), so the flow itself is asked.
        """
        return bool(self.flow._shows_picture()) and self.flow._want.st == "called"

    @property
    def waiting(self) -> int:
        """The last two digits."""
        right = self.digits[4:].strip()
        return int(right) if right.isdigit() else 0

    def finger(self, key: str, long: bool = False) -> None:
        """A key goes down now, and up a little later."""
        if self._press(key, LONG_MS + HELD_MS if long else HELD_MS, long) and long:
            self.later(LONG_MS, self._edge, "long", key)
