"""What the printer's answers mean for visitors and for the hub's faults."""

from drivers import escpos

# fault|states that raise it
_FAULTS = (
    "printer-paper|" + escpos.PAPER,
    "printer-offline|%s %s %s"
    % (
        escpos.COVER,
        escpos.ERROR,
        escpos.OFFLINE,
    ),
)


def changes(before: str, state: str):
    """Yield the fields of each `fault` that begins or ends when `before` becomes `state`."""
    for fault in _FAULTS:
        what, states = fault.split("|")
        if (before in states) != (state in states):
            yield {"what": what, "on": state in states, "detail": state}


def reason(state: str) -> str:
    """The code of reasons.txt for visitors."""
    return "PAPER_OUT" if state == escpos.PAPER else "PRINTER_OFFLINE"


def paper(state: str) -> str:
    """What tele says of the paper: ok, low or out."""
    return {escpos.PAPER: "out", escpos.LOW: "low"}.get(state, "ok")
