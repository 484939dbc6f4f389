"""The ledger: what the far ends show (papers, pixels, speech, lamps), held against the journal."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.demo.clerk import Clerk
from hub.demo.floor import percentile
from hub.demo.senses import as_heard
from hub.demo.visitor import Visiting, Visitor

# All five lamps of a pad go dark this long, twice, to say thanks (seconds, with room for noise).
THANKS_DARK_S = (0.08, 0.24)
THANKS_TWICE = 2


@dataclass(slots=True)
class Lamp:
    """How often a pad said thanks, counted from one of its lamps while the demo runs."""

    thanks: float = 0
    _dark_s: float = 0.0

    def changed(self, lit: bool, at_s: float) -> None:
        """A level of the lamp's pin."""
        if not lit:
            self._dark_s = at_s
        elif THANKS_DARK_S[0] < at_s - self._dark_s < THANKS_DARK_S[1]:
            self.thanks += 1 / THANKS_TWICE


@dataclass(slots=True)
class Journal:
    """What the hub remembers, read from its file and not asked of it."""

    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Journal:
        """All rows, without a lock on the file."""
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            found = db.execute("SELECT kind, data FROM events ORDER BY seq").fetchall()
        return cls([(kind, json.loads(data)) for kind, data in found])

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """Data of the rows of these kinds."""
        return [data for kind, data in self.rows if kind in kinds]

    def tickets(self) -> dict[int, str]:
        """Ticket by leg."""
        return {row["leg"]: row["ticket"] for row in self.of("reserved", "merged")}

    def calls(self) -> list[tuple[str, int, int]]:
        """(ticket, window, call) of every call and every recall that was not merged."""
        tickets, at, found = self.tickets(), {}, []
        for kind, row in self.rows:
            if kind == "called":
                at[row["leg"]] = row["window"]
            if kind in ("called", "recalled") and row["call"] is not None:
                found.append((tickets[row["leg"]], at[row["leg"]], row["call"]))
        return found


def make_ledger(
    journal: Journal,
    visiting: Visiting,
    visitors: list[Visitor],
    clerks: list[Clerk],
    pads: dict[int, Lamp],
    floor_ms: list[float],
) -> dict[str, Any]:
    """Every figure from the far end; `disagreements` names what the journal says otherwise."""
    papers = [str(paper.number) for paper in visiting.machine.printer.tickets]
    dropped = {row["call"] for row in journal.of("call_dropped")}
    calls = journal.calls()
    not_shown = [call for call in calls if not _shown(visiting, *call[:2])]
    heard = Counter(sentence for ears in visiting.voices.values() for sentence in ears.heard)
    due = Counter(as_heard(ticket, at) for ticket, at, call in calls if call not in dropped)
    served = [ticket for clerk in clerks for ticket in clerk.served]
    absent = [ticket for clerk in clerks for ticket in clerk.absent]
    rated = round(sum(lamp.thanks for lamp in pads.values()))
    presses = [press.shown_ms for clerk in clerks for press in clerk.presses]
    ended = Counter(served + absent)
    ledger = {
        "visitors": len(visitors),
        "bookings_synced": len(journal.of("booking_imported")),
        "issued": len(set(papers)),
        "calls": len(calls),
        "calls_merged": sum(row["call"] is None for row in journal.of("recalled")),
        "calls_dropped": len(dropped),
        "served": len(served),
        "absent": len(absent),
        "rated": rated,
        "unrated": len(served) - rated,
        "lost": len([paper for paper in set(papers) if not ended[paper]]),
        "duplicated": sum((Counter(papers) - Counter(set(papers))).values())
        + sum((ended - Counter(set(ended))).values()),
        "calls_not_shown": len(not_shown),
        "calls_not_spoken": sum((due - heard).values()),
        "press_to_display_ms": {
            "p50": percentile(presses, 0.5),
            "p99": percentile(presses, 0.99),
            "presses": len(presses),
        },
        "floor_ms": {"p50": percentile(floor_ms, 0.5), "p99": percentile(floor_ms, 0.99)},
    }
    ledger["disagreements"] = _disagreements(journal, ledger, visitors, papers)
    return ledger


def _shown(visiting: Visiting, ticket: str, window: int) -> bool:
    zone = visiting.config.windows[window].zone
    on_board = visiting.boards[zone].ever(ticket, f"{window}号窗口")
    return on_board and visiting.bars[window].ever(f"请{ticket}")


def _disagreements(
    journal: Journal, ledger: dict[str, Any], visitors: list[Visitor], papers: list[str]
) -> list[str]:
    found = [f"{visitor.name}: {visitor.failed}" for visitor in visitors if visitor.failed]
    printed = {journal.tickets()[row["leg"]] for row in journal.of("printed")}
    if printed != set(papers):
        found.append(f"papers and journal differ: {sorted(printed ^ set(papers))}")
    for name, kind in (("served", "finished"), ("rated", "rated"), ("absent", "missed")):
        if ledger[name] != len(journal.of(kind)):
            found.append(f"{name}: {ledger[name]} seen, {len(journal.of(kind))} in the journal")
    return found


def is_clean(ledger: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled, unseen, unheard, or told two ways."""
    zeros = ("lost", "duplicated", "calls_not_shown", "calls_not_spoken", "calls_dropped")
    return not ledger["disagreements"] and not any(ledger[name] for name in zeros)
