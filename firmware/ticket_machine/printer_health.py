"""What the printer's answers mean for visitors, for the hub's faults and for tele."""

from drivers import escpos

# fault: states that raise it
FAULTS = (
    ("printer-paper", (escpos.PAPER,)),
    ("printer-offline", (escpos.COVER, escpos.ERROR, escpos.OFFLINE)),
)


class PrinterHealth:
    """The last state and which faults it raised; a printer nobody asked yet counts as usable."""

    def __init__(self):
        self._state = escpos.OK

    @property
    def usable(self) -> bool:
        """Whether it can print."""
        return self._state in (escpos.OK, escpos.LOW)

    def note(self, state: str) -> list:
        """Take an answer; gives the fields of each `fault` that begins or ends with it."""
        before, self._state = self._state, state
        changes = []
        for what, states in FAULTS:
            if (before in states) != (state in states):
                changes.append({"what": what, "on": state in states, "detail": state})
        return changes

    def reason(self) -> str:
        """The code of reasons.py for visitors."""
        return "PAPER_OUT" if self._state == escpos.PAPER else "PRINTER_OFFLINE"

    def paper(self) -> str:
        """What tele says: ok, low or out."""
        return {escpos.PAPER: "out", escpos.LOW: "low"}.get(self._state, "ok")
