"""The independent checker: papers, pixels, speech, lamps and the campus' record, and the journal.

It asks no part of the hall anything. What is lost, doubled or told two ways is counted by name in
`Findings`; everything that is none of these, and must not be all the same, is a violation.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.core import Hall, model
from hub.core.events import from_json
from hub.demo.senses import as_heard
from hub.journal import OWN_KINDS
from hub.outcomes import Outcomes
from proof.chaos_hall import ChaosHall
from proof.chaos_people import People

STALE = "STALE"
# What a bar says while nobody is called or served there.
WORDS = {model.OPEN: "{}号窗口", model.PAUSED: "暂停服务", model.CLOSED: "未开放"}


@dataclass
class Findings:
    """Figures of the far ends, and what is wrong with them."""

    issued: int = 0
    called: int = 0
    rated: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    double_called: list[str] = field(default_factory=list)
    ratings_lost: list[str] = field(default_factory=list)
    stale_presses_refused: int = 0
    violations: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Everything that is wrong, by name."""
        return [
            f"{f.name}: {what}"
            for f in dataclasses.fields(self)
            if isinstance(getattr(self, f.name), list)
            for what in getattr(self, f.name)
        ]


class Book:
    """The journal, read row by row from its file."""

    def __init__(self, path: Path) -> None:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            query = "SELECT day, at_ms, kind, data, device, boot, n, answer FROM events"
            self.rows = db.execute(f"{query} ORDER BY seq").fetchall()
        finally:
            db.close()
        self.data: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _, _, kind, data, *_ in self.rows:
            self.data[kind].append(json.loads(data))
        self.tickets = {row["leg"]: row["ticket"] for row in self.data["reserved"]}

    def of(self, kind: str) -> list[str]:
        """Tickets of the rows of this kind."""
        return [self.tickets[row["leg"]] for row in self.data[kind]]

    def folded(self, hall: Hall, outcomes: Outcomes) -> None:
        """Fold all rows, as the hub does at its start."""
        for day, at_ms, kind, data, *_ in self.rows:
            if kind not in OWN_KINDS:
                event = from_json(kind, at_ms, json.loads(data))
                hall.apply(event)
                outcomes.apply(day, event)


def check(hall: ChaosHall, people: People, cut_boards: set[str]) -> Findings:
    """Hold everything against everything; `cut_boards` were without power for a while."""
    book, found = Book(hall.journal), Findings()
    _papers(book, hall, people, found)
    _calls(book, people, found)
    _speech(book, hall, people, found, cut_boards)
    _ratings(book, people, found)
    _events(book, found)
    found.violations += unsettled(hall, people)
    return found


def _papers(book: Book, hall: ChaosHall, people: People, found: Findings) -> None:
    papers = Counter(str(p.number) for t in people.takers for p in t.printer.tickets if p.number)
    found.issued = len(papers)
    reserved = Counter(book.tickets.values())
    found.lost += [f"paper {p} is in no journal" for p in papers if p not in reserved]
    unsure = set(book.of("print_unsure"))
    printed = set(book.of("printed"))
    found.lost += [f"{t} was printed, says the journal" for t in printed - papers.keys()]
    kept = set(reserved) - printed - unsure - set(book.of("voided"))
    found.lost += [f"{t} has neither paper nor reason" for t in kept - papers.keys()]
    found.duplicated += [f"number {t} has {n} legs" for t, n in reserved.items() if n > 1]
    again = Counter(book.of("reprinted"))
    # A printer that was silent after the number is printed on again: the same number, not another.
    log = hall.hub_log.read_text(encoding="utf-8")
    silent = set(re.findall(r"(ticket-machine-\d+): printer-\w+ failed", log))
    unsure |= {book.tickets[r["leg"]] for r in book.data["reserved"] if r["machine"] in silent}
    for ticket, count in papers.items():
        if count > 1 + again[ticket] and ticket not in unsure:
            found.duplicated.append(f"{count} papers {ticket}")


def _calls(book: Book, people: People, found: Findings) -> None:
    called = Counter(book.of("called"))
    back = Counter(book.of("returned"))
    for ticket, count in called.items():
        if count > 1 + back[ticket]:
            found.double_called.append(f"{ticket} was called {count} times")
    rows = Counter(row["window"] for row in book.data["called"])
    windows = {(row["window"], book.tickets[row["leg"]]) for row in book.data["called"]}
    shown: set[str] = set()
    for clerk in people.clerks:
        presses = clerk.presses["next"]
        if rows[clerk.number] > presses:
            n = rows[clerk.number]
            found.double_called.append(f"window {clerk.number}: {presses} presses, {n} calls")
        for ticket in clerk.called():
            shown.add(ticket)
            if (clerk.number, ticket) not in windows:
                found.double_called.append(f"window {clerk.number} showed {ticket}, never called")
    found.called = len(shown & called.keys())


def _speech(
    book: Book, hall: ChaosHall, people: People, found: Findings, cut_boards: set[str]
) -> None:
    calls: Counter[str] = Counter()
    # A board that lost its power cannot know that it had spoken, and says it once more.
    forgot = any(hall.config.voice(zone) in cut_boards for zone in hall.config.zones)
    for kind in ("called", "recalled"):
        for row in book.data[kind]:
            window = row.get("window") or _window(book, row["leg"])
            calls[as_heard(book.tickets[row["leg"]], window)] += 1
    heard = Counter(sentence for ears in people.ears for sentence in ears.heard)
    for sentence, count in heard.items():
        # Spoken twice while nobody else waits.
        if count > (4 if forgot else 2) * calls[sentence]:
            found.violations.append(f"{sentence}: heard {count} times, called {calls[sentence]}")


def _window(book: Book, leg: int) -> int:
    return int(next(row["window"] for row in book.data["called"] if row["leg"] == leg))


def _ratings(book: Book, people: People, found: Findings) -> None:
    found.rated = len(book.data["rated"])
    windows = {row["leg"]: row["window"] for row in book.data["called"]}
    stored = Counter(windows[row["leg"]] for row in book.data["rated"])
    for rater in people.raters:
        thanked, pressed = rater.thanked(), len(rater.pressed_s)
        if stored[rater.number] < thanked:
            said = f"{thanked} thanks, {stored[rater.number]} stored"
            found.ratings_lost.append(f"window {rater.number}: {said}")
        if stored[rater.number] > pressed:
            said = f"{pressed} pressed, {stored[rater.number]} stored"
            found.duplicated.append(f"ratings of window {rater.number}: {said}")


def _events(book: Book, found: Findings) -> None:
    events: Counter[tuple[str, int, int]] = Counter()
    last_ms = 0
    for _, at_ms, kind, _, device, boot, n, answer in book.rows:
        if at_ms < last_ms:
            found.violations.append(f"{kind}: time goes back by {last_ms - at_ms} ms")
        last_ms = max(last_ms, at_ms)
        if device is not None:
            events[device, boot, n] += 1
            found.stale_presses_refused += json.loads(answer)["why"] == STALE
    found.duplicated += [f"event {name} counted {n} times" for name, n in events.items() if n > 1]


def unsettled(hall: ChaosHall, people: People) -> list[str]:
    """Where the far ends do not (yet) show what the journal says."""
    book = Book(hall.journal)
    folded, outcomes = Hall(hall.config.to_rules()), Outcomes(hall.config.time_zone)
    book.folded(folded, outcomes)
    found = []
    for clerk in people.clerks:
        window = folded.state.window(clerk.number)
        leg = None if window.leg is None else folded.legs[window.leg]
        line = WORDS[window.state].format(clerk.number)
        if leg is not None:
            line = f"请{leg.ticket}" if leg.state == model.CALLED else f"{leg.ticket}办理"
        if clerk.line != line:
            found.append(f"window {clerk.number} shows {clerk.line!r}, not {line!r}")
        if clerk.waits:
            found.append(f"caller {clerk.number} shows {clerk.caller.digits.text!r}")
    due = {outcome.id for outcome in outcomes.pending()}
    record = [outcome["id"] for outcome in hall.campus.store.outcomes()]
    found += [f"the campus server has {id_} twice" for id_, n in Counter(record).items() if n > 1]
    found += [f"the campus server lacks {id_}" for id_ in sorted(due - set(record))]
    found += [f"the campus server has {id_}" for id_ in sorted(set(record) - due)]
    return found
