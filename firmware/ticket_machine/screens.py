"""What stands on the panel: screens and words of the table screens.txt."""

from protocol import table
from protocol.reasons import Reason

_PATH = table.beside(__file__)
# How the table calls what identifies a visitor: the reader that a machine has if nobody says else.
CARD = ("校园卡", "campus card")


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


def read(name: str, can: tuple, readers: tuple) -> tuple:
    """A screen's own row, its acts by slot as text, its labels by slot; `can`: conditions met.

    `readers` are the words for what can be read here, in place of the campus card's.
    """
    rows = block(name)
    row = next(rows)
    row[6:] = _readable(readers, row[6], row[7])
    acts, labels = {}, {}
    for slot, act, only_if, zh, en in rows:
        if not only_if or only_if in can:
            if act:
                acts[slot] = act
            if zh:
                labels[int(slot)] = _readable(readers, zh, en)
    return row, acts, labels


def _readable(readers, zh, en):
    return zh.replace(CARD[0], readers[0]), en.replace(CARD[1], readers[1])


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
