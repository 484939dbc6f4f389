"""What the checkers may look at: what was seen and heard in the hall, and the journal's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from hub.config import HallConfig
from hub.log.journal import OWN_KINDS, Journal, Row
from proof.witness import Books, Message, Name
from sim.run import Run
from sim.seen import Seen

LOST = "lost"
DUPLICATED = "duplicated"
VIOLATION = "violation"


class Problem(NamedTuple):
    """Something that must not be: of which sort, what, and what the evidence says."""

    sort: str
    name: str
    detail: str


Checker = Callable[["Evidence"], Iterator[Problem]]
# (simulated ms, topic, payload)
Heard = tuple[int, str, bytes]
Events = dict[Name, list[tuple[float, dict[str, Any]]]]


@dataclass
class Evidence:
    """One run, seen from outside."""

    seen: Seen
    config: HallConfig
    rows: list[Row]
    heard: Sequence[Heard]

    @classmethod
    def of(cls, run: Run) -> Evidence:
        """Read the journal's file; what people and the broker have heard is there."""
        journal = Journal(run.hall.hub.journal_path, read_only=True)
        try:
            rows = list(journal.rows())
        finally:
            journal.close()
        return cls(run.hall.seen, run.hall.config, rows, run.hall.network.heard)

    @cached_property
    def messages(self) -> list[Message]:
        """All that reached the broker, read as the independent witness does."""
        return _read(self.heard)

    @cached_property
    def books(self) -> Books:
        """The messages sorted by what belongs together."""
        return Books.of(self.messages)

    @cached_property
    def events(self) -> Events:
        """Of the books those that `order` needs, which so need not wait for the others."""
        return Books.of(_read(one for one in self.heard if one[1].endswith("/evt"))).events

    @cached_property
    def batches(self) -> list[list[Row]]:
        """Rows that one device event or command brought about, in order."""
        found: list[list[Row]] = []
        for row in self.rows:
            last = found[-1][-1] if found else None
            follows = last is not None and last.kind not in OWN_KINDS
            if follows and row.device is None and row.at_ms == found[-1][-1].at_ms:
                found[-1].append(row)
            else:
                found.append([row])
        return found

    @cached_property
    def tickets(self) -> dict[int, str]:
        """The number of each leg; a forwarded one keeps its origin's."""
        tickets: dict[int, str] = {}
        for row in self.rows:
            if row.kind in ("reserved", "merged"):
                tickets[row.data["leg"]] = row.data["ticket"]
            elif row.kind == "forwarded":
                tickets[row.data["leg"]] = tickets[row.data["origin"]]
        return tickets

    def pressed(self, row: Row) -> dict[str, Any] | None:
        """The press on the wire that this row answers; None: it answers none."""
        if row.device is None:
            return None
        heard = self.events.get((row.device, row.boot or 0, row.n or 0))
        if heard is None or heard[0][1]["k"] != "press":
            return None
        press: dict[str, Any] = heard[0][1]["d"]
        return press


def _read(heard: Iterable[Heard]) -> list[Message]:
    return [Message(at / 1_000, at, topic, data, False) for at, topic, data in heard]
