"""What stands on the panel: screens and words of the table screens.txt."""

from protocol import table
from protocol.reasons import Reason

_PATH = table.beside(__file__)


def block(name: str):
    """Yield the rows of a screen, its own first, each split; KeyError if there is none."""
    start = name + "|"
    with open(_PATH, encoding="utf-8") as file:
        for line in file:
            if line.startswith(start):
                while line and line != "\n":
                    yield line.rstrip("\n").split("|")
                    line = file.readline()  # noqa: PLW2901  goes on where the loop stopped
                return
    raise KeyError(name)


def read(name: str, can: tuple) -> tuple:
    """A screen's own row, its acts by slot as text, its labels by slot; `can`: conditions met."""
    rows = block(name)
    row = next(rows)
    acts, labels = {}, {}
    for slot, act, only_if, zh, en in rows:
        if not only_if or only_if in can:
            if act:
                acts[slot] = act
            if zh:
                labels[int(slot)] = (zh, en)
    return row, acts, labels


def of_reason(code: str) -> tuple:
    """A reason's sentence in both languages."""
    reason = Reason(code)
    return reason.zh, reason.en


def lines(flow, kind: str) -> list:
    """The text lines that a screen's row asks for by name, each (zh, en)."""
    if not kind:
        return []
    # Late, and forgotten: what makes them is not needed while the visitor reads.
    from ticket_machine.page_lines import make

    return make(flow, kind)
